package org.racewitness.collector.ingest;

import java.nio.ByteBuffer;

/** Content of buffers, for tests. */
public final class Bytes {
    private Bytes() {}

    /** All bytes from index 0 to the limit, copied; the position is not moved. */
    public static byte[] of(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.limit()];
        buffer.get(0, bytes);
        return bytes;
    }
}
