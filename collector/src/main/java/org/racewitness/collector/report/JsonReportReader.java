package org.racewitness.collector.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.racewitness.analyzer.report.Access;
import org.racewitness.analyzer.report.Access.ThreadRef;
import org.racewitness.analyzer.report.Frame;
import org.racewitness.analyzer.report.Location;
import org.racewitness.analyzer.report.Race;
import org.racewitness.analyzer.report.Verdict;

/** The races of a JSON report of version 1, as {@link JsonReport} wrote them. */
public final class JsonReportReader {
    private static final ObjectMapper JSON = new ObjectMapper();

    private JsonReportReader() {}

    /**
     * What a stored report says.
     *
     * @param sourceLines by {@code file:line}, the lines that the report holds
     */
    public record Stored(List<Race> races, Map<String, String> sourceLines) {}

    /**
     * Reads a report.
     *
     * @throws ReportException the file is no report of version 1; the message is one line
     * @throws IOException it cannot be read
     */
    public static Stored read(Path file) throws IOException {
        JsonNode root;
        try {
            root = JSON.readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            throw new ReportException(
                    file + " is no JSON in line " + e.getLocation().getLineNr(), e);
        }
        if (root.path("schemaVersion").asInt() != JsonReport.SCHEMA_VERSION
                || !root.path("races").isArray()) {
            throw new ReportException(
                    file + " is no report of racewitness in schema version " + JsonReport.SCHEMA_VERSION, null);
        }
        Map<String, String> lines = new HashMap<>();
        List<Race> races = new ArrayList<>();
        for (JsonNode race : root.path("races")) {
            races.add(race(file, race, lines));
        }
        return new Stored(races, lines);
    }

    private static Race race(Path file, JsonNode node, Map<String, String> lines) throws ReportException {
        List<Access> accesses = new ArrayList<>();
        for (JsonNode access : node.path("accesses")) {
            accesses.add(access(access, lines));
        }
        Verdict verdict = null;
        for (Verdict candidate : Verdict.values()) {
            verdict = candidate.label().equals(node.path("verdict").asText()) ? candidate : verdict;
        }
        if (verdict == null || accesses.size() != 2) {
            throw new ReportException(
                    file + ": race " + node.path("id").asText() + " is not as the schema has it", null);
        }
        List<String> tests = new ArrayList<>();
        node.path("tests").forEach(test -> tests.add(test.asText()));
        return new Race(
                node.path("id").asText(),
                node.path("fingerprint").asText(),
                verdict,
                node.path("count").asLong(),
                location(node.path("location")),
                accesses,
                frames(node.path("firstSeen"), lines),
                textOrNull(node.path("suppressed")),
                tests,
                JsonExplanation.read(node.path("explanation"), lines));
    }

    private static Location location(JsonNode node) {
        return new Location(
                node.path("kind").asText(),
                node.path("name").asText(),
                textOrNull(node.path("objectType")),
                textOrNull(node.path("key")));
    }

    private static Access access(JsonNode node, Map<String, String> lines) {
        List<String> locks = new ArrayList<>();
        node.path("locksHeld").forEach(lock -> locks.add(lock.asText()));
        return new Access(
                node.path("operation").asText(),
                node.path("process").asInt(),
                new ThreadRef(
                        node.path("thread").path("id").asInt(),
                        node.path("thread").path("name").asText()),
                locks,
                frames(node.path("stack"), lines),
                frames(node.path("startedAt"), lines));
    }

    static List<Frame> frames(JsonNode nodes, Map<String, String> lines) {
        List<Frame> frames = new ArrayList<>();
        for (JsonNode node : nodes) {
            String file = node.path("file").asText();
            int line = node.path("line").asInt();
            if (node.path("source").isTextual()) {
                lines.put(file + ":" + line, node.path("source").asText());
            }
            frames.add(new Frame(
                    file,
                    line,
                    node.path("endLine").asInt(line),
                    node.path("column").asInt(-1),
                    node.path("endColumn").asInt(-1),
                    node.path("function").asText(),
                    node.path("application").asBoolean(true)));
        }
        return frames;
    }

    private static String textOrNull(JsonNode node) {
        return node.isTextual() ? node.asText() : null;
    }
}
