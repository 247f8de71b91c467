package org.racewitness.analyzer.engine.state;

import org.racewitness.analyzer.clock.ClockSum;
import org.racewitness.analyzer.clock.Moment;
import org.racewitness.analyzer.clock.Times;

/**
 * Follows what the threads learn, for what an order knows beyond happens-before. Called in the order of events, after the happens-before clocks have
 * changed, with what those held then: whoever follows may do so later. Threads go by their dense numbers.
 */
public interface Beyond {
    /** The accesses of its thread belong to that interval from now on. */
    void began(Interval interval);

    /** A part of an interval, for what is told late. */
    void copied(Interval copy, Interval of);

    /** The thread's events are those of that clock slot from the one at that local time on; it knows those before like another thread's. */
    void moved(int thread, int slot, long time, Times known);

    /** By happens-before the thread knows as much since the event at that local time. */
    void knows(int thread, long time, Times known);

    /** The moment of the thread is left for others to learn. */
    void left(int thread, Moment moment);

    /** The thread has learned the moment at its event at that local time. */
    void learned(int thread, long time, Moment moment);

    /** The thread has learned an access and what was known there. */
    void learned(int thread, long time, Interval interval, long accessTime);

    /** The moment was added to the sum. */
    void gathered(ClockSum sum, Moment moment);

    /** The thread has learned the sum. */
    void learned(int thread, long time, ClockSum sum);
}
