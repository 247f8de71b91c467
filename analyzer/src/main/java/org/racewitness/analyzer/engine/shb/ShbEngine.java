package org.racewitness.analyzer.engine.shb;

import org.racewitness.analyzer.engine.LockSets;
import org.racewitness.analyzer.engine.RaceSink;
import org.racewitness.analyzer.engine.StateBudget;
import org.racewitness.analyzer.engine.Workers;
import org.racewitness.analyzer.engine.hb.HbEngine;
import org.racewitness.analyzer.trace.SessionModel;

/** Schedulable happens-before: happens-before, and each read after the write that it saw. Every race it tells is one that some schedule shows. */
public final class ShbEngine extends HbEngine {

    public ShbEngine(SessionModel model, RaceSink sink, StateBudget budget, Workers workers) {
        super(model, new LockSets(), locks -> new ShbAftermath(sink, locks), budget, workers);
    }
}
