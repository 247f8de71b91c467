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
            sum.beyond = sum.beyond == null ? moment.beyond : Times.join(sum.beyond, moment.beyond);
        }
    }

    @Override
    public void learned(ThreadState thread, ClockSum sum) {
        learned(thread, sum.beyond);
    }

    private static void learned(ThreadState thread, long[] news) {
        if (thread.beyond == null && news == null) {
            return;
        }
        long[] known = thread.clock.share();
        long[] all = thread.beyond == null ? known : Times.join(thread.beyond, known);
        all = news == null ? all : Times.join(all, news);
        boolean same = Times.covers(known, withoutOwn(all, thread));
        thread.beyond = same ? null : all;
        thread.changed();
    }

    /** A thread's entry of itself says nothing; it may be there from another thread that it told of itself. */
    private static long[] withoutOwn(long[] times, ThreadState thread) {
        int slot = thread.clock.slot();
        if (slot < 0 || Times.at(times, slot) == 0) {
            return times;
        }
        long[] others = times.clone();
        others[slot] = 0;
        return others;
    }
}
