package org.racewitness.collector.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.racewitness.collector.cli.ToolProcess.Result;

/** Exit statuses, messages and reports of {@code run}, with real processes. What runs in them is {@link FakeProgram}. */
@Timeout(600)
class RunCommandTest {
    @TempDir
    Path directory;

    private ToolProcess tool;

    @BeforeEach
    void tool() throws IOException {
        tool = new ToolProcess(directory);
    }

    private Result run(List<String> program, String... options) throws Exception {
        String[] all = new String[options.length + 1];
        all[0] = "run";
        System.arraycopy(options, 0, all, 1, options.length);
        return tool.run(ToolProcess.with(program, all));
    }

    private JsonNode json() throws IOException {
        return new ObjectMapper().readTree(directory.resolve("r.json").toFile());
    }

    @Test
    void aRaceGives66AndAllReports() throws Exception {
        Result result = run(ToolProcess.program("racy"), "--json", "r.json", "--stats");
        assertEquals(66, result.status(), result.stderr());
        assertTrue(Files.size(directory.resolve("racewitness-report/index.html")) > 1000);
        JsonNode report = json();
        assertEquals(1, report.get("races").size());
        assertEquals("Box.value", report.at("/races/0/location/name").asText());
        assertEquals("unordered-write-write", report.at("/races/0/verdict").asText());
        assertEquals(0, report.at("/run/exitStatus").asInt());
        assertTrue(report.at("/run/signal").isNull());
        assertTrue(report.at("/run/cpus").asInt() > 0);
        assertEquals("exit", report.at("/run/processes/0/endedBy").asText());
        assertEquals(0, report.at("/stats/lostEvents").asInt());
        assertEquals(
                FakeProgram.class.getName(), report.at("/run/command").get(5).asText());
        assertTrue(result.stderr().contains("unordered-write-write"), result.stderr());
        assertEquals(1, result.linesWith("lag from frame to analysed: median"), result.stderr());
        assertEquals(1, result.linesWith("ingest: "), result.stderr());
        assertEquals("", result.stdout());
    }

    @Test
    void noRaceGivesZero() throws Exception {
        Result result = run(ToolProcess.program("ordered"), "--no-html", "--json", "r.json");
        assertEquals(0, result.status(), result.stderr());
        assertEquals(0, json().get("races").size());
        assertFalse(Files.exists(directory.resolve("racewitness-report")));
    }

    @Test
    void theCommandsOwnStatusWins() throws Exception {
        assertEquals(9, run(ToolProcess.program("racy", "9"), "--no-html").status());
    }

    @Test
    void theLevelAndTheStatusCanBeChosen() throws Exception {
        assertEquals(
                0,
                run(ToolProcess.program("racy"), "--no-html", "--fail-on", "error")
                        .status());
        assertEquals(
                3,
                run(ToolProcess.program("racy"), "--no-html", "--exit-code", "3")
                        .status());
    }

    @Test
    void aKilledCommandGives128AndWhatItLeftIsAnalysed() throws Exception {
        Result result = run(ToolProcess.program("killed"), "--no-html", "--json", "r.json");
        assertEquals(128 + 9, result.status(), result.stderr());
        JsonNode report = json();
        assertEquals(9, report.at("/run/signal").asInt());
        assertEquals("signal", report.at("/run/processes/0/endedBy").asText());
        assertEquals(1, report.get("races").size(), "both accesses were in the buffer file");
    }

    @Test
    void aCommandThatRunsNoPythonIsAFailureUnlessItFailedItself() throws Exception {
        Result result = run(List.of("true"), "--no-html", "--json", "r.json");
        assertEquals(70, result.status());
        assertEquals(1, result.linesWith("[nothing-observed]"));
        assertEquals(0, json().at("/run/processes").size());
        assertEquals(5, run(List.of("sh", "-c", "exit 5"), "--no-html").status());
    }

    @Test
    void aPythonThatCannotBeObservedIsNamed() throws Exception {
        Result result = run(ToolProcess.program("unsupported"), "--no-html");
        assertEquals(70, result.status());
        assertEquals(
                1,
                result.linesWith(
                        "not observed: /usr/bin/python3 (Python 3.11.2): it has a GIL; use python3.13t [python-unsupported]"),
                result.stderr());
    }

    @Test
    void aClientWithAWrongTokenIsRefusedAndTold() throws Exception {
        Result result = run(ToolProcess.program("wrong-token"), "--no-html");
        assertEquals(70, result.status());
        assertTrue(result.linesWith("racewitness: not observed: wrong session token") >= 1, result.stderr());
        assertTrue(result.linesWith("a connection was refused: wrong session token") >= 1, result.stderr());
    }

    @Test
    void whatCannotBeStartedIsAUsageErrorAndLeavesNothingBehind() throws Exception {
        for (String command : List.of("/no/such/command", "no-such-command")) {
            Result result = run(List.of(command));
            assertEquals(2, result.status());
            assertEquals(1, result.stderr().lines().count(), result.stderr());
            assertEquals(1, result.linesWith("[command-not-found]"));
        }
        assertFalse(Files.exists(directory.resolve("racewitness-report")));
    }

    @Test
    void aPlaceThatCannotBeWrittenIsToldBeforeTheCommandRuns() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "");
        List<String> touch = List.of("touch", directory.resolve("ran").toString());
        for (String[] options : new String[][] {
            {"--html", file + "/below"},
            {"--html", file.toString()},
            {"--no-html", "--json", file + "/r.json"},
            {"--no-html", "--json", "/"},
            {"--html", "/proc/racewitness"}
        }) {
            Result result = run(touch, options);
            assertEquals(2, result.status(), String.join(" ", options));
            assertEquals(1, result.stderr().lines().count(), result.stderr());
            assertEquals(1, result.linesWith("[report-unwritable]"), result.stderr());
        }
        assertFalse(Files.exists(directory.resolve("ran")));
    }

    @Test
    void aReportThatCannotBeWrittenKeepsNothingElseBack() throws Exception {
        // the command itself takes the place of the report's folder
        List<String> spoiler = List.of("sh", "-c", "rmdir html && : > html; exec \"$@\"", "sh");
        Result result = run(concat(spoiler, ToolProcess.program("racy")), "--html", "html", "--json", "r.json");
        assertEquals(66, result.status(), result.stderr());
        assertEquals(1, result.linesWith("[report-unwritable]"), result.stderr());
        assertEquals(1, json().get("races").size());
        Result clean = run(concat(spoiler, ToolProcess.program("ordered")), "--html", "html2", "--json", "r.json");
        assertEquals(0, clean.status(), "the spoiler spoils html, not html2: " + clean.stderr());
        Files.delete(directory.resolve("html"));
        assertEquals(
                70,
                run(concat(spoiler, ToolProcess.program("ordered")), "--html", "html")
                        .status());
    }

    @Test
    void aFullDiskIsToldAndTheStatusStillComes() throws Exception {
        Result result = run(ToolProcess.program("racy"), "--no-html", "--json", "/dev/full");
        assertEquals(66, result.status(), result.stderr());
        assertEquals(1, result.linesWith("[report-unwritable]"), result.stderr());
        assertTrue(result.stderr().contains("unordered-write-write"), "the summary is there all the same");
    }

    @Test
    void processesThatOutliveTheCommandAreWaitedForNoLongerThanTheGrace() throws Exception {
        List<String> background = concat(
                List.of("sh", "-c", "\"$@\" & while ! [ -e connected ]; do sleep 0.05; done", "sh"),
                ToolProcess.program("lingers"));
        Result result = run(background, "--no-html", "--grace", "1", "--json", "r.json");
        String pid = json().at("/run/processes/0/pid").asText();
        ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
        assertEquals(66, result.status(), "what had arrived is analysed: " + result.stderr());
        assertEquals(1, result.linesWith("waiting up to 1 s"), result.stderr());
        assertEquals(1, result.linesWith("go on; what they do from here is not observed"), result.stderr());
    }

    @Test
    void sigtermIsPassedOnAndTheReportStillComes() throws Exception {
        Path up = directory.resolve("up");
        String script = "trap 'exit 23' TERM; : > up; while :; do sleep 0.05; done";
        Process process = tool.start(
                Map.of(), ToolProcess.with(List.of("sh", "-c", script), "run", "--no-html", "--json", "r.json"));
        while (!Files.exists(up)) {
            assertTrue(process.isAlive());
            Thread.onSpinWait();
        }
        process.destroy();
        assertEquals(23, process.waitFor());
        assertEquals(23, json().at("/run/exitStatus").asInt());
    }

    @Test
    void stdinAndStdoutAreTheCommands() throws Exception {
        Process process = tool.start(Map.of(), ToolProcess.with(List.of("cat"), "run", "--no-html"));
        process.getOutputStream().write("through\n".getBytes(StandardCharsets.US_ASCII));
        process.getOutputStream().close();
        assertEquals(70, process.waitFor());
        assertEquals("through\n", Files.readString(directory.resolve("stdout")));
    }

    @Test
    void theCommandsOptionsAreItsOwnAlsoWithoutDashes() throws Exception {
        Result bare = tool.run("run", "--no-html", "sh", "-c", "echo $0 $*", "--json", "--", "--help", "@x");
        assertEquals("--json -- --help @x\n", bare.stdout(), bare.stderr());
        Result dashed = tool.run("run", "--no-html", "--", "sh", "-c", "echo $0 $*", "--json", "--", "--help", "@x");
        assertEquals("--json -- --help @x\n", dashed.stdout(), dashed.stderr());
    }

    private static List<String> concat(List<String> first, List<String> second) {
        List<String> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}
