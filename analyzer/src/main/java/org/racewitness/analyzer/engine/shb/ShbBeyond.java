package org.racewitness.analyzer.engine.shb;

import org.racewitness.analyzer.clock.ClockSum;
import org.racewitness.analyzer.clock.Moment;
import org.racewitness.analyzer.clock.Times;
import org.racewitness.analyzer.engine.hb.Beyond;
import org.racewitness.analyzer.engine.state.ThreadState;

/**
 * Carries what threads learned by reading along the edges of happens-before. As long as no read has raced there is nothing to carry, and threads
 * whose knowledge by happens-before has caught up carry nothing any more.
 */
final class ShbBeyond implements Beyond {
    @Override
    public void left(ThreadState thread, Moment moment) {
        moment.beyond = thread.beyond;
    }

    @Override
    public void learned(ThreadState thread, Moment moment) {
        learned(thread, moment.beyond);
    }

    @Override
    public void gathered(ClockSum sum, Moment moment) {
        if (moment.beyond != null) {
            sum.beyond = sum.beyond == null ? moment.beyond : sum.beyond.join(moment.beyond);
        }
    }

    @Override
    public void learned(ThreadState thread, ClockSum sum) {
        learned(thread, sum.beyond);
    }

    private static void learned(ThreadState thread, Times news) {
        if (thread.beyond == null && news == null) {
            return;
        }
        Times known = thread.clock.known();
        Times all = thread.beyond == null ? known : thread.beyond.join(known);
        all = news == null ? all : all.join(news);
        // a thread's entry of itself says nothing; it may be there from another thread that it told of itself
        boolean same = known.covers(all, thread.clock.slot(), Long.MAX_VALUE);
        thread.beyond = same ? null : all;
        thread.changed();
    }
}
