package org.racewitness.collector.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.racewitness.analyzer.wire.FrameDescriptor;
import org.racewitness.analyzer.wire.FrameWriter;
import org.racewitness.analyzer.wire.Hello;
import org.racewitness.analyzer.wire.LocationKey;
import org.racewitness.analyzer.wire.OperationCode;
import org.racewitness.analyzer.wire.RecordDescriptor;
import org.racewitness.analyzer.wire.RecordWriter;
import org.racewitness.analyzer.wire.SyncKind;
import org.racewitness.analyzer.wire.TraceFile;
import org.racewitness.collector.cli.ToolProcess.Result;

/** What a stored trace shows does not depend on how many threads judge it, to the byte of the report. */
@Timeout(600)
class JobsTest {
    private static final long SEED = Long.getLong("racewitness.seed", System.nanoTime());
    private static final int THREADS = 6;

    /** More than enough for threads to start and for many rounds to be on their way. */
    private static final int EVENTS = 250_000;

    private static final int OBJECTS = 400;
    private static final int LOCKS = 5;
    private static final int STACKS = 30;

    @TempDir
    Path directory;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final FrameWriter frames = new FrameWriter(1);
    private final RecordWriter[] records = new RecordWriter[THREADS];
    private final long[] positions = new long[THREADS];
    private final long[] lastTimes = new long[THREADS];
    private final int[] held = new int[THREADS];
    private long now = 1_000_000;
    private long stamp;

    @Test
    void theReportIsTheSameToTheByte() throws Exception {
        System.out.println("JobsTest: -Dracewitness.seed=" + SEED);
        writeTrace(directory.resolve("t.rwtrace"));
        String one = report(1);
        assertTrue(one.contains("\"verdict\""), one);
        for (int jobs : new int[] {2, 3, 7}) {
            assertEquals(one, report(jobs), "-Dracewitness.seed=" + SEED + ", jobs " + jobs);
        }
    }

    /** The JSON report without the time that the analysis took. */
    private String report(int jobs) throws Exception {
        Result result = new ToolProcess(directory)
                .run("analyze", "--no-html", "--json", "r.json", "--jobs", Integer.toString(jobs), "t.rwtrace");
        assertEquals(66, result.status(), result.stderr());
        String json = Files.readString(directory.resolve("r.json"), StandardCharsets.UTF_8);
        return json.replaceAll("\"analysisMs\" *: *[0-9]+", "");
    }

    private void writeTrace(Path file) throws IOException {
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            write(out, TraceFile.header());
            write(
                    out,
                    frames.hello(new Hello(
                            1,
                            1,
                            1,
                            0,
                            1_000_000_000,
                            now,
                            0,
                            0,
                            new byte[Hello.TOKEN_BYTES],
                            Map.of("python", "3.13.5"))));
            for (int thread = 0; thread < THREADS; thread++) {
                begin(thread);
            }
            for (int event = 0; event < EVENTS; event++) {
                event(random.nextInt(THREADS));
                if (event % 5000 == 4999) {
                    flush(out);
                }
            }
            flush(out);
            write(out, frames.processFrame(FrameDescriptor.TYPE_END, now, new byte[Short.BYTES]));
        }
    }

    private void begin(int thread) {
        RecordWriter out = new RecordWriter();
        records[thread] = out;
        lastTimes[thread] = now;
        out.thread(thread + 1, thread + 1, thread == 0 ? RecordDescriptor.THREAD_MAIN : 0, "Thread-" + thread)
                .time(now);
        if (thread == 0) {
            out.string(1, "/nowhere/random.py").string(2, "work");
            out.code(1, 1, RecordDescriptor.CODE_APPLICATION, 1, 2, 0, 0, 0, 0);
            out.type(1, "random.Box");
        }
        for (int stack = 1; stack <= STACKS; stack++) {
            out.stack(stack, 0, 1, 2 * stack);
        }
        if (thread > 0) {
            sync(0, SyncKind.FORK, 0, thread + 1);
            sync(thread, SyncKind.BEGIN, 0, 1);
        }
    }

    private void event(int thread) {
        long object = LOCKS + 1L + Math.min(random.nextInt(OBJECTS), random.nextInt(OBJECTS));
        long key = LocationKey.key(LocationKey.KIND_INDEX, random.nextInt(20));
        int what = random.nextInt(100);
        if (what < 8) {
            int lock = held[thread];
            held[thread] = lock == 0 ? 1 + random.nextInt(LOCKS) : 0;
            if (lock == 0 && !isHeld(thread)) {
                sync(thread, SyncKind.ACQUIRE, held[thread], 0);
            } else if (lock != 0) {
                sync(thread, SyncKind.RELEASE, lock, 0);
            } else {
                held[thread] = 0;
            }
        } else if (what == 8 && random.nextInt(20) == 0) {
            sync(thread, SyncKind.LAST_USE, object, 0);
        } else if (what < 20 && object % 4 == 0) {
            out(thread).accessRange(readOrWrite(), stack(), object, tick(thread), key, 1 + random.nextInt(9));
        } else if (what < 23 && object % 4 == 0) {
            out(thread).access(OperationCode.READ_ALL, stack(), object, tick(thread), LocationKey.SHAPE);
        } else {
            // most objects belong to one thread, so that not all race
            boolean isMine = object % 3 != 0 || random.nextInt(200) == 0;
            long target = isMine && object % 3 != 0 ? LOCKS + OBJECTS + 1 + object * THREADS + thread : object;
            out(thread)
                    .access(target == object ? sharedOperation() : readOrWrite(), stack(), target, tick(thread), key);
        }
    }

    private boolean isHeld(int thread) {
        for (int other = 0; other < THREADS; other++) {
            if (other != thread && held[other] == held[thread]) {
                return true;
            }
        }
        return false;
    }

    private int readOrWrite() {
        return random.nextInt(3) == 0 ? OperationCode.WRITE : OperationCode.READ;
    }

    private int sharedOperation() {
        return random.nextInt(50) == 0 ? OperationCode.WRITE : OperationCode.READ;
    }

    private int stack() {
        return 1 + random.nextInt(STACKS);
    }

    private RecordWriter out(int thread) {
        return records[thread];
    }

    private int tick(int thread) {
        now += 10;
        long delta = now - lastTimes[thread];
        if (delta > RecordDescriptor.MAX_DELTA_TICKS) {
            records[thread].time(now);
            delta = 0;
        }
        lastTimes[thread] = now;
        return (int) delta;
    }

    private void sync(int thread, int kind, long object, long token) {
        int delta = tick(thread);
        out(thread).sync(kind, 1, object, delta, ++stamp, token);
    }

    private void flush(FileChannel out) throws IOException {
        for (int thread = 0; thread < THREADS; thread++) {
            int count = records[thread].count();
            if (count > 0) {
                ByteBuffer bytes = records[thread].take();
                int length = bytes.remaining();
                write(out, frames.records(thread + 1, positions[thread], lastTimes[thread], count, bytes));
                positions[thread] += length;
            }
        }
        write(out, frames.mark(now));
        now += 10;
    }

    private static void write(FileChannel out, ByteBuffer frame) {
        try {
            while (frame.hasRemaining()) {
                out.write(frame);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
