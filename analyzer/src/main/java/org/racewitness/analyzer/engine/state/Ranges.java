package org.racewitness.analyzer.engine.state;

import java.util.Arrays;

/**
 * The items of one container that were accessed a range at a time: disjoint runs of keys in ascending order, each with one history for all
 * of its keys. A run is split where an access takes in a part of it. Keys that are accessed one by one have records in the {@link LocationTable} and are in no run.
 * Belongs to its engine.
 */
public final class Ranges {
    /** What one run takes, with a history of its usual size. */
    public static final int RUN_BYTES = 180;

    private long[] from = new long[4];

    /** Exclusive. */
    private long[] to = new long[4];

    private History[] histories = new History[4];
    private int size;

    public int size() {
        return size;
    }

    public long from(int run) {
        return from[run];
    }

    public long to(int run) {
        return to[run];
    }

    public History history(int run) {
        return histories[run];
    }

    /** Index of the first run that ends behind that key, {@link #size} for none. */
    public int firstBehind(long key) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (to[middle] > key) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** Adds a run; no key of it may be in another one. @param run its index, from {@link #firstBehind} of its first key */
    public void add(int run, long first, long end, History history) {
        if (size == from.length) {
            from = Arrays.copyOf(from, size * 2);
            to = Arrays.copyOf(to, size * 2);
            histories = Arrays.copyOf(histories, size * 2);
        }
        int behind = size - run;
        System.arraycopy(from, run, from, run + 1, behind);
        System.arraycopy(to, run, to, run + 1, behind);
        System.arraycopy(histories, run, histories, run + 1, behind);
        from[run] = first;
        to[run] = end;
        histories[run] = history;
        size++;
    }

    /** Makes {@code key} the first of a run if it lies within one. */
    public void splitAt(long key) {
        int run = firstBehind(key);
        if (run < size && from[run] < key) {
            add(run + 1, key, to[run], histories[run].copy());
            to[run] = key;
        }
    }

    /** Takes one key out of its run; answers its history, null where it is in none. */
    public History takeOut(long key) {
        int run = firstBehind(key);
        if (run == size || from[run] > key) {
            return null;
        }
        History history = histories[run].copy();
        if (from[run] + 1 == to[run]) {
            remove(run);
        } else if (from[run] == key) {
            from[run]++;
        } else {
            if (to[run] > key + 1) {
                add(run + 1, key + 1, to[run], histories[run].copy());
            }
            to[run] = key;
        }
        return history;
    }

    /** Joins neighbouring runs with equal histories, among those that touch or border on the keys from {@code first} to {@code end}. */
    public void mergeEqual(long first, long end) {
        int kept = Math.max(0, firstBehind(first) - 1);
        int run = kept + 1;
        for (; run < size && from[run - 1] < end; run++) {
            if (to[kept] == from[run] && histories[kept].isEqual(histories[run])) {
                to[kept] = to[run];
            } else {
                kept++;
                from[kept] = from[run];
                to[kept] = to[run];
                histories[kept] = histories[run];
            }
        }
        int gone = run - kept - 1;
        if (gone > 0 && run <= size) {
            int behind = size - run;
            System.arraycopy(from, run, from, kept + 1, behind);
            System.arraycopy(to, run, to, kept + 1, behind);
            System.arraycopy(histories, run, histories, kept + 1, behind);
            Arrays.fill(histories, size - gone, size, null);
            size -= gone;
        }
    }

    private void remove(int run) {
        int behind = --size - run;
        System.arraycopy(from, run + 1, from, run, behind);
        System.arraycopy(to, run + 1, to, run, behind);
        System.arraycopy(histories, run + 1, histories, run, behind);
        histories[size] = null;
    }
}
