package org.racewitness.analyzer.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Encodes whole frames of one session. Not thread-safe. */
public final class FrameWriter {
    private final long session;

    private long processFrames;

    public FrameWriter(long session) {
        this.session = session;
    }

    public ByteBuffer hello(Hello hello) {
        return processFrame(FrameDescriptor.TYPE_HELLO, hello.ticksAtStart(), hello.encode());
    }

    /**
     * @param position of the payload's first byte in the thread's record stream
     * @param records whole ones, at most {@link WireLimits#MAX_PAYLOAD_BYTES} bytes; its position is not moved
     */
    public ByteBuffer records(int threadUid, long position, long time, int count, ByteBuffer records) {
        return frame(FrameDescriptor.TYPE_RECORDS, threadUid, position, time, count, records);
    }

    /** @param watermark every record with a time at or before it has been sent */
    public ByteBuffer mark(long watermark) {
        byte[] payload = new byte[Long.BYTES];
        ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN).putLong(watermark);
        return processFrame(FrameDescriptor.TYPE_MARK, watermark, payload);
    }

    /** A frame of the process: END, STATUS, or one of a type that is not known here. */
    public ByteBuffer processFrame(int type, long time, byte[] payload) {
        return frame(type, 0, processFrames++, time, 0, ByteBuffer.wrap(payload));
    }

    private ByteBuffer frame(int type, int thread, long sequence, long time, int records, ByteBuffer payload) {
        int payloadBytes = payload.remaining();
        if (payloadBytes > WireLimits.MAX_PAYLOAD_BYTES) {
            throw new IllegalArgumentException("payload of " + payloadBytes + " bytes");
        }
        ByteBuffer frame = ByteBuffer.allocate(FrameDescriptor.HEADER_BYTES + payloadBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(FrameDescriptor.MAGIC)
                .put((byte) type)
                .put((byte) 0)
                .putShort((short) FrameDescriptor.HEADER_BYTES)
                .putLong(session)
                .putInt(thread)
                .putInt(payloadBytes)
                .putLong(sequence)
                .putLong(time)
                .putInt(records)
                .putInt(0)
                .put(payload.duplicate())
                .flip();
        return frame.putInt(FrameDescriptor.CRC_OFFSET, FrameDescriptor.computeCrc(frame, 0, frame.limit()));
    }
}
