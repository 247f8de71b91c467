package org.racewitness.analyzer.engine.state;

import java.util.Arrays;
import java.util.function.IntPredicate;
import org.racewitness.analyzer.wire.LocationKey;

/**
 * The histories of all locations that a key names, of the shapes of containers and of what was done to all items of one at once. A record is four words and two references, 40 bytes, and a slot of
 * the index takes 4 to 8 more per record and as much per object:
 *
 * <pre>
 *  +---------------------------------------------------------------+
 *  | key                                                           |
 *  +---------------------------------------+-----------------------+
 *  | object (40)                           | site of the write (24)|   flags: 1 in long form, 2 written last,
 *  +-------------------------------+-------+-----------------------+          4 write has raced, 8 read has raced,
 *  | next record of the object     | flags | site of the read (24) |
 *  +-------------------------------+-------+-----------------------+
 *  | Moments of the write and the read                             |
 *  +-------------------------------+-------------------------------+
 *  | interval of the write, interval of the read: references       |
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * The sites, flags, moments and intervals are what {@link Pasts} knows of; the rest belongs to this class. A record of {@link Items} has the
 * number of its keys in place of the object, and a mark in place of the next record. Belongs to its engine.
 */
public final class LocationTable {
    /** Every so many records one is asked for its age. */
    private static final int SAMPLED = 64;

    /** Key of the records of {@link Items}; no location has it. */
    private static final long RUN = LocationKey.key(LocationKey.KIND_SPECIAL, 3);

    private final Records records = new Records();
    private final LocationIndex index = new LocationIndex(records, this::isFound);
    private int live;
    private long added;
    private long released;

    /** What {@link Items} take besides their records. */
    private long runBytes;

    /** What was done at each record. */
    public final Pasts pasts;

    public LocationTable(Sites sites) {
        pasts = new Pasts(records, sites);
    }

    public int size() {
        return live;
    }

    /** What the tables take, in bytes; histories in long form count by their usual size. */
    public long bytes() {
        return records.bytes() + index.bytes() + runBytes + pasts.bytes();
    }

    /** What the records in use and the index take, in bytes: what is booked. */
    public long neededBytes() {
        return live * (long) Records.BYTES + index.bytes() + runBytes + pasts.bytes();
    }

    /** Records ever added. */
    public long added() {
        return added;
    }

    /** The record of that location, 0 for none. */
    public int find(long object, long key) {
        return index.find(object, key);
    }

    Records records() {
        return records;
    }

    /**
     * Looks up the locations of accesses, none of which waits for the memory of another.
     *
     * @param words as {@link org.racewitness.analyzer.trace.TraceEvents#accesses} has them
     * @param found takes a record for each, 0 for none and for what may be an item of a container that had ranges or all items accessed
     */
    void findAll(long[] words, int from, int count, int[] found, Containers containers) {
        index.findAll(words, from, count, found, containers);
    }

    /** A new record for a location that has none, with an empty history. */
    public int add(long object, long key) {
        int record = records.take(object, key, Moments.NONE);
        added++;
        index.add(record, ++live);
        return record;
    }

    // ---- records of items in Items: no location is found by them; in place of an object they have the number of their
    // keys ----

    /** A record with an empty history, for so many keys. */
    int addRun(long keys) {
        live++;
        added++;
        return records.take(keys, RUN, Moments.NONE);
    }

    /** So many of a record's keys, but not all, get a record of their own with the same history. */
    int splitRun(int run, long keys) {
        addKeys(run, -keys);
        int copy = addRun(keys);
        pasts.copy(run, copy);
        return copy;
    }

    /** How many keys have that record. */
    public long keys(int run) {
        return records.object(run);
    }

    void addKeys(int run, long keys) {
        records.setObject(run, records.object(run) + keys);
    }

    /** So many keys have that record no longer; it goes with the last one. */
    void dropKeys(int run, long keys) {
        addKeys(run, -keys);
        if (records.object(run) == 0) {
            release(run);
        }
    }

    void removeRun(int run) {
        release(run);
    }

    /** A number that whoever judges an access leaves at a record: of any record it may be an old one. */
    int mark(int run) {
        return records.next(run);
    }

    void setMark(int run, int mark) {
        records.setNext(run, mark);
    }

    /** The keys of an object that are items have their records there from now on. */
    public void moveTo(Items items, long object) {
        int record = index.unchain(object);
        while (record != 0) {
            int following = records.next(record);
            long key = records.key(record);
            if (LocationKey.kind(key) == LocationKey.KIND_SPECIAL) {
                index.chain(record);
            } else {
                index.remove(record);
                released++;
                records.rename(record, RUN);
                records.setObject(record, 1);
                items.set(key, record);
            }
            record = following;
        }
    }

    void bookRuns(long bytes) {
        runBytes += bytes;
    }

    /** The latest record of the object, 0 for none. */
    public int first(long object) {
        return index.first(object);
    }

    /** The object's record before that one, 0 for none. */
    public int next(int record) {
        return records.next(record);
    }

    public long key(int record) {
        return records.key(record);
    }

    /** Forgets all locations of an object. */
    public void forget(long object) {
        int record = index.unchain(object);
        while (record != 0) {
            int following = records.next(record);
            index.remove(record);
            release(record);
            record = following;
        }
    }

    /** Records of which the clocks of all threads know everything. @param known by slot, the local time up to which all know it */
    public IntPredicate knownTo(long[] known) {
        return record -> isKnown(pasts.open(record), known);
    }

    private static boolean isKnown(History history, long[] known) {
        for (int i = 0; i < history.size(); i++) {
            if (history.time(i) > known[history.interval(i).slot]) {
                return false;
            }
        }
        return true;
    }

    /** About half of the records: those that were not accessed for longest. */
    public IntPredicate oldest() {
        long[] sample = new long[1 + live / SAMPLED];
        int sampled = 0;
        for (int record = 1; record < records.end() && sampled < sample.length; record += SAMPLED) {
            if (records.isUsed(record)) {
                sample[sampled++] = pasts.open(record).latestSerial();
            }
        }
        Arrays.sort(sample, 0, sampled);
        long median = sample[sampled / 2];
        return record -> pasts.open(record).latestSerial() <= median;
    }

    /**
     * Forgets the locations of such records; answers how many. Those of containers' {@link Containers.Container#allItems} stay, since those hold their
     * numbers; runs are a matter of {@link Containers}.
     */
    public int forgetWhere(IntPredicate isUseless) {
        int before = live;
        for (int record = 1; record < records.end(); record++) {
            if (isFound(record) && records.key(record) != LocationKey.ALL_ITEMS && isUseless.test(record)) {
                release(record);
            }
        }
        index.makeAnew();
        return before - live;
    }

    /** Whether the record is one of a location. */
    private boolean isFound(int record) {
        return records.isUsed(record) && records.key(record) != RUN;
    }

    /** Records ever released: as long as none is, a record that was found stays its location's. */
    public long released() {
        return released;
    }

    private void release(int record) {
        released++;
        pasts.drop(record);
        records.giveBack(record);
        live--;
    }
}
