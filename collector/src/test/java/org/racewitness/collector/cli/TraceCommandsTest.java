package org.racewitness.collector.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.racewitness.collector.cli.ToolProcess.Result;

/** {@code record}, {@code analyze} and {@code dump}, with real processes. */
@Timeout(600)
class TraceCommandsTest {
    @TempDir
    Path directory;

    private ToolProcess tool;

    @BeforeEach
    void tool() throws IOException {
        tool = new ToolProcess(directory);
    }

    private Result record(String mode) throws Exception {
        return tool.run(ToolProcess.with(ToolProcess.program(mode), "record", "-o", "t.rwtrace"));
    }

    private Result analyze(String... more) throws Exception {
        String[] all = new String[more.length + 4];
        System.arraycopy(new String[] {"analyze", "--no-html", "--json", "r.json"}, 0, all, 0, 4);
        System.arraycopy(more, 0, all, 4, more.length);
        return tool.run(all);
    }

    private JsonNode json() throws IOException {
        return new ObjectMapper().readTree(directory.resolve("r.json").toFile());
    }

    @Test
    void whatWasRecordedIsAnalysedLater() throws Exception {
        Result recorded = record("racy");
        assertEquals(0, recorded.status(), recorded.stderr());
        assertEquals(1, recorded.linesWith("next: racewitness analyze t.rwtrace"), recorded.stderr());
        Result analysed = analyze("t.rwtrace");
        assertEquals(66, analysed.status(), analysed.stderr());
        assertEquals(1, json().get("races").size());
        assertEquals("exit", json().at("/run/processes/0/endedBy").asText());
        assertEquals("t.rwtrace", json().at("/run/command/0").asText());
        assertEquals(0, json().at("/stats/lostEvents").asInt());
    }

    @Test
    void aKilledProcessIsRecordedWithWhatItLeft() throws Exception {
        assertEquals(137, record("killed").status());
        assertEquals(66, analyze("t.rwtrace").status());
        assertEquals("signal", json().at("/run/processes/0/endedBy").asText());
    }

    @Test
    void aTruncatedTraceIsAnalysedUpToThereAndTold() throws Exception {
        record("ordered");
        Path file = directory.resolve("t.rwtrace");
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 5));
        Result result = analyze("t.rwtrace");
        assertEquals(70, result.status(), result.stderr());
        assertEquals(1, result.linesWith("[trace-damaged]"), result.stderr());
        assertEquals(1, json().at("/run/processes").size());
    }

    @Test
    void whatIsNoTraceIsAUsageError() throws Exception {
        Files.writeString(directory.resolve("text"), "T0|w(V1)|1\n");
        Files.writeString(directory.resolve("empty"), "");
        for (String file : List.of("text", "empty")) {
            Result result = analyze(file);
            assertEquals(2, result.status());
            assertEquals(1, result.stderr().lines().count(), result.stderr());
            assertEquals(1, result.linesWith("[not-a-trace]"));
        }
        for (String file : List.of("missing", ".")) {
            Result result = analyze(file);
            assertEquals(2, result.status());
            assertEquals(1, result.linesWith("[trace-unreadable]"), result.stderr());
        }
        assertFalse(Files.exists(directory.resolve("r.json")));
    }

    @Test
    void textOfRapidIsRead() throws Exception {
        Files.writeString(
                directory.resolve("t.std"),
                "T0|fork(T1)|1\nT0|w(V1)|2\nT1|w(V1)|3\nT0|acq(L1)|4\nT0|w(V2)|5\nT0|rel(L1)|6\nT1|acq(L1)|7\nT1|w(V2)|8\nT1|rel(L1)|9\n");
        Result result = analyze("--format", "std", "t.std");
        assertEquals(66, result.status(), result.stderr());
        assertEquals(1, json().get("races").size());
        assertEquals("V1", json().at("/races/0/location/name").asText());
        assertEquals("2", json().at("/races/0/accesses/0/stack/0/function").asText());
    }

    @Test
    void tablesThatWouldGrowTooLargeAreToldOf() throws Exception {
        StringBuilder text = new StringBuilder("T0|fork(T1)|1\n");
        for (int variable = 0; variable < 100_000; variable++) {
            text.append("T0|w(V").append(variable).append(")|2\n");
        }
        text.append("T1|w(V99999)|3\n");
        Files.writeString(directory.resolve("t.std"), text);
        Result result = analyze("--format", "std", "--max-tables", "1", "--stats", "t.std");
        assertEquals(66, result.status(), result.stderr());
        assertTrue(json().toString().contains("to stay within 1,024 KiB for all tables"), json().toString());

        Result refused = analyze("--format", "std", "--max-tables", "-1", "t.std");
        assertEquals(2, refused.status());
        assertEquals(1, refused.linesWith("--max-tables -1 is no number of MiB"), refused.stderr());
    }

    @Test
    void aTraceIsPrinted() throws Exception {
        record("racy");
        Result text = tool.run("dump", "t.rwtrace");
        assertEquals(0, text.status(), text.stderr());
        assertTrue(text.stdout().startsWith("RWTRACE1\n"), text.stdout());
        assertTrue(text.stdout().contains("STATUS"), text.stdout());
        Result std = tool.run("dump", "--format", "std", "t.rwtrace");
        assertEquals(0, std.status(), std.stderr());
        Files.writeString(directory.resolve("t.std"), std.stdout());
        assertEquals(66, analyze("--format", "std", "t.std").status());
    }

    @Test
    void tracesOfBothFormatsMakeOneReport() throws Exception {
        record("racy");
        Files.writeString(directory.resolve("a.std"), "T0|fork(T1)|1\nT0|w(V1)|2\nT1|w(V1)|3\n");
        Files.writeString(directory.resolve("b.std"), "T0|fork(T1)|1\nT0|w(V9)|2\nno event\nT1|r(V9)|3\n");
        Result result = analyze("--format", "std", "a.std", "t.rwtrace", "b.std");
        assertEquals(66, result.status(), result.stderr());
        assertEquals(3, json().get("run").get("processes").size());
        assertEquals(List.of("Box.value", "V1", "V9"), names());
        assertEquals(
                1, result.linesWith("b.std, line 3: expected thread|operation(operand)|location"), result.stderr());
    }

    private List<String> names() throws Exception {
        List<String> names = new ArrayList<>();
        json().get("races").forEach(race -> names.add(race.at("/location/name").asText()));
        return names.stream().sorted().toList();
    }

    @Test
    void aTraceThatCannotBeWrittenIsToldBeforeTheCommandRuns() throws Exception {
        Result result = tool.run("record", "-o", "/no/such/folder/t", "--", "touch", "ran");
        assertEquals(2, result.status());
        assertEquals(1, result.linesWith("[trace-unwritable]"), result.stderr());
        assertFalse(Files.exists(directory.resolve("ran")));
    }
}
