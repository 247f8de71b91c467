package org.racewitness.analyzer.engine.hb;

import org.racewitness.analyzer.clock.ThreadClock;
import org.racewitness.analyzer.engine.Operation;
import org.racewitness.analyzer.engine.RaceSink;
import org.racewitness.analyzer.engine.RacingAccess;
import org.racewitness.analyzer.engine.state.History;
import org.racewitness.analyzer.engine.state.Interval;
import org.racewitness.analyzer.engine.state.Sites;
import org.racewitness.analyzer.engine.state.ThreadState;

/** Puts the two sides of a race together for the sink. Belongs to its rules. */
final class RaceTeller {
    private final HbState state;
    private final Sites sites;
    private final RaceSink sink;
    private final RacingAccess earlier;
    private final RacingAccess later;

    /** Of the earlier access. */
    private Interval interval;

    RaceTeller(HbState state, RaceSink sink) {
        this.state = state;
        this.sites = state.sites;
        this.sink = sink;
        this.earlier = new RacingAccess(state.lockSets, state.stackSets);
        this.later = new RacingAccess(state.lockSets, state.stackSets);
    }

    void earlier(History history, int entry) {
        interval = history.interval(entry);
        int site = history.site(entry);
        earlier.set(interval.thread, sites.operation(site), sites.stack(site), interval.lockSet);
        earlier.setMoment(history.time(entry));
        earlier.setLinks(sites.readsBefore(site), sites.writesAfter(site));
    }

    /** The access of the thread at that local time; told after the earlier access. */
    void later(ThreadState thread, Interval now, long time, Operation operation, int stack, int readsBefore) {
        later.set(thread.number, operation, stack, now.lockSet);
        later.setMoment(time);
        later.setLinks(readsBefore, 0);
        know(later, thread.clock, now, interval);
        know(earlier, state.threadOrNull(interval.thread).clock, interval, now);
    }

    /** What a thread has heard of another one since an access, it had not when it made that access. */
    private static void know(RacingAccess access, ThreadClock clock, Interval then, Interval other) {
        long known = then.known.at(other.slot);
        long heard = clock.heardOf(other.slot);
        access.setKnowledge(known, known == 0 || heard > access.moment() ? -1 : heard);
    }

    void tell(long object, long key, long count) {
        sink.race(object, key, count, earlier, later);
    }
}
