package org.racewitness.analyzer.trace;

/**
 * Open addressing from non-zero int to int. Made for keys that are mostly numbered from 1 without gaps: the number itself is the hash, so
 * that look-ups walk memory as an array would, while a wild number costs a slot and not an array up to it. Not thread-safe.
 */
final class IntIntMap {
    /** Of a map that never held anything; nobody writes to it. */
    private static final long[] NONE = {0};

    /** A key in the high half and its value in the low one; 0 free. */
    private long[] slots = NONE;

    private int size;

    /** The value of a key, or 0 where there is none and for the key 0. */
    int get(int key) {
        long slot = slots[key & slots.length - 1];
        return key(slot) == key ? (int) slot : (int) slots[slotFor(key)];
    }

    /** Forgets what is in it, and gives its memory back. */
    void clear() {
        slots = NONE;
        size = 0;
    }

    /** @param key not 0 */
    void put(int key, int value) {
        if (slots == NONE) {
            slots = new long[4];
        }
        int at = slotFor(key);
        boolean isNew = slots[at] == 0;
        slots[at] = (long) key << Integer.SIZE | (value & 0xFFFF_FFFFL);
        if (isNew && ++size * 4 > slots.length * 3) {
            grow();
        }
    }

    /** Where the key is, or where it has room. */
    private int slotFor(int key) {
        int mask = slots.length - 1;
        int at = key & mask;
        while (slots[at] != 0 && key(slots[at]) != key) {
            at = at + 1 & mask;
        }
        return at;
    }

    private void grow() {
        long[] old = slots;
        slots = new long[old.length * 2];
        for (long slot : old) {
            if (slot != 0) {
                slots[slotFor(key(slot))] = slot;
            }
        }
    }

    private static int key(long slot) {
        return (int) (slot >>> Integer.SIZE);
    }
}
