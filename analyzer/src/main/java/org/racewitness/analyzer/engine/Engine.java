package org.racewitness.analyzer.engine;

import org.racewitness.analyzer.trace.TraceEvents;

/**
 * Decides which accesses of one process race, by the order that it stands for, and tells them to its {@link RaceSink} as it meets them.
 *
 * <p>Owned by one thread at a time. No input makes it throw: an unknown operation or kind is ignored, a lock released by a thread that does
 * not hold it, a join of a thread that never ran and the like are defined in {@code docs/wire-format.md}.
 */
public interface Engine extends TraceEvents {

    /** The latest event of that thread that was judged, as its local time, which never goes back; 0 where the engine keeps none. */
    default long moment(int thread) {
        return 0;
    }

    /** Says, before the first event, that there may be {@link TraceEvents#late} ones: what threads knew is kept for them. */
    default void expectLate() {}

    /** No more events come. An engine that judges only at the end does so now; called once. */
    void finish();

    /** Distinct locations on which accesses were judged so far, those of dead objects included. */
    long locations();

    /** By which rules accesses were decided; all 0 where the engine does not count. */
    default RuleCounts rules() {
        return new RuleCounts();
    }

    /**
     * Locations whose past was given up for want of memory: races of what comes after with what was done there before are not told.
     */
    default long forgottenLocations() {
        return 0;
    }

    /** What the tables of locations take, in bytes; 0 where the engine does not know. */
    default long stateBytes() {
        return 0;
    }
}
