package org.racewitness.analyzer.clock;

import java.util.Arrays;

/** The least upper bound of moments of threads: what an event flag or a barrier has gathered. Not thread-safe; belongs to its engine. */
public final class ClockSum {
    private long[] times = ThreadClock.NOTHING;

    /** Adds a moment of a thread and what the thread knew then. */
    public void add(long[] itsKnown, long moment) {
        int other = Epoch.thread(moment);
        int length = Math.max(itsKnown.length, other + 1);
        if (times.length < length) {
            times = Arrays.copyOf(times, length);
        }
        ThreadClock.raise(times, itsKnown);
        times[other] = Math.max(times[other], Epoch.time(moment));
    }

    /** Adds all that another sum has gathered. */
    public void add(ClockSum other) {
        if (times.length < other.times.length) {
            times = Arrays.copyOf(times, other.times.length);
        }
        ThreadClock.raise(times, other.times);
    }

    /** Times by thread number; valid until the next {@code add}. */
    public long[] times() {
        return times;
    }
}
