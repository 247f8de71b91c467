package org.racewitness.collector.bench;

import java.nio.ByteBuffer;
import java.util.List;
import org.racewitness.analyzer.wire.FrameWriter;
import org.racewitness.analyzer.wire.RecordDescriptor;
import org.racewitness.analyzer.wire.RecordWriter;

/** The record stream of one thread of a generated trace: cut into frames, times set. Not thread-safe. */
final class GeneratedThread {
    /** A frame is sent when it has as much, as the agent does it. */
    private static final int FRAME_BYTES = 64 * 1024;

    /** No record that is made here is larger. */
    private static final int ROOM_BYTES = 256;

    final int uid;

    private final FrameWriter frames;
    private final List<ByteBuffer> sent;
    private final RecordWriter out = new RecordWriter();
    private long position;
    private long lastTime;

    /** @param sent takes the thread's frames */
    GeneratedThread(int uid, FrameWriter frames, List<ByteBuffer> sent, long now) {
        this.uid = uid;
        this.frames = frames;
        this.sent = sent;
        lastTime = now;
        out.thread(uid, uid, uid == 1 ? RecordDescriptor.THREAD_MAIN : 0, "Thread-" + uid)
                .time(now);
        out.stack(1, 0, 1, 0).stack(2, 1, 1, 2);
    }

    /** For definitions. */
    RecordWriter records() {
        return out;
    }

    void access(int operation, long object, long key, long now) {
        out.access(operation, 2, object, delta(now), key);
        flushIfFull();
    }

    void range(int operation, long object, long key, long count, long now) {
        out.accessRange(operation, 2, object, delta(now), key, count);
        flushIfFull();
    }

    void sync(int kind, long object, long stamp, long token, long now) {
        out.sync(kind, 2, object, delta(now), stamp, token);
        flushIfFull();
    }

    void dead(long object, long now) {
        out.dead(object, delta(now));
        flushIfFull();
    }

    /** Makes a frame of what has been written since the last one. */
    void flush() {
        if (out.count() > 0) {
            int count = out.count();
            ByteBuffer records = out.take();
            int bytes = records.remaining();
            sent.add(frames.records(uid, position, lastTime, count, records));
            position += bytes;
        }
    }

    private void flushIfFull() {
        if (out.bytes() > FRAME_BYTES - ROOM_BYTES) {
            flush();
        }
    }

    private int delta(long now) {
        if (now - lastTime > RecordDescriptor.MAX_DELTA_TICKS) {
            out.time(now);
            lastTime = now;
        }
        int delta = (int) (now - lastTime);
        lastTime = now;
        return delta;
    }
}
