package org.racewitness.analyzer.engine.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.racewitness.analyzer.clock.Epoch;
import org.racewitness.analyzer.clock.Times;

class PastTest {
    private static final int OTHER = 7;

    /** Nobody follows. */
    private static final Beyond NOBODY = (Beyond) Proxy.newProxyInstance(
            Beyond.class.getClassLoader(), new Class<?>[] {Beyond.class}, (proxy, method, arguments) -> null);

    private final List<Interval> all = new ArrayList<>();

    @Test
    @DisplayName(
            "the latest are found as they were, those before with their locks and what was known up to 16 intervals later")
    void everyTimeFindsItsInterval() {
        Past past = filled(new Intervals(), Past.LATEST + 50_000);
        for (int i = 0; i < all.size(); i++) {
            Interval then = all.get(i);
            Interval found = past.at(then.start + 100);
            assertEquals(then.start, found.start);
            assertEquals(then.lockSet, found.lockSet);
            long later = found.known.at(OTHER) - then.known.at(OTHER);
            boolean isLatest = i >= all.size() - Past.LATEST;
            assertTrue(isLatest ? found == then : later >= 0 && later < 16, i + ": " + later);
        }
    }

    @Test
    @DisplayName(
            "before the oldest that is remembered an access has the time that it had, and what was known then is not told")
    void whatIsTooOldKeepsItsTime() {
        Past past = filled(new Intervals(), Past.LATEST + Past.OLDER + 1_000);
        Interval found = past.at(all.get(10).start + 1);
        assertEquals(all.get(10).start + 1, found.start);
        assertTrue(found.known.at(OTHER) >= all.get(1_000).known.at(OTHER));
        assertEquals(all.get(1_100).lockSet, past.at(all.get(1_100).start).lockSet);
    }

    @Test
    @DisplayName(
            "all threads together remember so many; who comes then remembers the latest alone, until others give room back")
    void allThreadsShareTheRoom() {
        Intervals intervals = new Intervals(5_000);
        Past first = filled(intervals, Past.LATEST + 4_096);
        all.clear();
        Past second = filled(intervals, Past.LATEST + 4_096);
        assertEquals(all.get(0).start + 1, second.at(all.get(0).start + 1).start);
        assertEquals(all.get(4_096).lockSet, second.at(all.get(0).start).lockSet, "the oldest of the latest");
        first.clear();
        second.clear();
        all.clear();
        Past third = filled(intervals, Past.LATEST + 4_096);
        assertEquals(all.get(5).lockSet, third.at(all.get(5).start).lockSet);
    }

    /** Each interval knows one more of another slot than the one before, and has locks of its own. */
    private Past filled(Intervals intervals, int count) {
        ThreadState thread = new ThreadState(0, intervals, NOBODY);
        Past past = new Past(intervals, NOBODY);
        for (int i = 1; i <= count; i++) {
            thread.clock.tick();
            thread.clock.joinTimes(Times.NOTHING.join(Epoch.of(OTHER, i)));
            thread.lockSet = i % 251;
            thread.changed();
            Interval interval = thread.interval();
            all.add(interval);
            past.add(interval);
        }
        return past;
    }
}
