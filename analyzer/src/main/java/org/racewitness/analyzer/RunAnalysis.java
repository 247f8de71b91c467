package org.racewitness.analyzer;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.racewitness.analyzer.engine.StateBudget;
import org.racewitness.analyzer.race.RaceCollector;
import org.racewitness.analyzer.report.AnalysisReport;
import org.racewitness.analyzer.report.ProcessReport;
import org.racewitness.analyzer.report.Race;
import org.racewitness.analyzer.report.TestReport;
import org.racewitness.analyzer.wire.WireLimits;

/**
 * The analysis of one run: one {@link SessionAnalysis} for each of its processes, one report over all of them. This is what a collector
 * uses of the analyzer.
 *
 * <p>{@link #open} may be called from any thread, each session then belongs to one thread at a time; {@link #report} wants all of them
 * finished.
 */
public final class RunAnalysis {
    /** Sessions of a stored trace that are judged by several threads; there are as many for each. */
    private static final int MOST_PARALLEL_SESSIONS = 4;

    private final AnalysisOptions options;
    private final StateBudget budget;
    private final RaceCollector collector = new RaceCollector();

    @GuardedBy("sessions")
    private final Map<Long, SessionAnalysis> sessions = new LinkedHashMap<>();

    /** Texts in RAPID's format, each a process of its own. */
    @GuardedBy("sessions")
    private final List<StdAnalysis> texts = new ArrayList<>();

    public RunAnalysis(AnalysisOptions options) {
        this.options = options;
        this.budget = new StateBudget(options.maxStateBytes());
    }

    /**
     * The session of that number, new where it was not open yet.
     *
     * @throws IllegalStateException when a run has more sessions than the wire format allows
     */
    public SessionAnalysis open(long session) {
        return open(session, 1);
    }

    /**
     * A session of which all frames are there already, so that further threads shorten the time and take nothing from the program: one for each core, where not many
     * sessions have them.
     */
    public SessionAnalysis openStored(long session) {
        synchronized (sessions) {
            return open(session, sessions.size() < MOST_PARALLEL_SESSIONS ? options.cores() : 1);
        }
    }

    private SessionAnalysis open(long session, int workers) {
        synchronized (sessions) {
            SessionAnalysis known = sessions.get(session);
            if (known != null) {
                return known;
            }
            if (sessions.size() >= WireLimits.MAX_SESSIONS) {
                throw new IllegalStateException("more than " + WireLimits.MAX_SESSIONS + " processes in one run");
            }
            SessionAnalysis opened = new SessionAnalysis(this, session, workers);
            sessions.put(session, opened);
            return opened;
        }
    }

    /** The session of that number, or null where it was never opened. */
    SessionAnalysis find(long session) {
        synchronized (sessions) {
            return sessions.get(session);
        }
    }

    /**
     * Analyses a trace file whole, its sessions included, and finishes them. What is damaged is skipped and told.
     *
     * @param name for messages
     * @throws IOException of the channel, never for what it delivers
     */
    public TraceReadResult readTrace(String name, ReadableByteChannel channel) throws IOException {
        return new TraceReplay(this, name, channel).run();
    }

    /**
     * Analyses a trace in RAPID's STD text format, as a process of its own.
     *
     * @param name for messages
     * @throws IOException of the stream, never for what it delivers
     */
    public TraceReadResult readStd(String name, InputStream in) throws IOException {
        StdAnalysis text = new StdAnalysis(this, name);
        synchronized (sessions) {
            texts.add(text);
        }
        return text.run(in);
    }

    /** Instruction events that the agents counted, where that was all they were there for ({@code seen} of the END frames). */
    public long seen() {
        synchronized (sessions) {
            return sessions.values().stream().mapToLong(SessionAnalysis::seen).sum();
        }
    }

    /** How often each rule of the agents' filters answered, by operation; empty where they were not built to count. */
    public Map<String, Map<String, Long>> agentRules() {
        Map<String, Map<String, Long>> all = new TreeMap<>();
        synchronized (sessions) {
            for (SessionAnalysis session : sessions.values()) {
                session.agentRules().forEach((rule, counts) -> {
                    Map<String, Long> sums = all.computeIfAbsent(rule, name -> new TreeMap<>());
                    counts.forEach((operation, count) -> sums.merge(operation, count, Long::sum));
                });
            }
        }
        return all;
    }

    /** How many races were found so far, before any is judged: pairs of source lines. May be asked by any thread at any time. */
    public int racesSoFar() {
        return collector.soFar();
    }

    /** Everything found. Sessions that were not finished are, as ended nobody knows how. */
    public AnalysisReport report() {
        List<SessionAnalysis> allSessions;
        List<StdAnalysis> allTexts;
        synchronized (sessions) {
            allSessions = List.copyOf(sessions.values());
            allTexts = List.copyOf(texts);
        }
        List<ProcessReport> processes = new ArrayList<>();
        long locations = 0;
        long nanos = 0;
        for (SessionAnalysis session : allSessions) {
            session.finish("unknown", null);
            processes.add(session.report());
            locations += session.locations();
            nanos += session.analysisNanos();
        }
        for (StdAnalysis text : allTexts) {
            processes.add(text.report());
            locations += text.locations();
            nanos += text.analysisNanos();
        }
        long start = System.nanoTime();
        List<Race> races = collector.races();
        nanos += System.nanoTime() - start;
        return new AnalysisReport(
                options.order(),
                races,
                List.copyOf(processes),
                events(processes),
                locations,
                nanos,
                tests(allSessions, races),
                files(allSessions));
    }

    private static List<String> files(List<SessionAnalysis> sessions) {
        Set<String> files = new TreeSet<>();
        sessions.forEach(session -> files.addAll(session.files()));
        return List.copyOf(files);
    }

    /** A race in which a test had a part may have come after its end. */
    private static List<TestReport> tests(List<SessionAnalysis> sessions, List<Race> races) {
        Map<String, Boolean> sharing = new LinkedHashMap<>();
        for (SessionAnalysis session : sessions) {
            session.tests().forEach((name, shared) -> sharing.merge(name, shared, Boolean::logicalOr));
        }
        races.forEach(race -> race.test().forEach(name -> sharing.put(name, true)));
        return sharing.entrySet().stream()
                .map(test -> new TestReport(test.getKey(), test.getValue()))
                .toList();
    }

    StateBudget budget() {
        return budget;
    }

    AnalysisOptions options() {
        return options;
    }

    RaceCollector collector() {
        return collector;
    }

    private static long events(List<ProcessReport> processes) {
        return processes.stream().mapToLong(ProcessReport::events).sum();
    }
}
