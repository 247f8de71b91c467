package org.racewitness.collector.bench;

import java.util.Locale;

/** The traces that {@code bench analyze} makes; none has a race. What a turn of a thread is, is in {@link TraceGenerator}. */
public enum TraceShape {
    /** Every thread comes back to a few locations of its own, a lock every 1000 accesses. */
    SAME_EPOCH,
    /** Every thread works on many objects of its own, a lock every 50 accesses. */
    OWNED,
    /** All threads read objects that the main thread made, a lock every 50 accesses. */
    READ_SHARED,
    /** 30 % of the accesses are to objects that all threads share under locks, the rest is owned. */
    SYNCHRONISED,
    /** Threads come and go, each works on objects of its own for 200 accesses. */
    THREADS,
    /** Every thread reads and writes slices of 100 items of shared lists, in its own part of each. */
    RANGES,
    /** Dicts under locks: look-ups, stores, inserts, removals, and copies. */
    CONTAINERS,
    /** Objects made by one thread, handed through a queue to another, used there and dropped. */
    HANDOVER;

    /** As on the command line: {@code same-epoch}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
