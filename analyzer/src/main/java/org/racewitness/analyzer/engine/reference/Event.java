package org.racewitness.analyzer.engine.reference;

import java.util.BitSet;
import org.racewitness.analyzer.engine.Operation;

/** One event of the explicit graph. */
final class Event {
    /** Position in the order of events, from 0. */
    final int position;

    final int thread;

    /** Positions of the events that happen before this one. */
    final BitSet before = new BitSet();

    /** {@link #before}, and what the reads-from edges into this event add: what its successors inherit besides this event. */
    final BitSet past = new BitSet();

    // of an access only
    Operation operation;
    long object;
    long key;
    long count;
    long stride;
    int stack;

    Event(int position, int thread) {
        this.position = position;
        this.thread = thread;
    }

    /** Adds an edge from that event. */
    void after(Event cause) {
        before.or(cause.past);
        before.set(cause.position);
        past.or(before);
    }

    /** Adds an edge that the comparison of this event does not see. */
    void sees(Event write) {
        past.or(write.past);
        past.set(write.position);
    }

    boolean writesShape() {
        return operation.writesShape();
    }

    /** Whether it writes that item, by its key or together with all others. */
    boolean writesItem(long item) {
        return ((operation.atKey() & Operation.Mode.WRITE) != 0 && hasKey(item)) || writesAllItems();
    }

    boolean writesAllItems() {
        return (operation.atAll() & Operation.Mode.WRITE) != 0;
    }

    boolean hasKey(long item) {
        long distance = item - key;
        return operation.atKey() != Operation.Mode.NONE
                && distance >= 0
                && distance < count * stride
                && distance % stride == 0;
    }
}
