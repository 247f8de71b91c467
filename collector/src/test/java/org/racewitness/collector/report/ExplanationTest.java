package org.racewitness.collector.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.racewitness.analyzer.report.Access;
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
                new Race("R1", "00", verdict, 1, location, List.of(one, two), List.of(), null, List.of()));
    }

    @Test
    void everyVerdictSaysSomethingOfItsOwn() {
        Set<String> risks = new HashSet<>();
        for (Verdict verdict : Verdict.values()) {
            Explanation explanation = explain(verdict, "shape", List.of(), List.of(), "append", "insert");
            assertTrue(risks.add(explanation.risk()), explanation.risk());
            assertTrue(explanation.risk().endsWith("."), explanation.risk());
            assertTrue(explanation.remedy().endsWith("."), explanation.remedy());
        }
    }

    @Test
    void operationsAreNamed() {
        assertEquals(
                "One side changes the list in several steps (sort beside append); the other can meet it half-done.",
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
}
