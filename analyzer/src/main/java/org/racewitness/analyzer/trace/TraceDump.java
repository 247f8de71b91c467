package org.racewitness.analyzer.trace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.racewitness.analyzer.wire.FrameDescriptor;
import org.racewitness.analyzer.wire.FramePayload;
import org.racewitness.analyzer.wire.FrameReader;
import org.racewitness.analyzer.wire.Hello;
import org.racewitness.analyzer.wire.Pairs;
import org.racewitness.analyzer.wire.RecordDescriptor;
import org.racewitness.analyzer.wire.TraceFile;
import org.racewitness.analyzer.wire.WireFormatException;
import org.racewitness.analyzer.wire.WireLimits;

/**
 * A trace as text for people and tests: one line per frame, below it one line per record or pair, in the order of the file. What is damaged
 * gets a line that begins with {@code !}. Not thread-safe.
 */
public final class TraceDump {
    private final Appendable out;

    /** By session number. */
    private final Map<Long, Session> sessions = new LinkedHashMap<>();

    private long problems;

    private TraceDump(Appendable out) {
        this.out = out;
    }

    /** What is needed of a session to give names. */
    private static final class Session {
        final TraceModel model = new TraceModel();
        final DefinitionReader definitions = new DefinitionReader(model, new Accounting());
        final RecordText text = new RecordText(model);
        ThreadStream[] streams = new ThreadStream[16];

        ThreadStream stream(int uid) {
            int thread = model.threads.define(uid);
            if (thread >= streams.length) {
                streams = Arrays.copyOf(streams, thread * 2);
            }
            if (streams[thread] == null) {
                streams[thread] = new ThreadStream(thread, new SpareWords());
            }
            return streams[thread];
        }
    }

    /**
     * Writes a trace file as text.
     *
     * @return how many damaged parts there were
     * @throws IOException of the channel or the output, never for what the channel delivers
     */
    public static long text(ReadableByteChannel in, Appendable out) throws IOException {
        TraceDump dump = new TraceDump(out);
        try {
            dump.dump(in);
        } catch (UncheckedIOException failure) {
            throw failure.getCause();
        }
        return dump.problems;
    }

    private void dump(ReadableByteChannel in) throws IOException {
        FrameReader reader = new FrameReader(in, this::damaged);
        for (ByteBuffer frame = reader.next(); frame != null; frame = reader.next()) {
            frame(frame);
        }
    }

    private void damaged(long offset, ByteBuffer bytes, String fault) {
        int header = offset == 0 && TraceFile.isHeader(bytes) ? TraceFile.HEADER_BYTES : 0;
        if (header > 0) {
            line("RWTRACE1");
        }
        if (bytes.remaining() > header) {
            problem("byte " + (offset + header) + ": " + fault + "; " + (bytes.remaining() - header)
                    + " bytes skipped");
        }
    }

    private void frame(ByteBuffer frame) {
        int type = FrameDescriptor.type(frame, 0);
        long number = FrameDescriptor.session(frame, 0);
        int uid = FrameDescriptor.thread(frame, 0);
        line(String.format(
                "%s session=%016x thread=%s sequence=%s time=%s records=%d bytes=%d",
                FrameDescriptor.typeName(type),
                number,
                Integer.toUnsignedString(uid),
                Long.toUnsignedString(FrameDescriptor.sequence(frame, 0)),
                Long.toUnsignedString(FrameDescriptor.time(frame, 0)),
                FrameDescriptor.records(frame, 0),
                FrameDescriptor.payloadBytes(frame, 0)));
        Session session = sessions.computeIfAbsent(number, n -> new Session());
        try {
            payload(session, type, uid, frame);
        } catch (WireFormatException malformed) {
            problem(malformed.getMessage());
        }
    }

    private void payload(Session session, int type, int uid, ByteBuffer frame) throws WireFormatException {
        ByteBuffer payload = FramePayload.of(frame);
        switch (type) {
            case FrameDescriptor.TYPE_HELLO -> hello(session, Hello.read(frame));
            case FrameDescriptor.TYPE_RECORDS -> records(session, uid, payload);
            case FrameDescriptor.TYPE_MARK -> {
                if (payload.remaining() < Long.BYTES) {
                    throw new WireFormatException(
                            "Truncated: length 8 > bytes available " + payload.remaining() + " reading the watermark");
                }
                line("  watermark=" + Long.toUnsignedString(payload.getLong(0)));
            }
            case FrameDescriptor.TYPE_END, FrameDescriptor.TYPE_STATUS -> pairs(Pairs.read(payload));
            default -> {
                // A frame of a later version: its line is all that can be said of it.
            }
        }
    }

    /** The token is left out: it opened a socket once. */
    private void hello(Session session, Hello hello) {
        line("  version=" + hello.version() + " pid=" + Integer.toUnsignedString(hello.pid()) + " parentPid="
                + Integer.toUnsignedString(hello.parentPid()) + " ticksPerSecond=" + hello.ticksPerSecond()
                + " ticksAtStart=" + Long.toUnsignedString(hello.ticksAtStart()) + " unixNanosAtStart="
                + Long.toUnsignedString(hello.unixNanosAtStart())
                + String.format(" parentSession=%016x", hello.parentSession()));
        pairs(hello.pairs());
        Session parent = sessions.get(hello.parentSession());
        if (parent != null && parent != session) {
            session.model.definitions.inheritFrom(parent.model.definitions);
        }
    }

    private void pairs(Map<String, String> pairs) {
        pairs.forEach((key, value) -> line("  " + Quoted.of(key) + " " + Quoted.of(value)));
    }

    private void records(Session session, int uid, ByteBuffer payload) {
        ThreadStream stream = session.stream(uid == 0 ? -1 : uid);
        int at = 0;
        while (at < payload.limit()) {
            long header = payload.limit() - at < Long.BYTES ? 0 : payload.getLong(at);
            int words = RecordDescriptor.words(header);
            if (words == 0 || words > WireLimits.MAX_RECORD_WORDS || words * Long.BYTES > payload.limit() - at) {
                problem("payload byte " + at + ": a record of " + words + " words, bytes available "
                        + (payload.limit() - at));
                return;
            }
            record(session, stream, payload, at, header);
            at += words * Long.BYTES;
        }
    }

    private void record(Session session, ThreadStream stream, ByteBuffer payload, int at, long header) {
        int tag = RecordDescriptor.tag(header);
        int minimum = RecordDescriptor.minimumWords(tag);
        boolean definition = tag > RecordDescriptor.TAG_STEP && minimum > 0;
        if (definition && RecordDescriptor.words(header) >= minimum) {
            String fault = session.definitions.read(stream, payload, at, header);
            if (fault != null) {
                problem("payload byte " + at + ": malformed " + RecordDescriptor.tagName(tag) + ": " + fault);
                return;
            }
        }
        line("  " + session.text.line(stream, payload, at));
    }

    private void problem(String text) {
        problems++;
        line("! " + text);
    }

    private void line(String text) {
        try {
            out.append(text).append('\n');
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
