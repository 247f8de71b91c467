package org.racewitness.analyzer.engine.state;

import java.util.Arrays;
import org.racewitness.analyzer.engine.state.Containers.Container;
import org.racewitness.analyzer.wire.LocationKey;

/**
 * The items that one access touches, in parts that have one history each: a single key, or all those keys of the access that share a record. Each part is judged once,
 * however many keys it has and wherever they lie. Filled anew for each access; {@link #settle} must follow what fills it with a range. Belongs to its rules.
 */
public final class Parts {
    /** An access to fewer keys leaves their records apart, even where they have become alike: the next one to a single key would take them apart again. */
    private static final int JOINED_FROM = 8;

    private static final int NONE = -1;

    private final LocationTable locations;
    private int size;

    // Of each part:
    /** The record that its keys had, 0 for none. */
    private int[] origins = new int[8];
    /** The one they get: {@link #origins} where it is theirs alone. */
    private int[] records = new int[8];

    private long[] firsts = new long[8];
    private long[] counts = new long[8];
    /** Behind its last key where its keys follow each other, {@link #NONE} where others lie between them. */
    private long[] ends = new long[8];

    /** The part without a record before. */
    private int fresh;

    // What was touched last.
    private int latest;
    private int latestOrigin;

    /** The range that the parts are of; null for single keys, and for all items of a container. */
    private Items range;

    /** Parts that were written before this are left out; null for all parts. */
    private Interval reader;

    private long first;
    private long count;
    private long stride;

    public Parts(LocationTable locations) {
        this.locations = locations;
    }

    public int size() {
        return size;
    }

    /** How many keys it has. */
    public long count(int part) {
        return counts[part];
    }

    public int record(int part) {
        return records[part];
    }

    /** See {@link LocationTable#open}. */
    public History open(int part) {
        return locations.pasts.open(records[part]);
    }

    /** See {@link LocationTable#close}. */
    public void close(int part, History history) {
        locations.pasts.close(records[part], history);
    }

    /** No key at all. */
    public void clear() {
        size = 0;
        range = null;
        fresh = NONE;
        latest = NONE;
        latestOrigin = NONE;
    }

    /** One key with a record of its own. */
    public void setKey(long key, int record) {
        clear();
        addKey(record, key);
    }

    /** {@code number} keys from {@code from} on, so far apart. Answers how many of them had no record. */
    public long setRange(Items items, long from, long number, long apart) {
        clear();
        range = items;
        first = from;
        count = number;
        stride = apart;
        long key = from;
        long left = number;
        while (left > 0) {
            int record = items.find(key);
            long room = (stride == 1 ? items.runEnd() : items.blockEnd()) - key;
            long found = 1;
            if (room != 1) {
                long keys = room <= 0 ? left : (room - 1) / stride + 1; // none is the end of all keys
                found = Math.min(left, keys);
            }
            touch(record, key, found);
            key += found * stride;
            left -= found;
        }
        takeOwn();
        return fresh == NONE ? 0 : counts[fresh];
    }

    /** All items of the object that anybody has touched by their keys. */
    public void setAll(long object, Container container) {
        setAllUnlessWrittenBefore(object, container, null);
    }

    /** Without those of which all writes happen before what is in the interval: whoever reads there has nothing to do with them. */
    public void setAllUnlessWrittenBefore(long object, Container container, Interval reads) {
        clear();
        reader = reads;
        for (int record = locations.first(object); record != 0; record = locations.next(record)) {
            long key = locations.key(record);
            if (key != LocationKey.SHAPE && key != LocationKey.ALL_ITEMS && isWanted(record)) {
                addKey(record, key);
            }
        }
        if (container != null && container.items != null) {
            stride = 1;
            touchAll(container.items, 0);
        }
    }

    private void touchAll(Items items, long from) {
        long key = from;
        do {
            int record = items.find(key);
            long end = items.blockEnd();
            if (record != 0 && isWanted(record)) {
                touch(record, key, end - key);
            }
            key = end;
        } while (key != 0);
    }

    private boolean isWanted(int record) {
        return reader == null || !locations.pasts.isWrittenBefore(record, reader);
    }

    private void touch(int record, long key, long keys) {
        if (record != latestOrigin) {
            latest = partOf(record, key);
            latestOrigin = record;
        }
        counts[latest] += keys;
        ends[latest] = ends[latest] == key && (stride == 1 || keys == 1) ? key + keys : NONE;
    }

    private int partOf(int record, long key) {
        if (record == 0) {
            fresh = fresh == NONE ? add(0, locations.addRun(0), key) : fresh;
            return fresh;
        }
        int part = locations.mark(record);
        if (part >= size || origins[part] != record) {
            part = add(record, record, key);
            locations.setMark(record, part);
        }
        return part;
    }

    private void addKey(int record, long key) {
        int part = add(record, record, key);
        counts[part] = 1;
    }

    private int add(int origin, int record, long key) {
        if (size == records.length) {
            origins = Arrays.copyOf(origins, size * 2);
            records = Arrays.copyOf(records, size * 2);
            firsts = Arrays.copyOf(firsts, size * 2);
            counts = Arrays.copyOf(counts, size * 2);
            ends = Arrays.copyOf(ends, size * 2);
        }
        origins[size] = origin;
        records[size] = record;
        firsts[size] = key;
        counts[size] = 0;
        ends[size] = key;
        return size++;
    }

    /** Keys that are only some of those that share a record get one of their own. */
    private void takeOwn() {
        for (int part = 0; part < size; part++) {
            if (part == fresh) {
                locations.addKeys(records[part], counts[part]);
            } else if (counts[part] < locations.keys(origins[part])) {
                records[part] = locations.splitRun(origins[part], counts[part]);
            }
        }
    }

    /** The access was entered: parts that have become alike are joined, and the keys find their records. */
    public void settle() {
        if (range == null) {
            return;
        }
        boolean isSame = true;
        int joined = count >= JOINED_FROM ? join() : 0;
        for (int part = 0; part < size && isSame; part++) {
            isSame = records[part] == origins[part];
        }
        if (!isSame) {
            replaceRecords();
        }
        for (int i = 0; i < joined; i++) {
            locations.removeRun(superfluous[i]);
        }
    }

    private int[] superfluous = new int[8];

    /** Joins parts of equal past with the first one or with the one before that was not joined. @return how many records that makes superfluous */
    private int join() {
        int before = 0;
        int joined = 0;
        for (int part = 1; part < size; part++) {
            int record = records[part];
            int same = locations.pasts.areEqual(record, records[before])
                    ? before
                    : locations.pasts.areEqual(record, records[0]) ? 0 : NONE;
            if (same == NONE) {
                before = part;
                continue;
            }
            locations.addKeys(records[same], counts[part]);
            records[part] = records[same];
            if (joined == superfluous.length) {
                superfluous = Arrays.copyOf(superfluous, joined * 2);
            }
            superfluous[joined++] = record;
        }
        return joined;
    }

    private void replaceRecords() {
        latestOrigin = NONE;
        if (stride == 1) {
            range.replace(first, first + count, this);
            return;
        }
        for (long i = 0; i < count; i++) {
            long key = first + i * stride;
            int record = range.find(key);
            int now = replacement(record);
            if (now != record) {
                range.set(key, now);
            }
        }
    }

    /** The record that takes the place of that one for the keys of the access; 0 stands for keys without. */
    int replacement(int record) {
        if (record != latestOrigin) {
            latestOrigin = record;
            latest = record == 0 ? fresh : locations.mark(record);
        }
        return records[latest];
    }

    // ---- which keys a part has ----

    /** Takes keys that follow each other. */
    @FunctionalInterface
    public interface KeySink {
        void keys(long first, long count);
    }

    /** Tells the keys of a part; before {@link #settle}. */
    public void tellKeys(int part, Container container, KeySink sink) {
        if (ends[part] != NONE || counts[part] == 1) {
            sink.keys(firsts[part], counts[part]);
        } else if (range == null) {
            tellAll(container.items, origins[part], firsts[part], sink);
        } else {
            long key = firsts[part];
            for (long left = counts[part]; left > 0; key += stride) {
                if (range.find(key) == origins[part]) {
                    sink.keys(key, 1);
                    left--;
                }
            }
        }
    }

    private static void tellAll(Items items, int record, long from, KeySink sink) {
        long key = from;
        do {
            boolean isIts = items.find(key) == record;
            long end = items.blockEnd();
            if (isIts) {
                sink.keys(key, end - key);
            }
            key = end;
        } while (key != 0);
    }
}
