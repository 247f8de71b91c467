package org.racewitness.jmh;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.racewitness.analyzer.clock.ClockSlots;
import org.racewitness.analyzer.clock.Moment;
import org.racewitness.analyzer.clock.ThreadClock;

/** Vector clocks: the comparison of every access, and a lock that goes from thread to thread. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ClockBenchmark {
    @Param({"4", "64"})
    private int threads;

    private ThreadClock[] clocks;
    private long[] epochs;
    private Moment lock;
    private int turn;

    @Setup
    public void everyThreadKnowsTheOneBeforeIt() {
        ClockSlots slots = new ClockSlots();
        clocks = new ThreadClock[threads];
        epochs = new long[threads];
        lock = Moment.NONE;
        for (int i = 0; i < threads; i++) {
            clocks[i] = new ThreadClock();
            clocks[i].tick();
            slots.assign(clocks[i]);
            clocks[i].join(lock);
            lock = clocks[i].moment();
            epochs[i] = clocks[i].epoch();
        }
    }

    /** Whether an earlier access is ordered before the current event. */
    @Benchmark
    public boolean covers() {
        turn = (turn + 1) % threads;
        return clocks[threads - 1].covers(epochs[turn]);
    }

    /** The next thread acquires the lock, and releases it. */
    @Benchmark
    public Moment acquireAndRelease() {
        turn = (turn + 1) % threads;
        ThreadClock clock = clocks[turn];
        clock.tick();
        clock.join(lock);
        clock.tick();
        lock = clock.moment();
        return lock;
    }
}
