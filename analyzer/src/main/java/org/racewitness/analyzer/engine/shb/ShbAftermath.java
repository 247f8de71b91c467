package org.racewitness.analyzer.engine.shb;

import org.racewitness.analyzer.clock.ClockSum;
import org.racewitness.analyzer.clock.Epoch;
import org.racewitness.analyzer.clock.Moment;
import org.racewitness.analyzer.clock.Times;
import org.racewitness.analyzer.engine.LockSets;
import org.racewitness.analyzer.engine.RaceSink;
import org.racewitness.analyzer.engine.hb.Aftermath;
import org.racewitness.analyzer.engine.hb.Knowledge;
import org.racewitness.analyzer.engine.state.Interval;

/**
 * The reads-from rule of schedulable happens-before (Mathur, Kini, Viswanathan: "What happens-after the first race?", OOPSLA 2018, algorithm
 * SHB): every read, once compared, is ordered after the write whose value it saw.
 *
 * <p>Locations are judged by happens-before alone, and what it leaves unordered is asked here. A read that happens-before orders after its
 * write learns nothing, so the clocks of the two orders differ only behind racy reads: what a thread knows by this order is kept apart, and only where it
 * is more, and carried along the edges of happens-before. As long as no read has raced there is nothing to carry. The paper increments the local time at each write; here each event has a time
 * of its own.
 */
final class ShbAftermath extends Aftermath {
    ShbAftermath(RaceSink sink, LockSets lockSets) {
        super(sink, lockSets);
    }

    @Override
    protected boolean isUnordered(Side earlier, Side later, boolean isLate) {
        Times known = isLate
                ? later.interval().beyondAt(later.time())
                : thread(later.interval().thread).beyond();
        return isBeyond(known, earlier.interval(), earlier.time())
                && (!isLate || isBeyond(earlier.interval().beyondAt(earlier.time()), later.interval(), later.time()));
    }

    private static boolean isBeyond(Times known, Interval access, long time) {
        return known == null || time > known.at(access.slot);
    }

    /** C := C ⊔ LW, where LW is the last write. */
    @Override
    public void readsFrom(Interval reader, long time, Interval write, long writeTime) {
        Knowledge mine = thread(reader.thread);
        if (!isBeyond(mine.beyond(), write, writeTime)) {
            return;
        }
        Times known = mine.beyond() == null ? mine.known() : mine.beyond();
        mine.setBeyond(time, known.join(knownAt(write, writeTime)).join(Epoch.of(write.slot, writeTime)));
    }

    private static Times knownAt(Interval interval, long time) {
        Times beyond = interval.beyondAt(time);
        return beyond == null ? interval.known : beyond;
    }

    // ---- along happens-before ----

    @Override
    public void moved(int thread, int slot, long time, Times known) {
        super.moved(thread, slot, time, known);
        Knowledge mine = thread(thread);
        if (mine.beyond() != null) {
            mine.setBeyond(time, mine.beyond().join(known));
        }
    }

    @Override
    public void left(int thread, Moment moment) {
        moment.beyond = thread(thread).beyond();
    }

    @Override
    public void learned(int thread, long time, Moment moment) {
        learned(thread(thread), time, moment.beyond);
    }

    @Override
    public void learned(int thread, long time, Interval interval, long accessTime) {
        learned(thread(thread), time, interval.beyondAt(accessTime));
    }

    @Override
    public void gathered(ClockSum sum, Moment moment) {
        if (moment.beyond != null) {
            sum.beyond = sum.beyond == null ? moment.beyond : sum.beyond.join(moment.beyond);
        }
    }

    @Override
    public void learned(int thread, long time, ClockSum sum) {
        learned(thread(thread), time, sum.beyond);
    }

    private static void learned(Knowledge mine, long time, Times news) {
        if (mine.beyond() == null && news == null) {
            return;
        }
        Times known = mine.known();
        Times all = mine.beyond() == null ? known : mine.beyond().join(known);
        all = news == null ? all : all.join(news);
        // a thread's entry of itself says nothing; it may be there from another thread that it told of itself
        boolean same = known.covers(all, mine.slot(), Long.MAX_VALUE);
        mine.setBeyond(time, same ? null : all);
    }
}
