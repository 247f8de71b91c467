package org.racewitness.collector.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.racewitness.collector.cli.ToolProcess.Result;

/** Configuration files, suppressions, baselines and {@code show}, with real processes. */
@Timeout(600)
class KnownRacesTest {
    @TempDir
    Path directory;

    private ToolProcess tool;

    @BeforeEach
    void trace() throws IOException {
        tool = new ToolProcess(directory);
        Files.writeString(
                directory.resolve("t.std"), "T0|fork(T1)|1\nT0|w(V1)|2\nT1|w(V1)|3\nT0|w(V2)|4\nT1|w(V2)|5\n");
    }

    private Result analyze(String... options) throws Exception {
        String[] all = new String[options.length + 4];
        System.arraycopy(options, 0, all, 1, options.length);
        all[0] = "analyze";
        all[options.length + 1] = "--format";
        all[options.length + 2] = "std";
        all[options.length + 3] = "t.std";
        return tool.run(all);
    }

    private JsonNode json(String file) throws IOException {
        return new ObjectMapper().readTree(directory.resolve(file).toFile());
    }

    @Test
    void aFileConfiguresARunAndAFlagWins() throws Exception {
        Files.writeString(
                directory.resolve("racewitness.toml"), "no-html = true\njson = \"from-file.json\"\nexit-code = 5\n");
        Result result = analyze();
        assertEquals(5, result.status(), result.stderr());
        assertTrue(Files.exists(directory.resolve("from-file.json")));
        assertFalse(Files.exists(directory.resolve("racewitness-report")));
        assertEquals(7, analyze("--exit-code", "7", "--html", "page").status());
        assertTrue(Files.exists(directory.resolve("page/index.html")));
        assertEquals(66, analyze("--no-config", "--no-html").status());
        Result bad = analyze("--config", "missing.toml");
        assertEquals(2, bad.status());
        assertEquals(1, bad.linesWith("[bad-config]"), bad.stderr());
        Files.writeString(directory.resolve("racewitness.toml"), "fail-on = \"evrything\"\n");
        Result value = analyze();
        assertEquals(2, value.status());
        assertEquals(1, value.linesWith("evrything"), value.stderr());
    }

    @Test
    void suppressedRacesAreCountedAndListedAndFailNothing() throws Exception {
        Files.writeString(
                directory.resolve("pyproject.toml"),
                "[[tool.racewitness.suppress]]\nlocation = \"V1\"\nreason = \"a statistic\"\n");
        Result one = analyze("--json", "r.json");
        assertEquals(66, one.status(), one.stderr());
        assertEquals(1, json("r.json").get("suppressedRaces").asInt());
        assertEquals(2, json("r.json").get("races").size());
        assertEquals(1, one.linesWith("suppressed: R1 unordered-write-write V1"), one.stderr());
        assertEquals(1, one.linesWith("a statistic"), one.stderr());
        Files.writeString(
                directory.resolve("more.toml"),
                "[[suppress]]\nlocation = \"V2\"\nreason = \"x\"\n[[suppress]]\nlocation = \"V3\"\nreason = \"y\"\n");
        Result both = analyze("--suppressions", "more.toml", "--json", "r.json");
        assertEquals(0, both.status(), both.stderr());
        assertEquals(2, json("r.json").get("suppressedRaces").asInt());
        assertEquals(1, both.linesWith("matched no race in this run"), both.stderr());
    }

    @Test
    void aBaselineKeepsOldRacesFromFailingAndNewOnesDoFail() throws Exception {
        assertEquals(2, analyze("--baseline", "b.json").status());
        assertEquals(66, analyze().status());
        Result updated = tool.run("baseline", "update", "--baseline", "b.json");
        assertEquals(0, updated.status(), updated.stderr());
        assertEquals(1, updated.linesWith("2 races, 2 added, 0 removed"), updated.stderr());
        Result known = analyze("--baseline", "b.json");
        assertEquals(0, known.status(), known.stderr());
        assertEquals(
                "known: in the baseline",
                json("racewitness-report/report.json").at("/races/0/suppressed").asText());

        Files.writeString(
                directory.resolve("t.std"), "T0|fork(T1)|1\nT0|w(V1)|2\nT1|w(V1)|3\nT0|w(V9)|8\nT1|w(V9)|9\n");
        Result changed = analyze("--baseline", "b.json");
        assertEquals(66, changed.status(), changed.stderr());
        assertEquals(1, changed.linesWith("no longer found"), changed.stderr());
        assertEquals(
                1, tool.run("baseline", "update", "--baseline", "b.json").linesWith("2 races, 1 added, 1 removed"));
        assertEquals(0, analyze("--baseline", "b.json").status());
    }

    @Test
    void oneRaceIsShownWhole() throws Exception {
        Result none = tool.run("show", "R1");
        assertEquals(2, none.status());
        assertEquals(1, none.linesWith("[no-report]"), none.stderr());
        analyze();
        Result shown = tool.run("show", "R1");
        assertEquals(0, shown.status(), shown.stderr());
        assertTrue(shown.stdout().startsWith("R1  warning  unordered-write-write  V1"), shown.stdout());
        assertTrue(shown.stdout().contains("What usually mends it"), shown.stdout());
        List<String> lines = tool.run("show").stdout().lines().toList();
        assertEquals(2, lines.size(), lines.toString());
        assertTrue(lines.get(1).startsWith("R2   warning  unordered-write-write  V2"), lines.get(1));
        String fingerprint = json("racewitness-report/report.json")
                .at("/races/1/fingerprint")
                .asText();
        assertTrue(tool.run("show", fingerprint.substring(0, 8)).stdout().startsWith("R2"));
        Result wrong = tool.run("show", "R3");
        assertEquals(2, wrong.status());
        assertEquals(1, wrong.linesWith("it holds R1 to R2; "), wrong.stderr());
    }
}
