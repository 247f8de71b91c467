package org.racewitness.analyzer.engine.hb;

import org.racewitness.analyzer.engine.state.Beyond;

/** Follows all events that are no accesses, in their order. Belongs to the thread that drives the engine. */
interface Follower extends Beyond {
    /** See {@link org.racewitness.analyzer.engine.RaceSink#synchronised}. */
    void synchronised(int thread, long time, int kind, long object, long token, int stack, long ticks);

    /** See {@link org.racewitness.analyzer.engine.RaceSink#dead}. */
    void dead(long object);
}
