package org.racewitness.analyzer.engine.hb;

import java.util.function.Function;
import java.util.function.LongSupplier;
import org.racewitness.analyzer.engine.Engine;
import org.racewitness.analyzer.engine.LockSets;
import org.racewitness.analyzer.engine.Operation;
import org.racewitness.analyzer.engine.RaceSink;
import org.racewitness.analyzer.engine.RuleCounts;
import org.racewitness.analyzer.engine.StateBudget;
import org.racewitness.analyzer.engine.Workers;
import org.racewitness.analyzer.engine.state.ThreadState;
import org.racewitness.analyzer.trace.SessionModel;
import org.racewitness.analyzer.wire.RecordDescriptor;

/** Plain happens-before: the loop over the events, one rule for each. */
public class HbEngine implements Engine {
    private final HbState state;
    private final Judging judging;
    private final SyncRules syncs;
    private final Follower follower;
    private final LongSupplier ticksNow;

    public HbEngine(SessionModel model, RaceSink sink, StateBudget budget, Workers workers) {
        this(model, new LockSets(), locks -> new Aftermath(sink, locks), budget, workers);
    }

    /** With an order of its own. */
    protected HbEngine(
            SessionModel model,
            LockSets lockSets,
            Function<LockSets, Aftermath> newAftermath,
            StateBudget budget,
            Workers workers) {
        Aftermath aftermath = newAftermath.apply(lockSets);
        ticksNow = workers.ticksNow();
        if (workers.count() > 1 && model.wantsEachPair()) {
            Shards shards = new Shards(workers, model, aftermath, budget);
            state = new HbState(lockSets, shards);
            shards.runs(state);
            judging = shards;
            follower = shards;
        } else {
            state = new HbState(lockSets, aftermath);
            judging = new InOrder(state, model, aftermath, budget);
            follower = aftermath;
        }
        syncs = new SyncRules(state, judging, follower);
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
            judging.access(by, operation, object, key, keys, stack);
        }
    }

    @Override
    public void accesses(int thread, long[] words, int from, int count) {
        ThreadState by = state.ready(thread);
        if (by != null) {
            judging.accesses(by, words, from, count);
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
            judging.late(by, by.clock.timeBefore(back), operation, object, key, keys, stack);
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
            follower.synchronised(thread, by.clock.time(), kind, object, token, stack, ticksNow.getAsLong());
        }
    }

    @Override
    public void dead(int thread, long object) {
        syncs.dead(object);
        judging.forget(object);
        follower.dead(object);
    }

    @Override
    public long moment(int thread) {
        ThreadState by = state.threadOrNull(thread);
        return by == null ? 0 : by.clock.time();
    }

    /** Slots of the longest clock. */
    int clockSlots() {
        return state.clockSlots();
    }

    @Override
    public void finish() {
        judging.finish();
    }

    @Override
    public long locations() {
        return judging.locations();
    }

    @Override
    public RuleCounts rules() {
        return judging.rules();
    }

    @Override
    public long forgottenLocations() {
        return judging.forgotten();
    }

    @Override
    public long stateBytes() {
        return judging.stateBytes();
    }
}
