package org.racewitness.collector.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.racewitness.analyzer.wire.FrameDescriptor;
import org.racewitness.analyzer.wire.FrameWriter;
import org.racewitness.analyzer.wire.Hello;
import org.racewitness.analyzer.wire.Pairs;
import org.racewitness.analyzer.wire.TraceFile;
import org.racewitness.collector.ingest.Bytes;
import org.racewitness.collector.os.InheritedDescriptors;
import org.racewitness.collector.run.Console;

/** {@code analyze} and {@code dump} on a trace of which every byte is cut off and flipped in turn. */
class DamagedTraceTest {
    private static final InheritedDescriptors NOTHING_INHERITED = InheritedDescriptors.atStart();
    /** The dump reads the trace with the same reader: it is tried on some. */
    private static final int DUMP_EVERY = 7;

    @TempDir
    Path directory;

    private byte[] trace;
    private int checks;

    @BeforeEach
    void fixture() {
        FrameWriter writer = new FrameWriter(77);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(Bytes.of(TraceFile.header()));
        Map<String, String> pairs = Map.of("python", "3.13.5", "freeThreaded", "1");
        out.writeBytes(Bytes.of(writer.hello(new Hello(1, 77, 17, 1, 1_000_000_000, 0, 0, 0, new byte[32], pairs))));
        List<RacyTrace.Stream> streams = RacyTrace.racy();
        for (ByteBuffer frame : RacyTrace.frames(writer, streams)) {
            out.writeBytes(Bytes.of(frame));
        }
        Map<String, String> end =
                Map.of("reason", "exit", "records", Long.toString(RacyTrace.records(streams)), "lost", "0");
        out.writeBytes(Bytes.of(writer.processFrame(FrameDescriptor.TYPE_END, 0, Pairs.encode(end))));
        trace = out.toByteArray();
    }

    private record Outcome(int status, List<String> said, String printed) {}

    private Outcome execute(byte[] bytes, String... arguments) throws IOException {
        Files.write(directory.resolve("t"), bytes);
        ByteArrayOutputStream stdout = new ByteArrayOutputStream();
        ByteArrayOutputStream stderr = new ByteArrayOutputStream();
        Console console = new Console(new PrintStream(stderr, true, StandardCharsets.UTF_8));
        String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = directory.resolve("t").toString();
        int status = Main.execute(all, new CommandContext(console, stdout, NOTHING_INHERITED, directory));
        return new Outcome(
                status,
                stderr.toString(StandardCharsets.UTF_8).lines().toList(),
                stdout.toString(StandardCharsets.UTF_8));
    }

    private void check(byte[] bytes, String what) throws IOException {
        Files.deleteIfExists(directory.resolve("r.json"));
        Outcome analysed = execute(
                bytes,
                "analyze",
                "--no-html",
                "--json",
                directory.resolve("r.json").toString());
        boolean noTrace = analysed.status() == ExitStatus.USAGE;
        assertTrue(List.of(2, 66, 70).contains(analysed.status()), () -> what + ": " + analysed);
        assertFalse(analysed.said().toString().contains("internal-error"), () -> what + ": " + analysed);
        assertEquals(
                1,
                analysed.said().stream()
                        .filter(line -> line.endsWith(noTrace ? "[not-a-trace]" : "[trace-damaged]"))
                        .count(),
                () -> what + ": " + analysed);
        assertEquals(!noTrace, Files.exists(directory.resolve("r.json")), what);
        if (checks++ % DUMP_EVERY == 0) {
            Outcome dumped = execute(bytes, "dump");
            assertEquals(noTrace ? 2 : 70, dumped.status(), () -> what + ": " + dumped);
        }
    }

    @Test
    void theWholeTraceRaces() throws IOException {
        Outcome whole = execute(trace, "analyze", "--no-html");
        assertEquals(66, whole.status(), whole.toString());
    }

    @Test
    void everyCut() throws IOException {
        int wholeFrames = 0;
        for (int length = 0; length < trace.length; length++) {
            byte[] cut = Arrays.copyOf(trace, length);
            if (length >= TraceFile.HEADER_BYTES && endsWithWholeFrame(length)) {
                wholeFrames++;
                assertTrue(
                        List.of(0, 66)
                                .contains(execute(cut, "analyze", "--no-html").status()),
                        "cut at " + length);
            } else {
                check(cut, "cut at " + length);
            }
        }
        assertEquals(5, wholeFrames, "behind the header, HELLO and three frames of records");
    }

    @Test
    void everyByteFlipped() throws IOException {
        for (int at = 0; at < trace.length; at++) {
            byte[] flipped = trace.clone();
            flipped[at] = (byte) ~flipped[at];
            check(flipped, "byte " + at + " flipped of " + HexFormat.of().formatHex(trace, at, at + 1));
        }
    }

    private boolean endsWithWholeFrame(int length) {
        ByteBuffer bytes = FrameDescriptor.littleEndian(ByteBuffer.wrap(trace));
        int at = TraceFile.HEADER_BYTES;
        while (at < length) {
            at += FrameDescriptor.frameBytes(bytes, at);
        }
        return at == length;
    }
}
