package org.racewitness.analyzer.clock;

import org.racewitness.analyzer.trace.TraceEvents;

/**
 * The vector clock of one thread: how far it knows every clock slot, and its own local time.
 *
 * <p>A moment of a thread is told by two words and no copying: what it knows, which is immutable, and the thread's {@link Epoch}. Whoever knows an epoch of a thread
 * also knows all that this thread knew then, because knowledge only travels whole; {@link #join} relies on it.
 *
 * <p>Not thread-safe; belongs to its engine.
 */
public final class ThreadClock {
    private static final int NO_SLOT = -1;

    /** Local time from one event to the next. */
    private static final int STEP = TraceEvents.MOMENTS;

    private int slot = NO_SLOT;
    private Times known = Times.NOTHING;
    private long time;

    /** The next event of the thread begins. Between two events there is room for one more moment: that of what is told late. */
    public void tick() {
        time += STEP;
    }

    /** The current event is the last of so many in a row, none of which learns anything. */
    public void tickFurther(long events) {
        time += events * STEP;
    }

    /** The local time so many moments before the current event, at least 1; negative numbers are after it and before the next one. */
    public long timeBefore(long moments) {
        return Math.max(1, time - moments);
    }

    /** Local time of the current event, 0 before the first. */
    public long time() {
        return time;
    }

    /** -1 before the first event. */
    public int slot() {
        return slot;
    }

    /** The current event; there must have been one. */
    public long epoch() {
        return Epoch.of(slot, time);
    }

    /** The current event, or no event where none has begun, with what the thread knows. */
    public Moment moment() {
        return new Moment(known(), slot == NO_SLOT ? 0 : epoch());
    }

    /** The current event and all that the thread does before its next one. */
    public Moment lastMoment() {
        return new Moment(known(), slot == NO_SLOT ? 0 : Epoch.of(slot, time + STEP - 1));
    }

    /** Whether any event has begun. */
    public boolean hasBegun() {
        return time > 0;
    }

    /** From its next event on, which will be later than {@code after}, the thread's events are those of that slot. */
    void occupy(int newSlot, long after) {
        if (slot != NO_SLOT) {
            known = known.join(Epoch.of(slot, time + STEP - 1));
        }
        slot = newSlot;
        time = Math.max(time, after);
    }

    /** Whether that event happens before the current one, or is of this very slot. */
    public boolean covers(long epoch) {
        return Epoch.slot(epoch) == slot || Epoch.time(epoch) <= timeOf(Epoch.slot(epoch));
    }

    /** The latest local time in that slot that happens before the current event, 0 for none. */
    public long timeOf(int other) {
        return other == slot ? time : known.at(other);
    }

    /** What the thread knows of the others. */
    public Times known() {
        return known;
    }

    /**
     * Learns a moment of another thread.
     *
     * @return whether there was anything to learn
     */
    public boolean join(Moment moment) {
        return join(moment.known, moment.epoch);
    }

    /** Learns an event (0 for none) and what its thread knew then. */
    public boolean join(Times itsKnown, long epoch) {
        if (Epoch.time(epoch) == 0) {
            return joinTimes(itsKnown);
        }
        if (covers(epoch)) {
            return false;
        }
        known = known.join(itsKnown, epoch);
        return true;
    }

    /** Learns times by slot, such as a {@link ClockSum} has gathered. */
    public boolean joinTimes(Times times) {
        if (known.covers(times, slot, time)) {
            return false;
        }
        known = known.join(times);
        return true;
    }
}
