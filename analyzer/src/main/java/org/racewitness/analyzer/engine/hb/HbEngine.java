package org.racewitness.analyzer.engine.hb;

import org.racewitness.analyzer.engine.Engine;
import org.racewitness.analyzer.engine.Operation;
import org.racewitness.analyzer.engine.RaceSink;
import org.racewitness.analyzer.engine.RuleCounts;
import org.racewitness.analyzer.engine.StateBudget;
import org.racewitness.analyzer.engine.state.ThreadState;
import org.racewitness.analyzer.trace.SessionModel;
import org.racewitness.analyzer.wire.RecordDescriptor;

/** Plain happens-before: the loop over the events, one rule for each. */
public class HbEngine implements Engine {
    private final HbState state;
    private final HbRules accesses;
    private final SyncRules syncs;
    private final RaceSink sink;

    public HbEngine(SessionModel model, RaceSink sink, StateBudget budget) {
        this(newState(model, budget), sink, HbRules::new, Beyond.NOTHING);
    }

    /** With other rules for accesses, and what they know beyond happens-before. */
    protected HbEngine(HbState state, RaceSink sink, RulesFactory rules, Beyond beyond) {
        this.state = state;
        this.sink = sink;
        this.accesses = rules.create(state, sink);
        this.syncs = new SyncRules(state, beyond);
    }

    /** Makes the rules of an engine. */
    @FunctionalInterface
    protected interface RulesFactory {
        HbRules create(HbState state, RaceSink sink);
    }

    /** State of a process of which nothing is known yet. */
    protected static HbState newState(SessionModel model, StateBudget budget) {
        return new HbState(model, budget);
    }

    @Override
    public void access(int thread, int operationCode, long object, long key, long keys, int stack) {
        Operation operation = Operation.ofCode(operationCode);
        if (operation == null || RecordDescriptor.rangeCount(keys) < 1) {
            return;
        }
        ThreadState by = state.next(thread);
        if (by != null) {
            if (keys != 1) {
                by.clock.tickFurther(RecordDescriptor.rangeCount(keys) - 1);
            }
            accesses.access(by, operation, object, key, keys, stack);
        }
    }

    @Override
    public void late(int thread, long back, int operationCode, long object, long key, long keys, int stack) {
        Operation operation = Operation.ofCode(operationCode);
        if (operation == null || RecordDescriptor.rangeCount(keys) < 1) {
            return;
        }
        ThreadState by = state.threadOrNull(thread);
        if (by != null && !by.clock.hasBegun()) {
            by = state.next(thread);
        }
        if (by != null) {
            accesses.late(by, back, operation, object, key, keys, stack);
        }
    }

    @Override
    public void step(int thread) {
        state.next(thread);
    }

    @Override
    public void expectLate() {
        state.keepsPast = true;
    }

    @Override
    public void sync(int thread, int kind, long object, long token, int stack) {
        ThreadState by = state.next(thread);
        if (by != null) {
            syncs.apply(by, kind, object, token);
            sink.synchronised(thread, by.clock.time(), kind, object, token, stack);
        }
    }

    @Override
    public void dead(int thread, long object) {
        syncs.dead(object);
        sink.dead(object);
    }

    @Override
    public long moment(int thread) {
        ThreadState by = state.threadOrNull(thread);
        return by == null ? 0 : by.clock.time();
    }

    @Override
    public void finish() {
        state.close(); // races are told as they are met
    }

    @Override
    public long locations() {
        return state.locationCount;
    }

    @Override
    public RuleCounts rules() {
        return accesses.counts;
    }

    @Override
    public long forgottenLocations() {
        return state.forgotten;
    }

    @Override
    public long stateBytes() {
        return state.locations.bytes();
    }
}
