package org.racewitness.analyzer.engine.state;

import java.util.Arrays;

/**
 * Numbers pairs of words, from 1, in the order in which they are first seen; equal pairs have equal numbers. Open addressing over primitive
 * arrays; bounded. Not thread-safe.
 */
public final class PairTable {
    private final int limit;

    /** The words of pair n at 2 (n - 1) and behind it. */
    private long[] pairs = new long[32];

    private int[] slots = new int[32];

    /** Numbers in {@link #slots}. */
    private int used;

    private int size;

    /** Numbers at most {@code limit} pairs. */
    public PairTable(int limit) {
        this.limit = limit;
    }

    /** How many pairs have numbers; they run from 1 to this. */
    public int size() {
        return size;
    }

    public long first(int number) {
        return pairs[2 * number - 2];
    }

    public long second(int number) {
        return pairs[2 * number - 1];
    }

    /** The number of the pair, 0 when it has none and the table is full. */
    public int intern(long first, long second) {
        int mask = slots.length - 1;
        int slot = hash(first, second) & mask;
        while (slots[slot] != 0) {
            int number = slots[slot];
            if (pairs[2 * number - 2] == first && pairs[2 * number - 1] == second) {
                return number;
            }
            slot = slot + 1 & mask;
        }
        int number = add(first, second);
        if (number != 0) {
            slots[slot] = number;
            if (++used * 2 > slots.length) {
                rehash();
            }
        }
        return number;
    }

    /** A number for a pair that the caller finds by itself: {@link #intern} does not. 0 when the table is full. */
    public int add(long first, long second) {
        if (size == limit) {
            return 0;
        }
        if (2 * size == pairs.length) {
            pairs = Arrays.copyOf(pairs, size * 4);
        }
        pairs[2 * size] = first;
        pairs[2 * size + 1] = second;
        return ++size;
    }

    private void rehash() {
        int[] old = slots;
        slots = new int[old.length * 2];
        int mask = slots.length - 1;
        for (int number : old) {
            if (number != 0) {
                int slot = hash(pairs[2 * number - 2], pairs[2 * number - 1]) & mask;
                while (slots[slot] != 0) {
                    slot = slot + 1 & mask;
                }
                slots[slot] = number;
            }
        }
    }

    private static int hash(long first, long second) {
        long mixed = (first * 0x9E3779B97F4A7C15L ^ second) * 0xC2B2AE3D27D4EB4FL;
        return (int) (mixed >>> 32);
    }
}
