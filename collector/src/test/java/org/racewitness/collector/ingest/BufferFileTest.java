package org.racewitness.collector.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.racewitness.analyzer.wire.RecordWriter;

class BufferFileTest {
    private static final int SLOT_BYTES = 4096;
    private static final int PAGE = 4096;
    private static final int RECORD_BYTES = 24;
    private static final long SESSION = 0xfedc_ba98_7654_3210L;

    @TempDir
    Path directory;

    /** Stream positions handed over, by call. */
    private final List<String> recovered = new ArrayList<>();

    private final List<byte[]> content = new ArrayList<>();
    private long received;

    private final SessionSink sink = new SessionSink() {
        @Override
        public void frame(ByteBuffer frame) {
            throw new AssertionError("no frames in a buffer file");
        }

        @Override
        public void damaged(long offset, ByteBuffer bytes, String fault) {
            throw new AssertionError("no frames in a buffer file");
        }

        @Override
        public long received(int threadUid) {
            return received;
        }

        @Override
        public void recovered(int threadUid, long position, ByteBuffer records) {
            byte[] bytes = new byte[records.remaining()];
            records.get(bytes);
            content.add(bytes);
            recovered.add(threadUid + ":" + position + "+" + bytes.length);
        }

        @Override
        public void finish(ProcessEnd end) {
            throw new AssertionError("not ours to finish");
        }
    };

    private String recover() throws IOException {
        return BufferFile.of(directory, SESSION).recover(sink);
    }

    private Path file() {
        return directory.resolve("fedcba9876543210.rwb");
    }

    /** A thread's stream of records that say their own number. */
    private static byte[] stream(int records) {
        RecordWriter writer = new RecordWriter();
        for (int i = 0; i < records; i++) {
            writer.access(2, 0, 1, 0, i);
        }
        return Bytes.of(writer.take());
    }

    private static ByteBuffer image(int slots) {
        ByteBuffer image =
                ByteBuffer.allocate(PAGE + slots * (PAGE + SLOT_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        image.put("RWBUF001".getBytes(StandardCharsets.US_ASCII))
                .putLong(SESSION)
                .putInt(slots)
                .putInt(SLOT_BYTES);
        return image;
    }

    private static void slot(ByteBuffer image, int slot, long uid, byte[] stream) {
        int at = PAGE + slot * (PAGE + SLOT_BYTES);
        image.putLong(at, uid).putLong(at + 8, stream.length).putLong(at + 16, 0);
        for (int p = Math.max(0, stream.length - SLOT_BYTES); p < stream.length; p++) {
            image.put(at + PAGE + p % SLOT_BYTES, stream[p]);
        }
    }

    @Test
    void noFileIsNothingToRecover() throws IOException {
        assertNull(recover());
        assertEquals(List.of(), recovered);
    }

    @Test
    void theLastWordSaysHowTheProcessMeantToEnd() throws IOException {
        assertNull(BufferFile.of(directory, SESSION).lastWord());
        assertEquals(ProcessEnd.exited(7), lastWord(1, 7));
        assertEquals(ProcessEnd.EXEC, lastWord(2, 0));
        assertEquals(ProcessEnd.killed(6), lastWord(3, 6));
        for (int[] nonsense : new int[][] {{0, 0}, {1, 256}, {1, -1}, {3, 0}, {3, 65}, {4, 0}}) {
            assertNull(lastWord(nonsense[0], nonsense[1]));
        }
    }

    private ProcessEnd lastWord(int word, int number) throws IOException {
        ByteBuffer image = image(0);
        image.putInt(24, word).putInt(28, number);
        Files.write(file(), Bytes.of(image));
        return BufferFile.of(directory, SESSION).lastWord();
    }

    @Test
    void takesWhatWasCommittedAndNotReceivedAcrossTheEndOfTheRing() throws IOException {
        byte[] stream = stream(300); // 7200 bytes in a ring of 4096
        ByteBuffer image = image(3);
        slot(image, 1, 7, stream);
        Files.write(file(), Bytes.of(image));
        received = 200 * RECORD_BYTES;
        assertNull(recover());
        assertEquals(List.of("7:4800+2400"), recovered);
        for (int i = 0; i < 2400; i++) {
            assertEquals(stream[4800 + i], content.get(0)[i]);
        }
    }

    @Test
    void everythingReceivedIsNothingToRecover() throws IOException {
        ByteBuffer image = image(1);
        slot(image, 0, 7, stream(10));
        Files.write(file(), Bytes.of(image));
        received = 240;
        assertNull(recover());
        assertEquals(List.of(), recovered);
    }

    @Test
    void aStreamThatWasOverwrittenIsTold() throws IOException {
        ByteBuffer image = image(1);
        slot(image, 0, 7, stream(300));
        Files.write(file(), Bytes.of(image));
        assertEquals("1 of the buffers that it left held positions that cannot be right", recover());
        assertEquals(List.of(), recovered);
    }

    @Test
    void whatIsNoRecordIsHandedOverToBeCountedAndTold() throws IOException {
        ByteBuffer image = image(1);
        slot(image, 0, 7, stream(10));
        image.putLong(2 * PAGE + 5 * RECORD_BYTES, 0); // a record of no words
        Files.write(file(), Bytes.of(image));
        assertEquals("1 of the buffers that it left held positions that cannot be right", recover());
        assertEquals(List.of("7:0+120", "7:120+120"), recovered);
    }

    @Test
    void aForeignHeaderIsTold() throws IOException {
        ByteBuffer image = image(1);
        image.putLong(8, 5);
        Files.write(file(), Bytes.of(image));
        assertEquals("its buffer file is not usable: it belongs to session 5", recover());
        Files.write(file(), new byte[100]);
        assertEquals("its buffer file is not usable: no magic \"RWBUF001\"", recover());
        Files.write(file(), new byte[3]);
        assertEquals("its buffer file is not usable: only 3 bytes", recover());
        Files.write(file(), Bytes.of(image(1).putInt(20, 5000)));
        assertEquals("its buffer file is not usable: slots of 5000 bytes", recover());
    }

    @Test
    void aSymbolicLinkIsNotFollowed() throws IOException {
        Path elsewhere = Files.write(directory.resolve("elsewhere"), Bytes.of(image(1)));
        Files.createSymbolicLink(file(), elsewhere);
        assertNull(recover());
    }

    @Test
    void everyCutIsSurvived() throws IOException {
        ByteBuffer image = image(2);
        slot(image, 0, 1, stream(20));
        slot(image, 1, 2, stream(20));
        for (int length = 0; length <= image.capacity(); length += length < 64 ? 1 : 97) {
            recovered.clear();
            Files.write(file(), Arrays.copyOf(Bytes.of(image), length));
            recover();
            assertTrue(recovered.size() <= 4, () -> recovered.toString());
        }
    }

    @Test
    void randomDamageIsSurvived() throws IOException {
        long seed = new Random().nextLong();
        System.out.println("BufferFileTest.randomDamageIsSurvived seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            ByteBuffer image = image(2);
            slot(image, 0, 1, stream(random.nextInt(170)));
            slot(image, 1, 2, stream(random.nextInt(400)));
            for (int i = 0; i <= random.nextInt(6); i++) {
                int page = random.nextInt(3) * (PAGE + (random.nextBoolean() ? 0 : SLOT_BYTES));
                int at = Math.min(page + random.nextInt(64), image.capacity() - 1);
                image.put(at, (byte) random.nextInt());
            }
            received = random.nextInt(100) * 8L;
            recovered.clear();
            content.clear();
            Files.write(file(), Bytes.of(image));
            recover();
            int bytes = content.stream().mapToInt(part -> part.length).sum();
            assertTrue(bytes <= 2 * SLOT_BYTES, () -> "seed " + seed + ": " + recovered);
        }
    }
}
