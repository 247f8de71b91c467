package org.racewitness.analyzer.engine.shb;

import org.racewitness.analyzer.clock.ThreadClock;
import org.racewitness.analyzer.engine.RaceSink;
import org.racewitness.analyzer.engine.hb.HbRules;
import org.racewitness.analyzer.engine.hb.HbState;
import org.racewitness.analyzer.engine.state.History;

/**
 * The reads-from rule of schedulable happens-before (Mathur, Kini, Viswanathan: "What happens-after the first race?", OOPSLA 2018, algorithm
 * SHB): every read, once compared, is ordered after the write whose value it saw. A read that is ordered after that write anyway learns
 * nothing, so only racy ones cost a join. The paper increments the local time at each write; here each event has a time of its own.
 */
final class ShbRules extends HbRules {
    /** Counts writes, so that the later one of two histories' last writes can be told. */
    private long writes;

    ShbRules(HbState state, RaceSink sink) {
        super(state, sink);
    }

    /** C := C ⊔ LW, where LW is the last write to this very item, be it by its key or together with all others. */
    @Override
    protected void readsFrom(ThreadClock reader, History history, History wholeOrNull) {
        boolean wholeIsLater = wholeOrNull != null && wholeOrNull.lastWriteSequence() > history.lastWriteSequence();
        History last = wholeIsLater ? wholeOrNull : history;
        if (last.lastWriteSequence() > 0) {
            reader.join(last.lastWriteKnown(), last.lastWriteEpoch());
        }
    }

    /** LW := C. */
    @Override
    protected void wrote(ThreadClock writer, History history) {
        history.setLastWrite(writer.share(), writer.epoch(), ++writes);
    }
}
