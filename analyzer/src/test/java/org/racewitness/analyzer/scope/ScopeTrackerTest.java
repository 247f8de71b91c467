package org.racewitness.analyzer.scope;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.racewitness.analyzer.engine.Engine;
import org.racewitness.analyzer.engine.Engines;
import org.racewitness.analyzer.engine.RaceSink;
import org.racewitness.analyzer.engine.RacingAccess;
import org.racewitness.analyzer.trace.Accounting;
import org.racewitness.analyzer.trace.SessionModel;
import org.racewitness.analyzer.trace.SessionTrace;
import org.racewitness.analyzer.wire.OperationCode;
import org.racewitness.analyzer.wire.RecordDescriptor;
import org.racewitness.analyzer.wire.SyncKind;

/** Programs written event by event: thread 0 runs the tests. */
class ScopeTrackerTest {
    private static final long QUEUE = 900;
    private static final long ITEM = 7;

    /** Each race as the tests of its earlier and later side, or the reason for which one of them is benign. */
    private final List<String> races = new ArrayList<>();

    private final SessionModel model = new SessionTrace(new Accounting()).model();
    private final Engine engine = Engines.create(Engines.HB, model, new Told());
    private final ScopeTracker tracker = new ScopeTracker(engine, model);

    private final class Told implements RaceSink {
        @Override
        public void race(long object, long key, long count, RacingAccess earlier, RacingAccess later) {
            int benign = Math.max(
                    tracker.benignReason(earlier.thread(), earlier.moment()),
                    tracker.benignReason(later.thread(), later.moment()));
            races.add(benign != 0 ? "benign " + tracker.text(benign) : test(earlier) + "|" + test(later));
        }

        private String test(RacingAccess access) {
            return tracker.text(tracker.test(access.thread(), access.moment()));
        }

        @Override
        public void readThenWrite(int readStack, int writeStack) {}
    }

    private void begin(int thread, String test) {
        tracker.note(thread, RecordDescriptor.NOTE_TEST_BEGINS, test);
    }

    private void end(int thread) {
        tracker.note(thread, RecordDescriptor.NOTE_TEST_ENDS, "");
    }

    private void fork(int thread, int child) {
        tracker.sync(thread, SyncKind.FORK, 0, child, 0);
        tracker.sync(child, SyncKind.BEGIN, 0, thread, 0);
    }

    private void write(int thread, long object) {
        tracker.access(thread, OperationCode.WRITE, object, 1, 1, 0);
    }

    private void read(int thread, long object) {
        tracker.access(thread, OperationCode.READ, object, 1, 1, 0);
    }

    @Test
    void threadsWorkForTheTestThatStartedThemAlsoWhenItIsOver() {
        begin(0, "leaks");
        fork(0, 1);
        fork(0, 2);
        end(0);
        begin(0, "innocent");
        write(1, 5);
        write(2, 5);
        end(0);
        assertEquals(List.of("leaks|leaks"), races);
    }

    @Test
    void theEarlierSideKeepsTheTestOfItsOwnTime() {
        fork(0, 1);
        begin(0, "first");
        write(1, 5);
        end(0);
        begin(0, "second");
        write(0, 5);
        end(0);
        assertEquals(List.of("first|second"), races);
    }

    @Test
    void outsideTestsThereIsNone() {
        fork(0, 1);
        write(1, 5);
        begin(0, "first");
        end(0);
        write(0, 5);
        assertEquals(List.of("|"), races);
    }

    @Test
    void poolThreadsWorkForTheTestOfTheirTask() {
        begin(0, "makes the pool");
        fork(0, 1);
        end(0);
        begin(0, "uses it");
        tracker.sync(0, SyncKind.POST, QUEUE, ITEM, 0);
        tracker.sync(1, SyncKind.TAKE, QUEUE, ITEM, 0);
        write(0, 5);
        write(1, 5);
        end(0);
        assertEquals(List.of("uses it|uses it"), races);
    }

    @Test
    void theThreadThatRunsATestDoesNotChangeSidesByTakingAResult() {
        begin(0, "leaks");
        fork(0, 1);
        end(0);
        begin(0, "second");
        tracker.sync(1, SyncKind.POST, QUEUE, ITEM, 0);
        tracker.sync(0, SyncKind.TAKE, QUEUE, ITEM, 0);
        write(0, 5);
        write(1, 5);
        assertEquals(List.of("second|leaks"), races);
    }

    @Test
    void benignBlocksNestAndOneSideIsEnough() {
        fork(0, 1);
        tracker.note(1, RecordDescriptor.NOTE_BENIGN_BEGINS, "outer");
        tracker.note(1, RecordDescriptor.NOTE_BENIGN_BEGINS, "inner");
        write(1, 5);
        tracker.note(1, RecordDescriptor.NOTE_BENIGN_ENDS, "");
        write(1, 6);
        tracker.note(1, RecordDescriptor.NOTE_BENIGN_ENDS, "");
        write(1, 7);
        tracker.note(1, RecordDescriptor.NOTE_BENIGN_ENDS, "");
        write(0, 5);
        write(0, 6);
        write(0, 7);
        assertEquals(List.of("benign outer", "benign outer", "|"), races);
    }

    @Test
    void testsInWhichNoTwoThreadsMetAreTold() {
        begin(0, "alone");
        write(0, 5);
        write(0, 5);
        end(0);
        begin(0, "apart");
        fork(0, 1);
        write(0, 5);
        write(1, 6);
        end(0);
        begin(0, "together");
        fork(0, 2);
        read(0, 7);
        read(2, 7);
        end(0);
        assertEquals(
                "{alone=false, apart=false, together=true}", tracker.tests().toString());
    }
}
