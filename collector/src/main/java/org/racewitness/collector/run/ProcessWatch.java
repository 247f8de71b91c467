package org.racewitness.collector.run;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.racewitness.collector.ingest.ProcessEnd;
import org.racewitness.collector.ingest.ProcessEnds;
import org.racewitness.collector.os.CommandStatus;
import org.racewitness.collector.os.ProcFs;
import org.racewitness.collector.os.RunningCommand;

/**
 * Tells how the processes of a run ended. The command itself is this process's child, so its end is known exactly; of others {@code /proc} shows what
 * there is to see until their parents have waited for them. Thread-safe.
 */
final class ProcessWatch implements ProcessEnds, AutoCloseable {
    private static final long POLL_MILLIS = 10;
    /** A process whose connection is closed, and that is on its way out, gets this long. */
    private static final int MAX_POLLS = 500;

    private final CompletableFuture<RunningCommand> command;
    private final ScheduledExecutorService poller = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "process-watch");
        thread.setDaemon(true);
        return thread;
    });
    /** Set when the run no longer waits for processes that go on; read by the poller. */
    private volatile boolean leaving;

    /** @param command completed when the command was started */
    ProcessWatch(CompletableFuture<RunningCommand> command) {
        this.command = command;
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
    public CompletionStage<ProcessEnd> of(long pid, boolean saidGoodbye) {
        return command.thenCompose(started -> {
            if (pid == started.pid()) {
                return saidGoodbye ? started.ended().thenApply(ProcessWatch::exactly) : watch(pid, started);
            }
            return saidGoodbye ? CompletableFuture.completedStage(ProcessEnd.EXIT) : watch(pid, null);
        });
    }

    private CompletionStage<ProcessEnd> watch(long pid, RunningCommand child) {
        CompletableFuture<ProcessEnd> answer = new CompletableFuture<>();
        poller.execute(() -> poll(pid, child, 0, answer));
        return answer;
    }

    private void poll(long pid, RunningCommand child, int polls, CompletableFuture<ProcessEnd> answer) {
        if (child != null && child.ended().isDone()) {
            answer.complete(exactly(child.ended().join()));
        } else if (runs(pid)) {
            // alive without its connection: the image was replaced, or the run lets it go
            answer.complete(leaving ? ProcessEnd.STILL_RUNNING : ProcessEnd.EXEC);
        } else {
            Optional<ProcFs.Stat> stat = ProcFs.stat(pid);
            if (child == null && stat.map(ProcFs.Stat::zombie).orElse(false)) {
                answer.complete(decoded(stat.get().waitStatus()));
            } else if ((child == null && stat.isEmpty()) || polls >= MAX_POLLS) {
                answer.complete(ProcessEnd.UNKNOWN);
            } else {
                var unused =
                        poller.schedule(() -> poll(pid, child, polls + 1, answer), POLL_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
    }

    /** The encoding of wait(2); 0 also where the kernel hides it, so an exit without goodbye is told only by its status. */
    private static ProcessEnd decoded(int waitStatus) {
        int signal = waitStatus & 0x7f;
        if (signal != 0) {
            return new ProcessEnd("signal", null, signal, null);
        }
        int status = waitStatus >> 8 & 0xff;
        return status == 0 ? ProcessEnd.UNKNOWN : new ProcessEnd("exit", status, null, null);
    }

    private static ProcessEnd exactly(CommandStatus status) {
        return status.signal() != null
                ? new ProcessEnd("signal", null, status.signal(), null)
                : new ProcessEnd("exit", status.exitStatus(), null, null);
    }

    @Override
    public void close() {
        poller.shutdownNow();
    }
}
