package org.racewitness.analyzer.trace.std;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Numbers names from 1 in the order in which they come, from the bytes of the text, without making strings. Open addressing; a slot is two words, so
 * that a name no longer than a word is found without looking anywhere else:
 *
 * <pre>
 *  +---------------------------------------------------------------+
 *  | first eight bytes, little-endian, zeros behind the end        |
 *  +-------------------------------+-------------------------------+   tag: the length, where it is at most 8; else the
 *  | number, 0 free                | tag                           |   sign bit and 31 bits of a hash of what follows
 *  +-------------------------------+-------------------------------+
 * </pre>
 *
 * <p>One thread interns; any thread may ask for the name of a number. All fields are written by the former while it holds the lock of the
 * table, and read by it without.
 */
final class NameTable {
    private static final int SLOT_WORDS = 2;
    private static final int MAX_POOL_BYTES = 1 << 30;
    private static final int MAX_NAMES = 1 << 27;

    private byte[] pool = new byte[1024];

    /** Where a name begins in the pool; the next one's beginning is its end. */
    private int[] starts = new int[65];

    private int count;

    /** At most half full; the length is a power of two. */
    private long[] slots = new long[128 * SLOT_WORDS];

    /** The number of the name between {@code from} and {@code to}, new where it was not known; 0 where there is no room for another one. */
    int intern(byte[] text, int from, int to) {
        return intern(text, from, to, Field.head(text, from, to), Field.rest(text, from, to));
    }

    /**
     * The same, for a name whose first word and the hash of the others are known.
     *
     * @param head see {@link Field#head}
     * @param rest see {@link Field#rest}
     */
    int intern(byte[] text, int from, int to, long head, long rest) {
        int tag = tag(to - from, rest);
        int at = slot(head, tag);
        while (slots[at + 1] != 0) {
            if (slots[at] == head && (int) slots[at + 1] == tag) {
                int number = (int) (slots[at + 1] >>> Integer.SIZE);
                if (tag >= 0 || isSame(number, text, from, to)) {
                    return number;
                }
            }
            at = at + SLOT_WORDS & slots.length - 1;
        }
        return add(text, from, to, head, tag, at);
    }

    /** The name of a number that {@link #intern} gave. */
    synchronized String name(int number) {
        return new String(pool, starts[number], starts[number + 1] - starts[number], StandardCharsets.UTF_8);
    }

    synchronized int size() {
        return count;
    }

    private boolean isSame(int number, byte[] text, int from, int to) {
        return Arrays.equals(pool, starts[number], starts[number + 1], text, from, to);
    }

    private synchronized int add(byte[] text, int from, int to, long head, int tag, int slot) {
        int start = starts[count + 1];
        int end = start + to - from;
        if (count == MAX_NAMES || end > MAX_POOL_BYTES) {
            return 0;
        }
        int number = ++count;
        if (number + 1 >= starts.length) {
            starts = Arrays.copyOf(starts, starts.length * 2);
        }
        if (end > pool.length) {
            pool = Arrays.copyOf(pool, Math.min(MAX_POOL_BYTES, Math.max(end, pool.length * 2)));
        }
        System.arraycopy(text, from, pool, start, to - from);
        starts[number + 1] = end;
        slots[slot] = head;
        slots[slot + 1] = (long) number << Integer.SIZE | (tag & 0xFFFF_FFFFL);
        if (number * 2L * SLOT_WORDS >= slots.length) {
            rehash();
        }
        return number;
    }

    private void rehash() {
        long[] old = slots;
        slots = new long[old.length * 2];
        for (int from = 0; from < old.length; from += SLOT_WORDS) {
            if (old[from + 1] != 0) {
                int at = slot(old[from], (int) old[from + 1]);
                while (slots[at + 1] != 0) {
                    at = at + SLOT_WORDS & slots.length - 1;
                }
                slots[at] = old[from];
                slots[at + 1] = old[from + 1];
            }
        }
    }

    private static int tag(int length, long rest) {
        return length <= Long.BYTES ? length : (int) (rest >>> Integer.SIZE) | Integer.MIN_VALUE;
    }

    /** Where to look first. */
    private int slot(long head, int tag) {
        long hash = (head ^ tag * Field.SPREAD) * Field.SPREAD;
        return (int) (hash >>> Integer.SIZE ^ hash >>> 15) * SLOT_WORDS & slots.length - SLOT_WORDS;
    }
}
