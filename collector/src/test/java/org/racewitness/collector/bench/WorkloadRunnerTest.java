package org.racewitness.collector.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.os.CommandLauncher;
import org.racewitness.collector.os.CommandStatus;
import org.racewitness.collector.os.RunningCommand;

/** With commands that only leave behind what a run leaves. */
class WorkloadRunnerTest {
    @TempDir
    private Path scratch;

    private RunCost cost = new RunCost(2_000_000, 1_500_000, 10, 0, 77, 1_848, 0, 0);
    private String output = "42\n";
    private int status;
    private CommandLauncher.Command last;

    private final class Pretender implements CommandLauncher, RunningCommand {
        @Override
        public RunningCommand start(Command command) throws IOException {
            last = command;
            Files.writeString(scratch.resolve("stdout"), output);
            Files.writeString(scratch.resolve("stderr"), "first\nno such luck\n");
            Files.writeString(scratch.resolve("peak"), "12345\n");
            cost.write(scratch.resolve("cost"));
            return this;
        }

        @Override
        public long pid() {
            return 1;
        }

        @Override
        public CompletableFuture<CommandStatus> ended() {
            return CompletableFuture.completedFuture(
                    new CommandStatus(status, null, new CommandStatus.ResourceUsage(2_000_000, 500_000)));
        }

        @Override
        public void signal(int number) {
            throw new IllegalStateException("nobody signals");
        }
    }

    private WorkloadRunner runner() {
        return new WorkloadRunner(new Pretender(), List.of("tool"), Path.of("/python"), Path.of("/measure"), scratch);
    }

    private static Workload workload(boolean ours) {
        return new Workload("some", Path.of("/some.py"), List.of("4", "100"), ours);
    }

    private static String message(WorkloadRunner runner, Mode mode) {
        return assertThrows(ProblemException.class, () -> runner.run(workload(true), mode))
                .problem()
                .message();
    }

    @Test
    void whatIsNotOfTheProgramIsOfTheCollector() throws Exception {
        Sample traced = runner().run(workload(true), Mode.TRACED);
        assertEquals(new Sample(2_000_000, 1_500_000, 1_000_000, 10, 12345, 0, 77, 1_848), traced);
        List<String> words = last.arguments();
        assertEquals(List.of("--", "/python", "/some.py", "4", "100"), words.subList(words.size() - 5, words.size()));
        assertTrue(
                words.contains("tool") && words.contains("--measure") && !words.contains("--floor"), words.toString());
    }

    @Test
    void aloneThereIsNoTool() throws Exception {
        Sample alone = runner().run(workload(true), Mode.ALONE);
        assertEquals(2_500_000, alone.programMicros());
        assertEquals(0, alone.collectorMicros() + alone.sent());
        assertTrue(!last.arguments().contains("tool"), last.arguments().toString());
    }

    @Test
    void anAlarmOnOneOfOursIsAFailure() throws Exception {
        cost = new RunCost(1, 1, 1, 0, 1, 1, 0, 2);
        assertEquals(
                "some under the agent has races in the report (2); it has none, so that is an alarm for nothing",
                message(runner(), Mode.TRACED));
        WorkloadRunner runner = runner();
        runner.run(workload(false), Mode.TRACED);
        assertEquals(Set.of("some has races in the report (2); `racewitness run` on it shows them"), runner.notes());
    }

    @Test
    void anotherOutputOfOneOfOursIsAFailure() throws Exception {
        WorkloadRunner runner = runner();
        runner.run(workload(true), Mode.ALONE);
        runner.run(workload(false), Mode.ALONE);
        output = "43\n";
        assertEquals("some in floor mode printed 43 and before 42", message(runner, Mode.FLOOR));
        runner.run(workload(false), Mode.FLOOR);
    }

    @Test
    void lossAndFailureAreTold() {
        cost = new RunCost(1, 1, 1, 0, 1, 1, 3, 0);
        assertEquals("some under the agent lost 3 records", message(runner(), Mode.TRACED));
        status = 3;
        assertEquals("some without the agent ended with status 3: no such luck", message(runner(), Mode.ALONE));
    }
}
