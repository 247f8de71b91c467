package org.racewitness.analyzer.engine;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much memory the location tables of all processes of a run may take together. An engine that would exceed it forgets what is least
 * useful of its own and says so. Thread-safe: each engine books from its own thread.
 */
public final class StateBudget {
    /** Of the heap, what the tables may take: the rest is for events that wait, definitions, races, and the collector of garbage. */
    private static final double SHARE_OF_HEAP = 0.4;

    private final long limitBytes;

    /** Bytes booked by all engines. */
    private final AtomicLong bookedBytes = new AtomicLong();

    /** @param limitBytes at least 1 */
    public StateBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /** The usual part of this JVM's heap, in bytes. */
    public static long defaultBytes() {
        return (long) (Runtime.getRuntime().maxMemory() * SHARE_OF_HEAP);
    }

    public long limitBytes() {
        return limitBytes;
    }

    /** Books so many bytes more, or less where negative; answers whether the budget holds. */
    public boolean book(long bytes) {
        return bookedBytes.addAndGet(bytes) <= limitBytes;
    }
}
