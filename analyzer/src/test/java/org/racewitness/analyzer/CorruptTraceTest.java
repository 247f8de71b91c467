package org.racewitness.analyzer;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.racewitness.analyzer.report.AnalysisReport;
import org.racewitness.analyzer.report.ProcessReport;
import org.racewitness.analyzer.trace.GoldenTrace;

/** A trace cut and flipped at every byte: nothing is thrown, the accounting holds, and what arrived whole before is analysed. */
class CorruptTraceTest {
    private static final byte[] TRACE = GoldenTrace.bytes();

    /** End of the frame in which the second of the racing writes lies, and of those before it. */
    private static final int RACE_ARRIVED = endOfFrame(3);

    private static int endOfFrame(int frame) {
        int at = 8;
        for (int i = 0; i < frame; i++) {
            at += 48 + (TRACE[at + 20] & 0xFF) + ((TRACE[at + 21] & 0xFF) << 8);
        }
        return at;
    }

    private static AnalysisReport analyse(byte[] trace, int minProblems, int maxProblems) throws IOException {
        RunAnalysis run = new RunAnalysis(AnalysisOptions.defaults());
        TraceReadResult result = run.readTrace("x", Channels.newChannel(new ByteArrayInputStream(trace)));
        assertEquals(trace.length, result.bytes());
        int problems = result.problems().size();
        assertTrue(
                problems >= minProblems && problems <= maxProblems,
                () -> result.problems().toString());
        AnalysisReport report = run.report();
        for (ProcessReport process : report.processes()) {
            assertEquals(
                    process.events(), process.analysed() + process.dropped() + process.malformed(), process::toString);
        }
        return report;
    }

    @Test
    void whole() throws IOException {
        AnalysisReport report = analyse(TRACE, 0, 0);
        assertEquals(1, report.races().size());
        assertEquals(2, report.processes().size());
        assertEquals(0, report.lost());
    }

    @Test
    void cutAtEveryByte() throws IOException {
        for (int length = 0; length < TRACE.length; length++) {
            AnalysisReport report = analyse(Arrays.copyOf(TRACE, length), 0, 21);
            if (length >= RACE_ARRIVED) {
                assertEquals(1, report.races().size(), "cut to " + length);
            }
        }
    }

    @Test
    void flippedAtEveryByte() throws IOException {
        for (int at = 0; at < TRACE.length; at++) {
            byte[] trace = TRACE.clone();
            trace[at] ^= (byte) (1 << at % 8);
            AnalysisReport report = analyse(trace, 1, 21);
            assertTrue(report.races().size() <= 1, "a race that is none, flipped at " + at);
            if (at >= RACE_ARRIVED) {
                assertEquals(1, report.races().size(), "flipped at " + at);
            }
        }
    }

    /** As a buffer file has no checksums, what is recovered from it can be anything. */
    @Test
    void recoveredBytesOfAnyKind() {
        long seed = Long.getLong("racewitness.seed", System.nanoTime());
        Random random = new Random(seed);
        int at = endOfFrame(1) + 48;
        byte[] records = Arrays.copyOfRange(TRACE, at, endOfFrame(2));
        for (int round = 0; round < 2000; round++) {
            byte[] bytes = records.clone();
            for (int i = random.nextInt(6); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] ^= (byte) random.nextInt(256);
            }
            int length = random.nextInt(bytes.length + 1);
            assertDoesNotThrow(() -> recover(ByteBuffer.wrap(bytes, 0, length)), () -> "-Dracewitness.seed=" + seed);
        }
    }

    private static void recover(ByteBuffer records) {
        RunAnalysis run = new RunAnalysis(AnalysisOptions.defaults());
        SessionAnalysis session = run.open(5);
        session.recovered(1, 0, records);
        session.counters().check();
        session.finish("signal", 9);
        assertEquals(0, session.counters().check().waiting());
        run.report();
    }
}
