package org.racewitness.analyzer.explain;

import java.util.Arrays;

/**
 * The latest synchronisation events of one thread, a ring that grows up to its limit and then forgets the oldest. One entry is four words:
 *
 * <pre>
 *  +----------------------------------------------+--------+
 *  | local time                                   | kind   |   kind: the low 8 bits
 *  +----------------------------------------------+--------+
 *  | object                                                |
 *  +---------------------------+---------------------------+
 *  | other thread + 1, 0 none  | stack                     |
 *  +---------------------------+---------------------------+
 *  | ticks                                                 |
 *  +-------------------------------------------------------+
 * </pre>
 *
 * Belongs to its {@link SyncHistory}.
 */
final class ThreadLog {
    private static final int WORDS = 4;
    private static final int KIND_BITS = 8;

    private final int thread;
    private long[] ring = new long[2 * WORDS];

    /** Entries ever added; entry i lies at slot i modulo the capacity. */
    private long added;

    ThreadLog(int thread) {
        this.thread = thread;
    }

    /** @param limit entries that may be kept, a power of two */
    void add(long time, int kind, long object, int other, int stack, long ticks, int limit) {
        if (added == capacity() && capacity() < limit) {
            ring = Arrays.copyOf(ring, ring.length * 2);
        }
        int word = word(added);
        ring[word] = time << KIND_BITS | kind;
        ring[word + 1] = object;
        ring[word + 2] = (long) (other + 1) << Integer.SIZE | (stack & 0xFFFF_FFFFL);
        ring[word + 3] = ticks;
        added++;
    }

    /** The last event at or before that time, null where there is none or it was forgotten. */
    RawSync atOrBefore(long time) {
        long entry = firstAfter(time) - 1;
        return entry < oldest() ? null : entry(entry);
    }

    /** The first event at or after that time, null where there is none or those before it were forgotten, so that it may not be the first. */
    RawSync atOrAfter(long time) {
        long entry = firstAfter(time - 1);
        boolean certain = entry > oldest() || oldest() == 0;
        return certain && entry < added ? entry(entry) : null;
    }

    /** Index of the first kept entry whose time is later, {@code added} for none. */
    private long firstAfter(long time) {
        long low = oldest();
        long high = added;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (ring[word(middle)] >>> KIND_BITS > time) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private RawSync entry(long index) {
        int word = word(index);
        return new RawSync(
                thread,
                ring[word] >>> KIND_BITS,
                (int) ring[word] & ((1 << KIND_BITS) - 1),
                ring[word + 1],
                (int) (ring[word + 2] >>> Integer.SIZE) - 1,
                (int) ring[word + 2],
                ring[word + 3]);
    }

    private long oldest() {
        return Math.max(0, added - capacity());
    }

    private int capacity() {
        return ring.length / WORDS;
    }

    private int word(long index) {
        return (int) (index & capacity() - 1) * WORDS;
    }
}
