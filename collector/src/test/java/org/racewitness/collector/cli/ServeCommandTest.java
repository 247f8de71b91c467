package org.racewitness.collector.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.racewitness.collector.cli.ToolProcess.Result;

/** {@code serve}, and {@code run --collector} against it, each a process of its own. */
@Timeout(600)
class ServeCommandTest {
    private static final String TOKEN = "5e".repeat(32);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    Path directory;

    private Process service;
    private BufferedReader said;
    private String address;

    @BeforeEach
    void serve() throws Exception {
        serve("127.0.0.1:0");
    }

    private void serve(String listen) throws Exception {
        List<String> words = new ArrayList<>(ToolProcess.java("org.racewitness.collector.cli.Main"));
        words.addAll(List.of("serve", "--listen", listen, "--dir", "served"));
        ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile());
        builder.environment().put("RACEWITNESS_COLLECTOR_TOKEN", TOKEN);
        service = builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        said = service.errorReader(StandardCharsets.UTF_8);
        String at = said("collecting at ");
        address = at.substring(at.indexOf("at ") + 3);
    }

    @AfterEach
    void kill() throws Exception {
        service.destroyForcibly().waitFor();
        said.close();
    }

    /** The next line of the service that holds that text. */
    private String said(String part) throws IOException {
        StringBuilder others = new StringBuilder();
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.contains(part)) {
                return line;
            }
            others.append(line).append('\n');
        }
        throw new AssertionError("the service never said: " + part + " but\n" + others);
    }

    private ToolProcess tool(String name) throws IOException {
        return new ToolProcess(Files.createDirectories(directory.resolve(name)));
    }

    private Process start(ToolProcess tool, List<String> program, String... options) throws Exception {
        List<String> all = new ArrayList<>(List.of("run", "--collector", address));
        all.addAll(List.of(options));
        return tool.start(
                Map.of("RACEWITNESS_COLLECTOR_TOKEN", TOKEN), ToolProcess.with(program, all.toArray(String[]::new)));
    }

    private Result run(String name, List<String> program, String... options) throws Exception {
        ToolProcess tool = tool(name);
        int status = start(tool, program, options).waitFor();
        return new Result(
                status,
                Files.readString(directory.resolve(name).resolve("stdout")),
                Files.readString(directory.resolve(name).resolve("stderr")));
    }

    private JsonNode json(String file) throws IOException {
        return new ObjectMapper().readTree(directory.resolve(file).toFile());
    }

    private long recordsOfTheRunThatGoesOn() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + "/runs"))
                .header("Authorization", "Bearer " + TOKEN)
                .build();
        String runs = HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
        return new ObjectMapper().readTree(runs).at("/active/0/events").asLong();
    }

    /** Without what differs from run to run: times, numbers of processes. */
    private ObjectNode timeless(String file) throws IOException {
        ObjectNode report = (ObjectNode) json(file);
        ((ObjectNode) report.get("run")).remove(List.of("startedAt", "durationMs", "command", "processes"));
        ((ObjectNode) report.get("stats")).remove("analysisMs");
        report.findParents("process").forEach(access -> ((ObjectNode) access).remove("process"));
        report.findParents("at").forEach(sync -> ((ObjectNode) sync).remove("at"));
        return report;
    }

    @Test
    void aRunReportsAndEndsAsItDoesAlone() throws Exception {
        Result alone = tool("alone").run(ToolProcess.with(ToolProcess.program("racy"), "run", "--json", "r.json"));
        Result served = run("there", ToolProcess.program("racy"), "--json", "r.json", "--run-name", "n1", "--stats");
        assertEquals(66, alone.status());
        assertEquals(66, served.status(), served.stderr());
        assertEquals(timeless("alone/r.json"), timeless("there/r.json"));
        assertEquals(timeless("there/r.json"), timeless("served/runs/n1/report.json"));
        assertTrue(Files.size(directory.resolve("there/racewitness-report/index.html")) > 1000);
        assertEquals(1, served.linesWith("on the collector: http://" + address + "/runs/n1/"));
        assertEquals(1, served.linesWith("ingest: "));
        assertEquals(0, run("clean", ToolProcess.program("ordered")).status());
        assertEquals(3, run("own", ToolProcess.program("racy", "3")).status());
        assertEquals(
                5, run("other", ToolProcess.program("racy"), "--exit-code", "5").status());
    }

    @Test
    void whatIsAcceptedHereIsAcceptedThere() throws Exception {
        Files.createDirectories(directory.resolve("t"));
        Files.writeString(
                directory.resolve("t/racewitness.toml"),
                "[[suppress]]\nlocation = \"Box.value\"\nreason = \"a box is a box\"\n");
        Result result = run("t", ToolProcess.program("racy"), "--run-name", "s");
        assertEquals(0, result.status(), result.stderr());
        assertEquals(
                "a box is a box",
                json("served/runs/s/report.json").at("/races/0/suppressed").asText());
        assertTrue(Files.readString(directory.resolve("served/index.html")).contains("no race (1 suppressed)"));
    }

    @Test
    void aKilledProcessIsAnalysedToItsLastRecord() throws Exception {
        Result result = run("k", ToolProcess.program("killed"), "--json", "r.json", "--run-name", "k");
        assertEquals(128 + 9, result.status(), result.stderr());
        for (String file : List.of("k/r.json", "served/runs/k/report.json")) {
            assertEquals(1, json(file).get("races").size(), file);
            assertEquals("signal", json(file).at("/run/processes/0/endedBy").asText());
            assertTrue(json(file).toString().contains("ended by signal 9"), file);
        }
    }

    @Test
    void twoRunsAtOnceAreKeptApart() throws Exception {
        Process first = start(tool("a"), ToolProcess.program("racy"), "--run-name", "a", "--json", "r.json");
        Process second = start(tool("b"), ToolProcess.program("ordered"), "--run-name", "b", "--json", "r.json");
        assertEquals(66, first.waitFor());
        assertEquals(0, second.waitFor());
        assertEquals(1, json("served/runs/a/report.json").get("races").size());
        assertEquals(0, json("served/runs/b/report.json").get("races").size());
    }

    @Test
    void whoMayNotIsToldBeforeAnythingRuns() throws Exception {
        List<String> program = List.of("touch", "ran");
        assertUsageError("there is no token file missing;", run("w", program, "--token-file", "missing"));
        assertUsageError("--run-name a/b is not 1 to 64 of", run("w", program, "--run-name", "a/b"));
        Path other = directory.resolve("w/other");
        Files.writeString(other, "00".repeat(32));
        Files.setPosixFilePermissions(other, PosixFilePermissions.fromString("rw-------"));
        Result refused = run("w", program, "--token-file", "other");
        assertEquals(70, refused.status(), refused.stderr());
        assertTrue(refused.stderr().contains("the token of this collector is needed"), refused.stderr());
        assertTrue(refused.stderr().contains("[collector-unreachable]"));
        address = "nowhere";
        assertUsageError("--collector nowhere is no address;", run("w", program));
        address = "127.0.0.1:1";
        Result nobody = run("w", program);
        assertEquals(70, nobody.status());
        assertTrue(nobody.stderr().contains("takes no run: Connection refused"), nobody.stderr());
        assertFalse(Files.exists(directory.resolve("w/ran")));
    }

    private static void assertUsageError(String message, Result result) {
        assertEquals(2, result.status(), result.stderr());
        assertEquals(1, result.said().size(), result.stderr());
        assertTrue(result.stderr().startsWith("racewitness: " + message), result.stderr());
    }

    @Test
    void stoppingReportsWhatHasArrived() throws Exception {
        Process run = start(tool("l"), ToolProcess.program("lingers"), "--run-name", "l", "--grace", "0");
        Path connected = directory.resolve("l/connected");
        said("run l begins");
        while (run.isAlive() && !Files.exists(connected)) {
            assertFalse(run.waitFor(20, TimeUnit.MILLISECONDS), () -> "ended too early");
        }
        while (recordsOfTheRunThatGoesOn()
                < RacyTrace.records(RacyTrace.racy())) { // until the client has passed on what the program has sent
            assertFalse(run.waitFor(20, TimeUnit.MILLISECONDS), () -> "ended too early");
        }
        service.toHandle().destroy(); // destroy() of the process closes its stderr here
        assertNotNull(said("SIGTERM: ending the runs"));
        said("run l: 1 data race found (1 warning)");
        said("ended");
        assertEquals(0, service.waitFor());
        assertEquals(1, json("served/runs/l/report.json").get("races").size());
        assertTrue(Files.readString(directory.resolve("served/index.html")).contains("stopped by SIGTERM"));
        run.descendants().forEach(ProcessHandle::destroy);
        run.waitFor();
        String err = Files.readString(directory.resolve("l/stderr"));
        assertTrue(err.contains("[collector-lost]"), err);
    }

    @Test
    void aServiceThatDiesFailsTheRunAndNotTheProgram() throws Exception {
        Process run = start(tool("d"), ToolProcess.program("lingers"), "--run-name", "d", "--grace", "0");
        Path connected = directory.resolve("d/connected");
        while (run.isAlive() && !Files.exists(connected)) {
            assertFalse(run.waitFor(20, TimeUnit.MILLISECONDS), () -> "ended too early");
        }
        service.destroyForcibly().waitFor();
        assertTrue(run.isAlive(), "the program goes on");
        run.descendants().forEach(ProcessHandle::destroy);
        assertEquals(128 + 15, run.waitFor());
        String err = Files.readString(directory.resolve("d/stderr"));
        assertTrue(err.contains("gave no report") && err.contains("[collector-lost]"), err);
        kill();
        serve("unix:" + directory.resolve("s.sock"));
        assertEquals(
                66,
                run("again", ToolProcess.program("racy"), "--run-name", "again").status());
        assertEquals(66, run("over", ToolProcess.program("racy")).status());
    }

    @Test
    void aClientThatDiesLeavesAReport() throws Exception {
        Process run = start(tool("g"), ToolProcess.program("lingers"), "--run-name", "g");
        Path connected = directory.resolve("g/connected");
        while (run.isAlive() && !Files.exists(connected)) {
            assertFalse(run.waitFor(20, TimeUnit.MILLISECONDS), () -> "ended too early");
        }
        List<ProcessHandle> below = run.descendants().toList();
        run.destroyForcibly().waitFor();
        below.forEach(ProcessHandle::destroyForcibly);
        String line = said("run g: ");
        assertTrue(line.endsWith("; its client was gone before the run had ended"), line);
        assertTrue(json("served/runs/g/report.json").toString().contains("its client was gone"));
    }
}
