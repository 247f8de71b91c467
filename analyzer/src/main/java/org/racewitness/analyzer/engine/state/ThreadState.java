package org.racewitness.analyzer.engine.state;

import org.racewitness.analyzer.clock.ThreadClock;
import org.racewitness.analyzer.clock.Times;

/** What an engine keeps of one thread. Belongs to its engine. */
public final class ThreadState {
    /** Dense number. */
    public final int number;

    public final ThreadClock clock = new ThreadClock();

    /** Whether {@link #clock} has a slot for the thread's next event. */
    public boolean hasSlot;

    /** What the thread knows by the engine's order, never changed; null where that is what {@link #clock} knows. */
    public long[] beyond;

    /** Locks held, a number of the engine's {@link org.racewitness.analyzer.engine.LockSets}. */
    public int lockSet;

    private final long[] intervals;

    /** Null where something has changed since the last access. */
    private Interval interval;

    /** Local time of the latest synchronisation: accesses after it have none between them and now. */
    private long quietSince;

    /**
     * A hand-over through a queue is an access to that queue itself, so it does not come between two other accesses to it: the queue that the
     * latest synchronisations went through, and the synchronisation before the first of them. 0 for none.
     */
    private long queue;

    private long quietSinceBeforeQueue;

    /** @param intervals of one element, which all threads of the process share: counts their intervals */
    public ThreadState(int number, long[] intervals) {
        this.number = number;
        this.intervals = intervals;
    }

    /** What the current event, an access, has in common with its neighbours. */
    public Interval interval() {
        Interval current = interval;
        if (current == null || clock.time() - current.start > Integer.MAX_VALUE) {
            current = new Interval(this, ++intervals[0]);
            interval = current;
        }
        return current;
    }

    /** The clock's coming events are those of another slot; those before are known like another thread's. */
    public void gotSlot() {
        hasSlot = true;
        beyond = beyond == null ? null : Times.join(beyond, clock.share());
        interval = null;
    }

    /** What the thread knows or holds is another from now on. */
    public void changed() {
        interval = null;
    }

    /** Something was released or acquired by the current event. */
    public void synchronised() {
        quietSince = clock.time();
        queue = 0;
        interval = null;
    }

    /** Something was put into or taken out of the queue by the current event. */
    public void synchronisedThrough(long container) {
        if (queue != container) {
            queue = container;
            quietSinceBeforeQueue = quietSince;
        }
        quietSince = clock.time();
        interval = null;
    }

    /** Whether this thread's access to the object at that local time has no synchronisation between it and now. */
    public boolean nothingSince(long time, long object) {
        return time > quietSince || (queue == object && object != 0 && time > quietSinceBeforeQueue);
    }
}
