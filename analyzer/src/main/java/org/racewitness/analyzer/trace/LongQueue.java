package org.racewitness.analyzer.trace;

/** First in, first out, of longs, without boxing. Its memory follows its longest length. Not thread-safe. */
public final class LongQueue {
    private static final long[] NONE = {};

    private long[] items = NONE;
    private int head;
    private int tail;

    public void add(long item) {
        if (tail == items.length) {
            int length = tail - head;
            long[] target = length * 2 >= items.length ? new long[Math.max(2, items.length * 2)] : items;
            System.arraycopy(items, head, target, 0, length);
            items = target;
            head = 0;
            tail = length;
        }
        items[tail++] = item;
    }

    /** Forgets what is in it, and gives its memory back. */
    public void clear() {
        items = NONE;
        head = 0;
        tail = 0;
    }

    public boolean isEmpty() {
        return head == tail;
    }

    /** The first item of a queue that is not empty. */
    public long first() {
        return items[head];
    }

    public void removeFirst() {
        head++;
        if (head == tail) {
            head = 0;
            tail = 0;
        }
    }
}
