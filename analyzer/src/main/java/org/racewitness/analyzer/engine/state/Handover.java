package org.racewitness.analyzer.engine.state;

import java.util.ArrayDeque;
import org.racewitness.analyzer.clock.ClockSum;
import org.racewitness.analyzer.clock.ThreadClock;

/**
 * What posts of one item into one container have left for those who take it out, first in, first out. At most {@link #MAX_POSTS} moments wait
 * apart; further ones are gathered into one that is never used up, so that an item posted without end costs bounded memory: a taker then learns too
 * much rather than too little, and no order is missed. Belongs to its engine.
 */
public final class Handover {
    static final int MAX_POSTS = 1024;

    private record Moment(long[] known, long epoch) {}

    private static final Moment NOTHING = new Moment(ThreadClock.NOTHING, 0);

    private final ArrayDeque<Moment> posts = new ArrayDeque<>(1);
    private ClockSum overflow;

    /** The thread's current event posts. */
    public void post(ThreadClock poster) {
        if (posts.size() == MAX_POSTS) {
            overflow = overflow == null ? new ClockSum() : overflow;
            overflow.add(poster.share(), poster.epoch());
        } else {
            posts.add(new Moment(poster.share(), poster.epoch()));
        }
    }

    /** The item came in without any order. */
    public void place() {
        if (posts.size() < MAX_POSTS) {
            posts.add(NOTHING);
        }
    }

    /** What was posted first left without being taken. */
    public void evict() {
        posts.poll();
    }

    /** The thread takes what was posted first; nothing where nothing waits. */
    public void take(ThreadClock taker) {
        Moment first = posts.poll();
        if (first != null) {
            taker.join(first.known, first.epoch);
        }
        if (overflow != null) {
            taker.joinTimes(overflow.times());
        }
    }

    /** What was posted last did not get in. Among gathered moments none can be taken back. */
    public void drop() {
        if (overflow == null) {
            posts.pollLast();
        }
    }

    /** Whether nothing waits any more. */
    public boolean isEmpty() {
        return posts.isEmpty() && overflow == null;
    }
}
