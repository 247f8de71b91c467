package org.racewitness.analyzer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.racewitness.analyzer.report.AnalysisReport;
import org.racewitness.analyzer.report.Level;
import org.racewitness.analyzer.report.ProcessReport;
import org.racewitness.analyzer.report.Race;
import org.racewitness.analyzer.report.Verdict;
import org.racewitness.analyzer.trace.GoldenTrace;
import org.racewitness.analyzer.wire.FrameDescriptor;
import org.racewitness.analyzer.wire.FrameReader;
import org.racewitness.analyzer.wire.FrameWriter;
import org.racewitness.analyzer.wire.Pairs;

class RunAnalysisTest {
    private final RunAnalysis run = new RunAnalysis(AnalysisOptions.defaults());

    private static List<ByteBuffer> frames() throws IOException {
        List<ByteBuffer> frames = new ArrayList<>();
        byte[] trace = GoldenTrace.bytes();
        FrameReader reader = new FrameReader(
                Channels.newChannel(new ByteArrayInputStream(trace, 8, trace.length - 8)), (o, b, f) -> {
                    throw new AssertionError(f);
                });
        for (ByteBuffer frame = reader.next(); frame != null; frame = reader.next()) {
            ByteBuffer copy = ByteBuffer.allocate(frame.remaining() + 3);
            copy.position(3);
            frames.add(copy.put(frame.duplicate()).position(3));
        }
        return frames;
    }

    private static long session(ByteBuffer frame) {
        return FrameDescriptor.session(FrameDescriptor.littleEndian(frame), frame.position());
    }

    private static AnalysisReport replay(RunAnalysis run) throws IOException {
        TraceReadResult result =
                run.readTrace("golden", Channels.newChannel(new ByteArrayInputStream(GoldenTrace.bytes())));
        assertEquals(List.of(), result.problems());
        assertEquals(2, result.sessions());
        assertEquals(12, result.units());
        return run.report();
    }

    @Test
    void aTraceFile() throws IOException {
        AnalysisReport report = replay(run);
        assertEquals("shb", report.order());
        assertEquals(Level.ERROR, report.worst());
        Race race = report.races().get(0);
        assertEquals(Verdict.LOST_UPDATE, race.verdict());
        assertEquals("Counter.n", race.location().name());
        assertEquals(1, report.races().size());
        assertEquals(84, report.events());
        ProcessReport parent = report.processes().get(0);
        assertEquals(4711, parent.pid());
        assertEquals("3.13.5", parent.python());
        assertEquals(2, parent.threads());
        assertEquals(78, parent.analysed());
        assertEquals(1, parent.dropped());
        assertEquals("exit", parent.endedBy());
        assertEquals(List.of("hello from the agent", "1 record(s) of unknown kinds were dropped"), parent.notes());
    }

    @Test
    void framesFromSockets() throws IOException {
        for (ByteBuffer frame : frames()) {
            SessionAnalysis session = run.open(session(frame));
            session.frame(frame);
            assertEquals(3, frame.position());
            session.counters().check();
        }
        SessionAnalysis parent = run.open(GoldenTrace.SESSION);
        assertNotNull(parent.hello());
        assertTrue(parent.ended());
        assertEquals(0, parent.counters().lost());
        parent.finish("exit", null);
        parent.finish("signal", 9);
        assertEquals(0, parent.counters().check().waiting());
        assertEquals(1, run.report().races().size());
        assertEquals("exit", run.report().processes().get(0).endedBy());
        assertEquals("unknown", run.report().processes().get(1).endedBy());
    }

    @Test
    void aDamagedFrameIsCountedAndTold() throws IOException {
        List<ByteBuffer> frames = frames();
        SessionAnalysis session = run.open(GoldenTrace.SESSION);
        assertNull(session.hello());
        session.frame(frames.get(0));
        frames.get(1).put(100, (byte) 0x55);
        session.frame(frames.get(1));
        session.frame(frames.get(2));
        session.frame(frames.get(2).duplicate().limit(60));
        session.frame(frames.get(8));
        session.finish("exit", null);
        assertEquals(39 + 29, session.counters().check().malformed());
        List<String> notes = run.report().processes().get(0).notes();
        assertTrue(notes.stream().anyMatch(note -> note.startsWith("damaged frame: checksum")), notes::toString);
        assertTrue(notes.contains("Truncated: length 784 > bytes available 57 reading a frame"), notes::toString);
        assertTrue(notes.contains("a frame of session c0ffee00000002 was skipped"), notes::toString);
    }

    @Test
    void whatIsRecoveredContinuesWhatArrived() throws IOException {
        List<ByteBuffer> frames = frames();
        SessionAnalysis session = run.open(GoldenTrace.SESSION);
        session.frame(frames.get(0));
        session.frame(frames.get(1));
        assertEquals(1208, session.received(1));
        assertEquals(0, session.received(2));
        ByteBuffer worker = frames.get(2);
        session.recovered(2, 0, worker.slice(worker.position() + 48, worker.remaining() - 48));
        session.finish("signal", 9);
        ProcessReport process = run.report().processes().get(0);
        assertEquals(29, process.recovered());
        assertEquals(68, process.events());
        assertEquals("signal", process.endedBy());
        assertEquals(
                List.of(
                        "ended by signal 9; its last 29 records were taken from its buffer file",
                        "hello from the agent"),
                process.notes());
        assertEquals(1, run.report().races().size());
    }

    @Test
    void noFileIsNotATrace() throws IOException {
        byte[] text = "hello, I am a text\n".getBytes(StandardCharsets.US_ASCII);
        TraceReadResult result = run.readTrace("notes.txt", Channels.newChannel(new ByteArrayInputStream(text)));
        assertEquals(
                "notes.txt: not a trace file: it does not begin with RWTRACE1",
                result.problems().get(0));
        assertEquals(0, result.sessions());
        assertEquals(0, run.report().races().size());
    }

    @Test
    void rapidsText() throws IOException {
        String text = "T0|fork(T1)|1\nT0|w(V1)|12\nT1|w(V1)|13\nT0|acq(L)|14\nT0|w(V2)|15\nT0|rel(L)|16\n"
                + "T1|acq(L)|17\nT1|w(V2)|18\nT1|rel(L)|19\nbad\n";
        TraceReadResult result =
                run.readStd("t.std", new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)));
        assertEquals(List.of("t.std, line 10: expected thread|operation(operand)|location"), result.problems());
        assertEquals(10, result.units());
        AnalysisReport report = run.report();
        assertEquals(1, report.races().size());
        Race race = report.races().get(0);
        assertEquals("V1", race.location().name());
        assertEquals(Verdict.UNORDERED_WRITE_WRITE, race.verdict());
        List<String> functions = race.accesses().stream()
                .map(access -> access.stack().get(0).function())
                .sorted()
                .toList();
        assertEquals(List.of("12", "13"), functions);
        assertEquals(1, race.accesses().get(0).stack().size());
        assertEquals(9, report.processes().get(0).analysed());
        assertEquals(1, report.processes().get(0).malformed());
    }

    @Test
    void anUnknownOrderIsRefused() {
        RunAnalysis wrong = new RunAnalysis(AnalysisOptions.defaults().withOrder("wcp"));
        assertThrows(IllegalArgumentException.class, () -> wrong.readStd("x", new ByteArrayInputStream(new byte[0])));
    }

    @Test
    void whatTheFiltersOfAllProcessesDidIsAddedUp() {
        RunAnalysis run = new RunAnalysis(AnalysisOptions.defaults());
        for (long session = 1; session <= 2; session++) {
            byte[] end = Pairs.encode(Map.of(
                    "reason",
                    "exit",
                    "rule.repeat.1",
                    "5",
                    "rule.repeat.2",
                    "1",
                    "rule.recorded.99",
                    "-7",
                    "rule.x",
                    "3"));
            run.open(session).frame(new FrameWriter(session).processFrame(FrameDescriptor.TYPE_END, 0, end));
        }
        assertEquals(
                Map.of("repeat", Map.of("READ", 10L, "WRITE", 2L), "recorded", Map.of("OP_99", 0L)), run.agentRules());
    }
}
