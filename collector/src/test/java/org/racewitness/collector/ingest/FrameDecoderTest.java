package org.racewitness.collector.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.racewitness.analyzer.wire.FrameWriter;
import org.racewitness.analyzer.wire.WireLimits;

class FrameDecoderTest {
    private final FrameWriter writer = new FrameWriter(9);

    /** Frames as hex, damage as its length and offset. */
    private static List<String> decode(byte[] bytes, int... cuts) {
        EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder());
        int from = 0;
        for (int cut : cuts) {
            channel.writeInbound(Unpooled.copiedBuffer(bytes, from, cut - from));
            from = cut;
        }
        channel.writeInbound(Unpooled.copiedBuffer(bytes, from, bytes.length - from));
        channel.finish();
        List<String> read = new ArrayList<>();
        for (Object in = channel.readInbound(); in != null; in = channel.readInbound()) {
            if (in instanceof FrameDecoder.Damage damage) {
                read.add("damage " + damage.bytes().readableBytes() + " at " + damage.offset());
                damage.bytes().release();
            } else {
                read.add(ByteBufUtil.hexDump((ByteBuf) in));
                ((ByteBuf) in).release();
            }
        }
        return read;
    }

    private static byte[] join(ByteBuffer... parts) {
        ByteBuf all = Unpooled.buffer();
        for (ByteBuffer part : parts) {
            all.writeBytes(part.duplicate());
        }
        return ByteBufUtil.getBytes(all);
    }

    private static String hex(ByteBuffer frame) {
        return ByteBufUtil.hexDump(Bytes.of(frame));
    }

    @Test
    void framesAreFoundWhereverTheStreamIsCut() {
        ByteBuffer first = writer.mark(7);
        ByteBuffer second = writer.records(1, 0, 8, 1, ByteBuffer.wrap(new byte[24]));
        byte[] bytes = join(first, second);
        for (int cut = 0; cut <= bytes.length; cut++) {
            assertEquals(List.of(hex(first), hex(second)), decode(bytes, cut), "cut at " + cut);
        }
    }

    @Test
    void garbageIsSteppedOver() {
        ByteBuffer frame = writer.mark(7);
        byte[] bytes = join(
                ByteBuffer.wrap("garbage".getBytes(StandardCharsets.US_ASCII)), frame, ByteBuffer.wrap(new byte[5]));
        assertEquals(List.of("damage 7 at 0", hex(frame), "damage 5 at 63"), decode(bytes));
    }

    @Test
    void aLengthBeyondTheBoundIsDamageAtOnceAndNotWaitedFor() {
        ByteBuffer oversized = writer.mark(7);
        oversized.putInt(20, WireLimits.MAX_PAYLOAD_BYTES + 1);
        ByteBuffer next = writer.mark(8);
        EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder());
        channel.writeInbound(Unpooled.wrappedBuffer(join(oversized, next)));
        assertTrue(channel.readInbound() instanceof FrameDecoder.Damage);
        ByteBuf found = channel.readInbound();
        assertEquals(hex(next), ByteBufUtil.hexDump(found));
        channel.finishAndReleaseAll();
    }

    @Test
    void theLargestFrameFits() {
        ByteBuffer largest = writer.records(1, 0, 8, 1, ByteBuffer.wrap(new byte[WireLimits.MAX_PAYLOAD_BYTES]));
        byte[] bytes = Bytes.of(largest);
        int[] cuts = new int[bytes.length / 65_536];
        for (int i = 0; i < cuts.length; i++) {
            cuts[i] = (i + 1) * 65_536;
        }
        assertEquals(List.of(hex(largest)), decode(bytes, cuts));
    }
}
