package org.racewitness.analyzer.trace;

/**
 * What OBJECT records say: open addressing from object number to kind, type, first stack and label. 21 bytes a slot, at most three
 * quarters of them used. Not thread-safe: guarded by the {@link Definitions} that owns it.
 */
final class ObjectTable {
    private static final int SLOT_BYTES = 21;

    private long[] objects = new long[64];
    private byte[] kinds = new byte[64];
    private int[] types = new int[64];
    private int[] stacks = new int[64];
    private int[] labels = new int[64];
    private int size;

    long bytes() {
        return (long) SLOT_BYTES * objects.length;
    }

    /** The last definition of an object counts. @param object at least 1 */
    void put(long object, int kind, int type, int stack, int label) {
        int slot = slot(object);
        if (objects[slot] == 0) {
            if (++size * 4 > objects.length * 3) {
                grow();
                slot = slot(object);
            }
            objects[slot] = object;
        }
        kinds[slot] = (byte) kind;
        types[slot] = type;
        stacks[slot] = stack;
        labels[slot] = label;
    }

    /** Where the object is kept, for the getters below, or -1 where it was not defined. */
    int find(long object) {
        if (object == 0) {
            return -1;
        }
        int slot = slot(object);
        return objects[slot] == 0 ? -1 : slot;
    }

    int kind(int slot) {
        return kinds[slot] & 0xFF;
    }

    int type(int slot) {
        return types[slot];
    }

    int stack(int slot) {
        return stacks[slot];
    }

    int label(int slot) {
        return labels[slot];
    }

    /** Nothing happens where the object is not defined. What followed it in its run moves up (Knuth, volume 3, algorithm 6.4 R). */
    void remove(long object) {
        int hole = find(object);
        if (hole < 0) {
            return;
        }
        int mask = objects.length - 1;
        size--;
        for (int slot = (hole + 1) & mask; objects[slot] != 0; slot = (slot + 1) & mask) {
            int home = (int) objects[slot] & mask;
            boolean homeIsBetween = hole <= slot ? hole < home && home <= slot : hole < home || home <= slot;
            if (!homeIsBetween) {
                move(slot, hole);
                hole = slot;
            }
        }
        objects[hole] = 0;
    }

    private void move(int from, int to) {
        objects[to] = objects[from];
        kinds[to] = kinds[from];
        types[to] = types[from];
        stacks[to] = stacks[from];
        labels[to] = labels[from];
    }

    private int slot(long object) {
        int mask = objects.length - 1;
        int slot = (int) object & mask;
        while (objects[slot] != object && objects[slot] != 0) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void grow() {
        long[] oldObjects = objects;
        byte[] oldKinds = kinds;
        int[] oldTypes = types;
        int[] oldStacks = stacks;
        int[] oldLabels = labels;
        int capacity = oldObjects.length * 2;
        objects = new long[capacity];
        kinds = new byte[capacity];
        types = new int[capacity];
        stacks = new int[capacity];
        labels = new int[capacity];
        for (int old = 0; old < oldObjects.length; old++) {
            if (oldObjects[old] != 0) {
                int slot = slot(oldObjects[old]);
                objects[slot] = oldObjects[old];
                kinds[slot] = oldKinds[old];
                types[slot] = oldTypes[old];
                stacks[slot] = oldStacks[old];
                labels[slot] = oldLabels[old];
            }
        }
    }
}
