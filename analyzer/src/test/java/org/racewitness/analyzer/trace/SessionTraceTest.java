package org.racewitness.analyzer.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.racewitness.analyzer.wire.LocationKey;
import org.racewitness.analyzer.wire.OperationCode;
import org.racewitness.analyzer.wire.RecordDescriptor;
import org.racewitness.analyzer.wire.RecordWriter;
import org.racewitness.analyzer.wire.SyncKind;

class SessionTraceTest {
    private final TraceFixture session = new TraceFixture();

    private static RecordWriter writes(long first, int count) {
        RecordWriter w = new RecordWriter();
        for (int i = 0; i < count; i++) {
            w.access(OperationCode.WRITE, 0, first + i, 1, 1);
        }
        return w;
    }

    private List<String> accesses() {
        return session.recorded.lines().stream()
                .filter(line -> !line.contains(" " + Sequencer.BARRIER_OBJECT))
                .toList();
    }

    @Test
    void aSecondCopyIsDropped() {
        session.send(1, 0, writes(1, 2)).send(1, 0, writes(1, 2)).send(1, 24, writes(2, 2));
        SessionCounters counters = session.finish();
        assertEquals(List.of("t0 WRITE 1/1", "t0 WRITE 2/1", "t0 WRITE 3/1"), accesses());
        assertEquals(6, counters.received());
        assertEquals(3, counters.analysed());
        assertEquals(3, counters.dropped());
        assertEquals(0, counters.lost());
        assertEquals(72, session.trace.received(1));
    }

    @Test
    void anOverlapThatCutsARecordIsMalformed() {
        session.send(1, 0, writes(1, 1)).send(1, 8, writes(1, 2));
        SessionCounters counters = session.finish();
        assertEquals(3, counters.received());
        assertEquals(2, counters.malformed());
    }

    @Test
    void aGapIsLossAndOrdersEverything() {
        session.send(1, 0, writes(1, 2)).send(2, 0, writes(10, 1));
        session.send(1, 48 + 240, writes(90, 2).time(50).access(OperationCode.WRITE, 0, 3, 1, 1));
        SessionCounters counters = session.finish();
        assertEquals(List.of("t0 WRITE 1/1", "t1 WRITE 10/1", "t0 WRITE 2/1", "t0 WRITE 3/1"), accesses());
        assertEquals(11, counters.lost());
        assertEquals(7, counters.received());
        assertEquals(2, counters.dropped());
        assertEquals(
                List.of(
                        "1 gap(s) in the threads' record streams, 240 bytes missing",
                        "2 event(s) behind a gap were dropped, up to the next one whose time is known"),
                counters.notes());
        List<String> all = session.recorded.lines();
        int before = all.indexOf("t0 WRITE 2/1");
        int after = all.indexOf("t0 WRITE 3/1");
        long signals = all.subList(before, after).stream()
                .filter(line -> line.contains("SIGNAL"))
                .count();
        assertEquals(4, signals, "before the gap and behind it, by both threads");
    }

    @Test
    void whatTheAgentCountedDecidesWhatIsLost() {
        session.send(1, 24, writes(1, 2));
        session.trace.finish();
        assertEquals(5, session.accounting.snapshot(7, 0, 0).lost());
        assertEquals(8, session.accounting.snapshot(7, 3, 0).lost());
        assertEquals(9, session.accounting.snapshot(7, 3, 9).lost());
    }

    @Test
    void anUnknownTagIsSkippedByItsLength() {
        RecordWriter w = writes(1, 1).record(0x7F, 3, 9, new byte[100]);
        session.send(1, w.access(OperationCode.WRITE, 0, 2, 1, 1));
        SessionCounters counters = session.finish();
        assertEquals(List.of("t0 WRITE 1/1", "t0 WRITE 2/1"), accesses());
        assertEquals(1, counters.dropped());
        assertEquals(List.of("1 record(s) of unknown kinds were dropped"), counters.notes());
    }

    @Test
    void aLongerRecordIsRead() {
        long event = RecordDescriptor.event(4, 0);
        RecordWriter w =
                new RecordWriter().record(RecordDescriptor.TAG_ACCESS, OperationCode.WRITE, 0, new byte[16], event, 9);
        session.send(1, w.access(OperationCode.WRITE, 0, 5, 1, 1));
        session.finish();
        assertEquals(List.of("t0 WRITE 4/9", "t0 WRITE 5/1"), accesses());
    }

    @Test
    void keysAtADistanceAreOneAccess() {
        session.send(1, writes(1, 1).accessRange(OperationCode.WRITE, 0, 5, 0, index(4), 3 | 10L << 32));
        session.finish();
        assertEquals(List.of("t0 WRITE 1/1", "t0 WRITE 5/4 and 2 by 10"), accesses());
    }

    /** What a receiver keeps of one access is bounded by the keys that it spreads over. */
    @Test
    void keysThatSpreadFarAreSeveralAccesses() {
        session.send(1, writes(1, 1).accessRange(OperationCode.WRITE, 0, 5, 0, index(0), 10_000 | 1000L << 32));
        session.finish();
        assertEquals(
                List.of("t0 WRITE 1/1", "t0 WRITE 5/0 and 8191 by 1000", "t0 WRITE 5/8192000 and 1807 by 1000"),
                accesses());
    }

    private static long index(long key) {
        return LocationKey.key(LocationKey.KIND_INDEX, key);
    }

    @Test
    void malformedRecordsAreToldWithTheirPlace() {
        session.send(
                1,
                writes(1, 1)
                        .access(99, 0, 1, 0, 1)
                        .access(OperationCode.READ, 0, 0, 0, 1)
                        .sync(SyncKind.ACQUIRE, 0, 5, 0, 0, 0)
                        .accessRange(OperationCode.READ, 0, 5, 0, LocationKey.key(LocationKey.KIND_INDEX, 0), -1)
                        .dead(0, 0)
                        .record(RecordDescriptor.TAG_SYNC, SyncKind.ACQUIRE, 0, new byte[0], 1)
                        .record(RecordDescriptor.TAG_STRING, 0, 1, new byte[8], 9)
                        .stack(0, 0, 0, 0)
                        .access(OperationCode.WRITE, 0, 2, 1, 1));
        SessionCounters counters = session.finish();
        assertEquals(List.of("t0 WRITE 1/1", "t0 WRITE 2/1"), accesses());
        assertEquals(8, counters.malformed());
        assertEquals(
                List.of(
                        "thread 1, stream byte 24: malformed ACCESS: operation 99, object 1",
                        "thread 1, stream byte 48: malformed ACCESS: operation 1, object 0",
                        "thread 1, stream byte 72: malformed SYNC: kind 1, stamp 0",
                        "thread 1, stream byte 104: malformed ACCESS_RANGE: 4294967295 keys from [0], stride 4294967295",
                        "thread 1, stream byte 136: malformed DEAD: object 0",
                        "thread 1, stream byte 152: malformed SYNC: 2 words, at least 4",
                        "thread 1, stream byte 168: malformed STRING: length of 9 bytes does not fit into the record or"
                                + " exceeds the bound",
                        "thread 1, stream byte 192: malformed STACK: number 0, byte offset 0"),
                counters.notes());
    }

    @Test
    void aRecordWithoutEndCostsTheRestOfItsPayload() {
        ByteBuffer records = writes(1, 3).take();
        records.putLong(24, RecordDescriptor.header(RecordDescriptor.TAG_ACCESS, OperationCode.WRITE, 0, 0));
        session.trace.records(1, 0, 3, records);
        session.send(1, 72, new RecordWriter().time(9).access(OperationCode.WRITE, 0, 9, 1, 1));
        SessionCounters counters = session.finish();
        assertEquals(List.of("t0 WRITE 1/1", "t0 WRITE 9/1"), accesses());
        assertEquals(5, counters.received());
        assertEquals(2, counters.malformed());
        assertEquals(0, counters.lost());
        assertTrue(counters.notes().get(0).startsWith("thread 1, stream byte 24: a record of 0 words"));
    }

    @Test
    void aPayloadThatEndsInARecordIsTold() {
        ByteBuffer records = writes(1, 2).take();
        session.trace.records(1, 0, 2, records.slice(0, 40));
        SessionCounters counters = session.finish();
        assertEquals(List.of("t0 WRITE 1/1"), accesses());
        assertEquals(
                List.of("thread 1, stream byte 24: Truncated: length 24 > bytes available 16 reading a record; 1"
                        + " record(s) were skipped"),
                counters.notes());
    }

    @Test
    void stacksOfThreadsAreInternedSessionWide() {
        session.send(1, new RecordWriter().stack(1, 0, 7, 4).stack(2, 1, 8, 6).access(2, 2, 1, 1, 1));
        session.send(2, new RecordWriter().stack(9, 0, 7, 4).stack(5, 9, 8, 6).access(2, 5, 1, 1, 1));
        session.send(3, new RecordWriter().access(2, 5, 1, 1, 1));
        SessionCounters counters = session.finish();
        SessionModel model = session.trace.model();
        List<Integer> stacks = session.recorded.events.stream()
                .map(RecordedEvents.Event::stack)
                .toList();
        assertEquals(List.of(2, 2, 0), stacks);
        assertEquals(8, model.stackCode(2));
        assertEquals(6, model.stackOffset(2));
        assertEquals(1, model.stackParent(2));
        assertEquals(0, model.stackParent(1));
        assertEquals(List.of("1 event(s) refer to a stack that is not in the trace"), counters.notes());
    }

    @Test
    void definitionsMayComeLateAndInParts() {
        session.send(
                1,
                new RecordWriter()
                        .codeBytes(RecordDescriptor.PART_BYTECODE, 3, 0, new byte[] {1, 2})
                        .code(3, 10, RecordDescriptor.CODE_APPLICATION, 1, 2, 4, 0, 0, 5)
                        .codeBytes(RecordDescriptor.PART_BYTECODE, 3, 2, new byte[] {3, 4}));
        SessionModel model = session.trace.model();
        assertEquals("?", model.code(3).file());
        session.send(2, new RecordWriter().string(1, "a.py").string(2, "f"));
        assertEquals("a.py", model.code(3).file());
        assertEquals("f", model.code(3).function());
        assertEquals(4, model.code(3).bytecode().length);
        assertEquals("?", model.code(77).function());
        assertEquals("?", model.objectType(1));
        assertEquals("", model.objectLabel(1));
        session.send(1, new RecordWriter().object(1, 5, 4, 0, 2).type(4, "cell"));
        assertEquals("cell", model.objectType(1));
        assertEquals("f", model.objectLabel(1));
        assertEquals(5, model.objectKind(1));
    }

    @Test
    void bytecodeWithAHoleOrBeyondTheBoundIsMalformed() {
        session.send(
                1,
                new RecordWriter()
                        .codeBytes(RecordDescriptor.PART_BYTECODE, 3, 2, new byte[] {1, 2})
                        .codeBytes(RecordDescriptor.PART_BYTECODE, 3, -1, new byte[] {1, 2})
                        .codeBytes(9, 3, 0, new byte[] {1, 2}));
        assertEquals(3, session.finish().malformed());
    }

    @Test
    void keysReadAsAPersonWouldWriteThem() {
        long name = LocationKey.key(LocationKey.KIND_NAME, 1);
        session.send(
                1, new RecordWriter().key(name, "hits").object(9, 1, 1, 0, 0).type(1, "a.B"));
        SessionModel model = session.trace.model();
        assertEquals("hits", model.keyText(name));
        assertEquals("?", model.keyText(name + 1));
        assertEquals("3", model.keyText(LocationKey.key(LocationKey.KIND_INDEX, 3)));
        assertEquals("-5", model.keyText(LocationKey.key(LocationKey.KIND_INTEGER, -5)));
        assertEquals("<a.B>", model.keyText(LocationKey.key(LocationKey.KIND_OBJECT, 9)));
    }

    @Test
    void aForkedChildInheritsWhatItDoesNotDefine() {
        session.send(1, new RecordWriter().string(1, "parent.py").string(2, "f"));
        TraceFixture child = new TraceFixture();
        child.trace.inheritFrom(session.trace);
        session.trace.inheritFrom(child.trace);
        child.send(1, new RecordWriter().string(1, "child.py").code(1, 1, 0, 1, 2, 0, 0, 0, 0));
        assertEquals("child.py", child.trace.model().code(1).file());
        assertEquals("f", child.trace.model().code(1).function());
        assertEquals("?", session.trace.model().code(1).file());
    }

    @Test
    void threadsHaveNames() {
        session.send(5, new RecordWriter().thread(1, 2, RecordDescriptor.THREAD_MAIN, "MainThread"));
        session.send(
                6,
                new RecordWriter()
                        .thread(1, 2, RecordDescriptor.THREAD_DAEMON, "a")
                        .thread(1, 2, 0, "b"));
        SessionModel model = session.trace.model();
        assertEquals(new TraceThread(5, "MainThread", true, false, -1, 0), model.thread(0));
        assertEquals(new TraceThread(6, "b", false, false, -1, 0), model.thread(1));
        assertEquals(2, model.threadCount());
    }

    @Test
    void recordsOfNoThreadAreMalformed() {
        session.send(0, writes(1, 2));
        session.trace.records(1, -8, 1, writes(1, 1).take());
        assertEquals(3, session.finish().malformed());
    }
}
