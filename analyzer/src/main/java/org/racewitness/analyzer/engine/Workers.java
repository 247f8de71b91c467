package org.racewitness.analyzer.engine;

import java.util.function.LongSupplier;

/**
 * How many threads judge accesses for an engine.
 *
 * @param count 1 judges in the thread that drives the engine; more judge beside it, each the accesses to some of the objects, and what is told is the same and comes in the
 *     same order, but later: at the latest when the engine is finished
 * @param aloneEvents so many events are judged by the engine's own thread before others take part: a short trace is not worth them
 * @param roundEvents so many are handed to them at once
 * @param ticksNow time of the synchronisation that the engine is being told, in ticks of the process's clock
 */
public record Workers(int count, int aloneEvents, int roundEvents, LongSupplier ticksNow) {
    private static final int ALONE_EVENTS = 100_000;
    private static final int ROUND_EVENTS = 4096;

    /** No other thread and no clock. */
    public static final Workers NONE = of(1, () -> 0);

    /** So many threads for traces of any length. */
    public static Workers of(int count, LongSupplier ticksNow) {
        return new Workers(count, ALONE_EVENTS, ROUND_EVENTS, ticksNow);
    }
}
