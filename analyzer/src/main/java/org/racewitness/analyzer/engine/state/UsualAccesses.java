package org.racewitness.analyzer.engine.state;

import org.racewitness.analyzer.engine.Operation;
import org.racewitness.analyzer.engine.Operation.Mode;
import org.racewitness.analyzer.trace.TraceEvents;
import org.racewitness.analyzer.wire.RecordDescriptor;

/**
 * Accesses of one thread in a row, each a plain read or write of one location that is known and in order there: nearly all. The records of a few dozen are looked up before the first of
 * them is judged, so that none waits for the memory of another. Belongs to whoever judges the objects of its state.
 */
public final class UsualAccesses {
    /** Accesses looked up at once: their records stay in the nearest cache until they are judged. */
    private static final int AT_ONCE = 64;

    /** In the place of {@link Moments#slots}: no record has it. */
    private static final long NO_SLOTS = -1;

    /** Local time from one event of a thread to the next. */
    private static final int STEP = TraceEvents.MOMENTS;

    /** By operation code, its {@link Mode} where that is {@link Mode#READ} or {@link Mode#WRITE} at a key and no more, else {@link Mode#NONE}. */
    private static final byte[] PLAIN = plain();

    private final LocationTable table;
    private final Pasts pasts;
    private final Records locations;
    private final Containers containers;
    private final Sites sites;

    /** By access, the record of its location, 0 for none. */
    private final int[] records = new int[AT_ONCE];

    // what the accesses in a row have in common
    private Interval now;
    private long ownSlots;
    private long readSlots;
    private long writeSlots;
    private long quietSince;
    private long queue;
    private long quietSinceBeforeQueue;

    public UsualAccesses(LocationTable table, Containers containers, Sites sites) {
        this.table = table;
        this.pasts = table.pasts;
        this.locations = table.records();
        this.containers = containers;
        this.sites = sites;
    }

    private static byte[] plain() {
        byte[] modes = new byte[Sites.OPERATIONS];
        for (Operation operation : Operation.values()) {
            boolean isPlain = operation.isAtKeyOnly() && operation.atKey() != Mode.BOTH;
            modes[operation.code()] = (byte) (isPlain ? operation.atKey() : Mode.NONE);
        }
        return modes;
    }

    /** Looks up the first of so many accesses. @param words as {@link TraceEvents#accesses} has them @return how many were looked up */
    public int find(long[] words, int from, int count) {
        int size = Math.min(count, AT_ONCE);
        table.findAll(words, from, size, records, containers);
        return size;
    }

    /**
     * Judges the thread's current event and those that follow it, up to the first one that is not usual, which is the current event then.
     *
     * @param from index of the current event's first word
     * @param number of the current event among those that were looked up
     * @param count how many are to be judged
     * @return how many were
     */
    public int judge(ThreadState by, long[] words, int from, int number, int count) {
        now = by.interval();
        int slot = now.shortSlot;
        boolean isShort = slot != Interval.OTHER_SLOT;
        ownSlots = isShort ? Moments.slots(slot, slot) : NO_SLOTS;
        readSlots = isShort ? Moments.slots(Interval.NO_SLOT, slot) : NO_SLOTS;
        writeSlots = isShort ? Moments.slots(slot, Interval.NO_SLOT) : NO_SLOTS;
        quietSince = by.quietSince();
        queue = by.quietQueue();
        quietSinceBeforeQueue = by.quietSinceBeforeQueue();
        long start = by.clock.time();
        int reached = (int) Math.min(count, (Interval.MAX_OFFSET - (start - now.start)) / STEP + 1);
        int judged = judge(words, from, number, start, reached);
        by.clock.tickFurther(judged == count ? judged - 1 : judged);
        return judged;
    }

    private int judge(long[] words, int from, int number, long start, int count) {
        for (int judged = 0; judged < count; judged++) {
            int at = from + judged * TraceEvents.ACCESS_WORDS;
            int record = records[number + judged];
            long[] page = locations.words(record);
            Interval[] intervals = locations.intervals(record);
            int in = Records.at(record);
            long header = words[at];
            int code = RecordDescriptor.op(header);
            int mode = record == 0 ? Mode.NONE : PLAIN[code];
            long time = start + judged * (long) STEP;
            int site = sites.of(code, RecordDescriptor.arg(header));
            if (mode == Mode.READ) {
                if (isRepeatedRead(page, in, site)) {
                    setRead(page, intervals, in, time);
                } else if (!pasts.readInOrder(record, now, time, site)) {
                    return judged;
                }
            } else if (mode == Mode.WRITE) {
                long quiet = RecordDescriptor.object(words[at + 1]) == queue ? quietSinceBeforeQueue : quietSince;
                if (isRepeatedWrite(page, in, site) && leavesLinks(page, intervals, in, site, quiet)) {
                    setWrite(page, intervals, in, time);
                } else if (!pasts.writeInOrder(record, now, time, site, quiet)) {
                    return judged;
                }
            } else {
                return judged;
            }
        }
        return count;
    }

    /** A read after accesses of its own clock slot alone, the last of which was the same read: nothing changes but its time. */
    private boolean isRepeatedRead(long[] page, int in, int site) {
        long slots = Moments.slots(page[in + 3]);
        return (slots == ownSlots || slots == readSlots)
                && sites.haveOneStack(site, (int) page[in + 2] & Pasts.SITE_MASK);
    }

    private void setRead(long[] page, Interval[] intervals, int in, long time) {
        if (intervals[(in >> 1) + 1] != now) {
            intervals[(in >> 1) + 1] = now;
        }
        page[in + 3] = Moments.writeOf(page[in + 3]) | Moments.ofRead(time - now.start, now.shortSlot);
    }

    /** A write after accesses of its own clock slot alone, the last write of which was the same. */
    private boolean isRepeatedWrite(long[] page, int in, int site) {
        long slots = Moments.slots(page[in + 3]);
        return (slots == ownSlots || slots == writeSlots)
                && ((int) page[in + 2] & Pasts.WRITTEN_LAST) != 0
                && sites.haveOneStack(site, (int) page[in + 1] & Pasts.SITE_MASK);
    }

    /** Whether the reads before such a write are those before the write that it repeats, and know of it. */
    private boolean leavesLinks(long[] page, Interval[] intervals, int in, int site, long quiet) {
        int written = (int) page[in + 1] & Pasts.SITE_MASK;
        if (Moments.slots(page[in + 3]) != ownSlots) {
            return written == site;
        }
        Interval read = intervals[(in >> 1) + 1];
        if (read != now) {
            return written == site
                    && now.start - quiet
                            <= STEP; // else nobody knows whether the read lies behind the latest synchronisation
        }
        return now.start + Moments.readOffset(page[in + 3]) > quiet
                ? sites.areLinked((int) page[in + 2] & Pasts.SITE_MASK, written)
                : written == site;
    }

    private void setWrite(long[] page, Interval[] intervals, int in, long time) {
        if (intervals[in >> 1] != now) {
            intervals[in >> 1] = now;
        }
        page[in + 3] = Moments.readOf(page[in + 3]) | Moments.ofWrite(time - now.start, now.shortSlot);
    }
}
