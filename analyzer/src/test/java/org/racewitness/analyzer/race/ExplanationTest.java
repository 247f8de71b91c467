package org.racewitness.analyzer.race;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.racewitness.analyzer.wire.OperationCode.WRITE;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.racewitness.analyzer.race.Statements.Statement;
import org.racewitness.analyzer.report.Race;
import org.racewitness.analyzer.report.RaceExplanation;
import org.racewitness.analyzer.report.RaceExplanation.Edge;
import org.racewitness.analyzer.report.RaceExplanation.Side;
import org.racewitness.analyzer.report.RaceExplanation.Sync;
import org.racewitness.analyzer.wire.SyncKind;

/** What the threads did around a race. */
class ExplanationTest {
    private final FakeProgram program = new FakeProgram();
    private Statement here;
    private Statement there;
    private long object;
    private long key;
    private int lock;

    @BeforeEach
    void twoThreads() {
        for (String name : List.of("MainThread", "Thread-1 (work)", "Thread-2 (work)")) {
            program.thread(name);
        }
        here = Statements.of(program, "augmented_attribute");
        there = Statements.of(program, "augmented_global");
        object = program.object(FakeProgram.INSTANCE, "app.Counter", "");
        lock = program.object(FakeProgram.LOCK, "_thread.lock", "");
        key = program.name("n");
    }

    private void fork(int parent, int child) {
        program.sync(parent, SyncKind.FORK, 0, child);
        program.sync(child, SyncKind.BEGIN, 0, parent);
    }

    private RaceExplanation explanation() {
        List<Race> races = program.races();
        assertEquals(1, races.size());
        return races.get(0).explanation();
    }

    private static String text(Sync sync) {
        return sync == null
                ? null
                : sync.kind() + " " + sync.object() + " " + sync.thread().name();
    }

    @Test
    void aThreadThatOnlyItsParentKnows() {
        fork(0, 1);
        program.access(0, WRITE, object, key, here.write());
        program.access(1, WRITE, object, key, there.write());
        program.sync(1, SyncKind.END, 0, 0);
        program.sync(0, SyncKind.JOIN, 0, 1);

        RaceExplanation explanation = explanation();

        int parent = sideOf(explanation, "fork null MainThread");
        Side main = explanation.sides().get(parent);
        Side child = explanation.sides().get(1 - parent);
        assertEquals(parent, explanation.observedFirst());
        assertEquals(2, main.time());
        assertEquals(1, main.knownByOther());
        assertEquals("join null MainThread", text(main.after()));
        assertEquals("Thread-1 (work)", main.after().other().name());
        assertEquals(0, child.knownByOther());
        assertEquals("begin null Thread-1 (work)", text(child.before()));
        assertEquals("end null Thread-1 (work)", text(child.after()));
        assertEquals(1, explanation.lastOrdered().size());
        Edge edge = explanation.lastOrdered().get(0);
        assertEquals(parent, edge.from());
        assertEquals("fork null MainThread", text(edge.release()));
        assertEquals("begin null Thread-1 (work)", text(edge.acquire()));
    }

    @Test
    void theLastLockThatOrderedThem() {
        fork(0, 1);
        fork(0, 2);
        for (int thread = 1; thread <= 2; thread++) {
            program.acquire(thread, lock);
            program.release(thread, lock);
        }
        program.acquire(1, lock);
        program.access(1, WRITE, object, key, here.write());
        program.access(2, WRITE, object, key, there.write());

        RaceExplanation explanation = explanation();

        int holder = sideOf(explanation, "acquire Lock Thread-1 (work)");
        assertEquals(3, explanation.sides().get(holder).knownByOther());
        assertNull(explanation.sides().get(holder).after());
        assertEquals(2, explanation.lastOrdered().size());
        Edge forth = explanation.lastOrdered().get(holder);
        Edge back = explanation.lastOrdered().get(1 - holder);
        assertEquals(holder, forth.from());
        assertEquals("release Lock Thread-1 (work)", text(forth.release()));
        assertEquals("acquire Lock Thread-2 (work)", text(forth.acquire()));
        assertEquals("release Lock Thread-2 (work)", text(back.release()));
        assertEquals(4, back.acquire().time());
        assertTrue(back.release().time() < back.acquire().time());
    }

    /** What the first thread hears after its access says nothing about the access. */
    @Test
    void newsThatCameLaterAreLeftOut() {
        fork(0, 1);
        fork(0, 2);
        program.access(1, WRITE, object, key, here.write());
        program.acquire(2, lock);
        program.release(2, lock);
        program.acquire(1, lock);
        program.access(2, WRITE, object, key, there.write());

        RaceExplanation explanation = explanation();

        assertEquals(List.of(), explanation.lastOrdered());
        int first = explanation.observedFirst();
        assertEquals(
                "acquire Lock Thread-1 (work)",
                text(explanation.sides().get(first).after()));
    }

    private static int sideOf(RaceExplanation explanation, String before) {
        int side = text(explanation.sides().get(0).before()).equals(before) ? 0 : 1;
        assertEquals(before, text(explanation.sides().get(side).before()));
        return side;
    }
}
