package org.racewitness.analyzer.clock;

/** The least upper bound of moments of threads: what an event flag or a barrier has gathered. Not thread-safe; belongs to its engine. */
public final class ClockSum {
    private Times times = Times.NOTHING;

    /** What was gathered of {@link Moment#beyond}; null where none of the moments had any. */
    public Times beyond;

    /** Adds a moment of a thread and what the thread knew then. */
    public void add(Moment moment) {
        times = times.join(moment.known).join(moment.epoch);
    }

    /** Times by clock slot. */
    public Times times() {
        return times;
    }
}
