package org.racewitness.analyzer.engine.state;

/**
 * Open addressing from long keys, any of them, to objects; linear probing, half full at most. Slots can be walked by index for iteration:
 * {@code for (int slot = 0; slot < table.capacity(); slot++)}. Not thread-safe.
 */
public final class LongTable<V> {
    private static final int INITIAL_CAPACITY = 4;

    private long[] keys = new long[INITIAL_CAPACITY];
    private Object[] values = new Object[INITIAL_CAPACITY];
    private int size;

    public int size() {
        return size;
    }

    public int capacity() {
        return values.length;
    }

    public long keyAt(int slot) {
        return keys[slot];
    }

    /** The value in that slot, null where the slot is free. */
    @SuppressWarnings("unchecked")
    public V valueAt(int slot) {
        return (V) values[slot];
    }

    /** The value of the key, or null. */
    public V get(long key) {
        return valueAt(slotOf(key));
    }

    public void put(long key, V value) {
        int slot = slotOf(key);
        if (values[slot] == null) {
            if ((size + 1) * 2 > values.length) {
                grow();
                slot = slotOf(key);
            }
            size++;
            keys[slot] = key;
        }
        values[slot] = value;
    }

    /** Removes the key; what followed it in its run moves up (Knuth, volume 3, algorithm 6.4 R). */
    public void remove(long key) {
        int free = slotOf(key);
        if (values[free] == null) {
            return;
        }
        size--;
        int mask = values.length - 1;
        values[free] = null;
        for (int slot = free + 1 & mask; values[slot] != null; slot = slot + 1 & mask) {
            int home = hash(keys[slot]) & mask;
            boolean homeIsBetween = free <= slot ? free < home && home <= slot : free < home || home <= slot;
            if (!homeIsBetween) {
                keys[free] = keys[slot];
                values[free] = values[slot];
                values[slot] = null;
                free = slot;
            }
        }
    }

    /** The slot that holds the key, or the free one where it would go. */
    private int slotOf(long key) {
        int mask = values.length - 1;
        int slot = hash(key) & mask;
        while (values[slot] != null && keys[slot] != key) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void grow() {
        long[] oldKeys = keys;
        Object[] oldValues = values;
        keys = new long[oldKeys.length * 2];
        values = new Object[oldValues.length * 2];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldValues[i] != null) {
                int slot = slotOf(oldKeys[i]);
                keys[slot] = oldKeys[i];
                values[slot] = oldValues[i];
            }
        }
    }

    private static int hash(long key) {
        long mixed = key * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 32);
    }
}
