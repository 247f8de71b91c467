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
 * The short form holds one write, which is the last one, and one read; what needs more has a {@link History} of its own ({@link Histories}). A record of {@link Items} has the
 * number of its keys in place of the object, and a mark in place of the next record. Belongs to its engine.
 */
public final class LocationTable {
    static final int SITE_MASK = Sites.LIMIT - 1;
    static final int LONG_FORM = 1 << 24;
    static final int WRITTEN_LAST = 2 << 24;
    private static final int WRITE_RACED = 4 << 24;
    private static final int READ_RACED = 8 << 24;

    /** Every so many records one is asked for its age. */
    private static final int SAMPLED = 64;

    /** Key of the records of {@link Items}; no location has it. */
    private static final long RUN = LocationKey.key(LocationKey.KIND_SPECIAL, 3);

    private static final long RACED_WORD = Sites.LIMIT;
    private static final long LOW = 0xFFFF_FFFFL;

    private final Sites sites;
    private final Records records = new Records();
    private final LocationIndex index = new LocationIndex(records, this::isFound);
    private int live;
    private long added;
    private long released;

    /** What {@link Items} take besides their records. */
    private long runBytes;

    private final Histories histories = new Histories();
    private final History scratch = new History();

    public LocationTable(Sites sites) {
        this.sites = sites;
    }

    public int size() {
        return live;
    }

    /** What the tables take, in bytes; histories in long form count by their usual size. */
    public long bytes() {
        return records.bytes() + index.bytes() + runBytes + histories.bytes();
    }

    /** What the records in use and the index take, in bytes: what is booked. */
    public long neededBytes() {
        return live * (long) Records.BYTES + index.bytes() + runBytes + histories.bytes();
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
        long[] from = records.words(run);
        long[] to = records.words(copy);
        int at = Records.at(run);
        int there = Records.at(copy);
        to[there + 1] |= from[at + 1] & SITE_MASK;
        to[there + 2] = from[at + 2] & LOW;
        boolean isLong = ((int) from[at + 2] & LONG_FORM) != 0;
        to[there + 3] = from[at + 3];
        if (isLong) {
            histories.keep(copy, histories.get(run).copy());
        }
        Interval[] intervals = records.intervals(run);
        Interval[] its = records.intervals(copy);
        its[there >> 1] = intervals[at >> 1];
        its[(there >> 1) + 1] = intervals[(at >> 1) + 1];
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

    /** Whether two records have the same past, to the event. */
    boolean isEqual(int run, int other) {
        long[] words = records.words(run);
        long[] others = records.words(other);
        int at = Records.at(run);
        int there = Records.at(other);
        if ((int) words[at + 2] != (int) others[there + 2]) {
            return false;
        }
        if (((int) words[at + 2] & LONG_FORM) != 0) {
            return histories.get(run).isEqual(histories.get(other));
        }
        Interval[] intervals = records.intervals(run);
        Interval[] its = records.intervals(other);
        return words[at + 3] == others[there + 3]
                && ((words[at + 1] ^ others[there + 1]) & SITE_MASK) == 0
                && intervals[at >> 1] == its[there >> 1]
                && intervals[(at >> 1) + 1] == its[(there >> 1) + 1];
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
        return record -> isKnown(open(record), known);
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
                sample[sampled++] = open(record).latestSerial();
            }
        }
        Arrays.sort(sample, 0, sampled);
        long median = sample[sampled / 2];
        return record -> open(record).latestSerial() <= median;
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
        long[] page = records.words(record);
        int at = Records.at(record);
        if (((int) page[at + 2] & LONG_FORM) != 0) {
            histories.drop(record);
        }
        records.giveBack(record);
        live--;
    }

    // ---- the usual cases, without a history: one read, one write, each standing for all before it ----

    /**
     * Reads a location whose last write happens before, and whose last read the same access repeats or follows in order; answers whether it was so.
     *
     * @param bareSite without sets
     */
    public boolean readInOrder(int record, Interval now, long time, int bareSite) {
        long[] page = records.words(record);
        int at = Records.at(record);
        int state = (int) page[at + 2];
        if ((state & LONG_FORM) != 0) {
            return histories.get(record).readInOrder(now, time, bareSite, sites);
        }
        Interval[] intervals = records.intervals(record);
        long moments = page[at + 3];
        int readSite = state & SITE_MASK;
        boolean isFirst = Moments.readSlot(moments) == Interval.NO_SLOT;
        if (!Moments.isWriteBehind(moments, intervals, at, now)
                || (!isFirst && !sites.standsFor(bareSite, readSite))
                || !Moments.isReadBehind(moments, intervals, at, now)) {
            return false;
        }
        if (isFirst || !sites.haveOneStack(bareSite, readSite)) {
            page[at + 2] = (page[at + 2] & ~(long) (SITE_MASK | READ_RACED)) | bareSite;
        }
        if (intervals[(at >> 1) + 1] != now) {
            intervals[(at >> 1) + 1] = now;
        }
        page[at + 3] = Moments.writeOf(moments) | Moments.ofRead(time - now.start, now.shortSlot);
        return true;
    }

    /**
     * Writes a location whose last accesses happen before and whose last write the same access repeats or follows in order, with the same reads
     * before it as then; or, where not each pair is wanted, one whose last accesses happen before. Answers whether it was so.
     *
     * @param quietSince the thread's accesses after that local time have no synchronisation between them and this one
     */
    public boolean writeInOrder(int record, Interval now, long time, int bareSite, long quietSince) {
        long[] page = records.words(record);
        int at = Records.at(record);
        if (!sites.wantsEachPair()) {
            return writeOverAll(record, now, time, bareSite);
        }
        int state = (int) page[at + 2];
        if ((state & LONG_FORM) != 0) {
            return histories.get(record).writeInOrder(now, time, bareSite, quietSince, sites);
        }
        int site = (int) page[at + 1] & SITE_MASK;
        Interval[] intervals = records.intervals(record);
        long moments = page[at + 3];
        if (Moments.writeSlot(moments) == Interval.NO_SLOT
                || !sites.standsFor(bareSite, site)
                || sites.operation(site).reads()
                || !Moments.isWriteBehind(moments, intervals, at, now)
                || !Moments.isReadBehind(moments, intervals, at, now)) {
            return false;
        }
        int readsBefore = 0;
        if (Moments.readSlot(moments) == now.shortSlot) {
            Interval read = intervals[(at >> 1) + 1];
            int readSite = state & SITE_MASK;
            if (read.thread == now.thread
                    && read.start + Moments.readOffset(moments) > quietSince
                    && sites.isReadBeforeWrite(readSite)) {
                readsBefore = sites.alone(readSite);
                int written = sites.writtenAfterBy(readSite, bareSite);
                sites.linked(written, sites.with(bareSite, readsBefore, 0));
                if (written != readSite && (state & READ_RACED) != 0) {
                    return false;
                }
                state ^= readSite ^ written;
            }
        }
        if (!sites.haveOneStack(bareSite, site)) {
            state &= ~WRITE_RACED;
        }
        page[at + 1] ^= site ^ sites.with(bareSite, readsBefore, 0);
        if (intervals[at >> 1] != now) {
            intervals[at >> 1] = now;
        }
        if ((state | WRITTEN_LAST) != (int) page[at + 2]) {
            page[at + 2] = (page[at + 2] & ~LOW) | (state | WRITTEN_LAST);
        }
        page[at + 3] = Moments.readOf(moments) | Moments.ofWrite(time - now.start, now.shortSlot);
        return true;
    }

    /** A write that everything happens before stands for all of it, where not each pair is wanted. */
    private boolean writeOverAll(int record, Interval now, long time, int bareSite) {
        long[] page = records.words(record);
        int at = Records.at(record);
        Interval[] intervals = records.intervals(record);
        if (((int) page[at + 2] & LONG_FORM) != 0) {
            History history = histories.get(record);
            if (history.isToldEnough() || !history.isBehind(now)) {
                return false;
            }
            histories.drop(record);
        } else {
            long moments = page[at + 3];
            if (!Moments.isWriteBehind(moments, intervals, at, now)
                    || !Moments.isReadBehind(moments, intervals, at, now)) {
                return false;
            }
        }
        intervals[at >> 1] = now;
        intervals[(at >> 1) + 1] = null;
        page[at + 1] = (page[at + 1] & ~(long) SITE_MASK) | bareSite;
        page[at + 2] = (page[at + 2] & ~LOW) | WRITTEN_LAST;
        page[at + 3] = Moments.NO_READ | Moments.ofWrite(time - now.start, now.shortSlot);
        return true;
    }

    /** Whether nothing was done at a location in that clock slot after that local time: what is not told late always finds it so. */
    public boolean isBefore(int record, int slot, long time) {
        long[] page = records.words(record);
        int at = Records.at(record);
        if (((int) page[at + 2] & LONG_FORM) != 0) {
            return histories.get(record).isBefore(slot, time);
        }
        long moments = page[at + 3];
        Interval write = records.intervals(record)[at >> 1];
        Interval read = records.intervals(record)[(at >> 1) + 1];
        return (write == null || write.slot != slot || write.start + Moments.writeOffset(moments) <= time)
                && (read == null || read.slot != slot || read.start + Moments.readOffset(moments) <= time);
    }

    /** Whether all writes to a location happen before what is in the interval. */
    boolean isWrittenBefore(int record, Interval now) {
        long[] page = records.words(record);
        int at = Records.at(record);
        return ((int) page[at + 2] & LONG_FORM) != 0
                ? histories.get(record).isWrittenBefore(now, sites)
                : Moments.isWriteBehind(page[at + 3], records.intervals(record), at, now);
    }

    // ---- any case ----

    /** The history of a record: valid until another one is opened, and to be given back to {@link #close} when it was changed. */
    public History open(int record) {
        long[] page = records.words(record);
        int at = Records.at(record);
        int state = (int) page[at + 2];
        if ((state & LONG_FORM) != 0) {
            return histories.get(record);
        }
        Interval[] intervals = records.intervals(record);
        long moments = page[at + 3];
        long write = Moments.writeOffset(moments) << 32
                | (page[at + 1] & SITE_MASK)
                | ((state & WRITE_RACED) != 0 ? RACED_WORD : 0);
        long read =
                Moments.readOffset(moments) << 32 | (state & SITE_MASK) | ((state & READ_RACED) != 0 ? RACED_WORD : 0);
        scratch.load(intervals[at >> 1], write, intervals[(at >> 1) + 1], read, (state & WRITTEN_LAST) != 0);
        return scratch;
    }

    /** Keeps a history that {@link #open} gave. */
    public void close(int record, History history) {
        int write = history.size() > 2 ? -2 : history.onlyWrite(sites);
        long[] page = records.words(record);
        int at = Records.at(record);
        if (write == -2) {
            if (history == scratch) {
                lengthen(record, page, at);
            }
            return;
        }
        if (history != scratch) {
            histories.drop(record);
        }
        int read = history.size() == (write < 0 ? 0 : 1) ? -1 : write == 0 ? 1 : 0;
        Interval[] intervals = records.intervals(record);
        long writeWord = write < 0 ? 0 : history.word(write);
        long readWord = read < 0 ? 0 : history.word(read);
        int state = (history.isWrittenLast() ? WRITTEN_LAST : 0)
                | ((writeWord & RACED_WORD) != 0 ? WRITE_RACED : 0)
                | ((readWord & RACED_WORD) != 0 ? READ_RACED : 0)
                | (int) (readWord & SITE_MASK);
        intervals[at >> 1] = write < 0 ? null : history.interval(write);
        intervals[(at >> 1) + 1] = read < 0 ? null : history.interval(read);
        page[at + 1] = (page[at + 1] & ~(long) SITE_MASK) | (writeWord & SITE_MASK);
        page[at + 2] = (page[at + 2] & ~LOW) | state;
        page[at + 3] = (write < 0
                        ? Moments.NO_WRITE
                        : Moments.ofWrite(writeWord >>> 32, history.interval(write).shortSlot))
                | (read < 0 ? Moments.NO_READ : Moments.ofRead(readWord >>> 32, history.interval(read).shortSlot));
    }

    private void lengthen(int record, long[] page, int at) {
        Interval[] intervals = records.intervals(record);
        intervals[at >> 1] = null;
        intervals[(at >> 1) + 1] = null;
        page[at + 2] = (page[at + 2] & ~LOW) | LONG_FORM;
        page[at + 3] = Moments.NONE;
        histories.keep(record, scratch.copy());
    }
}
