package org.racewitness.analyzer.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;

/**
 * Reads frames from a channel into one buffer that it owns and reuses; damaged parts are told to a {@link DamageHandler} and skipped.
 * Holds at most twice one frame's bound of memory (about 2.2 MiB). Not thread-safe; does not close the channel.
 */
public final class FrameReader {
    /** Hears of bytes that are no frame. */
    @FunctionalInterface
    public interface DamageHandler {
        /**
         * @param offset of the first of these bytes, counted from the first byte read
         * @param bytes the damaged bytes, valid during the call only
         * @param fault one line that says what is wrong, without the place
         */
        void damaged(long offset, ByteBuffer bytes, String fault);
    }

    private static final int INITIAL_BYTES = 1 << 16;

    private final ReadableByteChannel channel;
    private final DamageHandler damageHandler;
    private final FrameScanner scanner = new FrameScanner();
    private ByteBuffer buffer = ByteBuffer.allocate(INITIAL_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    private long offset;
    private boolean ended;

    public FrameReader(ReadableByteChannel channel, DamageHandler damageHandler) {
        this.channel = channel;
        this.damageHandler = damageHandler;
        buffer.limit(0);
    }

    /** Offset of the frame that {@link #next} will look for, in bytes from the first byte read. */
    public long offset() {
        return offset;
    }

    /**
     * The next whole frame with the right checksum, header first, or null at the end. Valid until the next call.
     *
     * @throws IOException of the channel; what it delivers can not make this method fail
     */
    public ByteBuffer next() throws IOException {
        while (true) {
            FrameScanner.Result result = scanner.scan(buffer, ended);
            switch (result) {
                case END -> {
                    return null;
                }
                case MORE -> fill(scanner.bytes());
                case FRAME -> {
                    return take(scanner.bytes());
                }
                case DAMAGED -> {
                    long at = offset;
                    damageHandler.damaged(at, take(scanner.bytes()), scanner.fault());
                }
            }
        }
    }

    private ByteBuffer take(int bytes) {
        ByteBuffer taken = buffer.slice(buffer.position(), bytes).order(ByteOrder.LITTLE_ENDIAN);
        buffer.position(buffer.position() + bytes);
        offset += bytes;
        return taken;
    }

    /** Reads more behind what is there. @param wanted bytes that the buffer must be able to hold, one whole frame at most */
    private void fill(int wanted) throws IOException {
        if (wanted > buffer.capacity()) {
            buffer = ByteBuffer.allocate(wanted * 2)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .put(buffer);
        } else {
            buffer.compact();
        }
        int read = channel.read(buffer);
        buffer.flip();
        ended = read < 0;
    }
}
