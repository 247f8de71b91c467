package org.racewitness.analyzer.engine.state;

import java.util.Arrays;

/** Some runs of keys that follow each other in ascending order, each with a record: one page of {@link Ranges}. Belongs to it. */
final class RunPage {
    static final int RUNS = 128;

    private static final int INITIAL_RUNS = 4;
    private static final int RUN_BYTES = 2 * Long.BYTES + Integer.BYTES;

    long[] from;

    /** Exclusive. */
    long[] to;

    int[] records;
    int size;

    RunPage() {
        this(INITIAL_RUNS);
    }

    private RunPage(int capacity) {
        from = new long[capacity];
        to = new long[capacity];
        records = new int[capacity];
    }

    /** What it takes. */
    long bytes() {
        return (long) RUN_BYTES * from.length;
    }

    boolean isFull() {
        return size == RUNS;
    }

    long end() {
        return to[size - 1];
    }

    /** Index of the first run that ends behind that key; {@link #size} for none. */
    int firstBehind(long key) {
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

    void insert(int run, long first, long end, int record) {
        if (size == from.length) {
            int capacity = Math.min(RUNS, size * 2);
            from = Arrays.copyOf(from, capacity);
            to = Arrays.copyOf(to, capacity);
            records = Arrays.copyOf(records, capacity);
        }
        int behind = size - run;
        System.arraycopy(from, run, from, run + 1, behind);
        System.arraycopy(to, run, to, run + 1, behind);
        System.arraycopy(records, run, records, run + 1, behind);
        from[run] = first;
        to[run] = end;
        records[run] = record;
        size++;
    }

    void remove(int run) {
        int behind = --size - run;
        System.arraycopy(from, run + 1, from, run, behind);
        System.arraycopy(to, run + 1, to, run, behind);
        System.arraycopy(records, run + 1, records, run, behind);
    }

    /** A new page with the runs from that one on, which are not in this one any more. */
    RunPage splitAt(int run) {
        RunPage second = new RunPage(RUNS);
        second.size = size - run;
        System.arraycopy(from, run, second.from, 0, second.size);
        System.arraycopy(to, run, second.to, 0, second.size);
        System.arraycopy(records, run, second.records, 0, second.size);
        size = run;
        return second;
    }
}
