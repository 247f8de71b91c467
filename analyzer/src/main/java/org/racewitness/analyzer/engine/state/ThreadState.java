package org.racewitness.analyzer.engine.state;

import org.racewitness.analyzer.clock.ThreadClock;

/** What an engine keeps of one thread. Belongs to its engine. */
public final class ThreadState {
    /** Dense number. */
    public final int number;

    public final ThreadClock clock;

    /** Locks held, a number of the engine's {@link org.racewitness.analyzer.engine.LockSets}. */
    public int lockSet;

    /** Counts what the thread released and acquired: two accesses with equal counts have no synchronisation between them. */
    private int syncs;

    /**
     * A hand-over through a queue is an access to that queue itself, so it does not come between two other accesses to it: the queue that the
     * latest synchronisations went through, and the count before the first of them. 0 for none.
     */
    private long queue;

    private int syncsBeforeQueue;

    public ThreadState(int number) {
        this.number = number;
        this.clock = new ThreadClock(number);
    }

    public int syncs() {
        return syncs;
    }

    /** Something was released or acquired. */
    public void synchronised() {
        syncs++;
        queue = 0;
    }

    /** Something was put into or taken out of the queue. */
    public void synchronisedThrough(long container) {
        if (queue != container) {
            queue = container;
            syncsBeforeQueue = syncs;
        }
        syncs++;
    }

    /** Whether an access to the object at that count has no synchronisation between it and now. */
    public boolean nothingSince(int count, long object) {
        return count == syncs || (queue == object && object != 0 && count - syncsBeforeQueue >= 0);
    }
}
