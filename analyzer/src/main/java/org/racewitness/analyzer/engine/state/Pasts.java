package org.racewitness.analyzer.engine.state;

/**
 * What was done at each record of a {@link LocationTable}, where the layout of records is drawn. The short form holds one write, which is the last one, and one read; what needs more has a {@link History} of its own
 * ({@link Histories}). Belongs to its table.
 */
public final class Pasts {
    static final int SITE_MASK = Sites.LIMIT - 1;
    static final int LONG_FORM = 1 << 24;
    static final int WRITTEN_LAST = 2 << 24;
    private static final int WRITE_RACED = 4 << 24;
    private static final int READ_RACED = 8 << 24;
    private static final long RACED_WORD = Sites.LIMIT;
    private static final long LOW = 0xFFFF_FFFFL;

    private final Records records;
    private final Sites sites;
    private final Histories histories = new Histories();
    private final History scratch = new History();

    Pasts(Records records, Sites sites) {
        this.records = records;
        this.sites = sites;
    }

    /** What the histories in long form take, by their usual size. */
    long bytes() {
        return histories.bytes();
    }

    /** Gives a record that has no past the same as another one has. */
    void copy(int record, int copy) {
        long[] from = records.words(record);
        long[] to = records.words(copy);
        int at = Records.at(record);
        int there = Records.at(copy);
        to[there + 1] |= from[at + 1] & SITE_MASK;
        to[there + 2] = (to[there + 2] & ~LOW) | (from[at + 2] & LOW);
        to[there + 3] = from[at + 3];
        if (((int) from[at + 2] & LONG_FORM) != 0) {
            histories.keep(copy, histories.get(record).copy());
        }
        Interval[] intervals = records.intervals(record);
        Interval[] its = records.intervals(copy);
        its[there >> 1] = intervals[at >> 1];
        its[(there >> 1) + 1] = intervals[(at >> 1) + 1];
    }

    /** The record goes. */
    void drop(int record) {
        if (((int) records.words(record)[Records.at(record) + 2] & LONG_FORM) != 0) {
            histories.drop(record);
        }
    }

    /** Whether two records have the same past, to the event. */
    boolean areEqual(int run, int other) {
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
