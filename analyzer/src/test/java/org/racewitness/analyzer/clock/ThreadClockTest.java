package org.racewitness.analyzer.clock;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ThreadClockTest {
    private final ThreadClock one = new ThreadClock(0);
    private final ThreadClock other = new ThreadClock(3);

    @Test
    void anEpochHoldsTheLargestThreadAndTime() {
        long time = (1L << Epoch.TIME_BITS) - 1;
        long epoch = Epoch.of(Epoch.MAX_THREAD, time);
        assertEquals(Epoch.MAX_THREAD, Epoch.thread(epoch));
        assertEquals(time, Epoch.time(epoch));
        assertEquals("7@2", Epoch.toString(Epoch.of(2, 7)));
    }

    @Test
    void aMomentCoversWhatCameBeforeItAndNotWhatComesAfter() {
        one.tick();
        long before = one.epoch();
        one.tick();
        other.join(one.share(), one.epoch());
        assertTrue(other.covers(before));
        assertTrue(other.covers(one.epoch()));
        one.tick();
        assertFalse(other.covers(one.epoch()));
        assertTrue(one.covers(one.epoch()), "a thread is ordered with itself");
        assertFalse(one.hasBegun() && one.covers(Epoch.of(3, 1)));
    }

    @Test
    void whatWasHandedOutNeverChanges() {
        ThreadClock third = new ThreadClock(1);
        third.tick();
        one.tick();
        other.join(one.share(), one.epoch());
        long[] handedOut = other.share();
        long[] copy = handedOut.clone();
        other.join(third.share(), third.epoch());
        assertArrayEquals(copy, handedOut);
        assertEquals(1, other.timeOf(1));
    }

    @Test
    void learningNothingNewCopiesNothing() {
        one.tick();
        other.join(one.share(), one.epoch());
        long[] known = other.share();
        other.join(one.share(), one.epoch());
        other.join(ThreadClock.NOTHING, 0);
        other.joinTimes(new long[] {1});
        assertSame(known, other.share());
    }

    @Test
    void aSumIsTheLeastUpperBound() {
        ClockSum sum = new ClockSum();
        one.tick();
        other.tick();
        other.tick();
        sum.add(one.share(), one.epoch());
        sum.add(other.share(), other.epoch());
        assertArrayEquals(new long[] {1, 0, 0, 2}, sum.times());
        ClockSum larger = new ClockSum();
        larger.add(sum);
        ThreadClock learner = new ThreadClock(9);
        learner.joinTimes(larger.times());
        assertTrue(learner.covers(one.epoch()) && learner.covers(other.epoch()));
    }
}
