package org.racewitness.collector.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.racewitness.analyzer.report.Access;
import org.racewitness.analyzer.report.Frame;
import org.racewitness.analyzer.report.Location;
import org.racewitness.analyzer.report.Race;
import org.racewitness.analyzer.report.Verdict;

/** The sentences of a race fit its operations and its locks. */
class ExplanationTest {
    private static Explanation explain(
            Verdict verdict, String kind, List<String> locksOfOne, List<String> locksOfTwo, String... operations) {
        Access one = new Access(operations[0], 1, new Access.ThreadRef(1, "A"), locksOfOne, List.of(), List.of());
        Access two = new Access(operations[1], 1, new Access.ThreadRef(2, "B"), locksOfTwo, List.of(), List.of());
        Location location = new Location(kind, "list (shape)", "list", null);
        return Explanation.of(
                new Race("R1", "00", verdict, 1, location, List.of(one, two), List.of(), null, List.of()),
                frame -> null);
    }

    @Test
    void everyVerdictSaysSomethingOfItsOwn() {
        Set<String> risks = new HashSet<>();
        for (Verdict verdict : Verdict.values()) {
            Explanation explanation = explain(verdict, "shape", List.of(), List.of(), "append", "insert");
            assertTrue(risks.add(explanation.risk()), explanation.risk());
            assertTrue(explanation.risk().endsWith("."), explanation.risk());
            assertTrue(
                    explanation.guarantee().text().endsWith("."),
                    explanation.guarantee().text());
            for (String remedy : explanation.remedies()) {
                assertTrue(remedy.endsWith("."), remedy);
            }
        }
    }

    @Test
    void operationsAreNamed() {
        assertEquals(
                "One side changes the list in several steps (sort beside append): the other can meet it half-done and see "
                        + "elements missing, doubled or out of place.",
                explain(Verdict.TORN_OPERATION, "shape", List.of(), List.of(), "sort", "append")
                        .risk());
        assertEquals(
                "Two threads can both read the same old value of list (shape) and both write what they made of it: one of the two "
                        + "updates is lost.",
                explain(Verdict.LOST_UPDATE, "global", List.of(), List.of(), "read-modify-write", "read-modify-write")
                        .risk());
    }

    @Test
    void locksAreCompared() {
        assertEquals("Neither side holds a lock.", locks(List.of(), List.of()));
        assertEquals("A holds Lock a.py:1; the other side holds no lock.", locks(List.of("Lock a.py:1"), List.of()));
        assertEquals(
                "B holds Lock a.py:1 and RLock b.py:2; the other side holds no lock.",
                locks(List.of(), List.of("Lock a.py:1", "RLock b.py:2")));
        assertEquals(
                "Each side holds a lock, but not the same one: Lock a.py:1 here, Lock b.py:2 there.",
                locks(List.of("Lock a.py:1"), List.of("Lock b.py:2")));
        assertEquals(
                "Both sides hold a lock called Lock a.py:1, but not the same one (one per object, say): they do not exclude "
                        + "each other.",
                locks(List.of("Lock a.py:1"), List.of("Lock a.py:1", "Lock b.py:2")));
    }

    private static String locks(List<String> one, List<String> two) {
        return explain(Verdict.UNORDERED_WRITE_WRITE, "attribute", one, two, "write", "write")
                .locks();
    }

    private static Race race(Verdict verdict, Location location, String operation, List<String> locksOfTwo) {
        Frame init = new Frame("a.py", 3, 3, 0, 9, "A.__init__", true);
        Access one =
                new Access(operation, 1, new Access.ThreadRef(1, "A"), List.of(), List.of(frame(7, "A.f")), List.of());
        Access two =
                new Access(operation, 1, new Access.ThreadRef(2, "B"), locksOfTwo, List.of(frame(9, "A.g")), List.of());
        return new Race("R1", "00", verdict, 1, location, List.of(one, two), List.of(init), null, List.of());
    }

    private static Frame frame(int line, String function) {
        return new Frame("dir/a.py", line, line, 0, 9, function, true);
    }

    private static final Location ATTRIBUTE = new Location("attribute", "A.n", "m.A", null);
    private static final Location ITEM = new Location("item", "dict['k']", "dict", "'k'");

    private static String lost(String source) {
        Race race = race(Verdict.LOST_UPDATE, ATTRIBUTE, "read-modify-write", List.of());
        return Explanation.of(race, frame -> source).risk();
    }

    @Test
    void anUpdateIsToldWithTheNumbersOfTheRacingLine() {
        assertEquals(
                "Two threads can both read 41 from A.n and both write 42: one increment is lost.", lost("self.n += 1"));
        assertEquals(
                "Two threads can both read 41 from A.n and both write 36: one decrement is lost.",
                lost("self.n = self.n - 5  # five"));
        assertEquals(
                "Two threads can both read the same old value of A.n and both write it back changed: one addition is lost.",
                lost("self.n += amount"));
        assertEquals(
                "Two threads can both read the same old value of A.n and both write it back changed: one update is lost.",
                lost("self.n |= {1}"));
        assertEquals(
                "Two threads can both read the same old value of A.n and both write what they made of it: one of the two "
                        + "updates is lost.",
                lost("self.n = f(self.n) if self.n <= 3 else 4"));
    }

    @Test
    void remediesNameTheLinesAndTheLocks() {
        assertEquals(
                List.of(
                        "Hold one lock, the same on both sides, from the read to the write: at a.py:7 in A.f and at a.py:9 in "
                                + "A.g. Make it beside the attribute, near a.py:3 in A.__init__."),
                Remedies.of(race(Verdict.LOST_UPDATE, ATTRIBUTE, "read-modify-write", List.of())));
        assertEquals(
                List.of(
                        "Hold Lock a.py:1, which the other side holds, over the test and the action at a.py:7 in A.f too.",
                        "Or let one step do both: d.setdefault(key, value) to put it in, d.pop(key, None) to take it out."),
                Remedies.of(race(Verdict.CHECK_THEN_ACT, ITEM, "write", List.of("Lock a.py:1"))));
    }

    @Test
    void guaranteesAreThoseOfTheContainersOwnSection() {
        assertEquals(
                "https://docs.python.org/3/library/threadsafety.html#thread-safety-dict",
                Guarantee.of(race(Verdict.CHECK_THEN_ACT, ITEM, "write", List.of()))
                        .address());
        assertEquals(
                "https://docs.python.org/3/library/threadsafety.html",
                Guarantee.of(race(Verdict.CHECK_THEN_ACT, ATTRIBUTE, "write", List.of()))
                        .address());
    }
}
