package org.racewitness.analyzer.engine.state;

import org.racewitness.analyzer.clock.Times;

/**
 * What all accesses of a thread between two of its synchronisations have in common. Immutable and shared by the histories of all locations
 * that it touched: an access is an interval, the events since its start, and a site.
 */
public final class Interval {
    /** An access lies at most so many events behind the start. */
    public static final long MAX_OFFSET = (1 << 24) - 1;

    /** {@link #shortSlot} of slots that have none of their own. */
    static final int OTHER_SLOT = 0xFF;

    /** In the place of a {@link #shortSlot}: nobody's. */
    static final int NO_SLOT = 0xFE;

    /** Dense number. */
    public final int thread;

    /** Clock slot of its events. */
    public final int slot;

    /** The slot in a byte, where it is small. */
    final int shortSlot;

    /** Local time of its first access; later ones have larger times. */
    public final long start;

    /** What the thread knew of the other slots by happens-before. */
    public final Times known;

    /** Locks held, a number of the engine's {@link org.racewitness.analyzer.engine.LockSets}. */
    public final int lockSet;

    /** How many intervals of the process began before this one, of whatever thread: the larger, the later. */
    final long serial;

    /** What it knew by the engine's order at its start, null where that is {@link #known}. Read and written by the thread that drives the engine alone. */
    private Times beyond;

    /** What it learned after that; null for nothing. As {@link #beyond}. */
    private BeyondSteps learned;

    Interval(ThreadState thread, long serial) {
        this.serial = serial;
        this.thread = thread.number;
        this.slot = thread.clock.slot();
        this.shortSlot = slot < NO_SLOT ? slot : OTHER_SLOT;
        this.start = thread.clock.time();
        this.known = thread.clock.known();
        this.lockSet = thread.lockSet;
    }

    private Interval(Interval same, long start, int lockSet) {
        this.serial = same.serial;
        this.thread = same.thread;
        this.slot = same.slot;
        this.shortSlot = same.shortSlot;
        this.start = start;
        this.known = same.known;
        this.lockSet = lockSet;
    }

    /** Whether an access at that local time, which lies in this one, has a place in it. */
    public boolean reaches(long time) {
        return time - start <= MAX_OFFSET;
    }

    /** The rest of this one, from that local time on. */
    public Interval from(long time) {
        return new Interval(this, time, lockSet);
    }

    /** One that began earlier, with other locks; what it knew is not told apart from what this one did. */
    Interval earlier(long time, int locks) {
        return new Interval(this, time, locks);
    }

    /** What its thread knew at that local time by the engine's order, null where that is {@link #known}. */
    public Times beyondAt(long time) {
        return learned == null || time < learned.first() ? beyond : learned.at(time);
    }

    /** From that local time on, its thread knows as much by the engine's order. @param known null for {@link #known} */
    public void setBeyond(long time, Times known) {
        if (time <= start) {
            beyond = known;
        } else if (learned == null) {
            learned = new BeyondSteps(time, known);
        } else {
            learned.add(time, known);
        }
    }

    /** It is a part of the other. */
    public void takeBeyond(Interval other) {
        beyond = other.beyond;
        learned = other.learned;
    }

    /** Whether its thread has learned so often within it that the rest had better be another: what nobody asks for any more can go then. */
    boolean isFull() {
        return learned != null && learned.isFull();
    }

    /** Whether the access at that local time of the other interval happens before this one's, or is of the same thread. */
    public boolean covers(Interval other, long time) {
        return other == this || other.slot == slot || time <= known.at(other.slot);
    }
}
