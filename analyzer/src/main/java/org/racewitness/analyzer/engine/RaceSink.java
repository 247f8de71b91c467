package org.racewitness.analyzer.engine;

/** Takes the racing pairs of one process from its engine, in the engine's thread. */
public interface RaceSink {

    /**
     * Two accesses of different threads conflict at a location and the engine's order leaves them unordered.
     *
     * @param object the object that has the location
     * @param count of consecutive keys, from {@code key} on, at each of which the two meet
     * @param key where they meet: the key of an item, attribute, global or cell, {@link org.racewitness.analyzer.wire.LocationKey#SHAPE}, or
     *     {@link org.racewitness.analyzer.wire.LocationKey#ALL_ITEMS} when both take in all items; a pair that meets at several is told once for each
     * @param earlier the side that came first in the order of events; owned by the engine and valid during the call only, like {@code later}
     */
    void race(long object, long key, long count, RacingAccess earlier, RacingAccess later);

    /**
     * A thread synchronised, told in the order of events. An engine that keeps no moments tells nothing.
     *
     * @param time local time of the event in its thread
     * @param token as {@link org.racewitness.analyzer.trace.TraceEvents#sync} has it
     * @param ticks when, by the process's clock
     */
    default void synchronised(int thread, long time, int kind, long object, long token, int stack, long ticks) {}

    /** The object ended: the engine tells no race of it any more. */
    default void dead(long object) {}

    /**
     * A thread wrote a location that it had read before with no synchronisation in between, and that read was told as racing before this write
     * came.
     *
     * @param readStack stack of the read
     * @param writeStack stack of the write
     */
    void readThenWrite(int readStack, int writeStack);
}
