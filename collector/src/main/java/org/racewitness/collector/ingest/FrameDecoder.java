package org.racewitness.collector.ingest;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.racewitness.analyzer.wire.FrameScanner;

/**
 * Cuts a connection's bytes into whole frames ({@link ByteBuf}, checksum right) and {@link Damage} (everything else). Holds at most one frame: a header
 * whose lengths exceed the bounds of the wire format is damage at once.
 *
 * <p>Confined to the event loop.
 */
final class FrameDecoder extends ByteToMessageDecoder {
    private final FrameScanner scanner = new FrameScanner();
    /** Bytes to wait for before it is worth looking again. */
    private int wanted = 1;

    private long offset;

    /**
     * Bytes that are no frame.
     *
     * @param bytes to be released by the receiver
     * @param offset of the first of them in the connection's stream
     */
    record Damage(ByteBuf bytes, long offset, String fault) {}

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        scan(in, out, false);
    }

    @Override
    protected void decodeLast(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        wanted = 1;
        while (in.isReadable()) {
            scan(in, out, true);
        }
    }

    private void scan(ByteBuf in, List<Object> out, boolean last) {
        if (in.readableBytes() < wanted) {
            return;
        }
        ByteBuffer bytes = in.nioBuffer(in.readerIndex(), in.readableBytes()).order(ByteOrder.LITTLE_ENDIAN);
        switch (scanner.scan(bytes, last)) {
            case FRAME -> out.add(take(in));
            case DAMAGED -> {
                long at = offset;
                out.add(new Damage(take(in), at, scanner.fault()));
            }
            case MORE -> wanted = scanner.bytes();
            case END -> wanted = 1;
        }
    }

    private ByteBuf take(ByteBuf in) {
        wanted = 1;
        offset += scanner.bytes();
        return in.readRetainedSlice(scanner.bytes());
    }
}
