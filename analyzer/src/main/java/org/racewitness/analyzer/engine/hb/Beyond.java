package org.racewitness.analyzer.engine.hb;

import org.racewitness.analyzer.clock.ClockSum;
import org.racewitness.analyzer.clock.Moment;
import org.racewitness.analyzer.engine.state.ThreadState;

/**
 * What an order knows beyond happens-before, kept up along with it. Called after the happens-before clocks have changed. Plain happens-before
 * knows nothing beyond itself.
 */
public interface Beyond {
    Beyond NOTHING = new Beyond() {};

    /** The moment of the thread is left for others to learn. */
    default void left(ThreadState thread, Moment moment) {}

    /** The thread has learned the moment. */
    default void learned(ThreadState thread, Moment moment) {}

    /** The moment was added to the sum. */
    default void gathered(ClockSum sum, Moment moment) {}

    /** The thread has learned the sum. */
    default void learned(ThreadState thread, ClockSum sum) {}
}
