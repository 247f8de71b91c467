package org.racewitness.analyzer.engine.hb;

import java.util.Arrays;
import org.racewitness.analyzer.engine.state.Containers.Container;
import org.racewitness.analyzer.engine.state.History;
import org.racewitness.analyzer.engine.state.LocationTable;
import org.racewitness.analyzer.engine.state.Ranges;
import org.racewitness.analyzer.wire.LocationKey;

/**
 * The items that one access touches, in parts that have one history each: single keys and whole runs of keys. Filled
 * anew for each access; belongs to its rules.
 */
final class Parts {
    private final HbState state;
    private int size;

    // Of each part: its record; the first key; how many keys.
    private int[] records = new int[4];
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
        return state.locations.open(records[part]);
    }

    /** See {@link LocationTable#close}. */
    void close(int part, History history) {
        state.locations.close(records[part], history);
    }

    private void clear() {
        size = 0;
    }

    private void add(int record, long key, long count) {
        if (size == records.length) {
            records = Arrays.copyOf(records, size * 2);
            keys = Arrays.copyOf(keys, size * 2);
            counts = Arrays.copyOf(counts, size * 2);
        }
        records[size] = record;
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
                add(record, key, 1);
            }
        }
        Ranges ranges = container.ranges;
        for (int run = ranges == null ? Ranges.NONE : ranges.first(); run != Ranges.NONE; run = ranges.next(run)) {
            add(ranges.record(run), ranges.from(run), ranges.to(run) - ranges.from(run));
        }
    }

    /** {@code count} keys from {@code first} on; what has no history yet gets one. */
    void set(long object, long first, long count, Container containerOrNull) {
        Ranges ranges = containerOrNull == null ? null : containerOrNull.ranges;
        if (count == 1 && (ranges == null || LocationKey.kind(first) == LocationKey.KIND_SPECIAL)) {
            setKey(object, first);
        } else {
            if (ranges == null) {
                ranges = new Ranges(state.locations);
                containerOrNull.ranges = ranges;
                state.locations.moveToRuns(object, ranges);
            }
            setRange(ranges, first, first + count);
        }
    }

    private void setKey(long object, long key) {
        clear();
        int record = state.locations.find(object, key);
        if (record == 0) {
            record = state.locations.add(object, key);
            state.locationCount++;
        }
        add(record, key, 1);
    }

    private void setRange(Ranges ranges, long first, long end) {
        clear();
        state.locationCount += ranges.cut(first, end);
        for (int run = ranges.firstBehind(first);
                run != Ranges.NONE && ranges.from(run) < end;
                run = ranges.next(run)) {
            add(ranges.record(run), ranges.from(run), ranges.to(run) - ranges.from(run));
        }
    }
}
