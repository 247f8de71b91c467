package org.racewitness.analyzer;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.racewitness.analyzer.engine.Engine;
import org.racewitness.analyzer.engine.Engines;
import org.racewitness.analyzer.engine.StateBudget;
import org.racewitness.analyzer.engine.Workers;
import org.racewitness.analyzer.race.SessionRaces;
import org.racewitness.analyzer.report.ProcessReport;
import org.racewitness.analyzer.report.RaceExplanation;
import org.racewitness.analyzer.scope.ScopeTracker;
import org.racewitness.analyzer.trace.Accounting;
import org.racewitness.analyzer.trace.SessionCounters;
import org.racewitness.analyzer.trace.SessionTrace;
import org.racewitness.analyzer.wire.FrameDescriptor;
import org.racewitness.analyzer.wire.FramePayload;
import org.racewitness.analyzer.wire.Hello;
import org.racewitness.analyzer.wire.OperationCode;
import org.racewitness.analyzer.wire.Pairs;
import org.racewitness.analyzer.wire.WireFormatException;

/**
 * The analysis of one process. Owned by one thread at a time; whoever hands it to another must do so through a lock or a queue. No bytes
 * that come in make it throw: what can not be understood is counted and told in {@link #counters}.
 */
public final class SessionAnalysis {
    private static final Pattern AGENT_RULE = Pattern.compile("rule\\.([a-z]{1,20})\\.([0-9]{1,3})");

    /** Texts of keys may take this part of what there is for all tables. */
    private static final long KEY_TEXTS_PART = 8;

    private final RunAnalysis run;
    private final int workers;
    private final long session;
    private final Accounting accounting = new Accounting();
    private final SessionTrace trace = new SessionTrace(accounting);

    private Hello hello;

    /** Null until HELLO or, where that is missing, the first records. */
    private Engine engine;

    /** Null as long as the engine is. */
    private ScopeTracker scopes;

    private boolean inherited;

    /** Pairs of the END and STATUS frames, empty before. */
    private Map<String, String> end = Map.of();

    private Map<String, String> status = Map.of();

    private boolean finished;
    private String endedBy = "unknown";
    /** Whether the trace ends before the session does: what the process left in its buffer file was not looked at. */
    private boolean cutShort;

    private Integer signal;
    private long analysisNanos;

    /** What the definitions have booked of the run's {@link StateBudget}. */
    private long bookedDefinitionBytes;

    /** @param workers threads that judge what this one's thread has put in order; 1 is that thread itself */
    SessionAnalysis(RunAnalysis run, long session, int workers) {
        this.run = run;
        this.session = session;
        this.workers = workers;
    }

    /** Takes one whole frame from its header on; its checksum is verified here. The buffer's position is not moved. */
    public void frame(ByteBuffer frame) {
        ByteBuffer bytes = frame.slice();
        String fault = fault(FrameDescriptor.littleEndian(bytes));
        if (fault == null) {
            undamaged(bytes);
        } else {
            damaged(bytes, fault);
        }
    }

    private String fault(ByteBuffer frame) {
        if (frame.limit() < FrameDescriptor.HEADER_BYTES) {
            return "Truncated: length " + FrameDescriptor.HEADER_BYTES + " > bytes available " + frame.limit()
                    + " reading a header";
        }
        String fault = FrameDescriptor.lengthFault(frame, 0);
        if (fault != null) {
            return fault;
        }
        int frameBytes = FrameDescriptor.frameBytes(frame, 0);
        if (frameBytes > frame.limit()) {
            return "Truncated: length " + frameBytes + " > bytes available " + frame.limit() + " reading a frame";
        }
        int computed = FrameDescriptor.computeCrc(frame, 0, frameBytes);
        int crc = FrameDescriptor.crc(frame, 0);
        return computed == crc ? null : String.format("damaged frame: checksum 0x%08x, computed 0x%08x", crc, computed);
    }

    /** Takes one whole frame whose checksum was verified. */
    void undamaged(ByteBuffer bytes) {
        long start = System.nanoTime();
        ByteBuffer frame = FrameDescriptor.littleEndian(bytes);
        int type = FrameDescriptor.type(frame, 0);
        if (FrameDescriptor.session(frame, 0) != session) {
            fault("a frame of session " + Long.toHexString(FrameDescriptor.session(frame, 0)) + " was skipped");
        } else if (finished) {
            fault("a frame of type " + FrameDescriptor.typeName(type) + " after the end was skipped");
        } else {
            try {
                dispatch(type, frame);
                bookDefinitions(trace.definitionBytes());
            } catch (WireFormatException malformed) {
                fault("malformed frame of type " + FrameDescriptor.typeName(type) + ": " + malformed.getMessage());
            }
        }
        analysisNanos += System.nanoTime() - start;
    }

    /** The engine's tables make room for what the definitions take. */
    private void bookDefinitions(long bytes) {
        if (bytes != bookedDefinitionBytes) {
            run.budget().book(bytes - bookedDefinitionBytes);
            bookedDefinitionBytes = bytes;
        }
    }

    private void dispatch(int type, ByteBuffer frame) throws WireFormatException {
        ByteBuffer payload = FramePayload.of(frame);
        switch (type) {
            case FrameDescriptor.TYPE_HELLO -> hello(Hello.read(frame));
            case FrameDescriptor.TYPE_RECORDS ->
                started()
                        .records(
                                FrameDescriptor.thread(frame, 0),
                                FrameDescriptor.sequence(frame, 0),
                                FrameDescriptor.records(frame, 0),
                                payload);
            case FrameDescriptor.TYPE_MARK -> mark(payload);
            case FrameDescriptor.TYPE_END -> end = Pairs.read(payload);
            case FrameDescriptor.TYPE_STATUS -> status = Pairs.read(payload);
            default -> {
                // A frame of a type that this version does not know: skipped, as the format wants it.
            }
        }
    }

    private void mark(ByteBuffer payload) throws WireFormatException {
        if (payload.remaining() < Long.BYTES) {
            throw new WireFormatException(
                    "Truncated: length 8 > bytes available " + payload.remaining() + " reading the watermark");
        }
        started().mark(payload.getLong(0));
    }

    private void hello(Hello said) {
        if (hello != null) {
            fault("a second HELLO was skipped");
            return;
        }
        hello = said;
        started();
    }

    /** The trace, ready to take records. */
    private SessionTrace started() {
        if (engine == null) {
            int pid = hello == null ? 0 : hello.pid();
            SessionRaces races = run.collector().forSession(trace.model(), pid);
            engine = Engines.create(
                    run.options().order(), trace.model(), races, run.budget(), Workers.of(workers, trace::syncTicks));
            if (hello != null && hello.tellsLate()) {
                engine.expectLate();
            }
            scopes = new ScopeTracker(engine, trace.model());
            races.scopes(scopes);
            races.clock(this::unixNanos);
            trace.limitKeyTexts(Math.max(1, run.budget().limitBytes() / KEY_TEXTS_PART));
            trace.start(scopes, Math.max(1, run.options().maxWaitingBytes() / Long.BYTES));
        }
        inherit();
        return trace;
    }

    private long unixNanos(long ticks) {
        if (hello == null) {
            return RaceExplanation.NO_TIME;
        }
        double seconds = (double) (ticks - hello.ticksAtStart()) / hello.ticksPerSecond();
        return hello.unixNanosAtStart() + Math.round(seconds * 1e9);
    }

    /** Finds the definitions of the process that this one was forked from, as soon as they are there. */
    private void inherit() {
        if (!inherited && hello != null && hello.parentSession() != 0) {
            SessionAnalysis parent = run.find(hello.parentSession());
            if (parent != null && parent != this) {
                trace.inheritFrom(parent.trace);
                inherited = true;
            }
        }
    }

    /** Counts bytes that should have been a frame of this session. @param line what is wrong with them, and where */
    void damaged(ByteBuffer bytes, String line) {
        long records = 1;
        ByteBuffer frame = FrameDescriptor.littleEndian(bytes);
        if (frame.limit() >= FrameDescriptor.HEADER_BYTES && FrameDescriptor.lengthFault(frame, 0) == null) {
            long possible = FrameDescriptor.payloadBytes(frame, 0) / Long.BYTES;
            records = Math.min(FrameDescriptor.records(frame, 0), possible);
        }
        accounting.malformed(records, bytes.limit(), line);
    }

    /**
     * Takes records that the process had written when it ended and that were found in its buffer file.
     *
     * @param position of the first byte in the thread's record stream, see {@link #received}
     * @param records whole ones as far as they are sound; what is not is counted
     */
    public void recovered(int threadUid, long position, ByteBuffer records) {
        long start = System.nanoTime();
        if (finished) {
            fault("records recovered after the end were skipped");
        } else if (records.hasRemaining()) {
            long count = started().records(threadUid, position, 1, records);
            accounting.recovered(count);
        }
        analysisNanos += System.nanoTime() - start;
    }

    /** Position behind the last byte that arrived of a thread's record stream, 0 where none did: recovery begins there. */
    public long received(int threadUid) {
        return trace.received(threadUid);
    }

    /**
     * Orders and judges all that has arrived. Later calls do nothing.
     *
     * @param how {@code exit}, {@code signal}, {@code exec} or {@code unknown}
     * @param bySignal its number, null where the process was not ended by one
     */
    public void finish(String how, Integer bySignal) {
        if (finished) {
            return;
        }
        long start = System.nanoTime();
        finished = true;
        endedBy = how;
        signal = bySignal;
        if (engine != null) {
            inherit();
            trace.finish();
            engine.finish();
        }
        analysisNanos += System.nanoTime() - start;
    }

    /** Ends the session in the way that the trace itself tells. */
    void finishAsTraced() {
        String how = status.getOrDefault("endedBy", end.isEmpty() ? "unknown" : "exit");
        cutShort = end.isEmpty() && status.isEmpty();
        long number = Pairs.number(status, "signal", 0);
        finish(how, number == 0 ? null : (int) number);
    }

    /** What the process said of itself, null before its HELLO frame. */
    public Hello hello() {
        return hello;
    }

    /** Whether the agent has said that nothing will follow. */
    public boolean ended() {
        return !end.isEmpty();
    }

    /** The law {@code received = analysed + dropped + malformed + waiting} holds at any time; nothing waits once it was finished. */
    public SessionCounters counters() {
        return accounting.snapshot(
                Pairs.number(end, "records", -1),
                Math.max(0, Pairs.number(end, "lost", 0)),
                Pairs.number(status, "lost", 0));
    }

    /** Tests by name, and whether two threads shared an object in each. */
    Map<String, Boolean> tests() {
        return scopes == null ? Map.of() : scopes.tests();
    }

    /** Accesses by the rule of the engine that decided them, see {@link org.racewitness.analyzer.engine.RuleCounts}. */
    public Map<String, Long> rules() {
        return engine == null ? Map.of() : engine.rules().byName();
    }

    /** What the engine's tables take now, in bytes; 0 where it does not know. */
    public long stateBytes() {
        return engine == null ? 0 : engine.stateBytes();
    }

    /**
     * How often each rule of the agent's filter answered, where it was built to count ({@code rule.NAME.OPERATION} of the END frame): by rule,
     * then by the name of the operation.
     */
    Map<String, Map<String, Long>> agentRules() {
        Map<String, Map<String, Long>> rules = new TreeMap<>();
        end.forEach((key, value) -> {
            Matcher rule = AGENT_RULE.matcher(key);
            if (rule.matches()) {
                String operation = OperationCode.name(Integer.parseInt(rule.group(2)));
                rules.computeIfAbsent(rule.group(1), name -> new TreeMap<>())
                        .merge(operation, Math.max(0, Pairs.number(end, key, 0)), Long::sum);
            }
        });
        return rules;
    }

    long seen() {
        return Math.max(0, Pairs.number(end, "seen", 0));
    }

    /** Files of the application code that the process ran. */
    Set<String> files() {
        return trace.applicationFiles();
    }

    long locations() {
        return engine == null ? 0 : engine.locations();
    }

    long analysisNanos() {
        return analysisNanos;
    }

    ProcessReport report() {
        SessionCounters counters = counters();
        return new ProcessReport(
                hello == null ? 0 : hello.pid(),
                hello == null ? "?" : hello.python(),
                hello != null && hello.freeThreaded(),
                gilEnabled(),
                trace.model().threadCount(),
                counters.received(),
                counters.analysed(),
                counters.dropped(),
                counters.malformed(),
                counters.lost(),
                Math.max(counters.recovered(), Pairs.number(status, "recovered", 0)),
                endedBy,
                notes(counters));
    }

    private boolean gilEnabled() {
        String atEnd = end.get("gilEnabled");
        boolean atStart = hello != null && hello.gilEnabled();
        return atEnd == null ? atStart || accounting.gilWasEnabled() : atEnd.equals("1");
    }

    private List<String> notes(SessionCounters counters) {
        List<String> notes = new ArrayList<>();
        if (hello == null) {
            notes.add("the process never said who it is: its HELLO frame is missing");
        }
        if (signal != null) {
            notes.add("ended by signal " + signal + lastRecords(counters.recovered()));
        }
        if (end.isEmpty() && endedBy.equals("unknown")) {
            notes.add(
                    cutShort
                            ? "the trace does not tell the end of the process: what came last may be missing"
                            : "nobody saw how the process ended" + lastRecords(counters.recovered()));
        }
        if (engine != null && engine.forgottenLocations() > 0) {
            notes.add(forgotten(engine, run.budget()));
        }
        if (trace.forgottenKeyTexts() > 0) {
            notes.add(String.format(
                    Locale.ROOT,
                    "the texts of %,d keys were forgotten to stay within %,d KiB for all tables: races at them have no key",
                    trace.forgottenKeyTexts(),
                    run.budget().limitBytes() >> 10));
        }
        notes.addAll(counters.notes());
        return List.copyOf(notes);
    }

    private static String lastRecords(long recovered) {
        return recovered == 0
                ? ""
                : String.format(Locale.ROOT, "; its last %,d records were taken from its buffer file", recovered);
    }

    /** The line about the locations that an engine gave up. */
    static String forgotten(Engine engine, StateBudget budget) {
        return String.format(
                Locale.ROOT,
                "the past of %,d locations was forgotten to stay within %,d KiB for all tables: races with it may be missing",
                engine.forgottenLocations(),
                budget.limitBytes() >> 10);
    }

    private void fault(String line) {
        accounting.fault(line);
    }
}
