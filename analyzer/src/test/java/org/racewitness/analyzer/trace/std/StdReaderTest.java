package org.racewitness.analyzer.trace.std;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.racewitness.analyzer.trace.TraceEvents;
import org.racewitness.analyzer.wire.OperationCode;
import org.racewitness.analyzer.wire.SyncKind;

class StdReaderTest {
    private final StdModel model = new StdModel();
    private final List<String> events = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private final StdReader reader =
            new StdReader(model, new Names(), (line, fault) -> faults.add(line + ": " + fault));

    /** Writes the events down by the names that the model has for them. */
    private final class Names implements TraceEvents {
        @Override
        public void access(int thread, int operation, long object, long key, long count, int stack) {
            events.add(
                    name(thread) + " " + OperationCode.name(operation) + " " + model.objectLabel(object) + at(stack));
        }

        @Override
        public void sync(int thread, int kind, long object, long token, int stack) {
            String operand = SyncKind.namesThread(kind) ? name((int) token) : model.objectLabel(object);
            events.add(name(thread) + " " + SyncKind.name(kind) + " " + operand + at(stack));
        }

        @Override
        public void dead(int thread, long object) {
            events.add("dead");
        }

        private String name(int thread) {
            return model.thread(thread).name();
        }

        private String at(int stack) {
            return stack == 0 ? "" : " at " + model.code(model.stackCode(stack)).function();
        }
    }

    private void read(String text) throws IOException {
        reader.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void everyOperation() throws IOException {
        read("T0|fork(T1)|1\nT0|w(V1)|12\nT1|acq(V1)|5\r\nT1|r(V1)|a.b()|c\nT1|rel(V1)|7\nT0|join(T1)|8\n");
        assertEquals(
                List.of(
                        "T0 FORK T1 at 1",
                        "T0 WRITE V1 at 12",
                        "T1 ACQUIRE V1 at 5",
                        "T1 READ V1 at a.b()|c",
                        "T1 RELEASE V1 at 7",
                        "T0 JOIN T1 at 8"),
                events);
        assertEquals(List.of(), faults);
        assertEquals(6, reader.analysed());
        assertEquals(0, model.thread(1).parent());
    }

    @Test
    void whatMeansNothingIsUnderstood() throws IOException {
        read("T0|begin(0)|1\nT0|end()|1\nT0|enter(f)|1\nT0|exit(f)|2\nT0|branch(0)|3\nT0|dummy(0)|3\n\n");
        assertEquals(List.of(), events);
        assertEquals(6, reader.analysed());
        assertEquals(0, reader.malformed());
    }

    @Test
    void theLocationMayBeMissing() throws IOException {
        read("T0|w(V1)\nT0|r(V1)|");
        assertEquals(List.of("T0 WRITE V1", "T0 READ V1"), events);
    }

    @Test
    void badLinesAreToldAndSteppedOver() throws IOException {
        read("T0|w(V1)|1\nnonsense\n|w(V1)|2\nT0|w V1|3\nT0|wr(V1)|4\nT0|w()|5\nT0|w(V1)6\nT0|fork(T0)|7\nT0|r(V1)|8");
        assertEquals(List.of("T0 WRITE V1 at 1", "T0 READ V1 at 8"), events);
        assertEquals(
                List.of(
                        "2: expected thread|operation(operand)|location",
                        "3: expected thread|operation(operand)|location",
                        "4: expected thread|operation(operand)|location",
                        "5: unknown operation \"wr\"",
                        "6: no operand",
                        "7: expected | behind the closing bracket",
                        "8: a thread can not fork or join itself"),
                faults);
        assertEquals(2, reader.analysed());
        assertEquals(7, reader.malformed());
    }

    /** A line with a carriage return is not read as the usual ones are. */
    @Test
    void usualAndUnusualLinesMeanTheSame() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 3000; i++) {
            text.append(name(random, 6)).append('|').append(word(random)).append('(');
            text.append(name(random, 20)).append(random.nextInt(30) == 0 ? "" : ")");
            text.append(random.nextInt(20) == 0 ? "" : "|" + name(random, 20)).append('\n');
        }
        read(text.toString());
        List<String> usual = List.copyOf(events);
        List<String> usualFaults = List.copyOf(faults);
        long understood = reader.analysed();
        events.clear();
        faults.clear();
        StdReader other = new StdReader(model, new Names(), (line, fault) -> faults.add(line + ": " + fault));
        other.read(
                new ByteArrayInputStream(text.toString().replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8)));
        assertEquals(usual, events, "seed " + seed);
        assertEquals(usualFaults, faults, "seed " + seed);
        assertEquals(understood, other.analysed());
        assertTrue(usual.size() > 1000 && usualFaults.size() > 100, usual.size() + " " + usualFaults.size());
    }

    private static String word(Random random) {
        String[] words = {"r", "w", "r", "w", "acq", "rel", "fork", "join", "begin", "", "read", "w\0", "acquire"};
        return words[random.nextInt(words.length)];
    }

    private static String name(Random random, int length) {
        StringBuilder name = new StringBuilder();
        for (int i = random.nextInt(length); i >= 0; i--) {
            name.append("ab0.[]:\0é".charAt(random.nextInt(9)));
        }
        return random.nextInt(50) == 0 ? "" : name.toString();
    }

    @Test
    void aByteOrderMarkIsNoPartOfAName() throws IOException {
        read("\uFEFFT0|w(x)|1\nT0|w(x)|2\n");
        assertEquals(List.of(), faults);
        assertEquals(1, model.threadCount());
    }

    @Test
    void aLineWithoutEndDoesNotFillTheMemory() throws IOException {
        String tooLong = "x".repeat(5 * StdReader.MAX_LINE_BYTES);
        String justRight = "T0|r(V" + "1".repeat(StdReader.MAX_LINE_BYTES - 9) + ")|1";
        read("T0|w(V1)|1\n" + tooLong + "\n" + justRight + "\n" + tooLong);
        assertEquals(2, events.size());
        assertEquals(List.of("2: longer than 65536 bytes", "4: longer than 65536 bytes"), faults);
    }

    @Test
    void anyCutOfTheInputGivesTheSameEvents() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            text.append('T')
                    .append(i % 7)
                    .append("|w(V")
                    .append(i % 91)
                    .append(")|")
                    .append(i % 13)
                    .append('\n');
        }
        read(text.toString());
        List<String> whole = List.copyOf(events);
        events.clear();
        reader.read(new Dribble(text.toString().getBytes(StandardCharsets.US_ASCII)));
        assertEquals(whole, events);
        assertEquals(500, whole.size());
    }

    /** Gives 1 to 5 bytes at a time. */
    private static final class Dribble extends InputStream {
        private final InputStream in;
        private int next;

        Dribble(byte[] bytes) {
            in = new ByteArrayInputStream(bytes);
        }

        @Override
        public int read() throws IOException {
            return in.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            next = next % 5 + 1;
            return in.read(target, offset, Math.min(next, length));
        }
    }
}
