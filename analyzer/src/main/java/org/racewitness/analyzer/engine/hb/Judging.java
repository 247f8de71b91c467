package org.racewitness.analyzer.engine.hb;

import org.racewitness.analyzer.engine.Operation;
import org.racewitness.analyzer.engine.RuleCounts;
import org.racewitness.analyzer.engine.state.Interval;
import org.racewitness.analyzer.engine.state.ThreadState;

/** Where accesses are judged, in their order or as if they were. Belongs to the thread that drives the engine. */
interface Judging {
    /** The current event of the thread. @param keys as {@link org.racewitness.analyzer.trace.TraceEvents#access} has it */
    void access(ThreadState by, Operation operation, long object, long key, long keys, int stack);

    /** The next events of the thread, which begin one after the other. @param words as {@link org.racewitness.analyzer.trace.TraceEvents#accesses} has them */
    void accesses(ThreadState by, long[] words, int from, int count);

    /** What the thread did at that local time, which is not its latest event's. */
    void late(ThreadState by, long time, Operation operation, long object, long key, long keys, int stack);

    /** The object's locations are gone. */
    void forget(long object);

    /** The accesses to the object after which all accesses to it happened or which they were. */
    void forEachAccess(long object, AccessSink accesses);

    /** Everything so far was judged, and what follows from it was told. */
    void finish();

    /** Locations ever made. */
    long locations();

    /** Locations whose past was given up. */
    long forgotten();

    /** What the tables take, in bytes. */
    long stateBytes();

    RuleCounts rules();

    /** Takes accesses of an object. */
    @FunctionalInterface
    interface AccessSink {
        void access(Interval interval, long time);
    }
}
