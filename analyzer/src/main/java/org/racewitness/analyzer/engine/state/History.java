package org.racewitness.analyzer.engine.state;

import java.util.Arrays;
import org.racewitness.analyzer.engine.Operation;
import org.racewitness.analyzer.engine.Operation.Mode;

/**
 * The past of one location, or of a range of items that have been treated alike: accesses that stand for all others, and the last write.
 *
 * <p>An access is left out when a later one of the same operation at the same program point happens after it: whatever is unordered with the
 * earlier is unordered with the later. Beyond {@link #ROOM} accesses those go for which any later one that conflicts with as much stands.
 * What is left out always happens before something that is kept.
 *
 * <p>One entry is an {@link Interval} and a word:
 *
 * <pre>
 *  +-------------------------------+-------+-----------------------+
 *  | events since interval's start | flags | site                  |   flags: bit 0 has raced
 *  +-------------------------------+-------+-----------------------+
 * </pre>
 *
 * Belongs to its engine.
 */
public final class History {
    static final int ROOM = 16;

    /** From so many entries on, a look at all of them for each access would make the work grow with the square of the threads. */
    private static final int MANY = 64;

    /** Pairs told of one location where not each pair is wanted. */
    private static final int ENOUGH = 1000;

    private static final int NONE = -1;
    private static final int UNKNOWN = -2;
    private static final int SITE_MASK = Sites.LIMIT - 1;
    private static final long RACED = Sites.LIMIT;
    private static final long LOW = 0xFFFF_FFFFL;

    private Interval[] intervals = new Interval[2];
    private long[] words = new long[2];
    private int size;

    /** Entries from which on some are dropped; more than {@link #ROOM} where that many threads run beside each other. */
    private int room = ROOM;

    /** Of many reads and no write: by clock slot, one more than the index of an entry, 0 for none. Null where that is not known. */
    private int[] bySlot;

    /** Pairs told of a single location, where not each pair is wanted: what is kept for several may have raced at one of them only. */
    private int told;

    /** Null before the first write. */
    private Interval lastWrite;

    private int lastWriteOffset;

    /** Whether the last write to this item came after the last one to all items of its container at once. */
    private boolean writtenLast;

    public int size() {
        return size;
    }

    public Interval interval(int entry) {
        return intervals[entry];
    }

    /** Local time of that access in its thread. */
    public long time(int entry) {
        return intervals[entry].start + (words[entry] >>> 32);
    }

    public int site(int entry) {
        return (int) words[entry] & SITE_MASK;
    }

    public void setSite(int entry, int site) {
        words[entry] = (words[entry] & ~(long) SITE_MASK) | site;
    }

    public boolean hasRaced(int entry) {
        return (words[entry] & RACED) != 0;
    }

    public void setRaced(int entry) {
        words[entry] |= RACED;
    }

    /** Null before the first write. */
    public Interval lastWrite() {
        return lastWrite;
    }

    /** Local time of the last write in its thread. */
    public long lastWriteTime() {
        return lastWrite.start + (lastWriteOffset & 0xFFFF_FFFFL);
    }

    public boolean isWrittenLast() {
        return writtenLast;
    }

    public void setWrittenLast(boolean last) {
        writtenLast = last;
    }

    /**
     * Enters the current event of the interval's thread.
     *
     * @param site with the reads before it; writes after it are taken over from an access with the same stack that it stands for
     * @param raced whether it was told as racing
     */
    public void enter(Interval now, long time, int site, boolean raced, Sites sites) {
        if (isToldEnough() && !keepsNothingButWrite(site, sites)) {
            return;
        }
        boolean everRaced = raced;
        int after = 0;
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (!sites.standsFor(site, site(i)) || !now.covers(intervals[i], time(i))) {
                intervals[kept] = intervals[i];
                words[kept++] = words[i];
            } else if (sites.stack(site(i)) == sites.stack(site)) {
                everRaced |= hasRaced(i);
                // a read that races from now on is told of the writes after it, those that came after earlier reads
                // included
                after = hasRaced(i) == everRaced ? sites.writesAfter(site(i)) : 0;
            }
        }
        Arrays.fill(intervals, kept, size, null);
        size = kept;
        boolean writes = sites.writes(site);
        if (size >= room) {
            makeRoom(sites);
            room = Math.max(ROOM, 2 * size);
        }
        int offset = (int) (time - now.start);
        add(now, (long) offset << 32 | (everRaced ? RACED : 0) | sites.with(site, sites.readsBefore(site), after));
        if (writes) {
            lastWrite = now;
            lastWriteOffset = offset;
        }
    }

    /**
     * Enters an access that its thread made at an earlier time. Nothing is entered where a later access of the same operation at the same program
     * point happens after it.
     */
    public void enterLate(Interval then, long time, int site, boolean raced, Sites sites) {
        for (int i = 0; i < size; i++) {
            if (sites.standsFor(site(i), site) && isBefore(then, time, intervals[i], time(i))) {
                words[i] |= raced ? RACED : 0;
                return;
            }
        }
        Interval last = lastWrite;
        int lastOffset = lastWriteOffset;
        boolean isLast = last == null || !isBefore(then, time, last, lastWriteTime());
        enter(then, time, site, raced, sites);
        if (isLast) {
            writtenLast |= sites.writes(site);
        } else {
            lastWrite = last;
            lastWriteOffset = lastOffset;
        }
    }

    /** A pair was told in which it was one side, and not each pair is wanted. */
    public void tellOne() {
        told++;
    }

    /** Whether so many pairs were told of it that no more are looked for: it holds its last write from now on, which readers learn from, and no more. */
    public boolean isToldEnough() {
        return told >= ENOUGH;
    }

    /** Forgets all others for a write that comes; answers whether one does. */
    private boolean keepsNothingButWrite(int site, Sites sites) {
        if (sites.writes(site)) {
            Arrays.fill(intervals, 0, size, null);
            size = 0;
            bySlot = null;
            return true;
        }
        return false;
    }

    private static boolean isBefore(Interval first, long firstTime, Interval second, long secondTime) {
        return first.slot == second.slot ? firstTime < secondTime : second.covers(first, firstTime);
    }

    private void add(Interval interval, long word) {
        bySlot = null;
        if (size == words.length) {
            intervals = copyOf(intervals, size, size * 2);
            words = Arrays.copyOf(words, size * 2);
        }
        intervals[size] = interval;
        words[size++] = word;
    }

    /**
     * Leaves only what detection needs: every racy location is still found, with a pair that races, but not each pair of program points. Runs of
     * items are kept that way, so that they become alike again and can be joined.
     */
    public void keepFewest(Sites sites) {
        if (size > 1) {
            makeRoom(sites);
        }
    }

    /** Whether both have the same past, to the event. */
    boolean isEqual(History other) {
        return size == other.size
                && told == other.told
                && lastWrite == other.lastWrite
                && lastWriteOffset == other.lastWriteOffset
                && writtenLast == other.writtenLast
                && Arrays.equals(intervals, 0, size, other.intervals, 0, size)
                && Arrays.equals(words, 0, size, other.words, 0, size);
    }

    /** Drops the accesses that happen before one that is kept and conflicts with as much. */
    private void makeRoom(Sites sites) {
        Covered byAny = new Covered();
        Covered byWrites = new Covered();
        for (int i = 0; i < size; i++) {
            byAny.add(intervals[i], time(i));
            if (sites.writes(site(i))) {
                byWrites.add(intervals[i], time(i));
            }
        }
        int kept = 0;
        for (int i = 0; i < size; i++) {
            Covered covered = sites.writes(site(i)) ? byWrites : byAny;
            if (!covered.has(intervals[i], time(i))) {
                intervals[kept] = intervals[i];
                words[kept++] = words[i];
            }
        }
        Arrays.fill(intervals, kept, size, null);
        size = kept;
        bySlot = null;
    }

    // ---- the usual cases, see LocationTable ----

    boolean readInOrder(Interval now, long time, int bareSite, Sites sites) {
        int known = size < MANY ? UNKNOWN : ofSlot(now.slot, sites);
        if (known >= 0 && sites.standsFor(bareSite, site(known))) {
            return repeat(known, now, time, bareSite, sites);
        }
        if (known == NONE) {
            int[] slots = bySlot;
            boolean isIn = replace(NONE, now, (time - now.start) << 32 | bareSite);
            if (isIn) {
                bySlot = with(slots, now.slot, size);
            }
            return isIn;
        }
        int same = NONE;
        for (int i = 0; i < size; i++) {
            int site = site(i);
            if (sites.writes(site)) {
                if (!now.covers(intervals[i], time(i))) {
                    return false;
                }
            } else if (same < 0 && sites.standsFor(bareSite, site) && now.covers(intervals[i], time(i))) {
                same = i;
            }
        }
        return repeat(same, now, time, bareSite, sites);
    }

    private boolean repeat(int entry, Interval now, long time, int bareSite, Sites sites) {
        boolean isOneStack = entry != NONE && sites.haveOneStack(bareSite, site(entry));
        return replace(entry, now, (time - now.start) << 32 | (isOneStack ? words[entry] & LOW : bareSite));
    }

    /** An entry of that slot; {@link #NONE} where there is none and nobody has written, {@link #UNKNOWN} where only a look at all entries tells. */
    private int ofSlot(int slot, Sites sites) {
        if (bySlot == null) {
            int[] slots = {};
            for (int i = 0; i < size; i++) {
                if (sites.writes(site(i))) {
                    return UNKNOWN;
                }
                slots = with(slots, intervals[i].slot, i + 1);
            }
            bySlot = slots;
        }
        return slot < bySlot.length ? bySlot[slot] - 1 : NONE;
    }

    private static int[] with(int[] slots, int slot, int entry) {
        int[] longer = slot < slots.length ? slots : Arrays.copyOf(slots, Math.max(slot + 1, slots.length * 2));
        longer[slot] = entry;
        return longer;
    }

    boolean writeInOrder(Interval now, long time, int bareSite, long quietSince, Sites sites) {
        int same = NONE;
        int readsBefore = 0;
        for (int i = 0; i < size; i++) {
            int site = site(i);
            if (intervals[i] != now && !now.covers(intervals[i], time(i))) {
                return false;
            }
            if (sites.writes(site) && sites.standsFor(bareSite, site)) {
                same = i;
            }
            if (intervals[i].thread == now.thread && sites.isReadBeforeWrite(site) && time(i) > quietSince) {
                readsBefore = sites.addTo(readsBefore, site);
                int written = sites.writtenAfterBy(site, bareSite);
                if (written != site && (hasRaced(i) || sites.writes(site))) {
                    return false;
                }
                setSite(i, written);
            }
        }
        long raced = same >= 0 && sites.haveOneStack(bareSite, site(same)) ? words[same] & RACED : 0;
        if (!replace(same, now, (time - now.start) << 32 | raced | sites.with(bareSite, readsBefore, 0))) {
            return false;
        }
        lastWrite = now;
        lastWriteOffset = (int) (time - now.start);
        writtenLast = true;
        return true;
    }

    /** Puts an access in the place of one that it stands for, or beside the others where there is {@link #NONE}; answers whether there was room. */
    private boolean replace(int entry, Interval now, long word) {
        if (entry != NONE) {
            intervals[entry] = now;
            words[entry] = word;
            return true;
        }
        if (size >= room) {
            return false;
        }
        add(now, word);
        return true;
    }

    /**
     * Whether all of it happens before, and nothing of it is a read of the same thread that a write now may be the consequence of.
     *
     * @param quietSince the thread's accesses after that local time have no synchronisation between them and now
     */
    public boolean isBehind(Interval now, long quietSince, boolean isWrite, Sites sites) {
        for (int i = 0; i < size; i++) {
            if (!now.covers(intervals[i], time(i))
                    || (isWrite
                            && intervals[i].thread == now.thread
                            && sites.isReadBeforeWrite(site(i))
                            && time(i) > quietSince)) {
                return false;
            }
        }
        return true;
    }

    /** Whether nothing of it was done in that clock slot after that local time. */
    public boolean isBefore(int slot, long time) {
        for (int i = 0; i < size; i++) {
            if (intervals[i].slot == slot && time(i) > time) {
                return false;
            }
        }
        return true;
    }

    /** Whether all writes happen before. */
    boolean isWrittenBefore(Interval now, Sites sites) {
        for (int i = 0; i < size; i++) {
            if (sites.writes(site(i)) && !now.covers(intervals[i], time(i))) {
                return false;
            }
        }
        return lastWrite == null || now.covers(lastWrite, lastWriteTime());
    }

    boolean isBehind(Interval now) {
        for (int i = 0; i < size; i++) {
            if (!now.covers(intervals[i], time(i))) {
                return false;
            }
        }
        return true;
    }

    /** {@link Interval#serial} of the latest access. */
    long latestSerial() {
        long latest = 0;
        for (int i = 0; i < size; i++) {
            latest = Math.max(latest, intervals[i].serial);
        }
        return latest;
    }

    /** Whether the mode at that facet conflicts with what the entry did. */
    public boolean conflicts(int entry, Operation.Facet facet, int mode, Sites sites) {
        return Mode.conflict(mode, sites.operation(site(entry)).at(facet));
    }

    // ---- the short form: LocationTable keeps one write and one read without a history of their own ----

    /** Becomes what two words say; a null interval is no entry. */
    void load(Interval write, long writeWord, Interval read, long readWord, boolean last) {
        size = 0;
        told = 0;
        if (write != null) {
            add(write, writeWord);
        }
        if (read != null) {
            add(read, readWord);
        }
        lastWrite = write;
        lastWriteOffset = (int) (writeWord >>> 32);
        writtenLast = last;
    }

    /** Index of the only write, -1 for none, -2 where the short form can not say what this is. */
    int onlyWrite(Sites sites) {
        if (isToldEnough()) {
            return -2;
        }
        int found = -1;
        int reads = 0;
        for (int i = 0; i < size; i++) {
            if (sites.writes(site(i))) {
                found = found == -1 ? i : -2;
            } else {
                reads++;
            }
            if (found == -2 || reads > 1) {
                return -2;
            }
        }
        if (found < 0) {
            return lastWrite == null ? -1 : -2;
        }
        boolean isLast = intervals[found] == lastWrite && (int) (words[found] >>> 32) == lastWriteOffset;
        return isLast ? found : -2;
    }

    long word(int entry) {
        return words[entry];
    }

    /** As {@link Arrays#copyOf}, which is slow for references where only the first compiler is at work. */
    private static Interval[] copyOf(Interval[] from, int length, int capacity) {
        Interval[] copy = new Interval[capacity];
        System.arraycopy(from, 0, copy, 0, length);
        return copy;
    }

    /** A history of its own, equal to this one. */
    public History copy() {
        History copy = new History();
        copy.intervals = copyOf(intervals, size, Math.max(2, size));
        copy.words = Arrays.copyOf(words, Math.max(2, size));
        copy.size = size;
        copy.told = told;
        copy.lastWrite = lastWrite;
        copy.lastWriteOffset = lastWriteOffset;
        copy.writtenLast = writtenLast;
        return copy;
    }
}
