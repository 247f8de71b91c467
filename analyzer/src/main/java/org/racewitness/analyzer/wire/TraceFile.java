package org.racewitness.analyzer.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The header of a trace file: 8 bytes, behind which frames follow one behind the other. */
public final class TraceFile {
    public static final int HEADER_BYTES = 8;

    private static final long MAGIC = ByteBuffer.wrap("RWTRACE1".getBytes(StandardCharsets.US_ASCII))
            .order(ByteOrder.LITTLE_ENDIAN)
            .getLong();

    private TraceFile() {}

    /** A fresh buffer with the header, ready to be written. */
    public static ByteBuffer header() {
        return ByteBuffer.allocate(HEADER_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(MAGIC)
                .flip();
    }

    /** Whether the buffer's bytes, from its position, begin with the header. */
    public static boolean isHeader(ByteBuffer bytes) {
        return bytes.remaining() >= HEADER_BYTES
                && FrameDescriptor.littleEndian(bytes).getLong(bytes.position()) == MAGIC;
    }
}
