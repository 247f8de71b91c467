package org.racewitness.analyzer.clock;

import java.util.Arrays;

/**
 * A vector time: a local time for each clock slot, 0 for those that nothing is known of. Immutable, and made of pages that are shared by all that agree in them: what a
 * thread learns by one synchronisation changes a page or two, whatever the number of threads.
 */
public final class Times {
    /** Of a thread that knows nothing of the others. */
    public static final Times NOTHING = new Times(new long[0], new long[0][]);

    private static final int PAGE_BITS = 6;
    private static final int PAGE = 1 << PAGE_BITS;
    private static final int MASK = PAGE - 1;

    /** Slots below {@link #PAGE}, as far as anything is known. */
    private final long[] low;

    /** The slots behind those in whole pages; null where nothing is known of any in it. */
    private final long[][] high;

    private Times(long[] low, long[][] high) {
        this.low = low;
        this.high = high;
    }

    /** The local time of that slot. */
    public long at(int slot) {
        return slot < low.length ? low[slot] : atHigh(slot);
    }

    private long atHigh(int slot) {
        int page = (slot >>> PAGE_BITS) - 1;
        return page < 0 || page >= high.length || high[page] == null ? 0 : high[page][slot & MASK];
    }

    /** Slots behind this one have time 0. */
    public int length() {
        return high.length == 0 ? low.length : (high.length + 1) << PAGE_BITS;
    }

    /** The least upper bound, one of the two where that is it already. */
    public Times join(Times others) {
        if (others == this) {
            return this;
        }
        long[] newLow = joined(low, others.low);
        long[][] newHigh = high;
        for (int page = 0; page < others.high.length; page++) {
            long[] mine = page < newHigh.length ? newHigh[page] : null;
            long[] both = joined(mine, others.high[page]);
            if (both != mine) {
                newHigh = newHigh == high ? Arrays.copyOf(high, Math.max(high.length, others.high.length)) : newHigh;
                newHigh[page] = both;
            }
        }
        if (newLow == low && newHigh == high) {
            return this;
        }
        boolean isOthers = newLow == others.low && Arrays.equals(newHigh, others.high); // of pages the identity
        return isOthers ? others : new Times(newLow, newHigh);
    }

    /** The least upper bound of two pages, one of the two where that is it already. */
    private static long[] joined(long[] mine, long[] others) {
        if (mine == others || others == null) {
            return mine;
        }
        if (mine == null) {
            return others;
        }
        boolean isMine = others.length <= mine.length;
        boolean isOthers = mine.length <= others.length;
        for (int i = 0; i < Math.min(mine.length, others.length) && (isMine || isOthers); i++) {
            isMine &= mine[i] >= others[i];
            isOthers &= others[i] >= mine[i];
        }
        if (isMine || isOthers) {
            return isMine ? mine : others;
        }
        long[] both = Arrays.copyOf(mine, Math.max(mine.length, others.length));
        for (int i = 0; i < others.length; i++) {
            both[i] = Math.max(both[i], others[i]);
        }
        return both;
    }

    /** The least upper bound with one event, these times themselves where they cover it. */
    public Times join(long epoch) {
        int slot = Epoch.slot(epoch);
        return Epoch.time(epoch) <= at(slot) ? this : with(slot, Epoch.time(epoch));
    }

    /** The least upper bound with others and with one event, which these do not cover. */
    Times join(Times others, long epoch) {
        int slot = Epoch.slot(epoch);
        if (slot >= PAGE || high.length + others.high.length > 0) {
            return join(others).join(epoch);
        }
        long[] its = others.low;
        long[] all = Arrays.copyOf(low, Math.max(Math.max(low.length, its.length), slot + 1));
        for (int i = 0; i < its.length; i++) {
            all[i] = Math.max(all[i], its[i]);
        }
        all[slot] = Math.max(all[slot], Epoch.time(epoch));
        return new Times(all, high);
    }

    /** These with another time for that slot. */
    private Times with(int slot, long time) {
        if (slot < PAGE) {
            long[] newLow = Arrays.copyOf(low, Math.max(low.length, slot + 1));
            newLow[slot] = time;
            return new Times(newLow, high);
        }
        int page = (slot >>> PAGE_BITS) - 1;
        long[][] newHigh = Arrays.copyOf(high, Math.max(high.length, page + 1));
        newHigh[page] = newHigh[page] == null ? new long[PAGE] : newHigh[page].clone();
        newHigh[page][slot & MASK] = time;
        return new Times(low, newHigh);
    }

    /**
     * Whether these are nowhere less than the others, but for one slot, where another time is held against them.
     *
     * @param time at least what these have there
     */
    public boolean covers(Times others, int slot, long time) {
        return covers(low, others.low, slot, time) && coversHigh(others, slot, time);
    }

    private boolean coversHigh(Times others, int slot, long time) {
        boolean covers = true;
        for (int page = 0; page < others.high.length && covers; page++) {
            long[] mine = page < high.length ? high[page] : null;
            covers = covers(mine, others.high[page], slot - (page + 1) * PAGE, time);
        }
        return covers;
    }

    private static boolean covers(long[] mine, long[] others, int slot, long time) {
        if (mine == others || others == null) {
            return true;
        }
        for (int i = 0; i < others.length; i++) {
            long known = i == slot ? time : mine != null && i < mine.length ? mine[i] : 0;
            if (others[i] > known) {
                return false;
            }
        }
        return true;
    }
}
