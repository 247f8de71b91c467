package org.racewitness.analyzer.engine.hb;

import java.util.Arrays;
import org.racewitness.analyzer.clock.Times;
import org.racewitness.analyzer.engine.state.Interval;

/** What {@link Aftermath} follows of one thread. Belongs to it. */
public final class Knowledge {
    /** Slots from this one on are not remembered when they were heard of. */
    private static final int HEARD = 256;

    private int slot = -1;
    private Times known = Times.NOTHING;

    /** By slot below {@link #HEARD}, the local time at which its entry in {@link #known} became what it is. */
    private long[] heardAt = {};

    private Times beyond;
    private Interval current;

    /** Of the clocks; -1 before the first event. */
    public int slot() {
        return slot;
    }

    /** By happens-before. */
    public Times known() {
        return known;
    }

    /** By the order, null where that is {@link #known}. */
    public Times beyond() {
        return beyond;
    }

    /** From that local time on, it knows as much by the order. @param more null for {@link #known} */
    public void setBeyond(long time, Times more) {
        if (beyond != more) {
            beyond = more;
            if (current != null) {
                current.setBeyond(time, more);
            }
        }
    }

    void began(Interval interval) {
        current = interval;
        if (beyond != null) {
            interval.setBeyond(interval.start, beyond);
        }
    }

    /** What it does from now on, if anything, belongs to another interval. */
    void ended() {
        current = null;
    }

    /** The thread's events are those of that slot from now on. */
    void occupy(int newSlot) {
        slot = newSlot;
    }

    /** By happens-before: what it does from now on belongs to another interval. */
    void learn(long time, Times more) {
        current = null;
        int length = Math.min(more.length(), HEARD);
        heardAt = heardAt.length < length ? Arrays.copyOf(heardAt, length) : heardAt;
        for (int other = 0; other < length; other++) {
            if (more.at(other) > known.at(other)) {
                heardAt[other] = time;
            }
        }
        known = more;
    }

    /** The local time at which it heard last of a slot that is not its own, -1 where nothing is known of it or that is not remembered. */
    long heardOf(int other) {
        return known.at(other) == 0 || other >= HEARD ? -1 : heardAt[other];
    }
}
