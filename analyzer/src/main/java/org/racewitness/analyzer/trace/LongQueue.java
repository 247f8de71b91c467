package org.racewitness.analyzer.trace;

/** First in, first out, of longs, without boxing. Its memory follows its longest length. Not thread-safe. */
public final class LongQueue {
    private long[] items = new long[2];
    private int head;
    private int tail;

    public void add(long item) {
        if (tail == items.length) {
            int length = tail - head;
            long[] target = length * 2 > items.length ? new long[items.length * 2] : items;
            System.arraycopy(items, head, target, 0, length);
            items = target;
            head = 0;
            tail = length;
        }
        items[tail++] = item;
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
