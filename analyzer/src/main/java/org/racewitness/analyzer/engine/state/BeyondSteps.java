package org.racewitness.analyzer.engine.state;

import java.util.Arrays;
import org.racewitness.analyzer.clock.Times;

/** What a thread knew beyond happens-before in the course of an interval: it grows with each racy read. Belongs to its interval. */
final class BeyondSteps {
    /** An interval with so many is followed by another. */
    private static final int MANY = 64;

    private long[] times = new long[1];
    private Times[] known = new Times[1];
    private int size = 1;

    /** @param first null, here and below, where that is what it knows by happens-before */
    BeyondSteps(long time, Times first) {
        times[0] = time;
        known[0] = first;
    }

    boolean isFull() {
        return size >= MANY;
    }

    /** @param time not before the last one given */
    void add(long time, Times more) {
        if (times[size - 1] == time) {
            known[size - 1] = more;
            return;
        }
        if (size == times.length) {
            times = Arrays.copyOf(times, size * 2);
            known = Arrays.copyOf(known, size * 2);
        }
        times[size] = time;
        known[size++] = more;
    }

    /** Local time of the first step. */
    long first() {
        return times[0];
    }

    /** As of that local time, at least {@link #first}. */
    Times at(long time) {
        if (times[size - 1] <= time) {
            return known[size - 1]; // the usual question is about now
        }
        int found = Arrays.binarySearch(times, 0, size, time);
        return known[found >= 0 ? found : -found - 2];
    }
}
