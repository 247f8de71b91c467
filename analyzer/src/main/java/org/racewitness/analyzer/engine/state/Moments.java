package org.racewitness.analyzer.engine.state;

/**
 * When a record's write and read were, in one word: how far behind the starts of their intervals, and by which clock slots, so that those of the same slot
 * are known to be in order without a look at an interval.
 *
 * <pre>
 *  +-----------------------+--------+-----------------------+--------+
 *  | offset of write (24)  | slot   | offset of read (24)   | slot   |   slots: Interval.shortSlot
 *  +-----------------------+--------+-----------------------+--------+
 * </pre>
 */
final class Moments {
    static final long NO_WRITE = (long) Interval.NO_SLOT << 32;
    static final long NO_READ = Interval.NO_SLOT;
    static final long NONE = NO_WRITE | NO_READ;

    private static final long READ = 0xFFFF_FFFFL;
    private static final long SLOTS = 0xFF_0000_00FFL;

    private Moments() {}

    static long writeOf(long moments) {
        return moments & ~READ;
    }

    static long readOf(long moments) {
        return moments & READ;
    }

    /** Whether there is no write, or it happens before what is in {@code now}. @param at as {@link Records#at} says */
    static boolean isWriteBehind(long moments, Interval[] intervals, int at, Interval now) {
        int slot = writeSlot(moments);
        return slot == Interval.NO_SLOT
                || (slot == now.shortSlot && slot != Interval.OTHER_SLOT)
                || now.covers(intervals[at >> 1], intervals[at >> 1].start + writeOffset(moments));
    }

    /** As {@link #isWriteBehind}. */
    static boolean isReadBehind(long moments, Interval[] intervals, int at, Interval now) {
        int slot = readSlot(moments);
        return slot == Interval.NO_SLOT
                || (slot == now.shortSlot && slot != Interval.OTHER_SLOT)
                || now.covers(intervals[(at >> 1) + 1], intervals[(at >> 1) + 1].start + readOffset(moments));
    }

    /** Both slots, where they are, and nothing else. */
    static long slots(long moments) {
        return moments & SLOTS;
    }

    static long slots(int writeSlot, int readSlot) {
        return (long) writeSlot << 32 | readSlot;
    }

    static long ofWrite(long offset, int slot) {
        return offset << 40 | (long) slot << 32;
    }

    static long ofRead(long offset, int slot) {
        return offset << 8 | slot;
    }

    static long writeOffset(long moments) {
        return moments >>> 40;
    }

    static int writeSlot(long moments) {
        return (int) (moments >>> 32) & 0xFF;
    }

    static long readOffset(long moments) {
        return (moments & READ) >>> 8;
    }

    static int readSlot(long moments) {
        return (int) moments & 0xFF;
    }
}
