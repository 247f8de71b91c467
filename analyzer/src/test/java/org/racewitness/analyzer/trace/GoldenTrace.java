package org.racewitness.analyzer.trace;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.racewitness.analyzer.wire.FrameDescriptor;
import org.racewitness.analyzer.wire.FrameWriter;
import org.racewitness.analyzer.wire.Hello;
import org.racewitness.analyzer.wire.LocationKey;
import org.racewitness.analyzer.wire.OperationCode;
import org.racewitness.analyzer.wire.Pairs;
import org.racewitness.analyzer.wire.RecordDescriptor;
import org.racewitness.analyzer.wire.RecordWriter;
import org.racewitness.analyzer.wire.SyncKind;
import org.racewitness.analyzer.wire.TraceFile;

/**
 * The trace of {@code docs/golden/trace.bin}: every type of frame and every tag of record once at least. Two threads run
 * {@code self.n += 1} on one object without a lock; the process forks; the bytecode is CPython 3.13.5's own.
 */
public final class GoldenTrace {
    public static final long SESSION = 0x00C0FFEE00000001L;
    public static final long CHILD_SESSION = 0x00C0FFEE00000002L;

    static final long KEY_N = LocationKey.key(LocationKey.KIND_NAME, 0x123456789ABCDEL);

    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] BUMP_BYTECODE = HEX.parseHex(
            "950055003d01520000000000000000000000000000000000000053012d0d000073026c0000000000000000006700");
    private static final byte[] BUMP_LINES = HEX.parseHex("8000d8080c8f068a069021890b8e06");
    private static final byte[] MODULE_BYTECODE = HEX.parseHex(
            "9500530053014b0072001800220053021a005303350200000000000072015c012200350000000000000072026701");
    private static final byte[] MODULE_LINES = HEX.parseHex("f003010101db0010f706050114f100050114f110000b128b298107");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private GoldenTrace() {}

    public static byte[] bytes() {
        return new GoldenTrace().build();
    }

    private byte[] build() {
        put(TraceFile.header());
        parent();
        child();
        return out.toByteArray();
    }

    private void parent() {
        FrameWriter frames = new FrameWriter(SESSION);
        put(frames.hello(hello(SESSION, 4711, 4710, 0)));
        ByteBuffer main = mainThread();
        put(frames.records(1, 0, 2000, mainCount, main));
        ByteBuffer worker = workerThread();
        put(frames.records(2, 0, 2000, workerCount, worker));
        put(frames.mark(1500));
        ByteBuffer rest = mainThreadRest();
        put(frames.records(1, main.limit(), 3000, restCount, rest));
        put(frames.processFrame(200, 3000, new byte[] {1, 2, 3}));
        put(frames.processFrame(
                FrameDescriptor.TYPE_END, 3100, Pairs.encode(end(mainCount + workerCount + restCount))));
        put(frames.processFrame(FrameDescriptor.TYPE_STATUS, 3200, Pairs.encode(status())));
    }

    private int mainCount;
    private int workerCount;
    private int restCount;

    private ByteBuffer mainThread() {
        RecordWriter w = new RecordWriter();
        w.thread(0x7F0000001000L, 4711, RecordDescriptor.THREAD_MAIN, "MainThread");
        w.string(1, "counter.py").string(2, "<module>").string(3, "Counter.bump");
        w.string(4, "counter").string(5, "na\u00efve \ud83d\udc0d \\udc80");
        code(w, 1, 1, 2, MODULE_BYTECODE, MODULE_LINES, 0);
        w.stack(1, 0, 1, 18);
        w.type(1, "counter.Counter").type(2, "module").type(3, "_thread.lock").type(4, "list");
        w.object(1, 1, 1, 1, 0).object(2, 4, 2, 0, 4).object(3, 12, 3, 1, 0).object(4, 6, 4, 1, 0);
        w.key(LocationKey.key(LocationKey.KIND_NAME, 77), "counter");
        w.key(LocationKey.key(LocationKey.KIND_VALUE, 78), "(1, 'a')");
        w.note(RecordDescriptor.NOTE_MESSAGE, "hello from the agent");
        w.time(1000);
        w.access(OperationCode.WRITE, 1, 2, 10, LocationKey.key(LocationKey.KIND_NAME, 77));
        w.sync(SyncKind.FORK, 1, 0, 20, 1, 2);
        code(w, 2, 8, 3, BUMP_BYTECODE, BUMP_LINES, 1);
        w.stack(2, 1, 2, 6).stack(3, 1, 2, 34);
        w.key(KEY_N, "n");
        w.access(OperationCode.READ, 2, 1, 30, KEY_N);
        w.access(OperationCode.WRITE, 3, 1, 10, KEY_N);
        w.sync(SyncKind.ACQUIRE, 1, 3, 5, 3, 0).sync(SyncKind.RELEASE, 1, 3, 5, 4, 0);
        w.accessRange(OperationCode.WRITE, 1, 4, 1, LocationKey.key(LocationKey.KIND_INDEX, 0), 3);
        w.sync(SyncKind.POST, 1, 4, 1, 5, 1).sync(SyncKind.DROP, 1, 4, 1, 6, 1);
        w.sync(SyncKind.SIGNAL, 0, 3, 1, 7, 9).sync(SyncKind.POST, 0, 4, 1, 8, 1);
        mainCount = w.count();
        return w.take();
    }

    private ByteBuffer workerThread() {
        RecordWriter w = new RecordWriter();
        w.thread(0x7F0000002000L, 4712, RecordDescriptor.THREAD_DAEMON, "Thread-1 (bump)");
        w.time(1040);
        w.sync(SyncKind.BEGIN, 0, 0, 0, 2, 1);
        w.stack(1, 0, 1, 18).stack(2, 1, 2, 6).stack(3, 1, 2, 34);
        w.access(OperationCode.READ, 2, 1, 40, KEY_N);
        w.access(OperationCode.WRITE, 3, 1, 10, KEY_N);
        w.sync(SyncKind.TAKE, 0, 4, 300, 9, 1).sync(SyncKind.OBSERVE, 0, 3, 1, 10, 9);
        for (int op = 1; op <= OperationCode.LAST; op++) {
            boolean atKey = OperationCode.atKey(op) != 0;
            w.access(op, 1, 4, 1, atKey ? LocationKey.key(LocationKey.KIND_INDEX, op) : LocationKey.SHAPE);
        }
        w.sync(SyncKind.END, 0, 0, 1, 11, 0);
        workerCount = w.count();
        return w.take();
    }

    private ByteBuffer mainThreadRest() {
        RecordWriter w = new RecordWriter();
        w.time(1600);
        w.sync(SyncKind.JOIN, 1, 0, 0, 12, 2);
        w.access(OperationCode.READ, 2, 1, 10, KEY_N);
        w.step(5).accessLate(OperationCode.WRITE, 2, 4, 1, LocationKey.key(LocationKey.KIND_INDEX, 2), 1, 255);
        w.accessLate(OperationCode.READ, 2, 4, 1, LocationKey.key(LocationKey.KIND_INDEX, 0), 3 | 2L << 32, -7);
        w.sync(SyncKind.LAST_USE, 0, 1, 10, 13, 0).dead(1, 10);
        w.record(0x7E, 1, 2, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9});
        w.counter("accesses.seen", 123456);
        w.sync(SyncKind.END, 0, 0, 5, 14, 0);
        restCount = w.count();
        return w.take();
    }

    private void child() {
        FrameWriter frames = new FrameWriter(CHILD_SESSION);
        put(frames.hello(hello(CHILD_SESSION, 4713, 4711, SESSION)));
        RecordWriter w = new RecordWriter();
        w.thread(0x7F0000001000L, 4713, RecordDescriptor.THREAD_MAIN, "MainThread");
        w.time(5000).stack(1, 0, 2, 34);
        w.access(OperationCode.WRITE, 1, 1, 0, KEY_N);
        w.sync(SyncKind.END, 0, 0, 1, 1, 0);
        int count = w.count();
        put(frames.records(1, 0, 5100, count, w.take()));
        put(frames.mark(5100));
        put(frames.processFrame(FrameDescriptor.TYPE_END, 5200, Pairs.encode(end(count))));
    }

    private static void code(
            RecordWriter w, int number, int line, int name, byte[] bytecode, byte[] lines, int locals) {
        w.code(number, line, RecordDescriptor.CODE_APPLICATION, 1, name, bytecode.length, lines.length, 0, locals);
        w.codeBytes(RecordDescriptor.PART_BYTECODE, number, 0, bytecode);
        w.codeBytes(RecordDescriptor.PART_LINE_TABLE, number, 0, lines);
    }

    private static Hello hello(long session, int pid, int parentPid, long parentSession) {
        byte[] token = new byte[Hello.TOKEN_BYTES];
        for (int i = 0; i < token.length; i++) {
            token[i] = (byte) i;
        }
        Map<String, String> pairs = new LinkedHashMap<>();
        pairs.put("python", "3.13.5");
        pairs.put("implementation", "cpython");
        pairs.put("executable", "/usr/bin/python3.13t");
        pairs.put("argv", "[\"counter.py\"]");
        pairs.put("cwd", "/tmp");
        pairs.put("freeThreaded", "1");
        pairs.put("gilEnabled", "0");
        pairs.put("agent", "0.1.0");
        pairs.put("filter", "on");
        pairs.put("buffer", String.format("%016x.rwb", session));
        return new Hello(
                1,
                session,
                pid,
                parentPid,
                1_000_000_000L,
                900,
                1_767_225_600_000_000_000L,
                parentSession,
                token,
                pairs);
    }

    private static Map<String, String> end(int records) {
        Map<String, String> pairs = new LinkedHashMap<>();
        pairs.put("reason", "exit");
        pairs.put("records", Integer.toString(records));
        pairs.put("lost", "0");
        pairs.put("gilEnabled", "0");
        pairs.put("threads", "2");
        return pairs;
    }

    private static Map<String, String> status() {
        Map<String, String> pairs = new LinkedHashMap<>();
        pairs.put("endedBy", "exit");
        pairs.put("exitStatus", "0");
        pairs.put("recovered", "0");
        pairs.put("lost", "0");
        return pairs;
    }

    private void put(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        out.writeBytes(copy);
    }
}
