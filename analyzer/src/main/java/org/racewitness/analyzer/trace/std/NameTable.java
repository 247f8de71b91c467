package org.racewitness.analyzer.trace.std;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Numbers names from 1 in the order in which they come, from the bytes of the text, without making strings. Open addressing over one pool
 * of bytes; most names are no longer than a word and are compared by their {@link #heads} alone.
 *
 * <p>One thread interns; any thread may ask for the name of a number. All fields are written by the former while it holds the lock of the
 * table, and read by it without.
 */
final class NameTable {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** An odd number without pattern: 2^64 divided by the golden ratio. */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private byte[] pool = new byte[1024];

    /** Where a name begins in the pool; the next one's beginning is its end. */
    private int[] starts = new int[65];

    /** The first eight bytes of each name, little-endian, zeros behind its end. */
    private long[] heads = new long[65];

    private int count;

    /** Numbers by hash, 0 free; at most half full. */
    private int[] slots = new int[128];

    /** The number of the name between {@code from} and {@code to}, new where it was not known. */
    int intern(byte[] text, int from, int to) {
        long head = head(text, from, to);
        int mask = slots.length - 1;
        int slot = hash(head, text, from, to) & mask;
        int number = slots[slot];
        while (number != 0) {
            if (heads[number] == head && isSame(number, text, from, to)) {
                return number;
            }
            slot = slot + 1 & mask;
            number = slots[slot];
        }
        return add(text, from, to, head, slot);
    }

    /** The name of a number that {@link #intern} gave. */
    synchronized String name(int number) {
        return new String(pool, starts[number], starts[number + 1] - starts[number], StandardCharsets.UTF_8);
    }

    synchronized int size() {
        return count;
    }

    /** Heads are equal: the lengths decide, and what is behind the head. */
    private boolean isSame(int number, byte[] text, int from, int to) {
        int length = starts[number + 1] - starts[number];
        return length == to - from
                && (length <= Long.BYTES
                        || Arrays.equals(
                                pool, starts[number] + Long.BYTES, starts[number + 1], text, from + Long.BYTES, to));
    }

    private synchronized int add(byte[] text, int from, int to, long head, int slot) {
        int number = ++count;
        if (number + 1 >= starts.length) {
            starts = Arrays.copyOf(starts, starts.length * 2);
            heads = Arrays.copyOf(heads, heads.length * 2);
        }
        int start = starts[number];
        int end = start + to - from;
        if (end > pool.length) {
            pool = Arrays.copyOf(pool, Math.max(end, pool.length * 2));
        }
        System.arraycopy(text, from, pool, start, to - from);
        starts[number + 1] = end;
        heads[number] = head;
        slots[slot] = number;
        if (number * 2 >= slots.length) {
            rehash();
        }
        return number;
    }

    private void rehash() {
        int[] larger = new int[slots.length * 2];
        int mask = larger.length - 1;
        for (int number = 1; number <= count; number++) {
            int slot = hash(heads[number], pool, starts[number], starts[number + 1]) & mask;
            while (larger[slot] != 0) {
                slot = slot + 1 & mask;
            }
            larger[slot] = number;
        }
        slots = larger;
    }

    private static long head(byte[] text, int from, int to) {
        int length = to - from;
        if (length >= Long.BYTES) {
            return (long) WORD.get(text, from);
        }
        if (from + Long.BYTES <= text.length) {
            return (long) WORD.get(text, from) & ((1L << (length * Byte.SIZE)) - 1);
        }
        long head = 0;
        for (int i = 0; i < length; i++) {
            head |= (text[from + i] & 0xFFL) << (i * Byte.SIZE);
        }
        return head;
    }

    private static int hash(long head, byte[] text, int from, int to) {
        long h = head * SPREAD;
        for (int i = from + Long.BYTES; i < to; i++) {
            h = (h ^ text[i]) * SPREAD;
        }
        return (int) (h ^ h >>> 29) ^ (int) (h >>> 47);
    }
}
