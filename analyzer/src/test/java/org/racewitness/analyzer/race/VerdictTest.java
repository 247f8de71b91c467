package org.racewitness.analyzer.race;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.racewitness.analyzer.wire.OperationCode.*;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.racewitness.analyzer.race.Statements.Statement;
import org.racewitness.analyzer.report.Race;
import org.racewitness.analyzer.wire.SyncKind;

/** One row of the table of verdicts at a time, as the events of a small program. An entry reads {@code verdict name operation operation}. */
class VerdictTest {
    private FakeProgram program;
    private int main;
    private int worker;

    @BeforeEach
    void twoThreads() {
        program = new FakeProgram();
        main = program.thread("MainThread");
        worker = program.thread("Thread-1 (work)");
    }

    private List<String> found() {
        return program.races().stream().map(VerdictTest::text).toList();
    }

    private static String text(Race race) {
        return race.verdict().label() + " " + race.location().name() + " "
                + race.accesses().get(0).operation() + " "
                + race.accesses().get(1).operation();
    }

    private void increment(int thread, Statement statement, long object, long key) {
        program.access(thread, READ, object, key, statement.read());
        program.access(thread, WRITE, object, key, statement.write());
    }

    // ---- lost-update ----

    @Test
    void twoIncrementsAreOneLostUpdateWhateverTheSchedule() {
        Statement bump = Statements.of(program, "augmented_attribute");
        int counter = program.object(FakeProgram.INSTANCE, "app.Counter", "");
        long n = program.name("n");
        // one after the other, interleaved, and read-read-write-write
        increment(main, bump, counter, n);
        increment(worker, bump, counter, n);
        program.access(main, READ, counter, n, bump.read());
        increment(worker, bump, counter, n);
        program.access(main, WRITE, counter, n, bump.write());
        program.access(main, READ, counter, n, bump.read());
        program.access(worker, READ, counter, n, bump.read());
        program.access(main, WRITE, counter, n, bump.write());
        program.access(worker, WRITE, counter, n, bump.write());
        assertEquals(List.of("lost-update Counter.n read-modify-write read-modify-write"), found());
    }

    @Test
    void aReadThatRacesOnlyTheSecondTimeIsStillHalfOfTheUpdate() {
        // the first read of main races with what the reads of worker ordered behind it: nobody is told of that
        Statement bump = Statements.of(program, "augmented_attribute");
        Statement other = Statements.of(program, "augmented_attribute");
        int counter = program.object(FakeProgram.INSTANCE, "app.Counter", "");
        long n = program.name("n");
        increment(main, bump, counter, n);
        increment(worker, other, counter, n);
        increment(worker, other, counter, n);
        program.access(main, WRITE, counter, n, bump.write());
        increment(main, bump, counter, n);
        assertEquals(List.of("lost-update Counter.n read-modify-write read-modify-write"), found());
    }

    @Test
    void theReadHalfAloneIsEnough() {
        // the second increment is ordered after the first by what it read: only its read raced
        Statement bump = Statements.of(program, "augmented_global");
        int module = program.object(FakeProgram.MODULE, "module", "app");
        long total = program.name("total");
        increment(main, bump, module, total);
        increment(worker, bump, module, total);
        assertEquals(List.of("lost-update app.total read-modify-write read-modify-write"), found());
    }

    @Test
    void anIncrementBesideAStoreMayUndoIt() {
        Statement bump = Statements.of(program, "augmented_attribute");
        Statement reset = Statements.of(program, "unrelated_statements");
        int counter = program.object(FakeProgram.INSTANCE, "app.Counter", "");
        long n = program.name("n");
        increment(main, bump, counter, n);
        program.access(worker, WRITE, counter, n, reset.write());
        program.access(main, READ, counter, n, bump.read());
        program.access(main, WRITE, counter, n, bump.write());
        assertEquals(List.of("lost-update Counter.n read-modify-write write"), found());
    }

    @Test
    void anIncrementBesideAReadLosesNothing() {
        Statement bump = Statements.of(program, "augmented_attribute");
        Statement look = Statements.of(program, "unrelated_statements");
        int counter = program.object(FakeProgram.INSTANCE, "app.Counter", "");
        long n = program.name("n");
        increment(main, bump, counter, n);
        program.access(worker, READ, counter, n, look.read());
        increment(main, bump, counter, n);
        assertEquals(List.of("unordered-read-write Counter.n write read"), found());
    }

    @Test
    void aReleaseBetweenReadAndWriteMakesThemTwo() {
        Statement bump = Statements.of(program, "in_a_with_block");
        int counter = program.object(FakeProgram.INSTANCE, "app.Counter", "");
        int lock = program.object(FakeProgram.LOCK, "_thread.lock", "");
        long n = program.name("n");
        for (int thread : List.of(main, worker)) {
            program.access(thread, READ, counter, n, bump.read());
            program.sync(thread, SyncKind.RELEASE, lock + thread, 0);
            program.access(thread, WRITE, counter, n, bump.write());
        }
        assertEquals(List.of("unordered-read-write Counter.n read write"), found());
    }

    @Test
    void getPlusOneOnADict() {
        Statement visit = Statements.of(program, "get_plus_one");
        int hits = program.object(FakeProgram.DICT, "dict", "");
        long home = program.name("home");
        increment(main, visit, hits, home);
        increment(worker, visit, hits, home);
        assertEquals(List.of("lost-update dict['home'] read-modify-write read-modify-write"), found());
    }

    @Test
    void readAndWrittenInMethodsThatOneStatementCalls() {
        Statement call = Statements.of(program, "set_of_get");
        Statement get = Statements.of(program, "unrelated_statements", "app.py", 100, call.read());
        Statement set = Statements.of(program, "test_beside", "app.py", 200, call.write());
        int counter = program.object(FakeProgram.INSTANCE, "app.Counter", "");
        long n = program.name("n");
        for (int thread : List.of(main, worker)) {
            program.access(thread, READ, counter, n, get.read());
            program.access(thread, WRITE, counter, n, set.write());
        }
        assertEquals(List.of("lost-update Counter.n read-modify-write read-modify-write"), found());
    }

    // ---- check-then-act ----

    @Test
    void aKeyFilledOnDemand() {
        Statement load = Statements.of(program, "missing_key");
        int cache = program.object(FakeProgram.DICT, "dict", "");
        long x = program.name("x");
        program.access(main, READ, cache, x, load.read());
        program.access(worker, READ, cache, x, load.read());
        program.access(main, INSERT, cache, x, load.write());
        program.access(worker, WRITE, cache, x, load.write());
        assertEquals(List.of("check-then-act dict['x'] read insert"), found());
    }

    @Test
    void theTestedReadRacesAloneWhenTheOtherWasFirst() {
        Statement careful = Statements.of(program, "truth_of_get");
        Statement careless = Statements.of(program, "split_increment");
        int table = program.object(FakeProgram.DICT, "dict", "");
        long name = program.name("name");
        program.access(worker, WRITE, table, name, careless.write());
        program.access(main, READ, table, name, careful.read());
        program.access(main, WRITE, table, name, careful.write());
        assertEquals(List.of("check-then-act dict['name'] read write"), found());
    }

    @Test
    void testAndActAreOneEntryWhenBothRace() {
        Statement careful = Statements.of(program, "none_test");
        Statement careless = Statements.of(program, "unrelated_statements");
        int slot = program.object(FakeProgram.INSTANCE, "app.Slot", "");
        long owner = program.name("owner");
        program.access(main, READ, slot, owner, careful.read());
        program.access(main, WRITE, slot, owner, careful.write());
        program.access(worker, WRITE, slot, owner, careless.write());
        assertEquals(List.of("check-then-act Slot.owner read write"), found());
    }

    @Test
    void anUpdateThatCameTooLateWouldHaveWritten() {
        Statement load = Statements.of(program, "missing_key");
        Statement careless = Statements.of(program, "unrelated_statements");
        int seen = program.object(FakeProgram.SET, "set", "");
        long x = program.name("x");
        program.access(main, READ, seen, x, load.read());
        program.access(main, UPDATE_INSERT, seen, x, load.write());
        program.access(worker, UPDATE_KEEP, seen, x, careless.write());
        assertEquals(List.of("check-then-act set['x'] insert-if-missing update-unchanged"), found());
    }

    @Test
    void anUpdateOfWhatWasThereAllAlongWritesNothing() {
        Statement careful = Statements.of(program, "truth_of_get");
        Statement careless = Statements.of(program, "unrelated_statements");
        int table = program.object(FakeProgram.DICT, "dict", "");
        long name = program.name("name");
        program.access(main, READ, table, name, careful.read());
        program.access(main, WRITE, table, name, careful.write());
        program.access(worker, UPDATE_KEEP, table, name, careless.write());
        assertEquals(List.of("unordered-read-write dict['name'] write update-unchanged"), found());
    }

    @Test
    void aTestWithoutTheActIsAPlainRead() {
        Statement careful = Statements.of(program, "none_test");
        Statement careless = Statements.of(program, "unrelated_statements");
        int slot = program.object(FakeProgram.INSTANCE, "app.Slot", "");
        long owner = program.name("owner");
        program.access(main, READ, slot, owner, careful.read());
        program.access(worker, WRITE, slot, owner, careless.write());
        assertEquals(List.of("unordered-read-write Slot.owner read write"), found());
    }

    @Test
    void lengthThenAppend() {
        Statement careful = Statements.of(program, "length_then_append");
        Statement careless = Statements.of(program, "split_increment");
        int rows = program.object(FakeProgram.LIST, "list", "");
        program.shape(main, SHAPE_READ, rows, careful.read());
        program.access(main, APPEND, rows, FakeProgram.index(1), careful.write());
        program.access(worker, APPEND, rows, FakeProgram.index(2), careless.write());
        assertEquals(List.of("check-then-act list (shape) length append"), found());
    }

    @Test
    void truthThenPopleftWithItsHandOverBetween() {
        Statement take = Statements.of(program, "truth_then_pop");
        int queue = program.object(9, "collections.deque", "");
        for (int thread : List.of(main, worker)) {
            program.shape(thread, SHAPE_READ, queue, take.read());
            program.sync(thread, SyncKind.TAKE, queue, 77);
            program.shape(thread, WRITE_ALL, queue, take.write());
        }
        assertEquals(List.of("check-then-act deque (shape) length write-all"), found());
    }

    @Test
    void aTestInAMethodThatRaises() {
        Statement close = Statements.of(program, "call_then_store");
        Statement check = Statements.of(program, "check_open", "app.py", 100, close.read());
        int file = program.object(FakeProgram.INSTANCE, "app.File", "");
        long closed = program.name("closed");
        for (int thread : List.of(main, worker)) {
            program.access(thread, READ, file, closed, check.read());
            program.access(thread, WRITE, file, closed, close.write());
        }
        assertEquals(List.of("check-then-act File.closed write read"), found());
    }

    @Test
    void keysTestedAndInsertedApartAreOnlyNoted() {
        Statement load = Statements.of(program, "missing_key");
        int cache = program.object(FakeProgram.DICT, "dict", "");
        for (int thread : List.of(main, worker)) {
            long key = program.name("key" + thread);
            program.access(thread, READ, cache, key, load.read());
            program.access(thread, INSERT, cache, key, load.write());
        }
        assertEquals(List.of("atomic-update dict (shape) insert insert"), found());
    }

    // ---- iteration, torn, plain, atomic ----

    private List<String> pair(int kind, String type, int first, long firstKey, int second, long secondKey) {
        int one = Statements.of(program, "unrelated_statements").read();
        int other = Statements.of(program, "split_increment").write();
        int object = program.object(kind, type, "");
        program.access(main, first, object, firstKey, one);
        program.access(worker, second, object, secondKey, other);
        return program.races().stream()
                .map(race -> race.verdict().label() + " " + race.location().name())
                .toList();
    }

    private static final long SHAPE = org.racewitness.analyzer.wire.LocationKey.SHAPE;

    @Test
    void iterationBesideAppend() {
        assertEquals(
                List.of("iteration-mutation list (shape)"),
                pair(FakeProgram.LIST, "list", ITERATE, SHAPE, APPEND, FakeProgram.index(3)));
    }

    @Test
    void iterationMeetingAnInsertOnAnItemIsStillOne() {
        assertEquals(
                List.of("iteration-mutation list (shape)"),
                pair(FakeProgram.LIST, "list", ITERATE_STEP, FakeProgram.index(2), TORN_ALL, SHAPE));
    }

    @Test
    void iterationBesideAnOverwriteIsReadAndWrite() {
        assertEquals(
                List.of("unordered-read-write list[2]"),
                pair(FakeProgram.LIST, "list", ITERATE_STEP, FakeProgram.index(2), WRITE, FakeProgram.index(2)));
    }

    @Test
    void anItemUnderAPopAtTheFront() {
        assertEquals(
                List.of("torn-operation list[3]"),
                pair(FakeProgram.LIST, "list", READ, FakeProgram.index(3), TORN_ALL, SHAPE));
    }

    @Test
    void lengthBesideAnInsert() {
        assertEquals(
                List.of("unordered-read-write dict (shape)"),
                pair(FakeProgram.DICT, "dict", SHAPE_READ, SHAPE, INSERT, program.name("b")));
    }

    @Test
    void membershipBesideAdd() {
        assertEquals(
                List.of("unordered-read-write set['b']"),
                pair(FakeProgram.SET, "set", READ, program.name("b"), UPDATE_INSERT, program.name("b")));
    }

    @Test
    void setdefaultBesideSetdefault() {
        assertEquals(
                List.of("atomic-update dict['all']"),
                pair(FakeProgram.DICT, "dict", UPDATE_INSERT, program.name("all"), UPDATE_KEEP, program.name("all")));
    }

    @Test
    void theSameNewKeyTwiceIsTwoStores() {
        assertEquals(
                List.of("unordered-write-write dict['k']"),
                pair(FakeProgram.DICT, "dict", INSERT, program.name("k"), INSERT, program.name("k")));
    }

    @Test
    void appendBesidePopBesideAppend() {
        int append = Statements.of(program, "unrelated_statements").read();
        int pop = Statements.of(program, "split_increment").write();
        int list = program.object(FakeProgram.LIST, "list", "");
        program.access(main, APPEND, list, FakeProgram.index(0), append);
        program.access(worker, APPEND, list, FakeProgram.index(1), append);
        program.access(worker, POP_END, list, FakeProgram.index(1), pop);
        program.shape(main, POP_EMPTY, list, pop);
        assertEquals(
                List.of(
                        "atomic-update list (shape) append append",
                        "atomic-update list (shape) append pop",
                        "atomic-update list (shape) pop pop-empty"),
                found().stream().sorted().toList());
    }

    @Test
    void twoStores() {
        assertEquals(
                List.of("unordered-write-write bytearray[0]"),
                pair(10, "bytearray", WRITE, FakeProgram.index(0), WRITE, FakeProgram.index(0)));
    }
}
