package org.racewitness.analyzer.engine.hb;

import java.util.Arrays;
import org.racewitness.analyzer.clock.ClockSum;
import org.racewitness.analyzer.clock.Moment;
import org.racewitness.analyzer.clock.Times;
import org.racewitness.analyzer.engine.LockSets;
import org.racewitness.analyzer.engine.RaceSink;
import org.racewitness.analyzer.engine.RacingAccess;
import org.racewitness.analyzer.engine.state.Interval;
import org.racewitness.analyzer.wire.SyncKind;

/**
 * What follows from judging, in the order of events: which pairs are told, with what their threads knew of each other. Nothing here touches a clock or a location, so it may
 * come behind both. Plain happens-before tells every pair. Belongs to the thread that drives the engine.
 */
public class Aftermath implements Follower, Findings {
    private final RaceSink sink;
    private final RacingAccess earlierAccess;
    private final RacingAccess laterAccess;
    private Knowledge[] threads = new Knowledge[16];

    public Aftermath(RaceSink sink, LockSets lockSets) {
        this.sink = sink;
        this.earlierAccess = new RacingAccess(lockSets);
        this.laterAccess = new RacingAccess(lockSets);
    }

    /** The thread of that dense number. */
    protected final Knowledge thread(int number) {
        if (number >= threads.length) {
            threads = Arrays.copyOf(threads, Math.max(number + 1, threads.length * 2));
        }
        if (threads[number] == null) {
            threads[number] = new Knowledge();
        }
        return threads[number];
    }

    /** Whether the order leaves two accesses unordered that happens-before does. @param isLate whether the later one is told late */
    protected boolean isUnordered(Side earlier, Side later, boolean isLate) {
        return true;
    }

    // ---- what judging found ----

    @Override
    public final boolean pair(Side earlier, Side later, boolean isLate) {
        if (!isUnordered(earlier, later, isLate)) {
            return false;
        }
        set(earlierAccess, earlier, later.interval);
        set(laterAccess, later, earlier.interval);
        return true;
    }

    private void set(RacingAccess access, Side side, Interval other) {
        Interval interval = side.interval;
        access.set(interval.thread, side.operation, side.stack, interval.lockSet);
        access.setMoment(side.time);
        access.setLinks(side.readsBefore, side.writesAfter);
        // what a thread has heard of another one since an access, it had not when it made that access
        long known = interval.known.at(other.slot);
        long heard = thread(interval.thread).heardOf(other.slot);
        access.setKnowledge(known, known == 0 || heard > side.time ? -1 : heard);
    }

    @Override
    public final void meeting(long object, long key, long count) {
        sink.race(object, key, count, earlierAccess, laterAccess);
    }

    @Override
    public void readsFrom(Interval reader, long time, Interval write, long writeTime) {
        // plain happens-before draws no edge from that
    }

    @Override
    public final void readThenWrite(int readStack, int writeStack) {
        sink.readThenWrite(readStack, writeStack);
    }

    // ---- what threads learn ----

    @Override
    public final void began(Interval interval) {
        thread(interval.thread).began(interval);
    }

    @Override
    public final void copied(Interval copy, Interval of) {
        copy.takeBeyond(of);
    }

    @Override
    public void moved(int thread, int slot, long time, Times known) {
        Knowledge knowledge = thread(thread);
        knowledge.occupy(slot);
        knowledge.learn(time, known);
    }

    @Override
    public final void knows(int thread, long time, Times known) {
        thread(thread).learn(time, known);
    }

    @Override
    public void left(int thread, Moment moment) {}

    @Override
    public void learned(int thread, long time, Moment moment) {}

    @Override
    public void learned(int thread, long time, Interval interval, long accessTime) {}

    @Override
    public void gathered(ClockSum sum, Moment moment) {}

    @Override
    public void learned(int thread, long time, ClockSum sum) {}

    // ---- what is passed on ----

    @Override
    public final void synchronised(int thread, long time, int kind, long object, long token, int stack, long ticks) {
        if (kind == SyncKind.END) {
            thread(thread).ended();
        }
        sink.synchronised(thread, time, kind, object, token, stack, ticks);
    }

    @Override
    public final void dead(long object) {
        sink.dead(object);
    }
}
