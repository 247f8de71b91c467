package org.racewitness.analyzer.clock;

import java.util.Arrays;

/**
 * Hands out the places of vector clocks. A thread keeps its slot until it has been joined; another thread may have it next if it knows of all that
 * was done in it. Threads that share a slot are a chain: whoever knows an event of a later one knows all of the earlier ones, so nothing
 * is lost by counting their events in one row, and clocks are as long as there are threads beside each other, not threads in all.
 *
 * <p>Belongs to its engine.
 */
public final class ClockSlots {
    /** Slots given back that are looked at for one thread, the latest first: a bound on the work, the rest waits. */
    private static final int LOOKED_AT = 32;

    private int[] free = new int[8];
    private long[] lastTimes = new long[8];
    private int freeCount;
    private int used;

    /** Slots ever used at once, the length of the longest clock. */
    public int used() {
        return used;
    }

    /** The thread of that clock has ended as far as one can tell; if it goes on all the same, it needs another slot. */
    public void giveBack(ThreadClock clock) {
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, freeCount * 2);
            lastTimes = Arrays.copyOf(lastTimes, freeCount * 2);
        }
        free[freeCount] = clock.slot();
        lastTimes[freeCount++] = clock.time();
    }

    /** Gives the clock a slot for its coming events; answers whether there was one left. */
    public boolean assign(ThreadClock clock) {
        for (int i = freeCount - 1; i >= Math.max(0, freeCount - LOOKED_AT); i--) {
            int slot = free[i];
            if (slot != clock.slot() && clock.timeOf(slot) >= lastTimes[i]) {
                clock.occupy(slot, lastTimes[i]);
                freeCount--;
                System.arraycopy(free, i + 1, free, i, freeCount - i);
                System.arraycopy(lastTimes, i + 1, lastTimes, i, freeCount - i);
                return true;
            }
        }
        if (used > Epoch.MAX_SLOT) {
            return false;
        }
        clock.occupy(used++, 0);
        return true;
    }
}
