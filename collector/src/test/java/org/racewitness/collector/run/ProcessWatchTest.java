package org.racewitness.collector.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.racewitness.collector.ingest.ClosedSession;
import org.racewitness.collector.ingest.ProcessEnd;
import org.racewitness.collector.os.CommandStatus;
import org.racewitness.collector.os.ProcFs;
import org.racewitness.collector.os.RunningCommand;

@Timeout(600)
class ProcessWatchTest {
    private static final long NOBODY = Integer.MAX_VALUE; // above any pid_max

    @TempDir
    Path directory;

    private final CompletableFuture<RunningCommand> started = new CompletableFuture<>();
    private ProcessWatch watch;

    @BeforeEach
    void begin() {
        watch = new ProcessWatch(started, directory);
    }

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

    private static ClosedSession session(long pid, boolean saidGoodbye) {
        return new ClosedSession(1, pid, Instant.now().minusSeconds(5), saidGoodbye, null);
    }

    private ProcessEnd end(ClosedSession session) throws Exception {
        return watch.of(session).toCompletableFuture().get(300, TimeUnit.SECONDS);
    }

    private ProcessEnd end(long pid, boolean saidGoodbye) throws Exception {
        return end(session(pid, saidGoodbye));
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
        CompletableFuture<ProcessEnd> end = watch.of(session(NOBODY, true)).toCompletableFuture();
        child.ended().complete(new CommandStatus(3, null, null));
        assertEquals(new ProcessEnd("exit", 3, null, null), end.get(300, TimeUnit.SECONDS));
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
    void itsLastWordCounts() throws Exception {
        command(NOBODY - 1);
        ProcessEnd said = ProcessEnd.exited(7);
        assertEquals(said, end(new ClosedSession(1, NOBODY, Instant.now(), false, said)));
        assertEquals(ProcessEnd.EXIT, end(new ClosedSession(1, NOBODY, Instant.now(), true, said)));
    }

    @Test
    void aNewerKernelTellsWhoeverHoldsADescriptorOfIt() throws Exception {
        command(NOBODY - 1);
        Process child = new ProcessBuilder("/bin/sh", "-c", "read line; kill -SEGV $$").start();
        watch.began(1, child.pid());
        child.outputWriter().append("now\n").flush();
        assertEquals(128 + 11, child.waitFor()); // the JVM has waited for it: /proc says nothing any more
        assertEquals(kernelTells() ? ProcessEnd.killed(11) : ProcessEnd.UNKNOWN, end(child.pid(), false));
    }

    /** Linux 6.15 and later. */
    private static boolean kernelTells() {
        String[] version = System.getProperty("os.version").split("[.-]", 3);
        return Integer.parseInt(version[0]) * 1000 + Integer.parseInt(version[1]) >= 6015;
    }

    @Test
    void anObservedParentLeavesWordOfWhatKilledItsChild() throws Exception {
        command(NOBODY - 1);
        Path word = Files.writeString(directory.resolve(NOBODY + ".end"), "11\n");
        assertEquals(ProcessEnd.killed(11), end(NOBODY, false));
        Files.setLastModifiedTime(word, FileTime.from(Instant.now().minusSeconds(60))); // of an earlier one of that pid
        assertEquals(ProcessEnd.UNKNOWN, end(NOBODY, false));
    }

    @Test
    void aWordThatIsNotWholeIsNone() throws Exception {
        command(NOBODY - 1);
        Files.writeString(directory.resolve(NOBODY + ".end"), "1");
        assertEquals(ProcessEnd.UNKNOWN, end(NOBODY, false));
    }

    @Test
    void aZombieStillSaysWhichSignalKilledIt() throws Exception {
        command(NOBODY);
        // the shell starts a child that will kill itself when it may, says its pid, and becomes a cat, which waits for
        // no child
        String script = "mkfifo go; { read line < go; kill -KILL $(sh -c 'echo $PPID'); } & echo $!; exec cat";
        Process parent = new ProcessBuilder("/bin/sh", "-c", script)
                .directory(directory.toFile())
                .start();
        try {
            BufferedReader output = parent.inputReader();
            long child = Long.parseLong(output.readLine());
            parent.outputWriter().append("a cat\n").flush();
            assertEquals("a cat", output.readLine());
            Files.writeString(directory.resolve("go"), "now\n");
            while (!ProcFs.stat(child).map(ProcFs.Stat::zombie).orElseThrow()) {
                Thread.onSpinWait();
            }
            assertEquals(new ProcessEnd("signal", null, 9, null), end(child, false));
        } finally {
            parent.destroyForcibly().waitFor();
        }
    }
}
