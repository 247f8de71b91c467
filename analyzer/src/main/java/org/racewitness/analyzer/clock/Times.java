package org.racewitness.analyzer.clock;

import java.util.Arrays;

/** Vector times as bare arrays, by clock slot; slots beyond the end are 0. */
public final class Times {
    private Times() {}

    public static long at(long[] times, int slot) {
        return slot < times.length ? times[slot] : 0;
    }

    /** Raises {@code into}, which is at least as long, to the least upper bound of both. */
    static void raise(long[] into, long[] from) {
        for (int i = 0; i < from.length; i++) {
            if (from[i] > into[i]) {
                into[i] = from[i];
            }
        }
    }

    /** The least upper bound, one of the two where that is it already, else a new array. */
    public static long[] join(long[] some, long[] others) {
        if (covers(some, others)) {
            return some;
        }
        long[] joined = Arrays.copyOf(some, Math.max(some.length, others.length));
        raise(joined, others);
        return joined;
    }

    /** The least upper bound of times and one event, the times themselves where they cover it. */
    public static long[] join(long[] times, long epoch) {
        int slot = Epoch.slot(epoch);
        if (Epoch.time(epoch) <= at(times, slot)) {
            return times;
        }
        long[] joined = Arrays.copyOf(times, Math.max(times.length, slot + 1));
        joined[slot] = Epoch.time(epoch);
        return joined;
    }

    /** Whether the first are nowhere less than the others. */
    public static boolean covers(long[] times, long[] others) {
        for (int i = 0; i < others.length; i++) {
            if (others[i] > at(times, i)) {
                return false;
            }
        }
        return true;
    }
}
