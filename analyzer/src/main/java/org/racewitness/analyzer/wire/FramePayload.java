package org.racewitness.analyzer.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The part of a whole frame behind its header. */
public final class FramePayload {
    private FramePayload() {}

    /** A little-endian view of the payload of the frame that begins at the buffer's position; the header's lengths must have been checked. */
    public static ByteBuffer of(ByteBuffer frame) {
        ByteBuffer buffer = FrameDescriptor.littleEndian(frame);
        int at = buffer.position();
        return buffer.slice(
                        at + FrameDescriptor.headerBytes(buffer, at), (int) FrameDescriptor.payloadBytes(buffer, at))
                .order(ByteOrder.LITTLE_ENDIAN);
    }
}
