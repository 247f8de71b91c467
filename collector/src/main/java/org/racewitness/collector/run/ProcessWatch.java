package org.racewitness.collector.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.racewitness.collector.ingest.ClosedSession;
import org.racewitness.collector.ingest.ProcessEnd;
import org.racewitness.collector.ingest.ProcessEnds;
import org.racewitness.collector.os.CommandStatus;
import org.racewitness.collector.os.PidFd;
import org.racewitness.collector.os.ProcFs;
import org.racewitness.collector.os.RunningCommand;

/**
 * Tells how the processes of a run ended. Most kernels tell it to the parent alone, so whoever may know is asked:
 *
 * <ol>
 *   <li>the command is this process's own child;
 *   <li>a process that ends itself says so before (an END frame, or the last word in its buffer file);
 *   <li>{@code /proc} shows what killed a process from its death until its parent has waited for it;
 *   <li>a newer kernel tells it everybody that holds a {@link PidFd};
 *   <li>a parent that is observed leaves word when a signal has killed a child of its: the file {@code PID.end}, the number in decimal.
 * </ol>
 *
 * <p>Thread-safe.
 */
final class ProcessWatch implements ProcessEnds, AutoCloseable {
    private static final long POLL_MILLIS = 10;
    /** A process whose connection is closed, and that is on its way out, gets this long. */
    private static final int MAX_POLLS = 500;
    /** A parent that has just waited for it gets this long to leave word. */
    private static final int MAX_POLLS_FOR_PARENT = 10;

    /** Of a status as wait(2) encodes it. */
    private static final int SIGNAL_BITS = 0x7f;

    private final CompletableFuture<RunningCommand> command;
    private final Path directory;
    private final ScheduledExecutorService poller = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "process-watch");
        thread.setDaemon(true);
        return thread;
    });
    /** Of the sessions whose end is not known yet, by session. */
    private final Map<Long, PidFd> open = new ConcurrentHashMap<>();
    /** Set when the run no longer waits for processes that go on; read by the poller. */
    private volatile boolean leaving;

    /**
     * @param command completed when the command was started
     * @param directory where observed parents leave word of their children
     */
    ProcessWatch(CompletableFuture<RunningCommand> command, Path directory) {
        this.command = command;
        this.directory = directory;
    }

    /** From now on a closed connection of a living process means that the run has left it behind. */
    void leave() {
        leaving = true;
    }

    /** Whether the process runs, as far as can be seen. */
    static boolean runs(long pid) {
        Optional<ProcFs.Stat> stat = ProcFs.stat(pid);
        return ProcFs.self().isPresent()
                ? stat.map(ProcFs.Stat::alive).orElse(false)
                : ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    @Override
    public void began(long session, long pid) {
        open.put(session, PidFd.open(pid));
    }

    @Override
    public CompletionStage<ProcessEnd> of(ClosedSession session) {
        return howEnded(session).whenComplete((end, failure) -> {
            PidFd process = open.remove(session.id());
            if (process != null) {
                process.close();
            }
        });
    }

    private CompletionStage<ProcessEnd> howEnded(ClosedSession session) {
        return command.thenCompose(started -> {
            boolean own = session.pid() == started.pid();
            if (own && session.saidGoodbye()) {
                return started.ended().thenApply(ProcessWatch::exactly);
            }
            ProcessEnd end = session.saidGoodbye() ? ProcessEnd.EXIT : session.lastWord();
            if (end == null && !own) {
                end = killed(ProcFs.stat(session.pid())); // now or never: its parent is about to wait for it
            }
            return end != null
                    ? CompletableFuture.completedStage(end)
                    : watch(new Watched(session, own ? started : null, new CompletableFuture<>()));
        });
    }

    /**
     * @param child null unless the process is this process's own child
     */
    private record Watched(ClosedSession session, RunningCommand child, CompletableFuture<ProcessEnd> end) {}

    private CompletionStage<ProcessEnd> watch(Watched process) {
        poller.execute(() -> poll(process, 0, 0));
        return process.end();
    }

    /** @param gone how many polls ago the process was seen to be gone */
    private void poll(Watched process, int polls, int gone) {
        ProcessEnd end = look(process, polls, gone);
        if (end != null) {
            process.end().complete(end);
        } else {
            int goneThen = ProcFs.stat(process.session().pid()).isEmpty() ? gone + 1 : 0;
            var unused = poller.schedule(() -> poll(process, polls + 1, goneThen), POLL_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** How it ended, null while that may still come out. */
    private ProcessEnd look(Watched process, int polls, int gone) {
        long pid = process.session().pid();
        if (process.child() != null) {
            if (process.child().ended().isDone()) {
                return exactly(process.child().ended().join());
            }
        } else {
            ProcessEnd end = killed(ProcFs.stat(pid));
            end = end == null ? toldByKernel(process.session()) : end;
            end = end == null ? toldByParent(process.session()) : end;
            if (end != null) {
                return end;
            }
        }
        if (runs(pid)) {
            // alive without its connection: the image was replaced, or the run lets it go
            return leaving ? ProcessEnd.STILL_RUNNING : ProcessEnd.EXEC;
        }
        boolean tooLong = polls >= MAX_POLLS || (process.child() == null && gone >= MAX_POLLS_FOR_PARENT);
        return tooLong ? ProcessEnd.UNKNOWN : null;
    }

    /** The signal that killed it, by the encoding of wait(2); null where none shows. */
    private static ProcessEnd killed(Optional<ProcFs.Stat> stat) {
        int signal = stat.isEmpty() || stat.get().alive() ? 0 : stat.get().waitStatus() & SIGNAL_BITS;
        return signal == 0 ? null : ProcessEnd.killed(signal);
    }

    private ProcessEnd toldByKernel(ClosedSession session) {
        PidFd process = open.get(session.id());
        OptionalInt status = process == null ? OptionalInt.empty() : process.waitStatus();
        if (status.isEmpty()) {
            return null;
        }
        int signal = status.getAsInt() & SIGNAL_BITS;
        return signal != 0 ? ProcessEnd.killed(signal) : ProcessEnd.exited(status.getAsInt() >> 8 & 0xff);
    }

    /** What is there from before the process began was said of another of its number. */
    private ProcessEnd toldByParent(ClosedSession session) {
        Path file = directory.resolve(session.pid() + ".end");
        try {
            Instant written = Files.getLastModifiedTime(file).toInstant();
            String text = Files.readString(file, StandardCharsets.US_ASCII);
            boolean whole = text.matches("[0-9]{1,2}\n");
            return whole && !written.isBefore(session.startedAt())
                    ? ProcessEnd.killed(Integer.parseInt(text.trim()))
                    : null;
        } catch (IOException notThere) {
            return null;
        }
    }

    private static ProcessEnd exactly(CommandStatus status) {
        return status.signal() != null ? ProcessEnd.killed(status.signal()) : ProcessEnd.exited(status.exitStatus());
    }

    @Override
    public void close() {
        poller.shutdownNow();
        open.values().forEach(PidFd::close);
    }
}
