package org.racewitness.analyzer.engine.hb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.racewitness.analyzer.clock.Epoch;
import org.racewitness.analyzer.clock.Times;
import org.racewitness.analyzer.engine.state.Interval;
import org.racewitness.analyzer.engine.state.Intervals;
import org.racewitness.analyzer.engine.state.ThreadState;

class KnowledgeTest {
    private final Knowledge thread = new Knowledge();

    @Test
    void remembersWhenItHeardWhatItKnows() {
        Times first = Times.NOTHING.join(Epoch.of(0, 5));
        assertEquals(-1, thread.heardOf(0));
        thread.learn(20, first);
        thread.learn(30, first.join(Epoch.of(1, 7)));
        assertEquals(20, thread.heardOf(0));
        assertEquals(30, thread.heardOf(1));
        thread.learn(40, first.join(Epoch.of(0, 6)));
        assertEquals(40, thread.heardOf(0));
    }

    @Test
    void slotsBeyondTheFirst256AreNotRemembered() {
        thread.learn(20, Times.NOTHING.join(Epoch.of(256, 5)).join(Epoch.of(255, 5)));
        assertEquals(20, thread.heardOf(255));
        assertEquals(-1, thread.heardOf(256));
    }

    @Test
    void anIntervalTellsWhatWasKnownAtEachOfItsTimes() {
        Interval interval = interval();
        Times one = Times.NOTHING.join(Epoch.of(1, 5));
        Times more = one.join(Epoch.of(2, 7));
        thread.began(interval);
        thread.setBeyond(interval.start + 10, one);
        thread.setBeyond(interval.start + 20, more);
        thread.setBeyond(interval.start + 30, null);
        assertNull(interval.beyondAt(interval.start + 9));
        assertEquals(one, interval.beyondAt(interval.start + 10));
        assertEquals(one, interval.beyondAt(interval.start + 19));
        assertEquals(more, interval.beyondAt(interval.start + 29));
        assertNull(interval.beyondAt(interval.start + 31));
    }

    @Test
    void anIntervalBeginsWithWhatIsKnownThen() {
        Times one = Times.NOTHING.join(Epoch.of(1, 5));
        thread.setBeyond(3, one);
        Interval interval = interval();
        thread.began(interval);
        assertEquals(one, interval.beyondAt(interval.start));
    }

    private static Interval interval() {
        ThreadState thread = new ThreadState(0, new Intervals(), new OrderLog());
        thread.clock.tick();
        return thread.interval();
    }
}
