package org.racewitness.collector.ingest;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes what one session sends. All calls come from the run's analysis thread, {@link #finish} last. */
public interface SessionSink {

    /**
     * One whole frame, header included.
     *
     * @param frame little-endian, valid during the call only
     */
    void frame(ByteBuffer frame) throws IOException;

    /**
     * Bytes of the stream that are no frame; what follows them is read on.
     *
     * @param offset of the first of them in the session's stream
     * @param fault one line that says what is wrong, without the place
     */
    void damaged(long offset, ByteBuffer bytes, String fault) throws IOException;

    /** Position in the record stream of a thread up to which everything arrived, 0 for a thread not heard of. */
    long received(int threadUid);

    /**
     * Records that never went over the socket, found in the buffer file of a process that has ended.
     *
     * @param position of their first byte in the record stream of the thread
     */
    void recovered(int threadUid, long position, ByteBuffer records) throws IOException;

    /** The process has ended; nothing follows. */
    void finish(ProcessEnd end) throws IOException;
}
