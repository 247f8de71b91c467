package org.racewitness.collector.run;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.Slug;
import org.racewitness.collector.ingest.Endpoint;
import org.racewitness.collector.ingest.IngestLimits;
import org.racewitness.collector.ingest.IngestServer;
import org.racewitness.collector.ingest.IngestStats;
import org.racewitness.collector.ingest.RunSink;
import org.racewitness.collector.ingest.SessionToken;
import org.racewitness.collector.os.CommandLauncher;
import org.racewitness.collector.os.CommandLauncher.Command;
import org.racewitness.collector.os.CommandStatus;
import org.racewitness.collector.os.InheritedDescriptors;
import org.racewitness.collector.os.Machine;
import org.racewitness.collector.os.ProcFs;
import org.racewitness.collector.os.RunningCommand;

/**
 * Runs a command with the agent in its Pythons and feeds what they send to a sink. The socket listens before the command starts; what
 * serves it is loaded while the command starts.
 */
public final class TracedRun {
    private static final Duration QUIET_WAIT = Duration.ofSeconds(1);
    private static final Duration STARTING_WAIT = Duration.ofSeconds(3);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration DRAIN_WAIT = Duration.ofSeconds(10);
    private static final int INTERRUPTED_STATUS = 130;

    private final RunSettings settings;
    private final AgentInstallation agent;
    private final InheritedDescriptors inherited;
    private final Console console;
    private final Progress progress;
    private final CompletableFuture<RunningCommand> started = new CompletableFuture<>();
    private final SignalRelay signals = new SignalRelay(started, this::giveUp);
    private final List<String> notes = new ArrayList<>();
    /** By this entry of their environment the run's processes are known. */
    private String tokenEntry = "";

    public TracedRun(
            RunSettings settings,
            AgentInstallation agent,
            InheritedDescriptors inherited,
            Console console,
            Progress progress) {
        this.settings = settings;
        this.agent = agent;
        this.inherited = inherited;
        this.console = console;
        this.progress = progress;
    }

    /** Fails when the command cannot be found; for a caller that wants to know before it prepares anything. */
    public static void checkCommand(List<String> command) throws ProblemException {
        new CommandResolver(System.getenv()).resolve(command, List.of());
    }

    /**
     * Runs the command to its end, and waits for the sessions of all its processes.
     *
     * @throws ProblemException when the command could not be started; then nothing has run
     */
    public RunOutcome execute(RunSink sink) throws ProblemException, IOException, InterruptedException {
        try (RunDirectory directory = RunDirectory.create();
                Endpoint endpoint = Endpoint.in(directory.path())) {
            SessionToken token = SessionToken.random();
            Command command = new CommandResolver(System.getenv())
                    .resolve(
                            settings.command(),
                            agent.environment(endpoint.address(), token.hex(), directory.path(), settings.agent()));
            tokenEntry = "RACEWITNESS_TOKEN=" + token.hex();
            IngestStats stats = new IngestStats(settings.withLag());
            try (ProcessWatch watch = new ProcessWatch(started, directory.path());
                    IngestServer server = new IngestServer(endpoint, token, IngestLimits.DEFAULT, stats, sink, watch)) {
                signals.install();
                return run(command, server, watch, directory, stats);
            } finally {
                progress.end();
                if (Machine.stderrIsTerminal()) {
                    console.beginLine(Machine.stderrColumns());
                }
            }
        }
    }

    private RunOutcome run(
            Command command, IngestServer server, ProcessWatch watch, RunDirectory directory, IngestStats stats)
            throws ProblemException, IOException, InterruptedException {
        Instant startedAt = Instant.now();
        long startNanos = System.nanoTime();
        start(command);
        serve(server);
        progress.show(stats);
        startSweeping();
        CommandStatus status = get(started.join().ended());
        long durationMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
        awaitStarting(server, directory);
        awaitSessions(server, watch);
        int sessions = get(server.sessionCount());
        get(server.refusals()).forEach(why -> notes.add("a connection was refused: " + why));
        server.finish();
        return new RunOutcome(
                settings.command(),
                status,
                startedAt,
                durationMs,
                sessions,
                UnsupportedPythons.read(directory.unsupported()),
                notes,
                server.failures(),
                stats);
    }

    private void start(Command command) throws ProblemException {
        try {
            started.complete(CommandLauncher.ofThisMachine(inherited).start(command));
        } catch (IOException e) {
            throw ProblemException.usage(
                    Slug.COMMAND_NOT_STARTED,
                    "cannot start " + command.executable() + ": " + e.getMessage()
                            + "; does it run without racewitness?");
        }
    }

    /** When that fails the command goes on without us: its agents see the socket close, and its end is waited for. */
    private void serve(IngestServer server) throws IOException, InterruptedException {
        try {
            server.start();
        } catch (RuntimeException | LinkageError e) {
            server.close();
            get(started.join().ended());
            throw e;
        }
    }

    private static void startSweeping() {
        Thread sweeper = new Thread(RunDirectory::sweepStale, "sweeper");
        sweeper.setDaemon(true);
        sweeper.setPriority(Thread.MIN_PRIORITY);
        sweeper.start();
    }

    /** Waits until the Pythons that the command started just before it ended, and left running, have connected. */
    private void awaitStarting(IngestServer server, RunDirectory directory) throws InterruptedException {
        long deadline = System.nanoTime() + Math.min(settings.grace().toNanos(), STARTING_WAIT.toNanos());
        while (isOneStarting(server, directory) && System.nanoTime() < deadline) {
            if (within(signals.enough(), POLL)) {
                return;
            }
        }
    }

    private boolean isOneStarting(IngestServer server, RunDirectory directory) throws InterruptedException {
        List<Long> pythons = ProcFs.processesWith(tokenEntry, name -> name.contains("python"));
        if (pythons.isEmpty()) {
            return false;
        }
        Set<Long> known = get(server.knownPids());
        return pythons.stream()
                .anyMatch(pid -> !known.contains(pid)
                        && !Files.exists(directory.unsupported().resolve(pid.toString())));
    }

    /** Waits until every process has said all, for the time of grace at most when some outlive the command. */
    private void awaitSessions(IngestServer server, ProcessWatch watch) throws IOException, InterruptedException {
        if (!within(server.backlogAccepted(), DRAIN_WAIT)) {
            notes.add("connections that were made at the very end may not have been accepted");
        }
        CompletableFuture<Void> quiet = server.quiet();
        if (within(quiet, QUIET_WAIT)) {
            return;
        }
        long deadline = System.nanoTime() + settings.grace().toNanos();
        boolean told = false;
        while (!within(quiet, POLL)) {
            List<Long> outliving = outliving(server);
            if (outliving.isEmpty()) {
                continue; // all that is left is to analyse what they sent
            }
            boolean enough = signals.enough().isDone();
            if (enough || System.nanoTime() > deadline) {
                console.say("processes " + outliving + " go on; what they do from here is not observed");
                watch.leave();
                server.disconnect(ProcessWatch::runs);
            } else if (!told) {
                told = true;
                console.say("the command has ended; waiting up to "
                        + settings.grace().toSeconds() + " s for its processes " + outliving
                        + " (Ctrl-C: do not wait, --grace: how long)");
            }
        }
    }

    private static List<Long> outliving(IngestServer server) throws InterruptedException {
        return get(server.connectedPids()).stream()
                .filter(pid -> pid == 0 || ProcessWatch.runs(pid))
                .toList();
    }

    private void giveUp() {
        progress.end();
        console.say("interrupted: no report was written");
        Runtime.getRuntime().halt(INTERRUPTED_STATUS);
    }

    private static boolean within(CompletableFuture<?> future, Duration time) throws InterruptedException {
        try {
            future.get(time.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private static <T> T get(CompletableFuture<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
