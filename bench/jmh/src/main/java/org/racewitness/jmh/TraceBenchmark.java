package org.racewitness.jmh;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import org.racewitness.analyzer.AnalysisOptions;
import org.racewitness.analyzer.RunAnalysis;
import org.racewitness.analyzer.SessionAnalysis;
import org.racewitness.analyzer.report.AnalysisReport;
import org.racewitness.analyzer.trace.Accounting;
import org.racewitness.analyzer.trace.SessionTrace;
import org.racewitness.analyzer.trace.TraceEvents;
import org.racewitness.analyzer.wire.FrameDescriptor;
import org.racewitness.analyzer.wire.FramePayload;
import org.racewitness.collector.bench.TraceShape;

/** One event of a generated trace: decoded and put in order alone, and judged as well. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class TraceBenchmark {
    private static final long MAX_WAITING_WORDS = 32L << 20;

    @Param
    private TraceShape shape;

    private List<ByteBuffer> frames;

    @Setup
    public void generate() {
        frames = Traces.frames(shape);
    }

    /** From the frames to the linear order of events, without an engine. */
    @Benchmark
    @OperationsPerInvocation(Traces.EVENTS)
    public SessionTrace decode(Blackhole hole) {
        SessionTrace trace = new SessionTrace(new Accounting());
        trace.start(new Consumer(hole), MAX_WAITING_WORDS);
        for (ByteBuffer frame : frames) {
            ByteBuffer payload = FramePayload.of(frame);
            switch (FrameDescriptor.type(frame, 0)) {
                case FrameDescriptor.TYPE_RECORDS ->
                    trace.records(
                            FrameDescriptor.thread(frame, 0),
                            FrameDescriptor.sequence(frame, 0),
                            FrameDescriptor.records(frame, 0),
                            payload);
                case FrameDescriptor.TYPE_MARK -> trace.mark(payload.getLong(0));
                default -> {
                    // HELLO and END
                }
            }
        }
        trace.finish();
        return trace;
    }

    @Benchmark
    @OperationsPerInvocation(Traces.EVENTS)
    public AnalysisReport hb() {
        return analyse("hb");
    }

    @Benchmark
    @OperationsPerInvocation(Traces.EVENTS)
    public AnalysisReport shb() {
        return analyse("shb");
    }

    private AnalysisReport analyse(String order) {
        RunAnalysis run = new RunAnalysis(AnalysisOptions.defaults().withOrder(order));
        SessionAnalysis session = run.open(1);
        frames.forEach(session::frame);
        session.finish("exit", null);
        return run.report();
    }

    /** Takes the events to where the compiler cannot see that they are not used. */
    private record Consumer(Blackhole hole) implements TraceEvents {
        @Override
        public void access(int thread, int operation, long object, long key, long count, int stack) {
            hole.consume(object + key + stack);
        }

        @Override
        public void sync(int thread, int kind, long object, long token, int stack) {
            hole.consume(object + token);
        }

        @Override
        public void dead(int thread, long object) {
            hole.consume(object);
        }
    }
}
