package org.racewitness.analyzer.engine.state;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import org.racewitness.analyzer.wire.LocationKey;

/**
 * The histories of all locations that a key names, of the shapes of containers and of what was done to all items of one at once. Open addressing
 * over record numbers; records lie in pages, so that growing copies nothing. A record is four words and two references, 40 bytes, and a slot of
 * the index takes 4 to 8 more per record and as much per object:
 *
 * <pre>
 *  +---------------------------------------------------------------+
 *  | key                                                           |
 *  +---------------------------------------+-----------------------+
 *  | object (40)                           | site of the write (24)|   flags: 1 in long form, 2 written last,
 *  +-------------------------------+-------+-----------------------+          4 write has raced, 8 read has raced,
 *  | next record of the object     | flags | site of the read (24) |
 *  +-------------------------------+-------+-----------------------+   offsets: events since the start of the interval;
 *  | offset of the write           | offset of the read            |   in long form the number of its History
 *  +-------------------------------+-------------------------------+
 *  | interval of the write, interval of the read: references       |
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * The short form holds one write, which is the last one, and one read; what needs more has a {@link History} of its own. Belongs to its engine.
 */
public final class LocationTable {
    /** Bytes of one record with its references. */
    public static final int RECORD_BYTES = 40;

    private static final int PAGE_BITS = 10;
    private static final int PAGE_MASK = (1 << PAGE_BITS) - 1;
    private static final int SITE_MASK = Sites.LIMIT - 1;
    private static final int LONG_FORM = 1 << 24;
    private static final int WRITTEN_LAST = 2 << 24;
    private static final int WRITE_RACED = 4 << 24;
    private static final int READ_RACED = 8 << 24;
    private static final int UNUSED = 16 << 24;

    /** Every so many records one is asked for its age. */
    private static final int SAMPLED = 64;

    private static final long RACED_WORD = Sites.LIMIT;
    private static final long LOW = 0xFFFF_FFFFL;

    private final Sites sites;
    private long[][] pages = new long[4][];
    private Interval[][] intervalPages = new Interval[4][];

    /** Record numbers, 0 free. */
    private int[] index = new int[64];

    /** The latest record of each object, by a hash of the object alone; 0 free. */
    private int[] heads = new int[64];

    private int live;
    private long added;
    private int objects;

    /** Records begin at 1; those below {@code end} are in use or free. */
    private int end = 1;

    /** First of the free records below {@link #end}, chained as those of an object are; 0 none. */
    private int free;

    private final List<History> histories = new ArrayList<>();
    private int[] freeHistories = new int[8];
    private int freeHistoryCount;
    private final History scratch = new History();

    public LocationTable(Sites sites) {
        this.sites = sites;
    }

    public int size() {
        return live;
    }

    /** What the tables take, in bytes; histories in long form count by their usual size. */
    public long bytes() {
        long records = (long) ((end + PAGE_MASK) >>> PAGE_BITS) << PAGE_BITS;
        return records * RECORD_BYTES + 4L * (index.length + heads.length) + 160L * histories.size();
    }

    /** What the records in use and the index take, in bytes: what is booked. */
    public long neededBytes() {
        return live * (long) RECORD_BYTES
                + 4L * (index.length + heads.length)
                + 160L * (histories.size() - freeHistoryCount);
    }

    /** Records ever added. */
    public long added() {
        return added;
    }

    /** The record of that location, 0 for none. */
    public int find(long object, long key) {
        int slot = slot(hash(object, key), index.length);
        int record = index[slot];
        while (record != 0) {
            long[] page = pages[record >>> PAGE_BITS];
            int at = (record & PAGE_MASK) << 2;
            if (page[at] == key && page[at + 1] >>> 24 == object) {
                return record;
            }
            slot = after(slot, index.length);
            record = index[slot];
        }
        return 0;
    }

    /** A new record for a location that has none, with an empty history. */
    public int add(long object, long key) {
        int record = free;
        if (record != 0) {
            free = next(record);
        } else {
            record = end++;
            reserve(record);
        }
        long[] page = pages[record >>> PAGE_BITS];
        int at = (record & PAGE_MASK) << 2;
        page[at] = key;
        page[at + 1] = object << 24;
        page[at + 3] = 0;
        added++;
        if (++live * 5L > index.length * 4L) {
            growIndex();
        }
        place(index, hash(object, key), record);
        int head = headSlot(object);
        page[at + 2] = (long) heads[head] << 32;
        boolean isFirst = heads[head] == 0;
        heads[head] = record;
        if (isFirst && ++objects * 5L > heads.length * 4L) {
            growHeads();
        }
        return record;
    }

    /** The latest record of the object, 0 for none. */
    public int first(long object) {
        return heads[headSlot(object)];
    }

    /** The object's record before that one, 0 for none. */
    public int next(int record) {
        return (int) (pages[record >>> PAGE_BITS][((record & PAGE_MASK) << 2) + 2] >>> 32);
    }

    public long key(int record) {
        return pages[record >>> PAGE_BITS][(record & PAGE_MASK) << 2];
    }

    public long object(int record) {
        return pages[record >>> PAGE_BITS][((record & PAGE_MASK) << 2) + 1] >>> 24;
    }

    /** Forgets all locations of an object. @return how many there were */
    public int forget(long object) {
        int slot = headSlot(object);
        int record = heads[slot];
        if (record == 0) {
            return 0;
        }
        int count = 0;
        removeHead(slot);
        while (record != 0) {
            int following = next(record);
            removeFromIndex(record);
            release(record);
            record = following;
            count++;
        }
        return count;
    }

    /**
     * Forgets the locations of which the clocks of all threads know everything.
     *
     * @param known by slot, the local time up to which all know it
     * @return how many
     */
    public int forgetKnown(long[] known) {
        return forgetWhere(record -> isKnown(open(record), known));
    }

    private static boolean isKnown(History history, long[] known) {
        for (int i = 0; i < history.size(); i++) {
            if (history.time(i) > known[history.interval(i).slot]) {
                return false;
            }
        }
        return true;
    }

    /** Forgets about half of the locations, those that were not accessed for longest. @return how many */
    public int forgetOldest() {
        long[] sample = new long[1 + live / SAMPLED];
        int sampled = 0;
        for (int record = 1; record < end && sampled < sample.length; record += SAMPLED) {
            if (isUsed(record)) {
                sample[sampled++] = open(record).latestSerial();
            }
        }
        Arrays.sort(sample, 0, sampled);
        long median = sample[sampled / 2];
        return forgetWhere(record -> open(record).latestSerial() <= median);
    }

    /** Records of containers' {@link Containers.Container#allItems} stay, since those hold their numbers. */
    private int forgetWhere(IntPredicate isUseless) {
        int before = live;
        for (int record = 1; record < end; record++) {
            if (isUsed(record) && key(record) != LocationKey.ALL_ITEMS && isUseless.test(record)) {
                release(record);
            }
        }
        chainAnew();
        return before - live;
    }

    /** Makes index and chains again of the records that are in use. */
    private void chainAnew() {
        Arrays.fill(index, 0);
        Arrays.fill(heads, 0);
        objects = 0;
        for (int record = 1; record < end; record++) {
            if (isUsed(record)) {
                place(index, hash(object(record), key(record)), record);
                int head = headSlot(object(record));
                objects += heads[head] == 0 ? 1 : 0;
                setNext(record, heads[head]);
                heads[head] = record;
            }
        }
    }

    private void setNext(int record, int next) {
        long[] page = pages[record >>> PAGE_BITS];
        int at = ((record & PAGE_MASK) << 2) + 2;
        page[at] = (long) next << 32 | (page[at] & LOW);
    }

    private boolean isUsed(int record) {
        return ((int) pages[record >>> PAGE_BITS][((record & PAGE_MASK) << 2) + 2] & UNUSED) == 0;
    }

    private void release(int record) {
        long[] page = pages[record >>> PAGE_BITS];
        int at = (record & PAGE_MASK) << 2;
        if (((int) page[at + 2] & LONG_FORM) != 0) {
            dropHistory((int) page[at + 3]);
        }
        Interval[] intervals = intervalPages[record >>> PAGE_BITS];
        intervals[at >> 1] = null;
        intervals[(at >> 1) + 1] = null;
        page[at + 2] = (long) free << 32 | UNUSED;
        free = record;
        live--;
    }

    // ---- the usual cases, without a history: one read, one write, each standing for all before it ----

    /**
     * Reads a location whose last write happens before, and whose last read the same access repeats or follows in order; answers whether it was so.
     *
     * @param bareSite without sets
     */
    public boolean readInOrder(int record, Interval now, long time, int bareSite) {
        long[] page = pages[record >>> PAGE_BITS];
        int at = (record & PAGE_MASK) << 2;
        int state = (int) page[at + 2];
        if ((state & LONG_FORM) != 0) {
            return histories.get((int) page[at + 3]).readInOrder(now, time, bareSite, sites);
        }
        Interval[] intervals = intervalPages[record >>> PAGE_BITS];
        Interval write = intervals[at >> 1];
        Interval read = intervals[(at >> 1) + 1];
        if ((write != null && write != now && !now.covers(write, write.start + (page[at + 3] >>> 32)))) {
            return false;
        }
        if (read != null
                && (sites.bare(state & SITE_MASK) != bareSite
                        || !(read == now || now.covers(read, read.start + (page[at + 3] & LOW))))) {
            return false;
        }
        if (read == null) {
            page[at + 2] |= bareSite;
        }
        if (read != now) {
            intervals[(at >> 1) + 1] = now;
        }
        page[at + 3] = (page[at + 3] & ~LOW) | (time - now.start);
        return true;
    }

    /**
     * Writes a location whose last accesses happen before and whose last write the same access repeats or follows in order, with the same reads
     * before it as then; answers whether it was so.
     */
    public boolean writeInOrder(int record, ThreadState thread, Interval now, long time, int bareSite, long object) {
        long[] page = pages[record >>> PAGE_BITS];
        int at = (record & PAGE_MASK) << 2;
        int state = (int) page[at + 2];
        if ((state & LONG_FORM) != 0) {
            return histories.get((int) page[at + 3]).writeInOrder(thread, now, time, bareSite, object, sites);
        }
        int site = (int) page[at + 1] & SITE_MASK;
        Interval[] intervals = intervalPages[record >>> PAGE_BITS];
        Interval write = intervals[at >> 1];
        Interval read = intervals[(at >> 1) + 1];
        if (write == null
                || sites.bare(site) != bareSite
                || !(write == now || now.covers(write, write.start + (page[at + 3] >>> 32)))) {
            return false;
        }
        int readsBefore = 0;
        if (read != null) {
            long readTime = read.start + (page[at + 3] & LOW);
            if (read != now && !now.covers(read, readTime)) {
                return false;
            }
            int readSite = state & SITE_MASK;
            if (read.thread == now.thread
                    && thread.nothingSince(readTime, object)
                    && sites.isReadBeforeWrite(readSite)) {
                readsBefore = sites.alone(readSite);
                if (sites.writesAfter(readSite) != sites.alone(site)) {
                    return false;
                }
            }
        }
        if (sites.readsBefore(site) != readsBefore || sites.operation(site).reads()) {
            return false;
        }
        if (write != now) {
            intervals[at >> 1] = now;
        }
        if ((state & WRITTEN_LAST) == 0) {
            page[at + 2] |= WRITTEN_LAST;
        }
        page[at + 3] = (page[at + 3] & LOW) | (time - now.start) << 32;
        return true;
    }

    // ---- any case ----

    /** The history of a record: valid until another one is opened, and to be given back to {@link #close} when it was changed. */
    public History open(int record) {
        long[] page = pages[record >>> PAGE_BITS];
        int at = (record & PAGE_MASK) << 2;
        int state = (int) page[at + 2];
        if ((state & LONG_FORM) != 0) {
            return histories.get((int) page[at + 3]);
        }
        Interval[] intervals = intervalPages[record >>> PAGE_BITS];
        long offsets = page[at + 3];
        long write = (offsets & ~LOW) | (page[at + 1] & SITE_MASK) | ((state & WRITE_RACED) != 0 ? RACED_WORD : 0);
        long read = offsets << 32 | (state & SITE_MASK) | ((state & READ_RACED) != 0 ? RACED_WORD : 0);
        scratch.load(intervals[at >> 1], write, intervals[(at >> 1) + 1], read, (state & WRITTEN_LAST) != 0);
        return scratch;
    }

    /** Keeps a history that {@link #open} gave. */
    public void close(int record, History history) {
        if (history != scratch) {
            return;
        }
        int write = scratch.onlyWrite(sites);
        long[] page = pages[record >>> PAGE_BITS];
        int at = (record & PAGE_MASK) << 2;
        if (write == -2) {
            lengthen(record, page, at);
            return;
        }
        int read = scratch.size() == (write < 0 ? 0 : 1) ? -1 : write == 0 ? 1 : 0;
        Interval[] intervals = intervalPages[record >>> PAGE_BITS];
        long writeWord = write < 0 ? 0 : scratch.word(write);
        long readWord = read < 0 ? 0 : scratch.word(read);
        int state = (scratch.isWrittenLast() ? WRITTEN_LAST : 0)
                | ((writeWord & RACED_WORD) != 0 ? WRITE_RACED : 0)
                | ((readWord & RACED_WORD) != 0 ? READ_RACED : 0)
                | (int) (readWord & SITE_MASK);
        intervals[at >> 1] = write < 0 ? null : scratch.interval(write);
        intervals[(at >> 1) + 1] = read < 0 ? null : scratch.interval(read);
        page[at + 1] = (page[at + 1] & ~(long) SITE_MASK) | (writeWord & SITE_MASK);
        page[at + 2] = (page[at + 2] & ~LOW) | state;
        page[at + 3] = (writeWord & ~LOW) | readWord >>> 32;
    }

    private void lengthen(int record, long[] page, int at) {
        Interval[] intervals = intervalPages[record >>> PAGE_BITS];
        intervals[at >> 1] = null;
        intervals[(at >> 1) + 1] = null;
        page[at + 2] = (page[at + 2] & ~LOW) | LONG_FORM;
        page[at + 3] = keepHistory(scratch.copy());
    }

    private int keepHistory(History history) {
        if (freeHistoryCount > 0) {
            int number = freeHistories[--freeHistoryCount];
            histories.set(number, history);
            return number;
        }
        histories.add(history);
        return histories.size() - 1;
    }

    private void dropHistory(int number) {
        histories.set(number, null);
        if (freeHistoryCount == freeHistories.length) {
            freeHistories = Arrays.copyOf(freeHistories, freeHistoryCount * 2);
        }
        freeHistories[freeHistoryCount++] = number;
    }

    /** Replaces the history of a new record. */
    public void put(int record, History history) {
        pages[record >>> PAGE_BITS][((record & PAGE_MASK) << 2) + 2] |= LONG_FORM;
        pages[record >>> PAGE_BITS][((record & PAGE_MASK) << 2) + 3] = keepHistory(history);
    }

    // ---- hashing ----

    private void reserve(int record) {
        int page = record >>> PAGE_BITS;
        if (page >= pages.length) {
            pages = Arrays.copyOf(pages, page * 2);
            intervalPages = Arrays.copyOf(intervalPages, page * 2);
        }
        if (pages[page] == null) {
            pages[page] = new long[4 << PAGE_BITS];
            intervalPages[page] = new Interval[2 << PAGE_BITS];
        }
    }

    private int headSlot(long object) {
        int slot = slot(hash(object, 0), heads.length);
        while (heads[slot] != 0 && object(heads[slot]) != object) {
            slot = after(slot, heads.length);
        }
        return slot;
    }

    private static void place(int[] table, int hash, int record) {
        int slot = slot(hash, table.length);
        while (table[slot] != 0) {
            slot = after(slot, table.length);
        }
        table[slot] = record;
    }

    private void growIndex() {
        int[] old = index;
        index = new int[larger(old.length)];
        for (int record : old) {
            if (record != 0) {
                place(index, hash(object(record), key(record)), record);
            }
        }
    }

    private void growHeads() {
        int[] old = heads;
        heads = new int[larger(old.length)];
        for (int record : old) {
            if (record != 0) {
                place(heads, hash(object(record), 0), record);
            }
        }
    }

    private void removeFromIndex(int record) {
        int slot = slot(hash(object(record), key(record)), index.length);
        while (index[slot] != record) {
            slot = after(slot, index.length);
        }
        index[slot] = 0;
        for (int at = after(slot, index.length); index[at] != 0; at = after(at, index.length)) {
            slot = moveUp(index, slot, at, slot(hash(object(index[at]), key(index[at])), index.length));
        }
    }

    private void removeHead(int slot) {
        int hole = slot;
        heads[hole] = 0;
        objects--;
        for (int at = after(hole, heads.length); heads[at] != 0; at = after(at, heads.length)) {
            hole = moveUp(heads, hole, at, slot(hash(object(heads[at]), 0), heads.length));
        }
    }

    /** One step of Knuth's algorithm 6.4 R (volume 3): the entry at {@code at} fills the hole unless its home lies behind that. @return the hole */
    private static int moveUp(int[] table, int hole, int at, int home) {
        boolean homeIsBetween = hole <= at ? hole < home && home <= at : hole < home || home <= at;
        if (homeIsBetween) {
            return hole;
        }
        table[hole] = table[at];
        table[at] = 0;
        return at;
    }

    /** Tables grow by half, so that they are two thirds full on average. */
    private static int larger(int capacity) {
        return (int) Math.min(Integer.MAX_VALUE - 8L, capacity + (capacity >> 1));
    }

    /** Where a hash belongs in a table of any capacity. */
    private static int slot(int hash, int capacity) {
        return (int) (((hash & LOW) * capacity) >>> Integer.SIZE);
    }

    private static int after(int slot, int capacity) {
        return slot + 1 == capacity ? 0 : slot + 1;
    }

    private static int hash(long object, long key) {
        long mixed = (object * 0x9E3779B97F4A7C15L ^ key) * 0xC2B2AE3D27D4EB4FL;
        return (int) (mixed >>> 32);
    }
}
