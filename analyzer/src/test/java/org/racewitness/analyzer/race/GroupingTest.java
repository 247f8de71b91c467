package org.racewitness.analyzer.race;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.racewitness.analyzer.wire.OperationCode.*;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.racewitness.analyzer.engine.Engines;
import org.racewitness.analyzer.race.Statements.Statement;
import org.racewitness.analyzer.report.Access;
import org.racewitness.analyzer.report.Race;
import org.racewitness.analyzer.trace.CodeObject;
import org.racewitness.analyzer.wire.SyncKind;

/** What makes one entry, and what stands in it. */
class GroupingTest {
    private static final byte[] NONE = {};

    private static void twoIncrements(FakeProgram program, Statement bump, int object, long key) {
        for (int thread = 0; thread < 2; thread++) {
            program.access(thread, READ, object, key, bump.read());
            program.access(thread, WRITE, object, key, bump.write());
        }
    }

    private static FakeProgram withTwoThreads(FakeProgram program) {
        program.thread("MainThread");
        program.thread("Thread-1 (work)");
        return program;
    }

    @Test
    void objectsAndProcessesShareAnEntry() {
        RaceCollector run = new RaceCollector();
        for (int pid = 1; pid <= 2; pid++) {
            FakeProgram process = withTwoThreads(new FakeProgram(Engines.SHB, run, pid));
            Statement bump = Statements.of(process, "augmented_attribute");
            for (int i = 0; i < 3; i++) {
                twoIncrements(
                        process, bump, process.object(FakeProgram.INSTANCE, "app.Counter", ""), process.name("n"));
            }
        }
        List<Race> races = run.races();
        assertEquals(1, races.size());
        assertEquals("R1", races.get(0).id());
        assertEquals(6, races.get(0).count());
        assertEquals(1, races.get(0).accesses().get(0).pid());
    }

    @Test
    void itemsOfAContainerShareAnEntry() {
        FakeProgram program = withTwoThreads(new FakeProgram());
        Statement bump = Statements.of(program, "augmented_item");
        int table = program.object(FakeProgram.DICT, "dict", "");
        for (String key : List.of("c", "b", "a")) {
            twoIncrements(program, bump, table, program.name(key));
        }
        List<Race> races = program.races();
        assertEquals(1, races.size());
        assertEquals("dict['a']", races.get(0).location().name());
    }

    @Test
    void aWholeOperationOverManyItemsIsOneEntryAtTheShape() {
        FakeProgram program = withTwoThreads(new FakeProgram());
        int walk = Statements.of(program, "unrelated_statements").read();
        int sort = Statements.of(program, "split_increment").write();
        int rows = program.object(FakeProgram.LIST, "list", "");
        for (int i = 0; i < 600; i++) {
            program.access(0, ITERATE_STEP, rows, FakeProgram.index(i), walk);
        }
        program.shape(1, TORN_ALL, rows, sort);
        List<Race> races = program.races();
        assertEquals(1, races.size());
        assertEquals("list (shape)", races.get(0).location().name());
        assertEquals("iteration-mutation", races.get(0).verdict().label());
    }

    @Test
    void theMostSevereComesFirst() {
        FakeProgram program = withTwoThreads(new FakeProgram());
        Statement bump = Statements.of(program, "augmented_attribute");
        Statement append = Statements.of(program, "split_increment");
        Statement store = Statements.of(program, "unrelated_statements");
        int list = program.object(FakeProgram.LIST, "list", "");
        int box = program.object(FakeProgram.INSTANCE, "app.Box", "");
        for (int thread = 0; thread < 2; thread++) {
            program.access(thread, APPEND, list, FakeProgram.index(thread), append.write());
            program.access(thread, WRITE, box, program.name("value"), store.write());
        }
        twoIncrements(program, bump, box, program.name("n"));
        assertEquals(
                List.of("R1 lost-update", "R2 unordered-write-write", "R3 atomic-update"),
                program.races().stream()
                        .map(race -> race.id() + " " + race.verdict().label())
                        .toList());
    }

    @Test
    void stacksBeginAtTheInnermostApplicationFrame() {
        FakeProgram program = withTwoThreads(new FakeProgram());
        Statement caller = Statements.of(program, "unrelated_statements");
        int library =
                program.code(new CodeObject(0, "/lib/heapq.py", "heappush", 1, false, false, NONE, NONE, NONE, 0));
        int inLibrary = program.stack(caller.write(), library, 8);
        int table = program.object(FakeProgram.DICT, "dict", "", caller.read());
        program.access(0, WRITE, table, program.name("k"), inLibrary);
        program.access(1, WRITE, table, program.name("k"), caller.write());
        Race race = program.races().get(0);
        for (Access access : race.accesses()) {
            assertEquals(
                    List.of("unrelated_statements"),
                    access.stack().stream().map(f -> f.function()).toList());
        }
        assertEquals("unrelated_statements", race.firstSeen().get(0).function());
        assertEquals(1, race.count());
    }

    @Test
    void locksHeldOutermostFirst() {
        FakeProgram program = withTwoThreads(new FakeProgram());
        int made = Statements.of(program, "augmented_global", "/x/counter.py", 0, 0)
                .read();
        Statement store = Statements.of(program, "unrelated_statements");
        int outer = program.object(FakeProgram.LOCK, "_thread.RLock", "", made);
        int inner = program.object(FakeProgram.LOCK, "_thread.lock", "", made);
        int borrowed = program.object(FakeProgram.LOCK, "_thread.lock", "");
        int box = program.object(FakeProgram.INSTANCE, "app.Box", "");
        program.acquire(0, borrowed);
        program.acquire(0, outer);
        program.acquire(0, outer);
        program.acquire(0, inner);
        program.release(0, outer);
        // another thread gives back what this one took
        program.release(1, borrowed);
        program.access(0, WRITE, box, program.name("v"), store.write());
        program.access(1, WRITE, box, program.name("v"), store.write());
        program.release(0, inner);
        program.release(0, outer);
        int line = program.code(program.stackCode(made)).firstLine() + 3;
        Race race = program.races().get(0);
        assertEquals(
                List.of(List.of("RLock counter.py:" + line, "Lock counter.py:" + line), List.of()),
                race.accesses().stream().map(Access::locksHeld).toList());
    }

    @Test
    void onlyTheHandOverIsReportedByDefaultAndAllThatIsUnorderedUnderHb() {
        for (String order : List.of(Engines.SHB, Engines.HB)) {
            FakeProgram program = withTwoThreads(new FakeProgram(order, new RaceCollector(), 1));
            Statement publish = Statements.of(program, "unrelated_statements");
            Statement use = Statements.of(program, "split_increment");
            int box = program.object(FakeProgram.INSTANCE, "app.Box", "");
            int config = program.object(FakeProgram.INSTANCE, "app.Config", "");
            program.access(0, WRITE, config, program.name("host"), publish.read());
            program.access(0, WRITE, box, program.name("config"), publish.write());
            program.access(1, READ, box, program.name("config"), use.read());
            program.access(1, READ, config, program.name("host"), use.write());
            List<String> names = program.races().stream()
                    .map(race -> race.location().name())
                    .sorted()
                    .toList();
            assertEquals(
                    order.equals(Engines.SHB) ? List.of("Box.config") : List.of("Box.config", "Config.host"), names);
        }
    }

    private static List<String> fingerprints(String file, int linesDown, String threadName, boolean alsoAnother) {
        FakeProgram program = new FakeProgram();
        program.thread("MainThread");
        program.thread(threadName);
        Statement bump = Statements.of(program, "augmented_attribute", file, linesDown, 0);
        Statement item = Statements.of(program, "augmented_item", file, linesDown, 0);
        int counter = program.object(FakeProgram.INSTANCE, "app.Counter", "");
        int table = program.object(FakeProgram.DICT, "dict", "");
        twoIncrements(program, bump, counter, program.name("n"));
        twoIncrements(program, item, table, program.name("key" + linesDown));
        if (alsoAnother) {
            Statement other = Statements.of(program, "augmented_global", file, linesDown, 0);
            twoIncrements(program, other, program.object(FakeProgram.MODULE, "module", "app"), program.name("total"));
        }
        return program.races().stream()
                .filter(race -> !race.location().name().equals("app.total"))
                .map(Race::fingerprint)
                .toList();
    }

    @Test
    void fingerprintsStayTheSameElsewhere() {
        List<String> before = fingerprints("/home/me/app.py", 0, "Thread-1 (work)", false);
        assertEquals(2, before.size());
        assertNotEquals(before.get(0), before.get(1));
        assertTrue(before.get(0).matches("[0-9a-f]{32}"), before.get(0));
        assertEquals(before, fingerprints("app.py", 7, "Thread-9 (work)", false));
        assertEquals(before, fingerprints("C:\\build\\app.py", 0, "pool-0", true));
        assertNotEquals(before, fingerprints("other.py", 0, "Thread-1 (work)", false));
    }

    @Test
    void equalFingerprintsAreNumbered() {
        FakeProgram program = withTwoThreads(new FakeProgram());
        Statement bump = Statements.of(program, "augmented_attribute");
        Statement copy = Statements.of(program, "augmented_attribute", "/home/me/app/app.py", 50, 0);
        int counter = program.object(FakeProgram.INSTANCE, "app.Counter", "");
        twoIncrements(program, bump, counter, program.name("n"));
        program.sync(0, SyncKind.SIGNAL, 90, 0);
        program.sync(1, SyncKind.OBSERVE, 90, 0);
        program.sync(1, SyncKind.SIGNAL, 91, 0);
        program.sync(0, SyncKind.OBSERVE, 91, 0);
        twoIncrements(program, copy, counter, program.name("n"));
        List<Race> races = program.races();
        assertEquals(2, races.size());
        assertNotEquals(races.get(0).fingerprint(), races.get(1).fingerprint());
    }

    @Test
    void aRunWithoutRacesHasNoEntries() {
        FakeProgram program = withTwoThreads(new FakeProgram());
        Statement bump = Statements.of(program, "augmented_attribute");
        int counter = program.object(FakeProgram.INSTANCE, "app.Counter", "");
        int lock = program.object(FakeProgram.LOCK, "_thread.lock", "");
        for (int thread = 0; thread < 2; thread++) {
            program.acquire(thread, lock);
            program.access(thread, READ, counter, program.name("n"), bump.read());
            program.access(thread, WRITE, counter, program.name("n"), bump.write());
            program.release(thread, lock);
        }
        assertEquals(List.of(), program.races());
    }
}
