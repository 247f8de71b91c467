package org.racewitness.analyzer.wire;

import java.nio.ByteBuffer;

/**
 * Finds the whole, undamaged frames in a buffer that may end anywhere and hold anything. Stateless between calls but for the description
 * of the last result; not thread-safe.
 *
 * <p>What is no frame is stepped over up to the next magic, never further, so that a damaged frame costs itself only: a frame whose
 * checksum is wrong is skipped whole when another frame or the end of the input lies right behind it, and else searched for the next magic.
 */
public final class FrameScanner {
    /** What lies at the buffer's position. */
    public enum Result {
        /** A whole frame of {@link #bytes()} bytes with the right checksum. */
        FRAME,
        /** {@link #bytes()} bytes that are no frame; {@link #fault()} says why. */
        DAMAGED,
        /** Too little to tell; {@link #bytes()} bytes are needed from the position, at least. */
        MORE,
        /** Nothing, and nothing will come. */
        END
    }

    private int bytes;
    private String fault;

    /** Length of what {@link #scan} found, see {@link Result}. */
    public int bytes() {
        return bytes;
    }

    /** One line without position, only after {@link Result#DAMAGED}. */
    public String fault() {
        return fault;
    }

    /**
     * Looks at the bytes between position and limit and moves neither.
     *
     * @param last whether nothing will follow behind the limit
     */
    public Result scan(ByteBuffer in, boolean last) {
        ByteBuffer buffer = FrameDescriptor.littleEndian(in);
        int at = buffer.position();
        int available = buffer.remaining();
        if (available == 0) {
            return last ? found(Result.END, 0) : found(Result.MORE, FrameDescriptor.HEADER_BYTES);
        }
        if (!magicMayBegin(buffer, at)) {
            return damaged(distanceToMagic(buffer, at + 1) + 1, "not a frame: no magic \"RWF1\"");
        }
        if (available < FrameDescriptor.HEADER_BYTES) {
            return last ? truncated(buffer, at, FrameDescriptor.HEADER_BYTES, "header") : found(Result.MORE, 48);
        }
        String lengthFault = FrameDescriptor.lengthFault(buffer, at);
        if (lengthFault != null) {
            return damaged(distanceToMagic(buffer, at + 1) + 1, lengthFault);
        }
        int frameBytes = FrameDescriptor.frameBytes(buffer, at);
        if (available < frameBytes) {
            return last ? truncated(buffer, at, frameBytes, "frame") : found(Result.MORE, frameBytes);
        }
        int computed = FrameDescriptor.computeCrc(buffer, at, frameBytes);
        if (computed == FrameDescriptor.crc(buffer, at)) {
            return found(Result.FRAME, frameBytes);
        }
        boolean frameBehind = frameBytes == available || magicMayBegin(buffer, at + frameBytes);
        return damaged(
                frameBehind ? frameBytes : distanceToMagic(buffer, at + 1) + 1,
                String.format(
                        "damaged frame: checksum 0x%08x, computed 0x%08x", FrameDescriptor.crc(buffer, at), computed));
    }

    private Result truncated(ByteBuffer buffer, int at, int needed, String what) {
        return damaged(
                distanceToMagic(buffer, at + 1) + 1,
                "Truncated: length " + needed + " > bytes available " + buffer.remaining() + " reading a " + what);
    }

    private Result found(Result result, int length) {
        bytes = length;
        fault = null;
        return result;
    }

    private Result damaged(int length, String why) {
        bytes = length;
        fault = why;
        return Result.DAMAGED;
    }

    /** Whether the bytes at {@code at}, as many as there are up to 4, are those of the magic. */
    private static boolean magicMayBegin(ByteBuffer buffer, int at) {
        int length = Math.min(Integer.BYTES, buffer.limit() - at);
        for (int i = 0; i < length; i++) {
            if (buffer.get(at + i) != (byte) (FrameDescriptor.MAGIC >>> (8 * i))) {
                return false;
            }
        }
        return true;
    }

    /** Bytes from {@code from} to the next magic, or to its possible beginning at the buffer's end, or to the limit. */
    private static int distanceToMagic(ByteBuffer buffer, int from) {
        int at = from;
        while (at < buffer.limit() && !magicMayBegin(buffer, at)) {
            at++;
        }
        return at - from;
    }
}
