package org.racewitness.analyzer.trace;

/**
 * Open addressing from non-zero int to int. Made for keys that are mostly numbered from 1 without gaps: the number itself is the hash, so
 * that look-ups walk memory as an array would, while a wild number costs a slot and not an array up to it. Not thread-safe.
 */
final class IntIntMap {
    /** Of a map that never held anything; nobody writes to it. */
    private static final int[] NONE = {0};

    private int[] keys = NONE;
    private int[] values = NONE;
    private int size;

    /** The value of a key, or 0 where there is none and for the key 0. */
    int get(int key) {
        int mask = keys.length - 1;
        int slot = key & mask;
        while (keys[slot] != key) {
            if (keys[slot] == 0) {
                return 0;
            }
            slot = slot + 1 & mask;
        }
        return values[slot];
    }

    /** Forgets what is in it, and gives its memory back. */
    void clear() {
        keys = NONE;
        values = NONE;
        size = 0;
    }

    /** @param key not 0 */
    void put(int key, int value) {
        if (keys == NONE) {
            keys = new int[4];
            values = new int[4];
        }
        int mask = keys.length - 1;
        int slot = key & mask;
        while (keys[slot] != key && keys[slot] != 0) {
            slot = slot + 1 & mask;
        }
        values[slot] = value;
        if (keys[slot] == 0) {
            keys[slot] = key;
            size++;
            if (size * 4 > keys.length * 3) {
                grow();
            }
        }
    }

    private void grow() {
        int[] oldKeys = keys;
        int[] oldValues = values;
        keys = new int[oldKeys.length * 2];
        values = new int[keys.length];
        int mask = keys.length - 1;
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != 0) {
                int slot = oldKeys[i] & mask;
                while (keys[slot] != 0) {
                    slot = slot + 1 & mask;
                }
                keys[slot] = oldKeys[i];
                values[slot] = oldValues[i];
            }
        }
    }
}
