package org.racewitness.analyzer.engine.shb;

import org.racewitness.analyzer.clock.Epoch;
import org.racewitness.analyzer.clock.Times;
import org.racewitness.analyzer.engine.RaceSink;
import org.racewitness.analyzer.engine.hb.HbRules;
import org.racewitness.analyzer.engine.hb.HbState;
import org.racewitness.analyzer.engine.state.Interval;
import org.racewitness.analyzer.engine.state.ThreadState;

/**
 * The reads-from rule of schedulable happens-before (Mathur, Kini, Viswanathan: "What happens-after the first race?", OOPSLA 2018, algorithm
 * SHB): every read, once compared, is ordered after the write whose value it saw.
 *
 * <p>Locations are judged by happens-before alone, and what it leaves unordered is asked here. A read that happens-before orders after its
 * write learns nothing, so the clocks of the two orders differ only behind racy reads: what a thread knows by this order is kept apart, in {@link
 * ThreadState#beyond}, and only where it is more. The paper increments the local time at each write; here each event has a time of its own.
 */
final class ShbRules extends HbRules {
    ShbRules(HbState state, RaceSink sink) {
        super(state, sink);
    }

    @Override
    protected boolean isUnordered(Interval earlier, long time, Interval later) {
        return isBeyond(later.beyond, earlier, time);
    }

    private static boolean isBeyond(Times known, Interval earlier, long time) {
        return known == null || time > known.at(earlier.slot);
    }

    /** C := C ⊔ LW, where LW is the last write. */
    @Override
    protected void readsFrom(Interval write, long time, ThreadState reader) {
        if (!isBeyond(reader.beyond, write, time)) {
            return;
        }
        Times mine = reader.beyond == null ? reader.clock.known() : reader.beyond;
        Times its = write.beyond == null ? write.known : write.beyond;
        reader.beyond = mine.join(its).join(Epoch.of(write.slot, time));
        reader.changed();
    }
}
