package org.racewitness.collector.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.racewitness.analyzer.wire.FrameDescriptor;
import org.racewitness.analyzer.wire.FrameWriter;
import org.racewitness.analyzer.wire.Pairs;
import org.racewitness.analyzer.wire.WireLimits;
import org.racewitness.collector.ingest.ProcessEnd;
import org.racewitness.collector.ingest.RecordBoundary;
import org.racewitness.collector.ingest.SessionSink;

/**
 * A session as frames again, for a file or another collector: those that arrive as they are, what was recovered as RECORDS frames, and how the process ended
 * as a STATUS frame. Used by the analysis thread.
 */
public final class FramedSession implements SessionSink {
    private final FrameWriter writer;
    private final Output output;
    /** Position behind the last record, by thread. */
    private final Map<Integer, Long> positions = new HashMap<>();

    private long lastTime;
    private long recovered;

    /** Takes the frames; a buffer is valid during the call only, but for that of a STATUS frame. */
    public interface Output {
        void frame(ByteBuffer bytes) throws IOException;

        /** The last of the session. */
        void status(ByteBuffer bytes) throws IOException;
    }

    public FramedSession(long session, Output output) {
        this.writer = new FrameWriter(session);
        this.output = output;
    }

    @Override
    public void frame(ByteBuffer frame) throws IOException {
        output.frame(frame);
        lastTime = FrameDescriptor.time(frame, 0);
        if (FrameDescriptor.type(frame, 0) == FrameDescriptor.TYPE_RECORDS) {
            long end = FrameDescriptor.sequence(frame, 0) + FrameDescriptor.payloadBytes(frame, 0);
            positions.merge(FrameDescriptor.thread(frame, 0), end, Math::max);
        }
    }

    @Override
    public void damaged(long offset, ByteBuffer bytes, String fault) throws IOException {
        output.frame(bytes); // whoever reads it steps over it and counts it
    }

    @Override
    public long received(int threadUid) {
        return positions.getOrDefault(threadUid, 0L);
    }

    @Override
    public void recovered(int threadUid, long position, ByteBuffer records) throws IOException {
        long at = position;
        for (int from = records.position(); from < records.limit(); ) {
            int bytes = RecordBoundary.wholeBytes(records, from, WireLimits.MAX_PAYLOAD_BYTES);
            int count = bytes == 0 ? 1 : RecordBoundary.count(records, from, bytes);
            if (bytes == 0) { // damaged: kept as it is, for whoever reads the trace to count
                bytes = Math.min(records.limit() - from, WireLimits.MAX_PAYLOAD_BYTES);
            }
            output.frame(writer.records(threadUid, at, lastTime, count, records.slice(from, bytes)));
            from += bytes;
            at += bytes;
            recovered += count;
        }
        positions.put(threadUid, at);
    }

    @Override
    public void finish(ProcessEnd end) throws IOException {
        Map<String, String> pairs = end.pairs();
        pairs.put("recovered", Long.toString(recovered));
        output.status(writer.processFrame(FrameDescriptor.TYPE_STATUS, lastTime, Pairs.encode(pairs)));
    }
}
