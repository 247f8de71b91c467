package org.racewitness.analyzer.engine.state;

import java.util.ArrayDeque;
import org.racewitness.analyzer.clock.ClockSum;
import org.racewitness.analyzer.clock.Moment;

/**
 * What posts of one item into one container have left for those who take it out, first in, first out. At most {@link #MAX_POSTS} moments wait
 * apart; further ones are gathered into one that is never used up, so that an item posted without end costs bounded memory: a taker then learns too
 * much rather than too little, and no order is missed. Belongs to its engine.
 */
public final class Handover {
    static final int MAX_POSTS = 1024;

    private final ArrayDeque<Moment> posts = new ArrayDeque<>(1);
    private ClockSum overflow;

    /** Puts a moment behind the others; answers where it was gathered instead, null usually. {@link Moment#NONE} came in without any order. */
    public ClockSum post(Moment moment) {
        if (posts.size() < MAX_POSTS) {
            posts.add(moment);
            return null;
        }
        if (moment != Moment.NONE) {
            overflow = overflow == null ? new ClockSum() : overflow;
            overflow.add(moment);
            return overflow;
        }
        return null;
    }

    /** Removes what was posted first; {@link Moment#NONE} where nothing waits. */
    public Moment poll() {
        return posts.isEmpty() ? Moment.NONE : posts.remove();
    }

    /** What every taker learns besides, null for nothing. */
    public ClockSum overflow() {
        return overflow;
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
