package org.racewitness.analyzer.engine.hb;

import java.util.Arrays;
import org.racewitness.analyzer.clock.ClockSum;
import org.racewitness.analyzer.clock.Moment;
import org.racewitness.analyzer.clock.Times;
import org.racewitness.analyzer.engine.Operation;
import org.racewitness.analyzer.engine.RuleCounts;
import org.racewitness.analyzer.engine.StateBudget;
import org.racewitness.analyzer.engine.Workers;
import org.racewitness.analyzer.engine.state.Interval;
import org.racewitness.analyzer.engine.state.ThreadState;
import org.racewitness.analyzer.trace.SessionModel;
import org.racewitness.analyzer.trace.TraceEvents;
import org.racewitness.analyzer.wire.RecordDescriptor;

/**
 * Judges accesses in several threads at once, each those to some of the objects, and tells what follows in the order of events. That works because happens-before alone decides what a location
 * keeps and which pairs there are: nothing that is found changes a clock.
 *
 * <p>The thread that drives the engine replays synchronisation, gives every access its interval and fills {@link Round}s. When as many are on their way as may be, it waits for the oldest and hands what
 * was found in it to the {@link Aftermath}, along with what the threads learned, event by event. So a slow shard holds it back, and what it tells depends on the events alone.
 */
final class Shards implements Judging, Follower {
    /** One is filled, one may be told, the others are on their way. */
    private static final int ROUNDS = 4;

    private final Shard[] shards;
    private final Aftermath aftermath;
    private final StateBudget budget;
    private final int aloneEvents;
    private final int roundEvents;
    private final Round[] rounds = new Round[ROUNDS];

    /** The clocks; given before the first event. */
    private HbState clocks;

    private boolean isStarted;

    /** Rounds that were filled, and those of them that were told. */
    private long filled;

    private long told;
    private Round filling;

    /** Events in {@link #filling}. */
    private int event;

    private long bookedBytes;

    /** Number of the latest round behind which the shards gave up something. */
    private long relieved = -1;

    Shards(Workers workers, SessionModel model, Aftermath aftermath, StateBudget budget) {
        this.shards = new Shard[workers.count()];
        for (int i = 0; i < shards.length; i++) {
            shards[i] = new Shard(i, model, ROUNDS);
        }
        for (int i = 0; i < ROUNDS; i++) {
            rounds[i] = new Round(shards.length);
        }
        this.filling = rounds[0];
        this.aftermath = aftermath;
        this.budget = budget;
        this.aloneEvents = workers.aloneEvents();
        this.roundEvents = workers.roundEvents();
    }

    void runs(HbState state) {
        clocks = state;
    }

    // ---- events ----

    @Override
    public void access(ThreadState by, Operation operation, long object, long key, long keys, int stack) {
        Interval now = by.interval();
        Batch batch = filling.batches[shardOf(object)];
        if (!batch.isLatest(now)) {
            batch.add(now, by.quietSince(), by.quietQueue(), by.quietSinceBeforeQueue());
        }
        batch.add(event, by.clock.time(), false, operation, object, key, keys, stack);
        passed();
    }

    @Override
    public void accesses(ThreadState by, long[] words, int from, int count) {
        int end = from + count * TraceEvents.ACCESS_WORDS;
        for (int at = from; at < end; at += TraceEvents.ACCESS_WORDS) {
            long header = words[at];
            Operation operation = Operation.ofCode(RecordDescriptor.op(header));
            by.next();
            access(
                    by,
                    operation,
                    RecordDescriptor.object(words[at + 1]),
                    words[at + 2],
                    1,
                    RecordDescriptor.arg(header));
        }
    }

    @Override
    public void late(ThreadState by, long time, Operation operation, long object, long key, long keys, int stack) {
        Interval then = by.intervalAt(time);
        long at = Math.max(then.start, time);
        Batch batch = filling.batches[shardOf(object)];
        batch.add(by.reaching(then, at), then.start - 1, 0, 0);
        batch.add(event, at, true, operation, object, key, keys, stack);
        batch.closeInterval();
        passed();
    }

    private int shardOf(long object) {
        long hash = (object * 0xD6E8FEB86659FD93L) >>> Integer.SIZE;
        return (int) ((hash * shards.length) >>> Integer.SIZE);
    }

    @Override
    public void synchronised(int thread, long time, int kind, long object, long token, int stack, long ticks) {
        filling.log.synchronised(thread, time, kind, object, token, stack, ticks);
        passed();
    }

    @Override
    public void forget(long object) {
        filling.batches[shardOf(object)].dead(event, object);
    }

    @Override
    public void dead(long object) {
        filling.log.dead(object);
        passed();
    }

    private void passed() {
        filling.log.event = ++event;
        if (event == roundEvents) {
            send();
        }
    }

    // ---- rounds ----

    /** The round that is being filled goes to the shards; the next one is taken, and what was found in it before is told. */
    private void send() {
        if (isStarted || filled * roundEvents >= aloneEvents) {
            start();
            for (Shard shard : shards) {
                shard.add(filling);
            }
            next();
            if (filled - told == ROUNDS - 1) {
                tellOldest();
            }
        } else {
            judgeInline();
        }
    }

    private void next() {
        filled++;
        event = 0;
        filling = rounds[(int) (filled % ROUNDS)];
        filling.number = filled;
    }

    private void start() {
        if (!isStarted) {
            isStarted = true;
            for (Shard shard : shards) {
                shard.start();
            }
        }
    }

    /** Judges the round that is being filled here and now; all others were told. */
    private void judgeInline() {
        Round round = filling;
        for (Shard shard : shards) {
            shard.judgeInline(round);
        }
        next();
        tell(round);
    }

    /** All events so far are judged and told. */
    private void drain() {
        while (told < filled) {
            tellOldest();
        }
        if (!filling.isEmpty()) {
            judgeInline();
        }
    }

    private void tellOldest() {
        for (Shard shard : shards) {
            shard.open();
        }
        tell(rounds[(int) (told % ROUNDS)]);
    }

    private void tell(Round round) {
        Shard first = first();
        while (first != null) {
            int its = first.nextEvent();
            round.log.tell(its, aftermath);
            while (first.nextEvent() == its) {
                first.tellNext(aftermath);
            }
            first = first();
        }
        round.log.tell(FindingsLog.NO_EVENT, aftermath);
        long bytes = 0;
        for (Shard shard : shards) {
            bytes += shard.close();
        }
        told++;
        keepWithinBudget(bytes, round);
        round.clear();
    }

    /** The shard that found something in the earliest event; null where no more was found. */
    private Shard first() {
        Shard first = null;
        int earliest = FindingsLog.NO_EVENT;
        for (Shard shard : shards) {
            int its = shard.nextEvent();
            if (its < earliest) {
                earliest = its;
                first = shard;
            }
        }
        return first;
    }

    /** Books what the tables have grown; where that is more than there is, the shards give up the past of locations behind the round that is being filled. */
    private void keepWithinBudget(long bytes, Round round) {
        boolean within = budget.book(bytes - bookedBytes);
        bookedBytes = bytes;
        if (within || round.number < relieved) {
            return;
        }
        if (round.relief == Round.Relief.WHAT_ALL_KNOW) {
            filling.relief = Round.Relief.OLDEST;
        } else {
            filling.relief = Round.Relief.WHAT_ALL_KNOW;
            filling.knownToAll = clocks.knownToAll();
        }
        relieved = filling.number;
    }

    // ---- what the shards have ----

    @Override
    public void forEachAccess(long object, AccessSink accesses) {
        drain();
        shards[shardOf(object)].state.forEachAccess(object, accesses);
    }

    @Override
    public void finish() {
        drain();
        for (Shard shard : shards) {
            shard.stop();
        }
        budget.book(-bookedBytes); // the memory is somebody else's from now on
        bookedBytes = 0;
    }

    @Override
    public long locations() {
        drain();
        return Arrays.stream(shards)
                .mapToLong(shard -> shard.state.locationCount)
                .sum();
    }

    @Override
    public long forgotten() {
        drain();
        return Arrays.stream(shards).mapToLong(shard -> shard.state.forgotten).sum();
    }

    @Override
    public long stateBytes() {
        drain();
        return Arrays.stream(shards)
                .mapToLong(shard -> shard.state.locations.bytes())
                .sum();
    }

    @Override
    public RuleCounts rules() {
        drain();
        RuleCounts sum = new RuleCounts();
        for (Shard shard : shards) {
            sum.add(shard.rules.counts);
        }
        return sum;
    }

    // ---- what the threads learn ----

    @Override
    public void began(Interval interval) {
        filling.log.began(interval);
    }

    @Override
    public void copied(Interval copy, Interval of) {
        filling.log.copied(copy, of);
    }

    @Override
    public void moved(int thread, int slot, long time, Times known) {
        filling.log.moved(thread, slot, time, known);
    }

    @Override
    public void knows(int thread, long time, Times known) {
        filling.log.knows(thread, time, known);
    }

    @Override
    public void left(int thread, Moment moment) {
        filling.log.left(thread, moment);
    }

    @Override
    public void learned(int thread, long time, Moment moment) {
        filling.log.learned(thread, time, moment);
    }

    @Override
    public void learned(int thread, long time, Interval interval, long accessTime) {
        filling.log.learned(thread, time, interval, accessTime);
    }

    @Override
    public void gathered(ClockSum sum, Moment moment) {
        filling.log.gathered(sum, moment);
    }

    @Override
    public void learned(int thread, long time, ClockSum sum) {
        filling.log.learned(thread, time, sum);
    }
}
