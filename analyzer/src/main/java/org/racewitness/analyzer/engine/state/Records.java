package org.racewitness.analyzer.engine.state;

import java.util.Arrays;

/**
 * The memory of {@link LocationTable}'s records: pages of words and of references, so that growing copies nothing. What a record looks like is
 * said there; this class knows its key, its object, its successor and whether it is in use. Belongs to its table.
 */
final class Records {
    /** Bytes of one record with its references. */
    static final int BYTES = 40;

    /** In a record's third word: it is free. */
    static final int UNUSED = 16 << 24;

    static final int PAGE_BITS = 10;
    static final int PAGE_MASK = (1 << PAGE_BITS) - 1;
    private static final long LOW = 0xFFFF_FFFFL;

    private long[][] pages = new long[4][];
    private Interval[][] intervalPages = new Interval[4][];

    /** Records begin at 1; those below {@code end} are in use or free. */
    private int end = 1;

    /** First of the free records below {@link #end}, chained as those of an object are; 0 none. */
    private int free;

    Records() {
        reserve(0); // record 0 is nobody's, but may be looked at
    }

    int end() {
        return end;
    }

    /** Bytes of all pages. */
    long bytes() {
        return ((long) ((end + PAGE_MASK) >>> PAGE_BITS) << PAGE_BITS) * BYTES;
    }

    /** The page of a record's words, which begin at {@link #at}. */
    long[] words(int record) {
        return pages[record >>> PAGE_BITS];
    }

    /** The page of a record's references, which begin at half of {@link #at}. */
    Interval[] intervals(int record) {
        return intervalPages[record >>> PAGE_BITS];
    }

    static int at(int record) {
        return (record & PAGE_MASK) << 2;
    }

    long key(int record) {
        return words(record)[at(record)];
    }

    long object(int record) {
        return words(record)[at(record) + 1] >>> 24;
    }

    void setObject(int record, long object) {
        long[] words = words(record);
        int at = at(record) + 1;
        words[at] = object << 24 | (words[at] & (1L << 24) - 1);
    }

    /** The record is no longer one of an object. */
    void rename(int record, long key) {
        long[] words = words(record);
        int at = at(record);
        words[at] = key;
        words[at + 2] &= LOW;
    }

    boolean is(int record, long object, long key) {
        long[] words = words(record);
        int at = at(record);
        return words[at] == key && words[at + 1] >>> 24 == object;
    }

    int next(int record) {
        return (int) (words(record)[at(record) + 2] >>> 32);
    }

    void setNext(int record, int next) {
        long[] words = words(record);
        int at = at(record) + 2;
        words[at] = (long) next << 32 | (words[at] & LOW);
    }

    boolean isUsed(int record) {
        return ((int) words(record)[at(record) + 2] & UNUSED) == 0;
    }

    /** A record without accesses and without successor. @param moments its last word, which says so */
    int take(long object, long key, long moments) {
        int record = free;
        if (record != 0) {
            free = next(record);
        } else {
            record = end++;
            reserve(record >>> PAGE_BITS);
        }
        long[] words = words(record);
        int at = at(record);
        words[at] = key;
        words[at + 1] = object << 24;
        words[at + 2] = 0;
        words[at + 3] = moments;
        return record;
    }

    void giveBack(int record) {
        int at = at(record);
        words(record)[at + 2] = (long) free << 32 | UNUSED;
        Interval[] intervals = intervals(record);
        intervals[at >> 1] = null;
        intervals[(at >> 1) + 1] = null;
        free = record;
    }

    private void reserve(int page) {
        if (page >= pages.length) {
            pages = Arrays.copyOf(pages, page * 2);
            intervalPages = Arrays.copyOf(intervalPages, page * 2);
        }
        if (pages[page] == null) {
            pages[page] = new long[4 << PAGE_BITS];
            intervalPages[page] = new Interval[2 << PAGE_BITS];
        }
    }
}
