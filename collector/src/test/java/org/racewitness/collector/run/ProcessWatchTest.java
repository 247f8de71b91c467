package org.racewitness.collector.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.racewitness.collector.ingest.ProcessEnd;
import org.racewitness.collector.os.CommandStatus;
import org.racewitness.collector.os.RunningCommand;

@Timeout(60)
class ProcessWatchTest {
    private static final long NOBODY = Integer.MAX_VALUE; // above any pid_max

    private final CompletableFuture<RunningCommand> started = new CompletableFuture<>();
    private final ProcessWatch watch = new ProcessWatch(started);

    @AfterEach
    void close() {
        watch.close();
    }

    private record Child(long pid, CompletableFuture<CommandStatus> ended) implements RunningCommand {
        @Override
        public void signal(int number) {
            throw new AssertionError("a watch sends no signals");
        }
    }

    private ProcessEnd end(long pid, boolean saidGoodbye) throws Exception {
        return watch.of(pid, saidGoodbye).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private Child command(long pid) {
        Child child = new Child(pid, new CompletableFuture<>());
        started.complete(child);
        return child;
    }

    @Test
    void ofTheCommandItselfTheEndIsKnown() throws Exception {
        Child child = command(NOBODY);
        child.ended().complete(new CommandStatus(null, 9, null));
        assertEquals(new ProcessEnd("signal", null, 9, null), end(NOBODY, false));
        assertEquals(new ProcessEnd("signal", null, 9, null), end(NOBODY, true));
    }

    @Test
    void theCommandsEndIsWaitedFor() throws Exception {
        Child child = command(NOBODY);
        CompletableFuture<ProcessEnd> end = watch.of(NOBODY, true).toCompletableFuture();
        child.ended().complete(new CommandStatus(3, null, null));
        assertEquals(new ProcessEnd("exit", 3, null, null), end.get(30, TimeUnit.SECONDS));
    }

    @Test
    void aProcessThatSaidGoodbyeHasExited() throws Exception {
        command(NOBODY);
        assertEquals(ProcessEnd.EXIT, end(1, true));
    }

    @Test
    void aLivingProcessWithoutItsConnectionRunsSomethingElseNow() throws Exception {
        command(NOBODY);
        long alive = ProcessHandle.current().pid();
        assertEquals(ProcessEnd.EXEC, end(alive, false));
        watch.leave();
        assertEquals(ProcessEnd.STILL_RUNNING, end(alive, false));
    }

    @Test
    void aProcessThatHasVanishedEndedNobodyKnowsHow() throws Exception {
        command(NOBODY - 1);
        assertEquals(ProcessEnd.UNKNOWN, end(NOBODY, false));
    }

    @Test
    void aZombieStillSaysWhichSignalKilledIt() throws Exception {
        command(NOBODY);
        // the shell starts a child that kills itself, says its pid, and does not wait for it
        Process parent = new ProcessBuilder("/bin/sh", "-c", "sh -c 'kill -KILL $$' & echo $!; exec cat").start();
        try {
            long child = Long.parseLong(parent.inputReader().readLine());
            assertEquals(new ProcessEnd("signal", null, 9, null), end(child, false));
        } finally {
            parent.destroyForcibly().waitFor();
        }
    }
}
