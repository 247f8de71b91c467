package org.racewitness.analyzer.trace;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.racewitness.analyzer.wire.RecordWriter;

/** A session under test: records go in thread by thread, events come out into a list. */
final class TraceFixture {
    final RecordedEvents recorded = new RecordedEvents();
    final Accounting accounting = new Accounting();
    final SessionTrace trace = new SessionTrace(accounting);

    private final Map<Integer, Long> positions = new HashMap<>();

    TraceFixture() {
        this(1L << 20);
    }

    TraceFixture(long maxWaitingWords) {
        trace.start(recorded, maxWaitingWords);
    }

    /** The next records of a thread. */
    TraceFixture send(int uid, RecordWriter records) {
        return send(uid, positions.getOrDefault(uid, 0L), records);
    }

    TraceFixture send(int uid, long position, RecordWriter records) {
        int count = records.count();
        ByteBuffer bytes = records.take();
        trace.records(uid, position, count, bytes);
        positions.put(uid, position + bytes.limit());
        return this;
    }

    long position(int uid) {
        return positions.getOrDefault(uid, 0L);
    }

    SessionCounters counters() {
        return accounting.snapshot(-1, 0, 0).check();
    }

    SessionCounters finish() {
        trace.finish();
        return counters();
    }
}
