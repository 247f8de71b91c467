package org.racewitness.analyzer.engine.state;

import java.util.Arrays;

/**
 * The intervals of a thread so far, for accesses that are told late. The latest {@value #LATEST} are remembered as they were; of {@value #OLDER} before those all but what
 * the thread knew, which is taken from up to {@value #EVERY} intervals later: whoever keeps an access back knew of all that others had done there before, so that more
 * knowledge changes no verdict on it. Belongs to its thread.
 */
final class Past {
    static final int LATEST = 2048;

    /** An agent tells what it keeps back before half as many synchronisations have passed. */
    static final int OLDER = 1 << 16;

    /** Of all threads of a process together: some 70 MiB. */
    static final int OLDER_OF_ALL = 1 << 22;

    private static final int EVERY = 16;
    private static final int FIRST_OLDER = 1024;
    private static final Interval[] NONE = {};

    private final Intervals intervals;
    private final Beyond beyond;

    /** A ring; `count` is how many there ever were. */
    private Interval[] latest = NONE;

    private long count;

    /** Likewise of those that have left it. */
    private long[] olderStarts = {};

    private int[] olderLockSets = {};

    /** The last one of each {@link #EVERY} so far. */
    private Interval[] olderKnown = NONE;

    private long olderCount;

    Past(Intervals intervals, Beyond beyond) {
        this.intervals = intervals;
        this.beyond = beyond;
    }

    boolean isEmpty() {
        return count == 0;
    }

    void add(Interval begun) {
        if (count == latest.length && count < LATEST) {
            latest = Arrays.copyOf(latest, Math.max(8, latest.length * 2));
        }
        int place = (int) (count++ & (latest.length - 1));
        if (latest[place] != null) {
            addOlder(latest[place]);
        }
        latest[place] = begun;
    }

    private void addOlder(Interval interval) {
        int room = olderStarts.length;
        if (olderCount == room && room < OLDER && intervals.takeOlder(Math.max(FIRST_OLDER, room))) {
            olderStarts = Arrays.copyOf(olderStarts, Math.max(FIRST_OLDER, room * 2));
            olderLockSets = Arrays.copyOf(olderLockSets, olderStarts.length);
            olderKnown = Arrays.copyOf(olderKnown, olderStarts.length / EVERY);
        }
        if (olderStarts.length > 0) {
            int place = (int) (olderCount++ & (olderStarts.length - 1));
            olderStarts[place] = interval.start;
            olderLockSets[place] = interval.lockSet;
            olderKnown[place / EVERY] = interval;
        }
    }

    /** Forgets all. */
    void clear() {
        intervals.giveOlder(olderStarts.length);
        latest = NONE;
        count = 0;
        olderStarts = new long[0];
        olderLockSets = new int[0];
        olderKnown = NONE;
        olderCount = 0;
    }

    /** What held at that local time; with the locks and the knowledge of the oldest that is remembered where that is longer ago. There is one. */
    Interval at(long time) {
        long oldest = Math.max(0, count - latest.length);
        long high = count - 1;
        long low = high;
        for (long step = 1; low > oldest && latest[(int) (low & (latest.length - 1))].start > time; step *= 2) {
            high = low - 1; // mostly it was not long ago
            low = Math.max(oldest, low - step);
        }
        while (low < high) {
            long middle = (low + high + 1) >>> 1;
            if (latest[(int) (middle & (latest.length - 1))].start <= time) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        Interval found = latest[(int) (low & (latest.length - 1))];
        return found.start <= time ? found : olderAt(time, found);
    }

    private Interval olderAt(long time, Interval next) {
        if (olderCount == 0) {
            return copy(next, time, next.lockSet);
        }
        long low = firstOfWholeGroup();
        long high = olderCount - 1;
        while (low < high) {
            long middle = (low + high + 1) >>> 1;
            if (olderStarts[(int) (middle & (olderStarts.length - 1))] <= time) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        int place = (int) (low & (olderStarts.length - 1));
        return copy(olderKnown[place / EVERY], Math.min(time, olderStarts[place]), olderLockSets[place]);
    }

    /** Of those before it a later group has taken the place. */
    private long firstOfWholeGroup() {
        long first = Math.max(0, olderCount - olderStarts.length);
        return (first + EVERY - 1) / EVERY * EVERY;
    }

    private Interval copy(Interval known, long start, int lockSet) {
        Interval copy = known.earlier(start, lockSet);
        beyond.copied(copy, known);
        return copy;
    }
}
