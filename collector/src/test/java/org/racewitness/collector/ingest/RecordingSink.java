package org.racewitness.collector.ingest;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.racewitness.analyzer.wire.FrameDescriptor;

/** Writes down what arrives, one line each, by session. Written by the analysis thread, read when it has ended. */
final class RecordingSink implements RunSink {
    final Map<Long, List<String>> lines = new ConcurrentHashMap<>();
    final Map<Long, List<byte[]>> frames = new ConcurrentHashMap<>();

    @Override
    public SessionSink open(long session) {
        List<String> log = new ArrayList<>();
        List<byte[]> kept = new ArrayList<>();
        lines.put(session, log);
        frames.put(session, kept);
        return new SessionSink() {
            private long position;

            @Override
            public void frame(ByteBuffer frame) {
                byte[] bytes = new byte[frame.remaining()];
                frame.get(frame.position(), bytes);
                kept.add(bytes);
                int type = FrameDescriptor.type(frame, frame.position());
                log.add(FrameDescriptor.typeName(type));
                if (type == FrameDescriptor.TYPE_RECORDS) {
                    position = FrameDescriptor.sequence(frame, 0) + FrameDescriptor.payloadBytes(frame, 0);
                }
            }

            @Override
            public void damaged(long offset, ByteBuffer bytes, String fault) {
                log.add("damaged " + bytes.remaining() + " at " + offset);
            }

            @Override
            public long received(int threadUid) {
                return position;
            }

            @Override
            public void recovered(int threadUid, long at, ByteBuffer records) {
                log.add("recovered " + records.remaining() + " of thread " + threadUid + " at " + at);
            }

            @Override
            public void finish(ProcessEnd end) {
                log.add("finish " + end.endedBy() + (end.note() == null ? "" : ": " + end.note()));
            }
        };
    }
}
