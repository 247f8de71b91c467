package org.racewitness.analyzer.engine.state;

import java.util.Arrays;

/**
 * Numbers pairs of words, from 1, in the order in which they are first seen; equal pairs have equal numbers. Open addressing over primitive
 * arrays; bounded. Not thread-safe.
 */
public final class PairTable {
    private static final int NUMBER_BITS = 25;
    private static final int NUMBER_MASK = (1 << NUMBER_BITS) - 1;

    private final int limit;

    /** The words of pair n at 2 (n - 1) and behind it. */
    private long[] pairs = new long[32];

    /** In the low {@link #NUMBER_BITS} the number of a pair, 0 free; above them some of its hash, so that other pairs are hardly ever looked at. */
    private int[] slots = new int[32];

    /** By number, a bit: whether {@link #slots} has it. */
    private long[] inSlots = new long[1];

    /** Numbers in {@link #slots}. */
    private int used;

    private int size;

    /** Numbers at most {@code limit} pairs, 2^25 - 1 at the most. */
    public PairTable(int limit) {
        this.limit = Math.min(limit, NUMBER_MASK);
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
        int hash = hash(first, second);
        int slot = hash & mask;
        for (int entry = slots[slot]; entry != 0; entry = slots[slot]) {
            int number = entry & NUMBER_MASK;
            if ((entry ^ hash) >>> NUMBER_BITS == 0
                    && pairs[2 * number - 2] == first
                    && pairs[2 * number - 1] == second) {
                return number;
            }
            slot = slot + 1 & mask;
        }
        int number = add(first, second);
        if (number != 0) {
            enter(slot, number, hash);
            if (++used * 2 > slots.length) {
                rehash();
            }
        }
        return number;
    }

    private void enter(int slot, int number, int hash) {
        slots[slot] = (hash & ~NUMBER_MASK) | number;
        inSlots[number >>> 6] |= 1L << number;
    }

    /** A number for a pair that the caller finds by itself: {@link #intern} does not. 0 when the table is full. */
    public int add(long first, long second) {
        if (size == limit) {
            return 0;
        }
        if (2 * size == pairs.length) {
            pairs = Arrays.copyOf(pairs, size * 4);
            inSlots = Arrays.copyOf(inSlots, size * 2 / Long.SIZE + 1);
        }
        pairs[2 * size] = first;
        pairs[2 * size + 1] = second;
        return ++size;
    }

    /** In the order of the numbers, which lie in memory that way. */
    private void rehash() {
        slots = new int[slots.length * 2];
        int mask = slots.length - 1;
        for (int number = 1; number <= size; number++) {
            if ((inSlots[number >>> 6] >>> number & 1) != 0) {
                int hash = hash(first(number), second(number));
                int slot = hash & mask;
                while (slots[slot] != 0) {
                    slot = slot + 1 & mask;
                }
                slots[slot] = (hash & ~NUMBER_MASK) | number;
            }
        }
    }

    private static int hash(long first, long second) {
        long mixed = (first * 0x9E3779B97F4A7C15L ^ second) * 0xC2B2AE3D27D4EB4FL;
        return (int) (mixed >>> 32);
    }
}
