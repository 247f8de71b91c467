package org.racewitness.analyzer.engine.hb;

import java.util.Arrays;
import org.racewitness.analyzer.engine.state.Containers.Container;
import org.racewitness.analyzer.engine.state.History;
import org.racewitness.analyzer.engine.state.LocationTable;
import org.racewitness.analyzer.engine.state.Ranges;
import org.racewitness.analyzer.wire.LocationKey;

/**
 * The items that one access touches, in parts that have one history each: single keys, which have a record, and whole runs of keys. Filled
 * anew for each access; belongs to its rules.
 */
final class Parts {
    private final HbState state;
    private int size;

    // Of each part: its record, or 0 and the history of a run; the first key; how many keys.
    private int[] records = new int[4];
    private History[] histories = new History[4];
    private long[] keys = new long[4];
    private long[] counts = new long[4];

    Parts(HbState state) {
        this.state = state;
    }

    int size() {
        return size;
    }

    long key(int part) {
        return keys[part];
    }

    long count(int part) {
        return counts[part];
    }

    /** See {@link LocationTable#open}. */
    History open(int part) {
        return records[part] == 0 ? histories[part] : state.locations.open(records[part]);
    }

    /** See {@link LocationTable#close}. */
    void close(int part, History history) {
        if (records[part] != 0) {
            state.locations.close(records[part], history);
        }
    }

    /** Whether it is a run of keys with one history. */
    boolean isRun(int part) {
        return records[part] == 0;
    }

    private void clear() {
        size = 0;
    }

    private void add(int record, History history, long key, long count) {
        if (size == records.length) {
            records = Arrays.copyOf(records, size * 2);
            histories = Arrays.copyOf(histories, size * 2);
            keys = Arrays.copyOf(keys, size * 2);
            counts = Arrays.copyOf(counts, size * 2);
        }
        records[size] = record;
        histories[size] = history;
        keys[size] = key;
        counts[size++] = count;
    }

    /** All items of the object that anybody has touched by their keys. */
    void setAll(long object, Container container) {
        clear();
        LocationTable locations = state.locations;
        for (int record = locations.first(object); record != 0; record = locations.next(record)) {
            long key = locations.key(record);
            if (key != LocationKey.SHAPE && key != LocationKey.ALL_ITEMS) {
                add(record, null, key, 1);
            }
        }
        Ranges ranges = container.ranges;
        for (int run = 0; ranges != null && run < ranges.size(); run++) {
            add(0, ranges.history(run), ranges.from(run), ranges.to(run) - ranges.from(run));
        }
    }

    /** One key; it gets a record if it has none. */
    void setKey(long object, long key, Container containerOrNull) {
        clear();
        int record = state.locations.find(object, key);
        if (record == 0) {
            record = state.locations.add(object, key);
            Ranges ranges = containerOrNull == null ? null : containerOrNull.ranges;
            History sofar = ranges == null ? null : ranges.takeOut(key);
            if (sofar == null) {
                state.locationCount++;
            } else {
                state.locations.put(record, sofar);
            }
        }
        add(record, null, key, 1);
    }

    /** {@code count} keys from {@code first} on, at least 2: what has no history yet becomes runs. */
    void setRange(long object, long first, long count, Container container) {
        clear();
        long end = first + count;
        if (container.ranges == null) {
            container.ranges = new Ranges();
        }
        Ranges ranges = container.ranges;
        ranges.splitAt(first);
        ranges.splitAt(end);
        long covered = addSingles(object, first, end);
        int singles = size;
        for (int run = ranges.firstBehind(first); run < ranges.size() && ranges.from(run) < end; run++) {
            covered += ranges.to(run) - ranges.from(run);
        }
        if (covered < count) {
            fillGaps(ranges, first, end, singles);
        }
        for (int run = ranges.firstBehind(first); run < ranges.size() && ranges.from(run) < end; run++) {
            add(0, ranges.history(run), ranges.from(run), ranges.to(run) - ranges.from(run));
        }
    }

    /** @return how many keys of the range have records of their own */
    private long addSingles(long object, long first, long end) {
        LocationTable locations = state.locations;
        for (int record = locations.first(object); record != 0; record = locations.next(record)) {
            long key = locations.key(record);
            if (key >= first && key < end) {
                add(record, null, key, 1);
            }
        }
        return size;
    }

    /** Adds runs for the keys of the range that are neither in a run nor among the singles, which are the parts so far. */
    private void fillGaps(Ranges ranges, long first, long end, int singles) {
        long[] taken = Arrays.copyOf(keys, singles + 1);
        taken[singles] = end;
        Arrays.sort(taken);
        long from = first;
        for (long single : taken) {
            fillGaps(ranges, from, single);
            from = single + 1;
        }
    }

    private void fillGaps(Ranges ranges, long first, long end) {
        long from = first;
        while (from < end) {
            int run = ranges.firstBehind(from);
            long next = run < ranges.size() ? Math.min(end, ranges.from(run)) : end;
            if (from < next) {
                ranges.add(run, from, next, new History());
                state.locationCount += next - from;
                run++;
            }
            from = run < ranges.size() && ranges.from(run) < end ? ranges.to(run) : end;
        }
    }
}
