package org.racewitness.collector.cli;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.racewitness.analyzer.wire.FrameWriter;
import org.racewitness.analyzer.wire.LocationKey;
import org.racewitness.analyzer.wire.RecordDescriptor;
import org.racewitness.analyzer.wire.RecordWriter;

/** The records of a program whose main thread starts two threads that both set the attribute {@code Box.value}, in order or not. */
public final class RacyTrace {
    private static final int WRITE = 2;
    private static final int FORK = 3;
    private static final int BEGIN = 4;
    private static final int END = 5;
    private static final int JOIN = 6;
    private static final long BOX = 1;
    private static final int INSTANCE = 1;
    private static final long VALUE = LocationKey.key(LocationKey.KIND_NAME, 0x5eed);

    private final boolean racy;

    private RacyTrace(boolean racy) {
        this.racy = racy;
    }

    /** A thread's records. */
    public record Stream(int uid, int count, ByteBuffer records) {
        ByteBuffer frame(FrameWriter writer) {
            return writer.records(uid, 0, 1_000_000, count, records);
        }
    }

    /** Neither thread waits for the other: an unordered pair of writes. */
    public static List<Stream> racy() {
        return new RacyTrace(true).streams();
    }

    /** The second thread starts after the first was joined: no race. */
    public static List<Stream> ordered() {
        return new RacyTrace(false).streams();
    }

    public static long records(List<Stream> streams) {
        return streams.stream().mapToLong(Stream::count).sum();
    }

    private List<Stream> streams() {
        return List.of(main(), worker(2, 10, racy ? 2 : 2), worker(3, 11, racy ? 4 : 5));
    }

    private Stream main() {
        RecordWriter out = new RecordWriter();
        out.thread(1, 1, RecordDescriptor.THREAD_MAIN, "MainThread").time(1000);
        out.string(1, "/nowhere/box.py")
                .string(2, "work")
                .code(1, 1, RecordDescriptor.CODE_APPLICATION, 1, 2, 0, 0, 0, 0);
        out.type(1, "box.Box").object(BOX, INSTANCE, 1, 0, 0);
        out.key(VALUE, "value");
        // stamps: racy FORK 1, (BEGIN 2), FORK 3, (BEGIN 4), (ENDs), JOINs; ordered FORK 1, (BEGIN 2, END 3), JOIN 4
        // ...
        if (racy) {
            out.sync(FORK, 0, 0, 10, 1, 2).sync(FORK, 0, 0, 10, 3, 3);
            out.sync(JOIN, 0, 0, 5000, 7, 2).sync(JOIN, 0, 0, 10, 8, 3);
        } else {
            out.sync(FORK, 0, 0, 10, 1, 2).sync(JOIN, 0, 0, 1000, 4, 2);
            out.sync(FORK, 0, 0, 10, 5, 3).sync(JOIN, 0, 0, 4000, 8, 3);
        }
        return new Stream(1, out.count(), out.take());
    }

    private Stream worker(int uid, int offset, int beginStamp) {
        int begin = racy ? beginStamp : uid == 2 ? 2 : 6;
        int end = racy ? uid == 2 ? 5 : 6 : uid == 2 ? 3 : 7;
        long startedAt = racy ? 1100L + uid * 10 : uid == 2 ? 1100 : 2200;
        RecordWriter out = new RecordWriter();
        out.thread(uid, uid, 0, "Thread-" + (uid - 1)).time(startedAt);
        out.stack(1, 0, 1, 2 * offset);
        out.sync(BEGIN, 0, 0, 0, begin, 1);
        out.access(WRITE, 1, BOX, 10, VALUE);
        out.sync(END, 0, 0, 10, end, 0);
        return new Stream(uid, out.count(), out.take());
    }

    /** All frames of a session behind its HELLO. */
    public static List<ByteBuffer> frames(FrameWriter writer, List<Stream> streams) {
        List<ByteBuffer> frames = new ArrayList<>();
        streams.forEach(stream -> frames.add(stream.frame(writer)));
        return frames;
    }
}
