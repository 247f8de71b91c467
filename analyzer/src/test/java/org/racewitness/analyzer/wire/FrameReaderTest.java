package org.racewitness.analyzer.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class FrameReaderTest {
    private final FrameWriter writer = new FrameWriter(7);
    private final ByteArrayOutputStream stream = new ByteArrayOutputStream();
    private final List<String> damage = new ArrayList<>();

    private FrameReaderTest put(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        stream.writeBytes(copy);
        return this;
    }

    private FrameReaderTest put(int... bytes) {
        for (int b : bytes) {
            stream.write(b);
        }
        return this;
    }

    private static ByteBuffer part(ByteBuffer frame, int from, int to) {
        return frame.duplicate().limit(to).position(from);
    }

    /** Times of the marks that are read. */
    private List<Long> read() throws IOException {
        FrameReader reader = new FrameReader(
                Channels.newChannel(new ByteArrayInputStream(stream.toByteArray())),
                (offset, bytes, fault) -> damage.add(offset + "+" + bytes.remaining() + ": " + fault));
        List<Long> times = new ArrayList<>();
        for (ByteBuffer frame = reader.next(); frame != null; frame = reader.next()) {
            times.add(FrameDescriptor.time(frame, 0));
        }
        assertNull(reader.next());
        assertEquals(stream.size(), reader.offset());
        return times;
    }

    @Test
    void nothing() throws IOException {
        assertEquals(List.of(), read());
        assertEquals(List.of(), damage);
    }

    @Test
    void framesOneBehindTheOther() throws IOException {
        put(writer.mark(1)).put(writer.mark(2)).put(writer.processFrame(FrameDescriptor.TYPE_END, 3, new byte[0]));
        assertEquals(List.of(1L, 2L, 3L), read());
        assertEquals(List.of(), damage);
    }

    @Test
    void aPayloadOfTheLargestSize() throws IOException {
        put(writer.processFrame(99, 1, new byte[WireLimits.MAX_PAYLOAD_BYTES])).put(writer.mark(2));
        assertEquals(List.of(1L, 2L), read());
        assertEquals(List.of(), damage);
    }

    @Test
    void aTruncatedFrame() throws IOException {
        ByteBuffer mark = writer.mark(2);
        put(writer.mark(1)).put(part(mark, 0, 50));
        assertEquals(List.of(1L), read());
        assertEquals(List.of("56+50: Truncated: length 56 > bytes available 50 reading a frame"), damage);
    }

    @Test
    void aTruncatedHeader() throws IOException {
        put(writer.mark(1)).put(part(writer.mark(2), 0, 3));
        assertEquals(List.of(1L), read());
        assertEquals(List.of("56+3: Truncated: length 48 > bytes available 3 reading a header"), damage);
    }

    @Test
    void garbageBetweenFrames() throws IOException {
        put(writer.mark(1)).put('R', 'W', 0, 'R', 'W', 'F').put(writer.mark(2));
        assertEquals(List.of(1L, 2L), read());
        assertEquals(List.of("56+6: not a frame: no magic \"RWF1\""), damage);
    }

    @Test
    void aFrameTooLong() throws IOException {
        ByteBuffer mark = writer.mark(2);
        mark.putInt(FrameDescriptor.PAYLOAD_BYTES_OFFSET, WireLimits.MAX_PAYLOAD_BYTES + 1);
        put(writer.mark(1)).put(mark).put(writer.mark(3));
        assertEquals(List.of(1L, 3L), read());
        assertEquals(List.of("56+56: malformed frame: payload of 1048577 bytes exceeds the bound of 1048576"), damage);
    }

    @Test
    void aHeaderTooShort() throws IOException {
        ByteBuffer mark = writer.mark(2);
        mark.putShort(FrameDescriptor.HEADER_BYTES_OFFSET, (short) 47);
        put(mark).put(writer.mark(3));
        assertEquals(List.of(3L), read());
        assertEquals(List.of("0+56: malformed frame: header of 47 bytes, at least 48"), damage);
    }

    @Test
    void aDamagedPayloadCostsItsFrameOnly() throws IOException {
        ByteBuffer mark = writer.mark(2);
        mark.put(50, (byte) 1);
        put(writer.mark(1)).put(mark).put(writer.mark(3));
        assertEquals(List.of(1L, 3L), read());
        assertEquals(1, damage.size());
        assertEquals("56+56: damaged frame: checksum", damage.get(0).substring(0, 30));
    }

    @Test
    void aDamagedLengthCostsItsFrameOnly() throws IOException {
        ByteBuffer mark = writer.mark(2);
        mark.putInt(FrameDescriptor.PAYLOAD_BYTES_OFFSET, 100);
        put(writer.mark(1)).put(mark).put(writer.mark(3)).put(writer.mark(4));
        assertEquals(List.of(1L, 3L, 4L), read());
        assertEquals(1, damage.size());
    }

    @Test
    void aLongerHeaderIsRead() throws IOException {
        ByteBuffer longer =
                ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).put(part(writer.mark(2), 0, 48));
        longer.putShort(FrameDescriptor.HEADER_BYTES_OFFSET, (short) 56)
                .putLong(0xABCD)
                .putLong(2)
                .flip();
        longer.putInt(FrameDescriptor.CRC_OFFSET, 0);
        longer.putInt(FrameDescriptor.CRC_OFFSET, FrameDescriptor.computeCrc(longer, 0, 64));
        put(longer).put(writer.mark(3));
        assertEquals(List.of(2L, 3L), read());
        assertEquals(2, FramePayload.of(longer).getLong(0));
    }

    /** The field of the checksum itself counts as 0. */
    @Test
    void theChecksumIsThatOfTheWholeFrameWithItsFieldZero() {
        ByteBuffer frame = writer.mark(5);
        int crc = FrameDescriptor.crc(frame, 0);
        frame.putInt(FrameDescriptor.CRC_OFFSET, 0);
        CRC32C plain = new CRC32C();
        plain.update(frame.duplicate());
        assertEquals((int) plain.getValue(), crc);
    }
}
