package org.racewitness.analyzer.trace.std;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;
import org.racewitness.analyzer.trace.Accounting;
import org.racewitness.analyzer.trace.SessionModel;
import org.racewitness.analyzer.trace.SessionTrace;
import org.racewitness.analyzer.trace.TraceEvents;
import org.racewitness.analyzer.wire.FrameDescriptor;
import org.racewitness.analyzer.wire.FramePayload;
import org.racewitness.analyzer.wire.FrameReader;

/**
 * A trace file as RAPID's STD text, so that other tools can check what is found here. The processes of the trace have threads, variables and
 * locks of their own in the one text. Reads the trace twice.
 */
public final class StdExport {
    private static final long MAX_WAITING_WORDS = 32L << 20;

    /** Opens the same trace from its beginning each time. */
    @FunctionalInterface
    public interface TraceSource {
        ReadableByteChannel open() throws IOException;
    }

    private StdExport() {}

    /** @throws IOException of the trace or the output, never for what the trace holds */
    public static void write(TraceSource trace, Appendable out) throws IOException {
        Map<Long, StdPlan> plans = new HashMap<>();
        StdNames names = new StdNames();
        try {
            replay(trace, (session, model) -> plans.computeIfAbsent(session, s -> new StdPlan()));
            replay(trace, (session, model) -> new StdWriter(model, plans.get(session), names, out));
        } catch (UncheckedIOException failure) {
            throw failure.getCause();
        }
    }

    private static void replay(TraceSource trace, BiFunction<Long, SessionModel, TraceEvents> events)
            throws IOException {
        Map<Long, SessionTrace> sessions = new LinkedHashMap<>();
        try (ReadableByteChannel channel = trace.open()) {
            FrameReader reader = new FrameReader(channel, (offset, bytes, fault) -> {});
            for (ByteBuffer frame = reader.next(); frame != null; frame = reader.next()) {
                frame(sessions.computeIfAbsent(FrameDescriptor.session(frame, 0), s -> start(s, events)), frame);
            }
        }
        sessions.values().forEach(SessionTrace::finish);
    }

    private static SessionTrace start(Long session, BiFunction<Long, SessionModel, TraceEvents> events) {
        SessionTrace trace = new SessionTrace(new Accounting());
        trace.start(events.apply(session, trace.model()), MAX_WAITING_WORDS);
        return trace;
    }

    private static void frame(SessionTrace session, ByteBuffer frame) {
        ByteBuffer payload = FramePayload.of(frame);
        int type = FrameDescriptor.type(frame, 0);
        if (type == FrameDescriptor.TYPE_RECORDS) {
            session.records(
                    FrameDescriptor.thread(frame, 0),
                    FrameDescriptor.sequence(frame, 0),
                    FrameDescriptor.records(frame, 0),
                    payload);
        } else if (type == FrameDescriptor.TYPE_MARK && payload.remaining() >= Long.BYTES) {
            session.mark(payload.getLong(0));
        }
    }
}
