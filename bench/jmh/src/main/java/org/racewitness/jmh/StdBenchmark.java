package org.racewitness.jmh;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import org.racewitness.analyzer.AnalysisOptions;
import org.racewitness.analyzer.RunAnalysis;
import org.racewitness.analyzer.report.AnalysisReport;
import org.racewitness.analyzer.trace.TraceEvents;
import org.racewitness.analyzer.trace.std.StdModel;
import org.racewitness.analyzer.trace.std.StdReader;

/** One line of RAPID's text: read alone, and judged as well. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class StdBenchmark {
    private static final int SECTIONS = 40_000;
    private static final int LINES_PER_SECTION = 5;
    private static final int LINES = SECTIONS * LINES_PER_SECTION;
    private static final int THREADS = 8;
    private static final int LOCKS = 50;
    private static final int VARIABLES_PER_LOCK = 100;

    private byte[] text;

    /** Critical sections of threads in turn: three accesses to the variables of a lock. */
    @Setup
    public void generate() {
        SplittableRandom random = new SplittableRandom(1);
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < SECTIONS; i++) {
            int thread = random.nextInt(THREADS);
            int lock = random.nextInt(LOCKS);
            line(lines, thread, "acq(L", lock, random.nextInt(100));
            for (int j = 0; j < LINES_PER_SECTION - 2; j++) {
                int variable = lock * VARIABLES_PER_LOCK + random.nextInt(VARIABLES_PER_LOCK);
                line(lines, thread, random.nextInt(3) == 0 ? "w(V" : "r(V", variable, random.nextInt(100));
            }
            line(lines, thread, "rel(L", lock, random.nextInt(100));
        }
        text = lines.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static void line(StringBuilder out, int thread, String operation, int operand, int location) {
        out.append('T')
                .append(thread)
                .append('|')
                .append(operation)
                .append(operand)
                .append(")|");
        out.append(location).append('\n');
    }

    @Benchmark
    @OperationsPerInvocation(LINES)
    public long read(Blackhole hole) throws IOException {
        TraceEvents events = new TraceEvents() {
            @Override
            public void access(int thread, int operation, long object, long key, long count, int stack) {
                hole.consume(object + stack);
            }

            @Override
            public void sync(int thread, int kind, long object, long token, int stack) {
                hole.consume(object + token);
            }

            @Override
            public void dead(int thread, long object) {
                hole.consume(object);
            }
        };
        StdReader reader = new StdReader(new StdModel(), events, (line, fault) -> hole.consume(fault));
        reader.read(new ByteArrayInputStream(text));
        return reader.analysed();
    }

    @Benchmark
    @OperationsPerInvocation(LINES)
    public AnalysisReport analyse() throws IOException {
        RunAnalysis run = new RunAnalysis(AnalysisOptions.defaults());
        run.readStd("text", new ByteArrayInputStream(text));
        return run.report();
    }
}
