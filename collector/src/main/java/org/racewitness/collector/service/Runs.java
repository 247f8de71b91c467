package org.racewitness.collector.service;

import io.netty.channel.EventLoop;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.racewitness.analyzer.AnalysisOptions;
import org.racewitness.analyzer.report.AnalysisReport;
import org.racewitness.analyzer.wire.Answer;
import org.racewitness.analyzer.wire.Hello;
import org.racewitness.collector.ingest.RefusedException;
import org.racewitness.collector.report.Headline;
import org.racewitness.collector.report.RunReport;
import org.racewitness.collector.report.Sources;
import org.racewitness.collector.service.Transfer.Closing;
import org.racewitness.collector.service.Transfer.Found;
import org.racewitness.collector.service.Transfer.Opening;
import org.racewitness.collector.service.Transfer.Publication;

/** The runs that go on, from their beginning to their report. Confined to the event loop; reports are written by a thread of their own. */
final class Runs {
    /** Pair of a HELLO frame that names the run. */
    static final String RUN_PAIR = "run";

    private static final long MIN_WAITING_BYTES = 8L << 20;

    private final ServiceSettings settings;
    private final EventLoop eventLoop;
    private final ReportFolder folder;
    private final Executor reports;
    private final ServiceCounters counters;
    private final ServiceLog log;
    private final AnalysisOptions analysisOptions;
    private final AtomicLong totalPending = new AtomicLong();
    private final Map<String, ServedRun> active = new LinkedHashMap<>();
    /** Runs that have ended and whose client may still send the report as its machine sees it. */
    private final Set<String> awaitingReport = new HashSet<>();
    /** Reports that are being written. */
    private int writing;
    /** Null until the service is to stop; completed when every run has ended and its report is written. */
    private CompletableFuture<Void> stopped;

    Runs(
            ServiceSettings settings,
            EventLoop eventLoop,
            ReportFolder folder,
            Executor reports,
            ServiceCounters counters,
            ServiceLog log) {
        this.settings = settings;
        this.eventLoop = eventLoop;
        this.folder = folder;
        this.reports = reports;
        this.counters = counters;
        this.log = log;
        AnalysisOptions whole = AnalysisOptions.defaults();
        this.analysisOptions = whole.withMaxStateBytes(Math.max(1, whole.maxStateBytes() / settings.maxRuns()))
                .withMaxWaitingBytes(Math.max(
                        MIN_WAITING_BYTES,
                        Math.min(
                                whole.maxWaitingBytes(),
                                Runtime.getRuntime().maxMemory() / (8L * settings.maxRuns()))));
    }

    /** Why something that was asked for is not done; the message is one line for the client. */
    static final class Rejected extends Exception {
        private static final long serialVersionUID = 1L;

        private final int httpStatus;

        Rejected(int httpStatus, String message) {
            super(message, null, false, false);
            this.httpStatus = httpStatus;
        }

        int httpStatus() {
            return httpStatus;
        }
    }

    /** A client begins a run that it will end. */
    ServedRun begin(Opening asked) throws Rejected {
        if (!settings.version().equals(asked.version())) {
            throw new Rejected(
                    409,
                    "this service is racewitness " + settings.version() + ", the run " + asked.version()
                            + ": use one release for both");
        }
        if (!"shb".equals(asked.order()) && !"hb".equals(asked.order())) {
            throw new Rejected(400, "no order " + asked.order());
        }
        String name = asked.name() == null ? RunNames.draw(Instant.now()) : asked.name();
        checkNew(name);
        return add(new Opening(name, asked.version(), asked.order(), asked.command()), true);
    }

    /** The run that a process says it belongs to, begun by it where it is the first. */
    ServedRun of(Hello hello) throws RefusedException {
        String name = hello.pair(RUN_PAIR);
        ServedRun known = active.get(name);
        if (known != null && known.goesOn()) {
            return known;
        }
        if (name.isEmpty()) {
            throw new RefusedException(
                    Answer.MALFORMED,
                    "this collector serves several runs: set RACEWITNESS_RUN to the name of this one");
        }
        try {
            checkNew(name);
            ServedRun begun =
                    add(new Opening(name, settings.version(), analysisOptions.order(), RunTexts.argv(hello)), false);
            begun.endWhenIdle();
            return begun;
        } catch (Rejected e) {
            throw new RefusedException(
                    e.httpStatus() == 503 ? Answer.TOO_MANY_SESSIONS : Answer.MALFORMED, e.getMessage());
        }
    }

    private void checkNew(String name) throws Rejected {
        if (stopped != null) {
            throw new Rejected(503, "the service is stopping");
        }
        if (!RunNames.isName(name)) {
            throw new Rejected(400, "the run's name is not " + RunNames.ALLOWED);
        }
        if (active.containsKey(name) || folder.exists(name)) {
            throw new Rejected(409, "there is or was a run " + name + "; give this one another name");
        }
        if (active.size() >= settings.maxRuns()) {
            throw new Rejected(
                    503, active.size() + " runs go on, as many as this service takes at once; try again later");
        }
    }

    private ServedRun add(Opening opening, boolean leased) {
        ServedRun run = new ServedRun(
                opening,
                Instant.now(),
                leased,
                analysisOptions,
                settings.limits(),
                settings.idle(),
                totalPending,
                eventLoop);
        active.put(opening.name(), run);
        reportWhenJudged(run);
        counters.runBegan();
        log.say("run " + opening.name() + " begins: " + RunTexts.command(opening.command()));
        return run;
    }

    /** Null where no run of that name goes on. */
    ServedRun active(String name) {
        return active.get(name);
    }

    /** Runs that go on. */
    List<ServedRun> active() {
        return List.copyOf(active.values());
    }

    /** Bytes that wait for an analysis. */
    long pendingBytes() {
        return totalPending.get();
    }

    /**
     * Ends a run.
     *
     * @return completed on the event loop when it was analysed to its end, exceptionally with a {@link Rejected}
     */
    CompletableFuture<Found> end(ServedRun run, Closing said) {
        CompletableFuture<Found> found = new CompletableFuture<>();
        run.judged().whenComplete((judged, failure) -> {
            if (failure != null) {
                found.completeExceptionally(new Rejected(500, "the analysis failed: " + failure));
            } else {
                found.complete(new Found(judged.analysis(), judged.notes()));
            }
        });
        run.end(said);
        return found;
    }

    private void reportWhenJudged(ServedRun run) {
        run.judged().whenComplete((judged, failure) -> {
            if (failure != null) {
                ended(run);
                counters.failed();
                log.say("run " + run.name() + ": no report, a failure of racewitness itself: " + failure);
            } else {
                keep(run, judged);
            }
        });
    }

    private void keep(ServedRun run, ServedRun.Judged judged) {
        for (Throwable failure : judged.failures()) {
            counters.failed();
            log.say("run " + run.name() + ": part of it was not analysed: " + failure);
        }
        List<String> notes = new ArrayList<>(judged.closing().notes());
        notes.addAll(judged.notes());
        if (judged.interrupted() != null) {
            notes.add("this run did not come to its end: " + judged.interrupted());
        }
        counters.races(judged.analysis());
        if (run.hasClient()) {
            awaitingReport.add(run.name());
        }
        RunReport report = new RunReport(
                judged.closing().run(),
                judged.analysis(),
                settings.version(),
                notes,
                Sources.given(Map.of()),
                null,
                false);
        write(run.name(), judged.interrupted(), report).whenComplete((record, failure) -> {
            ended(run);
            log.say("run " + run.name() + ": " + Headline.of(report).sentence()
                    + (judged.interrupted() == null ? "" : "; " + judged.interrupted()));
        });
    }

    /** Takes the report as the machine of the run sees it in place of the one made here; completed on the event loop. */
    CompletableFuture<RunRecord> publish(String name, Publication publication) throws Rejected {
        AnalysisReport analysis = publication.analysis();
        if (analysis == null || publication.closing() == null) {
            throw new Rejected(400, "the report lacks a part");
        }
        if (!awaitingReport.remove(name)) {
            throw new Rejected(409, "no report of a run " + name + " is awaited");
        }
        RunReport report = new RunReport(
                publication.closing().run(),
                analysis,
                settings.version(),
                publication.closing().notes(),
                publication.sources() == null ? Sources.none() : Sources.given(publication.sources()),
                null,
                publication.baseline());
        return write(name, null, report);
    }

    /** The client that began a run has closed its connection, at the end of the run or before. */
    void clientGone(ServedRun run) {
        run.clientGone();
        awaitingReport.remove(run.name());
    }

    private CompletableFuture<RunRecord> write(String name, String interrupted, RunReport report) {
        CompletableFuture<RunRecord> written = new CompletableFuture<>();
        writing++;
        reports.execute(() -> {
            RunRecord record = null;
            Throwable failure = null;
            try {
                record = folder.write(name, interrupted, report);
            } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
                failure = e;
            }
            RunRecord made = record;
            Throwable why = failure;
            eventLoop.execute(() -> written(name, made, why, written));
        });
        return written;
    }

    private void written(String name, RunRecord made, Throwable why, CompletableFuture<RunRecord> written) {
        writing--;
        if (why == null) {
            written.complete(made);
        } else {
            counters.failed();
            log.say("run " + name + ": its report could not be written: " + why.getMessage());
            written.completeExceptionally(why);
        }
        completeWhenStopped();
    }

    private void ended(ServedRun run) {
        active.remove(run.name());
        counters.runEnded(run);
        completeWhenStopped();
    }

    /**
     * Takes no more runs and ends those that go on: what has arrived of them is reported.
     *
     * @return completed on the event loop when the last report is written
     */
    CompletableFuture<Void> stop(String why) {
        stopped = new CompletableFuture<>();
        active().forEach(run -> run.interrupt(why));
        completeWhenStopped();
        return stopped;
    }

    boolean isStopping() {
        return stopped != null;
    }

    private void completeWhenStopped() {
        if (stopped != null && active.isEmpty() && writing == 0) {
            stopped.complete(null);
        }
    }
}
