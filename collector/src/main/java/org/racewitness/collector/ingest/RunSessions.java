package org.racewitness.collector.ingest;

import io.netty.channel.Channel;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.racewitness.analyzer.wire.Answer;
import org.racewitness.analyzer.wire.Hello;

/**
 * The sessions of one run and the thread that analyses them. What is not final is confined to the event loop; the methods say who may call them.
 */
public final class RunSessions {
    private final IngestLimits limits;
    private final IngestStats stats;
    private final RunSink sink;
    private final ProcessEnds ends;
    private final Path bufferDirectory;
    private final AtomicLong totalPending;
    private final Executor eventLoop;
    private final Runnable onQuiet;
    private final AnalysisLoop loop = new AnalysisLoop();

    // event loop only, from here
    private final Set<Long> sessions = new HashSet<>();
    private final Set<Long> pids = new HashSet<>();
    private int unfinished;

    /**
     * @param sink where the sessions go
     * @param ends tells how processes ended
     * @param bufferDirectory where their agents keep buffer files, null when not on this machine
     * @param totalPending bytes that wait for any analysis, shared by all that {@link IngestLimits#totalBytes} bounds
     * @param onQuiet called on the event loop whenever a session is finished and no other is unfinished
     */
    public RunSessions(
            IngestLimits limits,
            IngestStats stats,
            RunSink sink,
            ProcessEnds ends,
            Path bufferDirectory,
            AtomicLong totalPending,
            Executor eventLoop,
            Runnable onQuiet) {
        this.limits = limits;
        this.stats = stats;
        this.sink = sink;
        this.ends = ends;
        this.bufferDirectory = bufferDirectory;
        this.totalPending = totalPending;
        this.eventLoop = eventLoop;
        this.onQuiet = onQuiet;
    }

    /** Begins to analyse; once, on any thread. */
    public void start() {
        loop.start();
    }

    // ---- on the event loop ----

    LiveSession letIn(Hello hello, Channel channel) throws RefusedException {
        if (sessions.size() >= limits.maxSessions()) {
            throw new RefusedException(
                    Answer.TOO_MANY_SESSIONS, "more than " + limits.maxSessions() + " processes in one run");
        }
        if (!sessions.add(hello.session())) {
            throw new RefusedException(Answer.MALFORMED, "its session number is already in use");
        }
        unfinished++;
        LiveSession session =
                new LiveSession(hello, channel, this, loop, limits, stats, totalPending, Clock.systemUTC());
        pids.add(session.pid());
        ends.began(hello.session(), session.pid());
        session.open(sink);
        return session;
    }

    /** The connection of a session has closed. */
    void closed(LiveSession session) {
        session.ended(ends, bufferDirectory)
                .thenRun(() -> eventLoop.execute(() -> {
                    unfinished--;
                    if (unfinished == 0) {
                        onQuiet.run();
                    }
                }));
    }

    /** Whether every session that was let in is finished. */
    public boolean isQuiet() {
        return unfinished == 0;
    }

    /** Sessions let in so far. */
    public int count() {
        return sessions.size();
    }

    /** Sessions that are not finished. */
    public int unfinished() {
        return unfinished;
    }

    /** Whether another collector may pass sessions on, and say in a STATUS frame how their processes ended. */
    boolean takesStatus() {
        return bufferDirectory == null;
    }

    Set<Long> pids() {
        return Set.copyOf(pids);
    }

    // ---- on any thread ----

    /** Runs a task on the analysis thread, behind all that was submitted before. */
    public void submit(Runnable task) {
        loop.submit(task::run);
    }

    /** Exceptions of sinks and handlers: defects of the tool, or a disk that is full. */
    public List<Throwable> failures() {
        return loop.failures();
    }

    public void failed(Throwable failure) {
        loop.failed(failure);
    }

    /** Runs what waits for the analysis and ends its thread; the sinks are then the caller's. */
    public void finish() throws InterruptedException {
        loop.stop();
    }

    /** Ends the thread without waiting for it, after what it is doing now. */
    public void abandon() {
        loop.abandon();
    }
}
