package org.racewitness.collector.service;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.racewitness.analyzer.AnalysisOptions;
import org.racewitness.analyzer.RunAnalysis;
import org.racewitness.analyzer.report.AnalysisReport;
import org.racewitness.collector.ingest.ClosedSession;
import org.racewitness.collector.ingest.Connection;
import org.racewitness.collector.ingest.IngestLimits;
import org.racewitness.collector.ingest.IngestStats;
import org.racewitness.collector.ingest.ProcessEnd;
import org.racewitness.collector.ingest.ProcessEnds;
import org.racewitness.collector.ingest.RunSessions;
import org.racewitness.collector.run.AnalysisSink;

/**
 * A run while it goes on: its sessions, their analysis, and when it is over. Confined to the event loop; the analysis has a thread of its own.
 */
final class ServedRun {
    /** What its connections said last is all that is known: nobody here can ask the kernel of another machine. */
    private static final ProcessEnds AS_TOLD = new ProcessEnds() {
        @Override
        public void began(long session, long pid) {}

        @Override
        public CompletableFuture<ProcessEnd> of(ClosedSession session) {
            ProcessEnd silent = session.saidGoodbye() ? ProcessEnd.EXIT : ProcessEnd.UNKNOWN;
            return CompletableFuture.completedFuture(session.lastWord() == null ? silent : session.lastWord());
        }
    };

    private final Transfer.Opening opening;
    private final Instant openedAt;
    private final boolean leased;
    private final long idleNanos;
    private final EventLoop eventLoop;
    private final RunAnalysis analysis;
    private final AnalysisSink sink;
    private final IngestStats stats = new IngestStats(false);
    private final RunSessions sessions;
    private final Set<Connection> connections = new HashSet<>();
    private final CompletableFuture<Judged> judged = new CompletableFuture<>();
    /** Null while the run goes on. */
    private Transfer.Closing closing;

    private String interrupted;
    private boolean clientGone;
    private boolean judging;
    /** How often it fell quiet, to tell an old alarm from a new one. */
    private int quietPeriods;

    /**
     * What came of a run.
     *
     * @param interrupted why it did not come to its own end, null when it did
     * @param notes sentences about single processes
     * @param failures defects of the tool that were met on the way
     */
    record Judged(
            Transfer.Closing closing,
            String interrupted,
            AnalysisReport analysis,
            List<String> notes,
            List<Throwable> failures) {}

    /**
     * @param leased whether a client began it and will say when it is over; otherwise it is over when no process was connected for a while
     */
    ServedRun(
            Transfer.Opening opening,
            Instant openedAt,
            boolean leased,
            AnalysisOptions options,
            IngestLimits limits,
            Duration idle,
            AtomicLong totalPending,
            EventLoop eventLoop) {
        this.opening = opening;
        this.openedAt = openedAt;
        this.leased = leased;
        this.idleNanos = idle.toNanos();
        this.eventLoop = eventLoop;
        this.analysis = new RunAnalysis(options.withOrder(opening.order()));
        this.sink = new AnalysisSink(analysis);
        this.sessions = new RunSessions(limits, stats, sink, AS_TOLD, null, totalPending, eventLoop, this::quiet);
        sessions.start();
    }

    String name() {
        return opening.name();
    }

    IngestStats stats() {
        return stats;
    }

    RunSessions sessions() {
        return sessions;
    }

    /** Whether more processes may join. */
    boolean goesOn() {
        return closing == null;
    }

    /** Completed on the event loop when the analysis is done, exceptionally when it failed. */
    CompletableFuture<Judged> judged() {
        return judged;
    }

    void connected(Connection connection) {
        connections.add(connection);
    }

    void disconnected(Connection connection) {
        connections.remove(connection);
    }

    ActiveRun describe() {
        return new ActiveRun(
                name(),
                RunTexts.command(opening.command()),
                RunTexts.time(openedAt.toEpochMilli()),
                sessions.unfinished(),
                stats.records(),
                analysis.racesSoFar());
    }

    /** Lets a run that no client leads end when no process has been connected for a while. */
    void endWhenIdle() {
        if (leased) {
            return;
        }
        int period = ++quietPeriods;
        var unused = eventLoop.schedule(
                () -> {
                    if (goesOn() && sessions.isQuiet() && period == quietPeriods) {
                        end(closingOfItsOwn());
                    }
                },
                idleNanos,
                TimeUnit.NANOSECONDS);
    }

    /** Its client says that it is over: what its sessions have sent is analysed to the end. */
    void end(Transfer.Closing said) {
        if (closing == null) {
            closing = said;
            judgeWhenQuiet();
        }
    }

    /** Whether a client leads it and is still there. */
    boolean hasClient() {
        return leased && !clientGone;
    }

    /** A run that its client has not ended is cut off. */
    void clientGone() {
        clientGone = true;
        interrupt("its client was gone before the run had ended");
    }

    /** Ends it before its time; its connections are closed once what has arrived was read. */
    void interrupt(String why) {
        if (closing == null) {
            interrupted = why;
            end(closingOfItsOwn());
        }
        List.copyOf(connections).forEach(Connection::drain);
    }

    /** What is said of a run of which nobody says more. */
    Transfer.Closing closingOfItsOwn() {
        long now = Instant.now().toEpochMilli();
        long since = openedAt.toEpochMilli();
        return new Transfer.Closing(opening.command(), since, now - since, null, null, 0, List.of());
    }

    private void quiet() {
        judgeWhenQuiet();
        endWhenIdle();
    }

    private void judgeWhenQuiet() {
        if (closing != null && sessions.isQuiet() && connections.isEmpty() && !judging) {
            judging = true;
            sessions.submit(this::judge);
        }
    }

    /** On the analysis thread, as its last task. */
    private void judge() {
        try {
            AnalysisReport report = analysis.report();
            Judged result = new Judged(closing, interrupted, report, sink.notes(), sessions.failures());
            eventLoop.execute(() -> judged.complete(result));
        } catch (RuntimeException | Error e) {
            eventLoop.execute(() -> judged.completeExceptionally(e));
        } finally {
            sessions.abandon();
        }
    }
}
