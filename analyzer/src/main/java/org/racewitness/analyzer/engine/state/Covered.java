package org.racewitness.analyzer.engine.state;

import java.util.Arrays;
import org.racewitness.analyzer.clock.Times;

/** What happens before some accesses: what their threads knew, and what each did before the last of its own. Belongs to whoever makes it. */
final class Covered {
    private Times known = Times.NOTHING;

    /** By clock slot, the local time of the latest of those accesses; 0 for none. */
    private long[] latest = {};

    /** Adds the access at that local time of the interval. */
    void add(Interval interval, long time) {
        known = known.join(interval.known);
        if (interval.slot >= latest.length) {
            latest = Arrays.copyOf(latest, Math.max(interval.slot + 1, latest.length * 2));
        }
        latest[interval.slot] = Math.max(latest[interval.slot], time);
    }

    /** Whether the access at that local time of the interval happens before one of them. */
    boolean has(Interval interval, long time) {
        boolean isBeforeOwn = interval.slot < latest.length && time < latest[interval.slot];
        return isBeforeOwn || time <= known.at(interval.slot);
    }
}
