package org.racewitness.analyzer.trace;

import java.util.Arrays;

/**
 * The stacks of one session, interned: threads number their stacks each for itself, here equal stacks have one number.
 *
 * <p>A tree of frames that point at their callers, in parallel arrays; 20 bytes per stack and table slots. Owned by the thread that owns
 * the session; others read stacks that were handed to them through a lock or a queue.
 */
final class StackTable {
    // Volatile: written by the session's thread alone; a thread that judges reads stacks of events that were handed to
    // it, which are complete in
    // these arrays or in the copies that came after them.
    private volatile int[] parents = new int[64];
    private volatile int[] codes = new int[64];
    private volatile int[] offsets = new int[64];
    private volatile int count = 1;

    /** Stack numbers by hash of (parent, code, offset), 0 free; at most half full. */
    private int[] slots = new int[128];

    /** @param parent a number that this method gave, or 0 */
    int intern(int parent, int code, int offset) {
        int mask = slots.length - 1;
        int slot = hash(parent, code, offset) & mask;
        int found = slots[slot];
        while (found != 0) {
            if (parents[found] == parent && codes[found] == code && offsets[found] == offset) {
                return found;
            }
            slot = slot + 1 & mask;
            found = slots[slot];
        }
        return add(parent, code, offset, slot);
    }

    /** Whether the number is one that {@link #intern} gave. */
    boolean has(int stack) {
        return stack > 0 && stack < count;
    }

    int parent(int stack) {
        return has(stack) ? parents[stack] : 0;
    }

    int code(int stack) {
        return has(stack) ? codes[stack] : 0;
    }

    int offset(int stack) {
        return has(stack) ? offsets[stack] : 0;
    }

    /** Number of stacks so far. */
    int size() {
        return count - 1;
    }

    private int add(int parent, int code, int offset, int slot) {
        if (count == parents.length) {
            int capacity = count * 2;
            parents = Arrays.copyOf(parents, capacity);
            codes = Arrays.copyOf(codes, capacity);
            offsets = Arrays.copyOf(offsets, capacity);
        }
        int stack = count;
        parents[stack] = parent;
        codes[stack] = code;
        offsets[stack] = offset;
        slots[slot] = stack;
        count = stack + 1;
        if (count * 2 > slots.length) {
            rehash();
        }
        return stack;
    }

    private void rehash() {
        slots = new int[slots.length * 2];
        int mask = slots.length - 1;
        for (int stack = 1; stack < count; stack++) {
            int slot = hash(parents[stack], codes[stack], offsets[stack]) & mask;
            while (slots[slot] != 0) {
                slot = slot + 1 & mask;
            }
            slots[slot] = stack;
        }
    }

    /** The finaliser of MurmurHash3's 64-bit variant over the three numbers. */
    private static int hash(int parent, int code, int offset) {
        long h = parent * 0x9E3779B97F4A7C15L + code * 0xC2B2AE3D27D4EB4FL + offset;
        h = (h ^ h >>> 33) * 0xFF51AFD7ED558CCDL;
        return (int) (h ^ h >>> 33);
    }
}
