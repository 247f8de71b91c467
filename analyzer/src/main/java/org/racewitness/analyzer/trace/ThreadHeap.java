package org.racewitness.analyzer.trace;

import java.util.Arrays;

/**
 * A binary heap of threads, each with one key, smallest key first and of equal keys the smaller thread number first, so that the order is
 * a function of the trace alone. Any thread's key can be changed. Not thread-safe.
 */
final class ThreadHeap {
    private int[] heap = new int[16];
    private long[] keys = new long[16];
    private int size;

    /** Position in the heap by thread, -1 where the thread is not in it. */
    private int[] positions = filled(16);

    int size() {
        return size;
    }

    /** The thread at a place of the heap, 0 to {@link #size} - 1, in no order but that place 0 is the first. */
    int thread(int place) {
        return heap[place];
    }

    int first() {
        return heap[0];
    }

    long firstKey() {
        return keys[0];
    }

    /** The key of the thread that would be first without the first, {@link Long#MAX_VALUE} where there is none. */
    long secondKey() {
        if (size <= 1) {
            return Long.MAX_VALUE;
        }
        return size == 2 ? keys[1] : Math.min(keys[1], keys[2]);
    }

    boolean contains(int thread) {
        return thread < positions.length && positions[thread] >= 0;
    }

    /** Adds the thread or changes its key. */
    void put(int thread, long key) {
        if (!contains(thread)) {
            insert(thread, key);
            return;
        }
        int place = positions[thread];
        keys[place] = key;
        siftDown(place);
        siftUp(positions[thread]);
    }

    /** Gives the first thread a key that is no smaller than its key so far. */
    void delayFirst(long key) {
        keys[0] = key;
        siftDown(0);
    }

    /** Nothing happens where the thread is not in the heap. */
    void remove(int thread) {
        if (!contains(thread)) {
            return;
        }
        int place = positions[thread];
        positions[thread] = -1;
        size--;
        if (place < size) {
            int moved = heap[size];
            set(place, moved, keys[size]);
            siftDown(place);
            siftUp(positions[moved]);
        }
    }

    private void insert(int thread, long key) {
        if (thread >= positions.length) {
            int old = positions.length;
            positions = Arrays.copyOf(positions, Math.max(thread + 1, old * 2));
            Arrays.fill(positions, old, positions.length, -1);
        }
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
            keys = Arrays.copyOf(keys, size * 2);
        }
        set(size, thread, key);
        siftUp(size++);
    }

    private void siftUp(int from) {
        int place = from;
        int thread = heap[place];
        long key = keys[place];
        while (place > 0) {
            int above = (place - 1) >>> 1;
            if (!before(key, thread, above)) {
                break;
            }
            set(place, heap[above], keys[above]);
            place = above;
        }
        set(place, thread, key);
    }

    private void siftDown(int from) {
        int place = from;
        int thread = heap[place];
        long key = keys[place];
        while (true) {
            int below = 2 * place + 1;
            if (below >= size) {
                break;
            }
            if (below + 1 < size && before(keys[below + 1], heap[below + 1], below)) {
                below++;
            }
            if (before(key, thread, below)) {
                break;
            }
            set(place, heap[below], keys[below]);
            place = below;
        }
        set(place, thread, key);
    }

    private boolean before(long key, int thread, int place) {
        return key < keys[place] || (key == keys[place] && thread < heap[place]);
    }

    private void set(int place, int thread, long key) {
        heap[place] = thread;
        keys[place] = key;
        positions[thread] = place;
    }

    private static int[] filled(int length) {
        int[] positions = new int[length];
        Arrays.fill(positions, -1);
        return positions;
    }
}
