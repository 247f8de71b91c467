package org.racewitness.analyzer.engine.state;

import org.racewitness.analyzer.clock.ThreadClock;

/** What an engine keeps of one thread. Belongs to its engine. */
public final class ThreadState {
    /** Dense number. */
    public final int number;

    public final ThreadClock clock = new ThreadClock();

    /** Whether {@link #clock} has a slot for the thread's next event. */
    public boolean hasSlot;

    /** Locks held, a number of the engine's {@link org.racewitness.analyzer.engine.LockSets}. */
    public int lockSet;

    private final Intervals intervals;
    private final Beyond beyond;

    /** Each interval from where something changed; null where nothing is told late. */
    private Past past;

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

    /**
     * @param intervals which all threads of the process share
     * @param beyond learns of each
     */
    public ThreadState(int number, Intervals intervals, Beyond beyond) {
        this.number = number;
        this.beyond = beyond;
        this.intervals = intervals;
    }

    /** What the current event, an access, has in common with its neighbours. */
    public Interval interval() {
        Interval current = interval;
        return current != null && current.reaches(clock.time()) && !current.isFull() ? current : newInterval(current);
    }

    private Interval newInterval(Interval before) {
        Interval current = before == null ? new Interval(this, intervals.next()) : before.from(clock.time());
        interval = current;
        if (past != null) {
            past.add(current);
        }
        beyond.began(current);
        return current;
    }

    // ---- what is told late ----

    /** From now on {@link #intervalAt} answers. */
    public void keepPast() {
        past = new Past(intervals, beyond);
    }

    /** Its next event begins. */
    public void next() {
        beforeNext();
        clock.tick();
    }

    /** Before the thread's next event: what changed at the last one holds from there, whether or not it is followed by an access. */
    private void beforeNext() {
        if (past != null && interval == null && hasSlot && clock.hasBegun()) {
            interval();
        }
    }

    /** What held at that local time: {@link Past#at}. */
    public Interval intervalAt(long time) {
        beforeNext();
        return past == null || past.isEmpty() ? interval() : past.at(time);
    }

    /** The interval, or the part of it in which that local time has a place. */
    public Interval reaching(Interval then, long time) {
        if (then.reaches(time)) {
            return then;
        }
        Interval part = then.from(time);
        beyond.copied(part, then);
        return part;
    }

    /** The clock's coming events are those of another slot; those before are known like another thread's. */
    public void gotSlot() {
        hasSlot = true;
        interval = null;
        beyond.moved(number, clock.slot(), clock.time(), clock.known());
    }

    /** It has told all that it kept back, and hardly goes on. */
    public void joined() {
        interval = null;
        if (past != null) {
            past.clear();
        }
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

    /** Local time of the latest synchronisation. */
    public long quietSince() {
        return quietSince;
    }

    /** The queue that {@link #quietSince(long)} makes an exception of, 0 for none. */
    public long quietQueue() {
        return queue;
    }

    /** What {@link #quietSince(long)} answers for that queue. */
    public long quietSinceBeforeQueue() {
        return quietSinceBeforeQueue;
    }

    /** Of this thread's accesses to the object, those after that local time have no synchronisation between them and now. */
    public long quietSince(long object) {
        return queue == object && object != 0 ? quietSinceBeforeQueue : quietSince;
    }
}
