package org.racewitness.analyzer.clock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.racewitness.analyzer.trace.TraceEvents.MOMENTS;

import org.junit.jupiter.api.Test;

class ThreadClockTest {
    private final ClockSlots slots = new ClockSlots();
    private final ThreadClock one = begun();
    private final ThreadClock other = begun();

    private ThreadClock begun() {
        ThreadClock clock = new ThreadClock();
        assertTrue(slots.assign(clock));
        return clock;
    }

    @Test
    void anEpochHoldsTheLargestSlotAndTime() {
        long time = (1L << Epoch.TIME_BITS) - 1;
        long epoch = Epoch.of(Epoch.MAX_SLOT, time);
        assertEquals(Epoch.MAX_SLOT, Epoch.slot(epoch));
        assertEquals(time, Epoch.time(epoch));
        assertEquals("7@2", Epoch.toString(Epoch.of(2, 7)));
    }

    @Test
    void aMomentCoversWhatCameBeforeItAndNotWhatComesAfter() {
        one.tick();
        long before = one.epoch();
        one.tick();
        other.join(one.moment());
        assertTrue(other.covers(before));
        assertTrue(other.covers(one.epoch()));
        one.tick();
        assertFalse(other.covers(one.epoch()));
        assertTrue(one.covers(one.epoch()), "a thread is ordered with itself");
        other.tick();
        assertFalse(one.covers(other.epoch()));
    }

    @Test
    void whatWasHandedOutNeverChanges() {
        ThreadClock third = begun();
        third.tick();
        one.tick();
        other.join(one.moment());
        Times handedOut = other.known();
        long before = handedOut.at(2);
        other.join(third.moment());
        assertEquals(before, handedOut.at(2));
        assertEquals(MOMENTS, handedOut.at(0));
        assertEquals(MOMENTS, other.timeOf(2));
    }

    @Test
    void learningNothingNewCopiesNothing() {
        one.tick();
        other.join(one.moment());
        Times known = other.known();
        assertFalse(other.join(one.moment()));
        assertFalse(other.join(Moment.NONE));
        assertFalse(other.joinTimes(Times.NOTHING.join(Epoch.of(0, 1))));
        assertSame(known, other.known());
    }

    @Test
    void aSumIsTheLeastUpperBound() {
        ClockSum sum = new ClockSum();
        one.tick();
        other.tick();
        other.tick();
        sum.add(one.moment());
        sum.add(other.moment());
        assertEquals(MOMENTS, sum.times().at(0));
        assertEquals(2 * MOMENTS, sum.times().at(1));
        assertEquals(2, sum.times().length());
        ThreadClock learner = begun();
        learner.joinTimes(sum.times());
        assertTrue(learner.covers(one.epoch()) && learner.covers(other.epoch()));
    }

    @Test
    void aSlotGoesToWhoKnowsAllThatWasDoneInIt() {
        one.tick();
        Moment early = one.moment();
        one.tick();
        slots.giveBack(one);

        ThreadClock knowsHalf = new ThreadClock();
        knowsHalf.join(early);
        slots.assign(knowsHalf);
        assertEquals(2, knowsHalf.slot());

        ThreadClock heir = new ThreadClock();
        heir.join(one.moment());
        slots.assign(heir);
        heir.tick();
        assertEquals(0, heir.slot());
        assertEquals(3 * MOMENTS, heir.time());
        assertTrue(heir.covers(early.epoch));
        other.join(one.moment());
        assertFalse(other.covers(heir.epoch()));
        assertEquals(3, slots.used());
    }

    /** Whoever is called back after its slot has gone to another keeps knowing its own past. */
    @Test
    void aThreadThatGoesOnMovesToAnotherSlot() {
        one.tick();
        slots.giveBack(one);
        ThreadClock heir = new ThreadClock();
        heir.join(one.moment());
        slots.assign(heir);
        heir.tick();
        slots.assign(one);
        one.tick();
        assertEquals(2, one.slot());
        assertEquals(2 * MOMENTS, one.time());
        assertTrue(one.covers(Epoch.of(0, 1)));
        assertFalse(one.covers(heir.epoch()));
    }

    @Test
    void aThousandThreadsOneAfterAnotherShareASlot() {
        for (int i = 0; i < 1000; i++) {
            ThreadClock child = new ThreadClock();
            one.tick();
            child.join(one.moment());
            slots.assign(child);
            child.tick();
            one.tick();
            one.join(child.moment());
            slots.giveBack(child);
        }
        assertEquals(3, slots.used());
        assertEquals(3, one.known().length());
    }
}
