package org.racewitness.analyzer.trace.std;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.racewitness.analyzer.trace.TraceEvents;
import org.racewitness.analyzer.wire.LocationKey;

@Timeout(60)
class StdReadingTest {
    private static final String[] OPERATIONS = {"r(V%d)", "w(V%d)", "acq(L%d)", "rel(L%d)", "fork(C%d)", "nonsense(%d)"
    };

    /** Writes down what it is told. */
    private static class Told implements TraceEvents {
        final List<String> lines = new ArrayList<>();

        @Override
        public void access(int thread, int operation, long object, long key, long count, int stack) {
            lines.add(thread + " op " + operation + " " + object + " " + key + " " + count + " " + stack);
        }

        @Override
        public void sync(int thread, int kind, long object, long token, int stack) {
            lines.add(thread + " sync " + kind + " " + object + " " + token + " " + stack);
        }

        @Override
        public void dead(int thread, long object) {
            lines.add("dead");
        }
    }

    private static String text(long seed, int lines) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines; i++) {
            String operation = OPERATIONS[random.nextInt(OPERATIONS.length)];
            text.append('T').append(random.nextInt(9)).append('|');
            text.append(String.format(operation, random.nextInt(500)));
            text.append('|').append(random.nextInt(100)).append('\n');
        }
        return text.toString();
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theSameEventsAsInOneThread() throws IOException {
        long seed = System.nanoTime();
        String text = text(seed, 100_000);
        Told expected = new Told();
        List<String> expectedFaults = new ArrayList<>();
        new StdReader(new StdModel(), expected, (line, fault) -> expectedFaults.add(line + ": " + fault))
                .read(stream(text));

        Told told = new Told();
        List<String> faults = new ArrayList<>();
        StdReading reading = new StdReading(new StdModel(), (line, fault) -> faults.add(line + ": " + fault));
        reading.run(stream(text), told);

        assertFalse(expectedFaults.isEmpty());
        assertEquals(expectedFaults, faults, "seed " + seed);
        assertEquals(expected.lines, told.lines, "seed " + seed);
        assertEquals(expectedFaults.size(), reading.reader().malformed());
        assertEquals(told.lines.size(), reading.reader().analysed());
    }

    @Test
    void whatCameBeforeAnErrorOfTheStreamIsDelivered() {
        IOException broken = new IOException("broken");
        InputStream in = new SequenceInputStream(stream("T0|w(V1)|1\n"), new InputStream() {
            @Override
            public int read() throws IOException {
                throw broken;
            }
        });
        Told told = new Told();
        StdReading reading = new StdReading(new StdModel(), (line, fault) -> {});
        assertSame(broken, assertThrows(IOException.class, () -> reading.run(in, told)));
        assertEquals(List.of("0 op 2 2 " + LocationKey.CELL + " 1 1"), told.lines);
    }

    /** More than the pipe holds: the reader must not wait for somebody who has gone. */
    @Test
    void aConsumerThatFailsDoesNotLeaveTheReaderBehind() throws InterruptedException {
        String text = text(1, 300_000);
        Told failing = new Told() {
            @Override
            public void access(int thread, int operation, long object, long key, long count, int stack) {
                throw new UnsupportedOperationException("no more");
            }
        };
        StdReading reading = new StdReading(new StdModel(), (line, fault) -> {});
        assertThrows(UnsupportedOperationException.class, () -> reading.run(stream(text), failing));
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("std-reader")) {
                thread.join();
            }
        }
    }
}
