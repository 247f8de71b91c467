package org.racewitness.analyzer.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.racewitness.analyzer.wire.OperationCode;
import org.racewitness.analyzer.wire.RecordWriter;
import org.racewitness.analyzer.wire.SyncKind;

class SequencerTest {
    private final TraceFixture session = new TraceFixture();

    private static RecordWriter at(long time) {
        return new RecordWriter().time(time);
    }

    private static RecordWriter read(RecordWriter w, long object, int delta) {
        return w.access(OperationCode.READ, 0, object, delta, 1);
    }

    private static RecordWriter write(RecordWriter w, long object, int delta) {
        return w.access(OperationCode.WRITE, 0, object, delta, 1);
    }

    @Test
    void writesLeaveByTheirOwnTime() {
        session.send(1, write(write(at(10), 1, 0), 2, 20));
        session.send(2, write(write(at(20), 3, 0), 4, 20));
        session.finish();
        assertEquals(List.of("t0 WRITE 1/1", "t1 WRITE 3/1", "t0 WRITE 2/1", "t1 WRITE 4/1"), session.recorded.lines());
    }

    @Test
    void aReadLeavesWhenTheNextEventOfItsThreadBegins() {
        session.send(1, write(read(at(10), 1, 0), 9, 20));
        session.send(2, write(write(at(20), 1, 0), 8, 20));
        session.finish();
        assertEquals(List.of("t1 WRITE 1/1", "t0 READ 1/1", "t0 WRITE 9/1", "t1 WRITE 8/1"), session.recorded.lines());
    }

    @Test
    void atTheSameTimeTheWriteComesFirst() {
        session.send(1, write(read(at(10), 1, 0), 9, 20));
        session.send(2, write(at(30), 1, 0));
        session.finish();
        assertEquals(List.of("t1 WRITE 1/1", "t0 READ 1/1", "t0 WRITE 9/1"), session.recorded.lines());
    }

    @Test
    void stampsDecideWhereTheClockContradicts() {
        session.send(1, write(at(10), 1, 0).sync(SyncKind.RELEASE, 0, 5, 20, 1, 0));
        session.send(2, write(at(20).sync(SyncKind.ACQUIRE, 0, 5, 0, 2, 0), 1, 50));
        session.finish();
        assertEquals(List.of("t0 WRITE 1/1", "t0 RELEASE 5", "t1 ACQUIRE 5", "t1 WRITE 1/1"), session.recorded.lines());
    }

    @Test
    void aThreadThatWaitsForItsStampHoldsNobodyElseUp() {
        session.send(1, write(at(40), 1, 0).sync(SyncKind.RELEASE, 0, 5, 20, 1, 0));
        session.send(2, at(20).sync(SyncKind.ACQUIRE, 0, 5, 0, 2, 0));
        session.send(3, write(write(at(30), 7, 0), 8, 100));
        session.finish();
        assertEquals(
                List.of("t2 WRITE 7/1", "t0 WRITE 1/1", "t0 RELEASE 5", "t1 ACQUIRE 5", "t2 WRITE 8/1"),
                session.recorded.lines());
    }

    @Test
    void nothingBehindTheWatermarkLeaves() {
        session.send(1, write(write(at(10), 1, 0), 2, 10));
        assertEquals(List.of(), session.recorded.lines());
        session.trace.mark(19);
        assertEquals(List.of("t0 WRITE 1/1"), session.recorded.lines());
        assertEquals(1, session.counters().waiting());
        session.trace.mark(20);
        assertEquals(List.of("t0 WRITE 1/1", "t0 WRITE 2/1"), session.recorded.lines());
        assertEquals(0, session.counters().waiting());
    }

    @Test
    void aReadWithoutASuccessorWaitsForOne() {
        session.send(1, read(at(10), 1, 0));
        session.trace.mark(1000);
        assertEquals(List.of(), session.recorded.lines());
        session.send(1, write(new RecordWriter(), 2, 1500));
        session.trace.mark(1509);
        assertEquals(List.of(), session.recorded.lines());
        session.trace.mark(1510);
        assertEquals(List.of("t0 READ 1/1", "t0 WRITE 2/1"), session.recorded.lines());
    }

    @Test
    void theEndOfAnObjectComesAfterEveryReadOfIt() {
        session.send(1, write(read(at(10), 1, 0), 2, 1000));
        session.send(2, write(read(at(11), 3, 0), 4, 1000));
        session.send(3, at(20).dead(1, 0));
        session.finish();
        assertEquals(
                List.of("t0 READ 1/1", "t2 DEAD 1", "t0 WRITE 2/1", "t1 READ 3/1", "t1 WRITE 4/1"),
                session.recorded.lines());
    }

    @Test
    void lastUseWaitsForReadsToo() {
        session.send(1, read(at(10), 1, 0));
        session.send(2, at(20).sync(SyncKind.LAST_USE, 0, 1, 0, 1, 0));
        session.trace.mark(30);
        assertEquals(List.of("t0 READ 1/1", "t1 LAST_USE 1"), session.recorded.lines());
    }

    @Test
    void aMissingStampHoldsUntilTheEndAndThenOrdersEverything() {
        session.send(1, at(10).sync(SyncKind.RELEASE, 0, 5, 0, 1, 0));
        session.send(2, write(at(20).sync(SyncKind.ACQUIRE, 0, 5, 0, 3, 0), 1, 10));
        session.trace.mark(1000);
        assertEquals(List.of("t0 RELEASE 5"), session.recorded.lines());
        SessionCounters counters = session.finish();
        long barrier = Sequencer.BARRIER_OBJECT;
        assertEquals(
                List.of(
                        "t0 RELEASE 5",
                        "t0 SIGNAL " + barrier,
                        "t1 SIGNAL " + barrier,
                        "t0 OBSERVE " + barrier,
                        "t1 OBSERVE " + barrier,
                        "t1 ACQUIRE 5",
                        "t1 WRITE 1/1"),
                session.recorded.lines());
        assertEquals(
                List.of("1 synchronisation event(s) missing; what lies before and after them counts as ordered"),
                counters.notes());
    }

    @Test
    void stampsOutOfOrderInOneThreadAreStillDelivered() {
        session.send(
                1,
                at(10).sync(SyncKind.RELEASE, 0, 5, 0, 7, 0)
                        .sync(SyncKind.RELEASE, 0, 6, 1, 2, 0)
                        .sync(SyncKind.RELEASE, 0, 7, 1, 2, 0));
        session.send(2, at(5).sync(SyncKind.ACQUIRE, 0, 8, 0, 3, 0).sync(SyncKind.ACQUIRE, 0, 9, 0, 20, 0));
        SessionCounters counters = session.finish();
        assertEquals(0, counters.waiting());
        assertEquals(
                List.of("t1 ACQUIRE 8", "t0 RELEASE 5", "t0 RELEASE 6", "t0 RELEASE 7", "t1 ACQUIRE 9"),
                session.recorded.lines().stream()
                        .filter(line -> !line.endsWith(" " + Sequencer.BARRIER_OBJECT))
                        .toList());
        assertTrue(counters.notes().contains("2 synchronisation event(s) out of order"), counters.notes()::toString);
    }

    @Test
    void whatIsToldLateComesAtTheTimeAtWhichItIsTold() {
        session.send(1, write(at(10).step(0), 1, 5).accessLate(OperationCode.READ, 0, 2, 100, 7, 1, 256 - 3));
        session.send(2, write(at(50), 3, 0).accessLate(OperationCode.WRITE, 0, 4, 0, 8, 2 | 5L << 32, -1));
        session.finish();
        assertEquals(
                List.of("t0 STEP 0", "t0 WRITE 1/1", "t1 WRITE 3/1", "t1 WRITE -1 4/8 and 1 by 5", "t0 READ 253 2/7"),
                session.recorded.lines());
    }

    /** Another thread writes it, while this one may still be on its way from telling a read to making it. */
    @Test
    void whatIsToldLateSaysNothingOfWhenAReadWasMade() {
        RecordWriter reader = read(at(10), 1, 0).accessLate(OperationCode.WRITE, 0, 2, 10, 7, 1, 256 - 9);
        session.send(1, write(reader.accessLate(OperationCode.WRITE, 0, 3, 5, 7, 1, 256 - 8), 9, 75));
        session.send(2, write(at(50), 1, 0));
        session.finish();
        assertEquals(
                List.of("t0 WRITE -9 2/7", "t0 WRITE -8 3/7", "t1 WRITE 1/1", "t0 READ 1/1", "t0 WRITE 9/1"),
                session.recorded.lines());
    }

    @Test
    void whatIsToldLateDoesNotWaitForARead() {
        session.send(1, read(at(10), 1, 0));
        session.trace.mark(15);
        session.send(1, new RecordWriter().accessLate(OperationCode.WRITE, 0, 2, 10, 7, 1, 256 - 9));
        session.trace.mark(25);
        assertEquals(List.of("t0 WRITE -9 2/7"), session.recorded.lines());
        SessionCounters counters = session.finish();
        assertEquals(List.of("t0 WRITE -9 2/7", "t0 READ 1/1"), session.recorded.lines());
        assertEquals(0, counters.check().waiting());
    }

    @Test
    void whatWasDoneBeforeAGapCountsAsDoneJustBeforeIt() {
        session.send(1, write(at(10), 1, 0).sync(SyncKind.RELEASE, 0, 5, 20, 2, 0));
        session.send(1, write(new RecordWriter(), 1, 5).accessLate(OperationCode.READ, 0, 2, 1, 7, 1, 5 * 256 - 3));
        session.finish();
        assertEquals(
                List.of("t0 WRITE 1/1", "t0 RELEASE 5", "t0 WRITE 1/1", "t0 READ 1024 2/7"),
                session.recorded.lines().stream()
                        .filter(line -> !line.endsWith(" " + Sequencer.BARRIER_OBJECT))
                        .toList());
    }

    @Test
    void noMomentIsBehindTheNextEvent() {
        session.send(1, write(at(10), 1, 0).accessLate(OperationCode.READ, 0, 2, 1, 7, 1, -256));
        SessionCounters counters = session.finish();
        assertEquals(List.of("t0 WRITE 1/1"), session.recorded.lines());
        assertEquals(1, counters.malformed());
    }

    @Test
    void threadsAreNamedByDenseNumbers() {
        session.send(70, at(10).sync(SyncKind.FORK, 0, 0, 0, 1, 90).sync(SyncKind.JOIN, 0, 0, 100, 4, 90));
        session.send(90, at(20).sync(SyncKind.BEGIN, 0, 0, 0, 2, 70).sync(SyncKind.END, 0, 0, 5, 3, 0));
        session.send(91, at(200).sync(SyncKind.JOIN, 0, 0, 0, 5, 12345));
        SessionCounters counters = session.finish();
        assertEquals(
                List.of(1L, 0L, 0L, 1L, -1L),
                session.recorded.events.stream()
                        .map(RecordedEvents.Event::keyOrToken)
                        .toList());
        assertEquals(0, session.trace.model().thread(1).parent());
        assertTrue(
                counters.notes().contains("1 synchronisation event(s) name a thread that is not in the trace"),
                counters.notes()::toString);
    }

    @Test
    void theMemoryBoundIsKeptAtTheCostOfTheOrder() {
        TraceFixture small = new TraceFixture(30);
        RecordWriter many = at(10);
        for (int i = 1; i <= 20; i++) {
            write(many, i, 1);
        }
        small.send(1, many);
        assertTrue(
                small.counters().waiting() <= 5,
                () -> "waiting " + small.counters().waiting());
        assertEquals("t0 WRITE 1/1", small.recorded.lines().get(0));
        SessionCounters counters = small.finish();
        assertEquals(20, small.recorded.events.size());
        assertTrue(counters.notes().get(0).contains("to stay within the memory bound"), counters.notes()::toString);
    }
}
