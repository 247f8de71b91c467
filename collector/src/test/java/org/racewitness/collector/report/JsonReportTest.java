package org.racewitness.collector.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The JSON report against its schema, and against what scripts rely on. */
class JsonReportTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    @Test
    void everyKindOfRunValidates() throws IOException {
        List<RunReport> reports = List.of(
                SampleReports.bank(directory),
                SampleReports.empty(),
                SampleReports.damaged(directory),
                SampleReports.hostile(directory),
                SampleReports.many(directory, 70, 3, 12),
                new RunReport(
                        new RunInfo(List.of(), null, 0, null, null, 0),
                        SampleReports.empty().analysis(),
                        "0.1.0",
                        List.of(),
                        Sources.none(),
                        null));
        for (RunReport report : reports) {
            assertEquals(List.of(), errors(written(report)));
        }
    }

    static Stream<Arguments> violations() {
        return Stream.of(
                violation("no tool", report -> report.remove("tool")),
                violation("another schema version", report -> report.put("schemaVersion", 2)),
                violation("an unknown verdict", report -> race(report).put("verdict", "deadlock")),
                violation(
                        "a level that is not the verdict's",
                        report -> race(report).put("level", "note")),
                violation("a count of none", report -> race(report).put("count", 0)),
                violation("an id that is no id", report -> race(report).put("id", "1")),
                violation("one side only", report -> ((ArrayNode) race(report).get("accesses")).remove(1)),
                violation("no stack", report -> ((ObjectNode) race(report).at("/accesses/0")).remove("stack")),
                violation(
                        "a line as text",
                        report -> ((ObjectNode) race(report).at("/accesses/1/stack/0")).put("line", "16")),
                violation(
                        "an unknown kind",
                        report -> ((ObjectNode) race(report).get("location")).put("kind", "variable")),
                violation("a negative loss", report -> ((ObjectNode) report.get("stats")).put("lostEvents", -1)),
                violation("no time", report -> ((ObjectNode) report.get("run")).put("startedAt", "yesterday")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("violations")
    void schemaRefuses(String what, Consumer<ObjectNode> damage) throws IOException {
        ObjectNode report = (ObjectNode) JSON.readTree(written(SampleReports.bank(directory)));
        damage.accept(report);
        assertFalse(errors(JSON.writeValueAsString(report)).isEmpty(), what + " was accepted");
    }

    @Test
    void hasWhatScriptsRelyOn() throws IOException {
        JsonNode report = JSON.readTree(written(SampleReports.bank(directory)));
        assertEquals(1, report.get("schemaVersion").asInt());
        assertEquals(
                JSON.readTree("{\"name\":\"racewitness\",\"version\":\"0.1.0\",\"order\":\"shb\"}"),
                report.get("tool"));
        assertEquals("2026-11-21T10:00:00Z", report.at("/run/startedAt").asText());
        assertEquals(1234, report.at("/run/durationMs").asInt());
        assertTrue(report.at("/run/signal").isNull());
        assertEquals(4711, report.at("/run/processes/0/pid").asInt());
        assertEquals(87, report.at("/stats/analysisMs").asInt());
        JsonNode race = report.at("/races/0");
        assertEquals("lost-update", race.get("verdict").asText());
        assertEquals("error", race.get("level").asText());
        assertEquals("R1", race.get("defect").asText());
        assertEquals("R1", report.at("/races/1/defect").asText());
        assertEquals("R3", report.at("/races/4/defect").asText());
        assertEquals(812, race.get("count").asInt());
        assertEquals("test_bank.py::test_deposit", race.get("test").asText());
        assertTrue(report.at("/races/1/test").isNull());
        assertEquals(
                "Hold one lock, the same on both sides, from the read to the write: at bank.py:16 in Account.deposit. Make it "
                        + "beside the attribute, near bank.py:12 in Account.__init__.",
                race.at("/remedies/0").asText());
        assertTrue(race.get("guarantee").asText().endsWith("never one step."));
        assertTrue(race.get("suppressed").isNull());
        JsonNode frame = race.at("/accesses/0/stack/0");
        assertEquals("bank.py", frame.get("file").asText());
        assertEquals(16, frame.get("line").asInt());
        assertEquals("Account.deposit", frame.get("function").asText());
        assertEquals("self.balance = self.balance + amount", frame.get("source").asText());
        assertEquals(23, frame.get("column").asInt());
        assertEquals(4, race.at("/accesses/1/stack").size());
        assertTrue(race.at("/accesses/0/stack/2/source").isNull());
        assertEquals(
                "Lock bank.py:3", report.at("/races/1/accesses/0/locksHeld/0").asText());
    }

    @Test
    void booksBalanceOverProcesses() throws IOException {
        JsonNode stats =
                JSON.readTree(written(SampleReports.damaged(directory))).get("stats");
        long sum = stats.get("analysed").asLong()
                + stats.get("dropped").asLong()
                + stats.get("malformed").asLong();
        assertEquals(stats.get("received").asLong(), sum);
        assertEquals(5, stats.get("dropped").asLong());
        assertEquals(2, stats.get("malformed").asLong());
        assertEquals(17, stats.get("lostEvents").asLong());
    }

    @Test
    void namesComeBackAsTheyWere() throws IOException {
        JsonNode report = JSON.readTree(written(SampleReports.hostile(directory)));
        for (int i = 0; i < SampleReports.HOSTILE.size(); i++) {
            String expected = SampleReports.HOSTILE.get(i).replace('\ud800', '?');
            JsonNode race = report.at("/races/" + i);
            assertEquals(expected, race.at("/location/name").asText());
            assertEquals(expected, race.at("/accesses/0/stack/1/function").asText());
            assertEquals(expected, race.at("/accesses/0/thread/name").asText());
            assertEquals(expected, race.at("/test").asText());
        }
        assertEquals(3, report.get("suppressedRaces").asInt());
    }

    @Test
    void sourcesAreLeftOutOnDemand() throws IOException {
        RunReport bank = SampleReports.bank(directory);
        RunReport without = new RunReport(bank.run(), bank.analysis(), "0.1.0", List.of(), Sources.none(), null);
        assertFalse(written(without).contains("self.balance ="));
    }

    private String written(RunReport report) throws IOException {
        Path file = directory.resolve("new folder").resolve("report.json");
        JsonReport.write(report, file);
        return Files.readString(file);
    }

    private static List<Error> errors(String report) throws IOException {
        try (InputStream in = JsonReport.class.getResourceAsStream("report-schema-v1.json")) {
            Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            return schema.validate(
                    report,
                    InputFormat.JSON,
                    context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)));
        }
    }

    private static Arguments violation(String what, Consumer<ObjectNode> damage) {
        return Arguments.of(what, damage);
    }

    private static ObjectNode race(ObjectNode report) {
        return (ObjectNode) report.at("/races/0");
    }
}
