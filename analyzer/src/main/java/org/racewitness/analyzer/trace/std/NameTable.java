package org.racewitness.analyzer.trace.std;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Numbers names from 1 in the order in which they come, from the bytes of the text, without making strings. Open addressing over one pool
 * of bytes. Not thread-safe.
 */
final class NameTable {
    private byte[] pool = new byte[1024];

    /** Where a name begins in the pool; the next one's beginning is its end. */
    private int[] starts = new int[65];

    private int count;

    /** Numbers by hash, 0 free; at most half full. */
    private int[] slots = new int[128];

    private int[] hashes = new int[65];

    /** The number of the name between {@code from} and {@code to}, new where it was not known. */
    int intern(byte[] text, int from, int to) {
        int hash = hash(text, from, to);
        int mask = slots.length - 1;
        int slot = hash & mask;
        int number = slots[slot];
        while (number != 0) {
            if (hashes[number] == hash && Arrays.equals(pool, starts[number], starts[number + 1], text, from, to)) {
                return number;
            }
            slot = slot + 1 & mask;
            number = slots[slot];
        }
        return add(text, from, to, hash, slot);
    }

    /** The name of a number that {@link #intern} gave. */
    String name(int number) {
        return new String(pool, starts[number], starts[number + 1] - starts[number], StandardCharsets.UTF_8);
    }

    int size() {
        return count;
    }

    private int add(byte[] text, int from, int to, int hash, int slot) {
        int number = ++count;
        if (number + 1 >= starts.length) {
            starts = Arrays.copyOf(starts, starts.length * 2);
            hashes = Arrays.copyOf(hashes, hashes.length * 2);
        }
        int start = starts[number];
        int end = start + to - from;
        if (end > pool.length) {
            pool = Arrays.copyOf(pool, Math.max(end, pool.length * 2));
        }
        System.arraycopy(text, from, pool, start, to - from);
        starts[number + 1] = end;
        hashes[number] = hash;
        slots[slot] = number;
        if (number * 2 >= slots.length) {
            rehash();
        }
        return number;
    }

    private void rehash() {
        slots = new int[slots.length * 2];
        int mask = slots.length - 1;
        for (int number = 1; number <= count; number++) {
            int slot = hashes[number] & mask;
            while (slots[slot] != 0) {
                slot = slot + 1 & mask;
            }
            slots[slot] = number;
        }
    }

    /** FNV-1a with a last mixing step, so that the low bits of short names differ. */
    private static int hash(byte[] text, int from, int to) {
        int h = 0x811C9DC5;
        for (int i = from; i < to; i++) {
            h = (h ^ text[i]) * 0x01000193;
        }
        return h ^ h >>> 15;
    }
}
