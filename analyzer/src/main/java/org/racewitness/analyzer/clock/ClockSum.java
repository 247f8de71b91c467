package org.racewitness.analyzer.clock;

import java.util.Arrays;

/** The least upper bound of moments of threads: what an event flag or a barrier has gathered. Not thread-safe; belongs to its engine. */
public final class ClockSum {
    private long[] times = ThreadClock.NOTHING;

    /** What was gathered of {@link Moment#beyond}; null where none of the moments had any. */
    public long[] beyond;

    /** Adds a moment of a thread and what the thread knew then. */
    public void add(Moment moment) {
        int slot = Epoch.slot(moment.epoch);
        int length = Math.max(moment.known.length, slot + 1);
        if (times.length < length) {
            times = Arrays.copyOf(times, length);
        }
        Times.raise(times, moment.known);
        times[slot] = Math.max(times[slot], Epoch.time(moment.epoch));
    }

    /** Times by clock slot; valid until the next {@code add}. */
    public long[] times() {
        return times;
    }
}
