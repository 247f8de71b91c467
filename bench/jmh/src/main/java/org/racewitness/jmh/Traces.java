package org.racewitness.jmh;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.racewitness.collector.bench.TraceGenerator;
import org.racewitness.collector.bench.TraceShape;

/** Frames of one generated trace, the same for every run of a benchmark. */
final class Traces {
    static final int EVENTS = 200_000;
    private static final int THREADS = 8;
    private static final long SEED = 1;

    private Traces() {}

    /** HELLO, at least {@link #EVENTS} events, END. */
    static List<ByteBuffer> frames(TraceShape shape) {
        TraceGenerator trace = new TraceGenerator(shape, THREADS, SEED);
        List<ByteBuffer> frames = new ArrayList<>();
        frames.add(trace.hello());
        while (trace.events() < EVENTS) {
            frames.addAll(trace.next());
        }
        frames.add(trace.end());
        return frames;
    }
}
