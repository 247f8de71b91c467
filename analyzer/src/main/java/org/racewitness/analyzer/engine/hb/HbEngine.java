package org.racewitness.analyzer.engine.hb;

import org.racewitness.analyzer.clock.Epoch;
import org.racewitness.analyzer.engine.Engine;
import org.racewitness.analyzer.engine.Operation;
import org.racewitness.analyzer.engine.RaceSink;
import org.racewitness.analyzer.engine.state.ThreadState;
import org.racewitness.analyzer.trace.SessionModel;

/** Plain happens-before: the loop over the events, one rule for each. */
public class HbEngine implements Engine {
    private final HbState state;
    private final HbRules accesses;
    private final SyncRules syncs;
    private final RaceSink sink;

    public HbEngine(SessionModel model, RaceSink sink) {
        this(new HbState(model), sink, HbRules::new);
    }

    /** With other rules for accesses. */
    protected HbEngine(HbState state, RaceSink sink, RulesFactory rules) {
        this.state = state;
        this.sink = sink;
        this.accesses = rules.create(state, sink);
        this.syncs = new SyncRules(state);
    }

    /** Makes the rules of an engine. */
    @FunctionalInterface
    protected interface RulesFactory {
        HbRules create(HbState state, RaceSink sink);
    }

    /** State of a process of which nothing is known yet. */
    protected static HbState newState(SessionModel model) {
        return new HbState(model);
    }

    @Override
    public void access(int thread, int operationCode, long object, long key, long count, int stack) {
        Operation operation = Operation.ofCode(operationCode);
        ThreadState by = state.threadOrNull(thread);
        if (operation == null || by == null || count < 1) {
            return;
        }
        by.clock.tick();
        accesses.access(by, operation, state.object(object), key, Math.min(count, HbRules.MAX_RANGE), stack);
    }

    @Override
    public void sync(int thread, int kind, long object, long token, int stack) {
        ThreadState by = state.threadOrNull(thread);
        if (by != null) {
            by.clock.tick();
            syncs.apply(by, kind, object, token);
            sink.synchronised(thread, Epoch.time(by.clock.epoch()), kind, object, token, stack);
        }
    }

    @Override
    public void dead(int thread, long object) {
        ThreadState by = state.threadOrNull(thread);
        if (by != null) {
            by.clock.tick();
            syncs.dead(by, object);
        }
    }

    @Override
    public long moment(int thread) {
        ThreadState by = state.threadOrNull(thread);
        return by == null ? 0 : by.clock.epoch();
    }

    @Override
    public void finish() {
        // races are told as they are met
    }

    @Override
    public long locations() {
        return state.locations();
    }
}
