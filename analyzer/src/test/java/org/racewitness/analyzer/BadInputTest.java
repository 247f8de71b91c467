package org.racewitness.analyzer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.racewitness.analyzer.trace.SessionCounters;
import org.racewitness.analyzer.wire.FrameWriter;
import org.racewitness.analyzer.wire.OperationCode;
import org.racewitness.analyzer.wire.RecordWriter;
import org.racewitness.analyzer.wire.SyncKind;

/** What no agent sends and a file may still hold: all of it is defined or counted, none of it throws or makes a race. */
class BadInputTest {
    private static final long SESSION = 0xBAD;
    private static final long X = 1;
    private static final long Y = 2;
    private static final long LOCK = 5;

    private final RunAnalysis run = new RunAnalysis(AnalysisOptions.defaults());
    private final SessionAnalysis session = run.open(SESSION);
    private final FrameWriter frames = new FrameWriter(SESSION);
    private final Map<Integer, Long> positions = new HashMap<>();
    private long stamp;

    private static RecordWriter at(long time) {
        return new RecordWriter().time(time);
    }

    private static RecordWriter write(long time, long object) {
        return write(at(time), object);
    }

    private static RecordWriter write(RecordWriter records, long object) {
        return records.access(OperationCode.WRITE, 0, object, 1, 1);
    }

    private RecordWriter sync(long time, int kind, long object, long token) {
        return at(time).sync(kind, 0, object, 1, ++stamp, token);
    }

    private ByteBuffer frame(int uid, RecordWriter records) {
        int count = records.count();
        ByteBuffer bytes = records.take();
        long position = positions.getOrDefault(uid, 0L);
        positions.put(uid, position + bytes.remaining());
        return frames.records(uid, position, 0, count, bytes);
    }

    private void send(int uid, RecordWriter records) {
        session.frame(frame(uid, records));
    }

    /** Thread 1 starts that one. */
    private void fork(long time, int uid) {
        send(1, sync(time, SyncKind.FORK, 0, uid));
        send(uid, sync(time + 1, SyncKind.BEGIN, 0, 1));
    }

    private int races() {
        session.finish("exit", null);
        SessionCounters counters = session.counters().check();
        assertEquals(0, counters.waiting());
        return run.report().races().size();
    }

    private List<String> notes() {
        return run.report().processes().get(0).notes();
    }

    private void assertNoted(String expected) {
        assertTrue(notes().contains(expected), () -> expected + " is not in " + notes());
    }

    @Test
    void aThreadNeverForkedComesAfterWhatOthersHaveDoneAndIsOrderedWithNothingAfterThat() {
        send(1, write(10, X));
        send(2, write(20, X));
        send(2, write(30, Y));
        send(1, write(40, Y));
        assertEquals(1, races());
    }

    @Test
    void aReleaseByAThreadThatDoesNotHoldTheLockPassesOnItsOwnPastAndNotTheHolders() {
        fork(1, 2);
        fork(5, 3);
        send(1, sync(10, SyncKind.ACQUIRE, LOCK, 0));
        send(1, write(20, X));
        send(2, write(30, Y));
        send(2, sync(40, SyncKind.RELEASE, LOCK, 0));
        send(3, sync(50, SyncKind.ACQUIRE, LOCK, 0));
        send(3, write(60, Y));
        send(3, write(70, X));
        assertEquals(1, races());
    }

    @Test
    void aReleaseOfALockThatNobodyEverHeldIsOne() {
        fork(1, 2);
        send(1, write(10, X));
        send(1, sync(20, SyncKind.RELEASE, LOCK, 0));
        send(2, sync(30, SyncKind.ACQUIRE, LOCK, 0));
        send(2, write(40, X));
        assertEquals(0, races());
    }

    @Test
    void aJoinOfAnUnknownThreadOrdersNothingAndIsCounted() {
        fork(1, 2);
        send(2, write(10, X));
        send(1, sync(20, SyncKind.JOIN, 0, 99));
        send(1, write(30, X));
        assertEquals(1, races());
        assertNoted("1 synchronisation event(s) name a thread that is not in the trace");
    }

    @Test
    void aJoinOfAThreadThatGoesOnBringsWhatItHadDoneByThen() {
        fork(1, 2);
        send(2, write(10, X));
        send(1, sync(20, SyncKind.JOIN, 0, 2));
        send(1, write(30, X));
        send(2, write(40, Y));
        send(1, write(50, Y));
        assertEquals(1, races());
    }

    @Test
    void aStampThatComesTwiceOrTooLateIsCountedAndItsEventTold() {
        fork(1, 2);
        send(1, write(10, X));
        send(1, sync(20, SyncKind.RELEASE, LOCK, 0));
        send(2, sync(30, SyncKind.ACQUIRE, LOCK, 0));
        stamp = 1;
        send(1, sync(40, SyncKind.ACQUIRE, 7, 0));
        send(2, write(50, X));
        assertEquals(0, races());
        assertNoted("1 synchronisation event(s) out of order");
    }

    @Test
    void aMissingStampMakesNoRace() {
        fork(1, 2);
        send(1, write(10, X));
        stamp++; // the release that never came
        send(2, sync(30, SyncKind.ACQUIRE, LOCK, 0));
        send(2, write(40, X));
        assertEquals(0, races());
        assertNoted("1 synchronisation event(s) missing; what lies before and after them counts as ordered");
    }

    @Test
    void aFrameThatComesTwiceCountsOnce() {
        fork(1, 2);
        send(1, write(10, X));
        ByteBuffer twice = frame(2, write(20, X));
        session.frame(twice.duplicate());
        long events = session.counters().received();
        session.frame(twice);
        assertEquals(1, races());
        assertEquals(1, run.report().races().get(0).count());
        assertEquals(events + 2, session.counters().received());
        assertNoted("2 record(s) arrived twice; the second ones were dropped");
    }

    @Test
    void aStreamThatEndsInTheMiddleOfARecordEndsWithItsLastWholeOne() {
        fork(1, 2);
        send(1, write(10, X));
        long at = positions.get(2);
        RecordWriter records = write(write(20, X), Y);
        int count = records.count();
        ByteBuffer bytes = records.take();
        session.frame(frames.records(2, at, 0, count, bytes.slice(0, bytes.remaining() - Long.BYTES)));
        assertEquals(1, races());
        assertEquals(1, session.counters().malformed());
        assertNoted("thread 2, stream byte " + (at + 16 + 24)
                + ": Truncated: length 24 > bytes available 16 reading a record; 1 record(s) were skipped");
    }

    @Test
    void aStreamThatEndsInTheMiddleOfAFrameIsToldWithItsBytes() {
        fork(1, 2);
        send(1, write(10, X));
        ByteBuffer frame = frame(2, write(20, X));
        session.frame(frame.slice(0, frame.remaining() - 5));
        assertEquals(0, races());
        assertEquals(2, session.counters().malformed());
        assertNoted("Truncated: length 88 > bytes available 83 reading a frame");
    }
}
