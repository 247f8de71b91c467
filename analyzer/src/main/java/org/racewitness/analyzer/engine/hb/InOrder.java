package org.racewitness.analyzer.engine.hb;

import org.racewitness.analyzer.engine.Operation;
import org.racewitness.analyzer.engine.RuleCounts;
import org.racewitness.analyzer.engine.StateBudget;
import org.racewitness.analyzer.engine.state.Interval;
import org.racewitness.analyzer.engine.state.ThreadState;
import org.racewitness.analyzer.engine.state.UsualAccesses;
import org.racewitness.analyzer.trace.SessionModel;
import org.racewitness.analyzer.trace.TraceEvents;
import org.racewitness.analyzer.wire.RecordDescriptor;

/** Judges each access at once, in the thread that drives the engine. */
final class InOrder implements Judging {
    /** New locations between two looks at the budget. */
    private static final long CHECKED_EVERY = 1000;

    /** Accesses between two looks at how many were usual. */
    private static final int REVIEWED = 64;

    /** One in so many may be unusual. */
    private static final int MOST_UNUSUAL = 8;

    /** Accesses judged one by one where more were. */
    private static final int ONE_BY_ONE = 4096;

    private final HbState clocks;
    private final LocationState state;
    private final HbRules rules;
    private final UsualAccesses usual;
    private final StateBudget budget;

    /** Accesses that were looked up together since the latest review, and how many of them were not usual. */
    private int reviewed;

    private int unusual;

    /** Accesses to come that are not looked up together. */
    private int oneByOne;

    private long bookedBytes;
    private long nextCheck = CHECKED_EVERY;

    InOrder(HbState clocks, SessionModel model, Findings findings, StateBudget budget) {
        this.clocks = clocks;
        this.state = new LocationState(model);
        this.rules = new HbRules(state, findings, this::beforeGrowth);
        this.usual = new UsualAccesses(state.locations, state.containers, state.sites);
        this.budget = budget;
    }

    @Override
    public void access(ThreadState by, Operation operation, long object, long key, long keys, int stack) {
        rules.access(by.interval(), by.clock.time(), by.quietSince(object), operation, object, key, keys, stack);
    }

    @Override
    public void accesses(ThreadState by, long[] words, int from, int count) {
        for (int done = 0; done < count; ) {
            int at = from + done * TraceEvents.ACCESS_WORDS;
            done += oneByOne > 0
                    ? accessesOneByOne(by, words, at, count - done)
                    : usualAccesses(by, words, at, count - done);
        }
    }

    private int accessesOneByOne(ThreadState by, long[] words, int from, int most) {
        int count = Math.min(most, oneByOne);
        for (int i = 0; i < count; i++) {
            by.next();
            access(by, words, from + i * TraceEvents.ACCESS_WORDS);
        }
        oneByOne -= count;
        return count;
    }

    /** @return how many of them were judged: those that were looked up together, or fewer where some may have other records by now */
    private int usualAccesses(ThreadState by, long[] words, int from, int most) {
        int count = usual.find(words, from, most);
        int containers = state.containers.made();
        long released = state.locations.released();
        int done = 0;
        while (done < count && containers == state.containers.made() && released == state.locations.released()) {
            by.next();
            int judged = usual.judge(by, words, from + done * TraceEvents.ACCESS_WORDS, done, count - done);
            rules.counts.inOrder += judged;
            done += judged;
            if (done < count) {
                access(by, words, from + done * TraceEvents.ACCESS_WORDS);
                done++;
                unusual++;
            }
        }
        review(done);
        return done;
    }

    /** Looking up together pays where most accesses are usual: where they were not, those that come are judged one by one for a while. */
    private void review(int judged) {
        reviewed += judged;
        if (reviewed >= REVIEWED) {
            oneByOne = unusual * MOST_UNUSUAL > reviewed ? ONE_BY_ONE : 0;
            reviewed = 0;
            unusual = 0;
        }
    }

    private void access(ThreadState by, long[] words, int at) {
        long header = words[at];
        long object = RecordDescriptor.object(words[at + 1]);
        Operation operation = Operation.ofCode(RecordDescriptor.op(header));
        access(by, operation, object, words[at + 2], 1, RecordDescriptor.arg(header));
    }

    @Override
    public void late(ThreadState by, long time, Operation operation, long object, long key, long keys, int stack) {
        Interval then = by.intervalAt(time);
        long at = Math.max(then.start, time);
        rules.late(by.reaching(then, at), at, then.start - 1, operation, object, key, keys, stack);
    }

    @Override
    public void forget(long object) {
        state.forget(object);
    }

    @Override
    public void forEachAccess(long object, AccessSink accesses) {
        state.forEachAccess(object, accesses);
    }

    /** Sees from time to time that the tables stay within the budget. */
    private void beforeGrowth() {
        if (state.locations.added() >= nextCheck) {
            nextCheck = state.locations.added() + CHECKED_EVERY;
            keepWithinBudget();
        }
    }

    /** Books what the table has grown; where that is more than there is, gives up the past of locations. */
    private void keepWithinBudget() {
        if (!bookGrowth()) {
            state.forgetKnown(clocks.knownToAll());
            if (!bookGrowth()) {
                state.forgetOldest();
                bookGrowth();
            }
        }
    }

    private boolean bookGrowth() {
        long bytes = state.locations.neededBytes();
        boolean within = budget.book(bytes - bookedBytes);
        bookedBytes = bytes;
        return within;
    }

    @Override
    public void finish() {
        budget.book(-bookedBytes); // the memory is somebody else's from now on
        bookedBytes = 0;
    }

    @Override
    public long locations() {
        return state.locationCount;
    }

    @Override
    public long forgotten() {
        return state.forgotten;
    }

    @Override
    public long stateBytes() {
        return state.locations.bytes();
    }

    @Override
    public RuleCounts rules() {
        return rules.counts;
    }
}
