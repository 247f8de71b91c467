package org.racewitness.collector.run;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.racewitness.analyzer.wire.FrameDescriptor;
import org.racewitness.analyzer.wire.FrameWriter;
import org.racewitness.analyzer.wire.Pairs;
import org.racewitness.analyzer.wire.TraceFile;
import org.racewitness.analyzer.wire.WireLimits;
import org.racewitness.collector.ingest.ProcessEnd;
import org.racewitness.collector.ingest.RecordBoundary;
import org.racewitness.collector.ingest.RunSink;
import org.racewitness.collector.ingest.SessionSink;

/**
 * Keeps the frames of a run as they arrive, behind the header of a trace file, and a STATUS frame for each session at the end. It is written in place, so
 * that what had arrived is there whatever happens to this process.
 *
 * <p>Used by the analysis thread, and closed by another once that has ended.
 */
public final class TraceFileSink implements RunSink, Closeable {
    private final FileChannel file;
    private final List<ByteBuffer> statusFrames = new ArrayList<>();
    /** The first failure, of a full disk for instance: nothing is written behind it, so that the file ends with a whole frame or a cut one. */
    private IOException failure;

    private TraceFileSink(FileChannel file) {
        this.file = file;
    }

    /** Begins the file, in place of one that may be there. */
    public static TraceFileSink create(Path path) throws IOException {
        FileChannel file = FileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        TraceFileSink sink = new TraceFileSink(file);
        try {
            sink.write(TraceFile.header());
            return sink;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    @Override
    public SessionSink open(long session) {
        return new Session(session);
    }

    /** Writes the STATUS frames and closes the file. */
    @Override
    public void close() throws IOException {
        try (file) {
            for (ByteBuffer status : statusFrames) {
                write(status);
            }
        }
    }

    private void write(ByteBuffer bytes) throws IOException {
        if (failure != null) {
            return;
        }
        try {
            ByteBuffer left = bytes.duplicate();
            while (left.hasRemaining()) {
                file.write(left);
            }
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    private final class Session implements SessionSink {
        private final FrameWriter writer;
        /** Position behind the last record, by thread. */
        private final Map<Integer, Long> positions = new HashMap<>();

        private long lastTime;
        private long recovered;

        Session(long session) {
            writer = new FrameWriter(session);
        }

        @Override
        public void frame(ByteBuffer frame) throws IOException {
            write(frame);
            lastTime = FrameDescriptor.time(frame, 0);
            if (FrameDescriptor.type(frame, 0) == FrameDescriptor.TYPE_RECORDS) {
                long end = FrameDescriptor.sequence(frame, 0) + FrameDescriptor.payloadBytes(frame, 0);
                positions.merge(FrameDescriptor.thread(frame, 0), end, Math::max);
            }
        }

        @Override
        public void damaged(long offset, ByteBuffer bytes, String fault) throws IOException {
            write(bytes); // whoever reads the file steps over it and counts it
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
                write(writer.records(threadUid, at, lastTime, count, records.slice(from, bytes)));
                from += bytes;
                at += bytes;
                recovered += count;
            }
            positions.put(threadUid, at);
        }

        @Override
        public void finish(ProcessEnd end) {
            Map<String, String> pairs = new LinkedHashMap<>();
            pairs.put("endedBy", end.endedBy());
            if (end.exitStatus() != null) {
                pairs.put("exitStatus", end.exitStatus().toString());
            }
            if (end.signal() != null) {
                pairs.put("signal", end.signal().toString());
            }
            pairs.put("recovered", Long.toString(recovered));
            if (end.note() != null) {
                pairs.put("note", end.note());
            }
            statusFrames.add(writer.processFrame(FrameDescriptor.TYPE_STATUS, lastTime, Pairs.encode(pairs)));
        }
    }
}
