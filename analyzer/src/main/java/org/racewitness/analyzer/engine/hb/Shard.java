package org.racewitness.analyzer.engine.hb;

import java.util.concurrent.ArrayBlockingQueue;
import org.racewitness.analyzer.engine.state.Interval;
import org.racewitness.analyzer.trace.SessionModel;

/**
 * Judges what is done to some of the objects, in a thread of its own as soon as that was started. Its state belongs to whoever judges a round: its thread, between the queues, or the thread that
 * drives the engine while no round is on its way.
 */
final class Shard implements Findings {
    /** Stands behind the last round. */
    private static final Round END = new Round(0);

    private final int number;
    final LocationState state;
    final HbRules rules;

    /** Thread-safe; rounds to judge. Holds as many as there are. */
    private final ArrayBlockingQueue<Round> rounds;

    /** Thread-safe; what was found, the parts of each round in order. Full, it holds the shard back. */
    private final ArrayBlockingQueue<FindingsLog> found;

    /** Thread-safe; logs that were read. */
    private final ArrayBlockingQueue<FindingsLog> read;

    /** Null before it was started; belongs to the thread that drives the engine. */
    private Thread thread;

    /** What is being read; belongs to the thread that drives the engine. */
    private FindingsLog reading;

    /** Findings of a round that the reader judges itself are kept whole. Belongs to whoever judges. */
    private boolean isInline;

    private FindingsLog writing = new FindingsLog();

    /** Written before the end of a round is handed over, read behind it. */
    private Throwable failure;

    Shard(int number, SessionModel model, int roundsOnTheWay) {
        this.number = number;
        this.state = new LocationState(model);
        this.rules = new HbRules(state, this, () -> {});
        this.rounds = new ArrayBlockingQueue<>(roundsOnTheWay + 1);
        this.found = new ArrayBlockingQueue<>(roundsOnTheWay + 1);
        this.read = new ArrayBlockingQueue<>(roundsOnTheWay + 1);
    }

    // ---- the driver's side ----

    void start() {
        thread = new Thread(this::run, "racewitness-judge-" + number);
        thread.setDaemon(true);
        thread.start();
    }

    /** Hands it a round. */
    void add(Round round) {
        rounds.add(round); // there are no more than it has room for
    }

    /** Judges a round here and now: none is on its way. */
    void judgeInline(Round round) {
        isInline = true;
        judge(round);
        isInline = false;
        reading = writing;
        writing = taken();
    }

    /** What was found in the oldest round that was not read yet comes next; {@link #nextEvent} and {@link #tellNext} read it. */
    void open() {
        reading = Queues.take(found);
    }

    /** The event of what the round still has to tell, {@link FindingsLog#NO_EVENT} for nothing. */
    int nextEvent() {
        while (reading.nextEvent() == FindingsLog.NO_EVENT && !reading.endsRound) {
            giveBack();
            reading = Queues.take(found);
        }
        return reading.nextEvent();
    }

    void tellNext(Findings to) {
        reading.tellNext(to);
    }

    /** The round was told. @return what the shard's tables needed at its end, in bytes */
    long close() {
        long bytes = reading.neededBytes;
        giveBack();
        if (failure != null) {
            throw new IllegalStateException("a shard failed: " + failure, failure);
        }
        return bytes;
    }

    private void giveBack() {
        reading.clear();
        read.offer(reading);
        reading = null;
    }

    /** Returns when its thread has ended; no round is on its way. */
    void stop() {
        if (thread != null) {
            rounds.add(END);
            Queues.join(thread);
            thread = null;
        }
    }

    // ---- the judge's side ----

    private void run() {
        for (Round round = Queues.take(rounds); round != END; round = Queues.take(rounds)) {
            judge(round);
            handOver();
        }
    }

    private void judge(Round round) {
        try {
            if (failure == null) {
                judge(round.batches[number]);
                relieve(round);
            }
        } catch (RuntimeException | Error defect) {
            failure = defect; // the driver, who waits for this round, throws it
        }
        writing.endsRound = true;
        writing.neededBytes = state.locations.neededBytes();
    }

    private void judge(Batch batch) {
        while (!batch.isDone()) {
            writing.begin(batch.nextEvent());
            batch.judgeNext(rules, state);
            if (writing.isFull() && !isInline) {
                handOver();
            }
        }
    }

    @Override
    public boolean pair(Side earlier, Side later, boolean isLate) {
        return writing.pair(earlier, later, isLate);
    }

    @Override
    public void meeting(long object, long key, long count) {
        writing.meeting(object, key, count);
    }

    @Override
    public void readsFrom(Interval reader, long time, Interval write, long writeTime) {
        writing.readsFrom(reader, time, write, writeTime);
    }

    @Override
    public void readThenWrite(int readStack, int writeStack) {
        writing.readThenWrite(readStack, writeStack);
    }

    private void relieve(Round round) {
        if (round.relief == Round.Relief.WHAT_ALL_KNOW) {
            state.forgetKnown(round.knownToAll);
        } else if (round.relief == Round.Relief.OLDEST) {
            state.forgetOldest();
        }
    }

    /** The last thing that is done about a round: the state may be the driver's at once. */
    private void handOver() {
        FindingsLog full = writing;
        writing = taken();
        Queues.put(found, full);
    }

    private FindingsLog taken() {
        FindingsLog free = read.poll();
        return free == null ? new FindingsLog() : free;
    }
}
