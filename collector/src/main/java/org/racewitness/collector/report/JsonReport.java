package org.racewitness.collector.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.racewitness.analyzer.report.Access;
import org.racewitness.analyzer.report.Frame;
import org.racewitness.analyzer.report.Location;
import org.racewitness.analyzer.report.ProcessReport;
import org.racewitness.analyzer.report.Race;
import org.racewitness.analyzer.report.TestReport;

/**
 * The JSON report, version 1, described by {@code docs/report-schema-v1.json} (in the jar: {@code
 * /org/racewitness/collector/report/report-schema-v1.json}). Names and texts are given raw, as the program had them.
 * Written as a stream: memory does not grow with the number of races.
 */
public final class JsonReport {
    public static final int SCHEMA_VERSION = 1;

    /** Name of the report that every run leaves beside its HTML page. */
    public static final String FILE = "report.json";

    /** A stored trace may say anything of how its process ended; a report says one of these. */
    private static final Set<String> ENDS = Set.of("exit", "signal", "exec", "unknown");

    private static final JsonFactory FACTORY = new JsonFactory();

    private JsonReport() {}

    /**
     * Writes the report whole or not at all.
     *
     * @throws ReportException one line for the user; what the file held before is untouched
     */
    public static void write(RunReport report, Path file) throws ReportException {
        ReportFile.write(file, "--json FILE", out -> write(report, out));
    }

    /** Writes the report to {@code out}, which is left open. */
    static void write(RunReport report, Writer out) throws IOException {
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.setPrettyPrinter(new DefaultPrettyPrinter());
            json.writeStartObject();
            json.writeNumberField("schemaVersion", SCHEMA_VERSION);
            tool(json, report);
            run(json, report);
            stats(json, report);
            json.writeArrayFieldStart("races");
            long suppressed = 0;
            Map<Integer, String> defects = defects(report.analysis().races());
            int number = 0;
            for (Race race : report.analysis().races()) {
                race(json, race, defects.get(number++), report.sources());
                suppressed += race.suppressed() == null ? 0 : 1;
            }
            json.writeEndArray();
            json.writeNumberField("suppressedRaces", suppressed);
            tests(json, report);
            json.writeEndObject();
        }
        out.write('\n');
    }

    private static void tool(JsonGenerator json, RunReport report) throws IOException {
        json.writeObjectFieldStart("tool");
        json.writeStringField("name", "racewitness");
        json.writeStringField("version", report.toolVersion());
        json.writeStringField("order", report.analysis().order());
        json.writeEndObject();
    }

    private static void run(JsonGenerator json, RunReport report) throws IOException {
        RunInfo run = report.run();
        json.writeObjectFieldStart("run");
        strings(json, "command", run.command());
        json.writeStringField(
                "startedAt", run.startedAt() == null ? null : run.startedAt().toString());
        json.writeNumberField("durationMs", run.durationMs());
        number(json, "exitStatus", run.exitStatus());
        number(json, "signal", run.signal());
        json.writeNumberField("cpus", run.cpus());
        json.writeArrayFieldStart("processes");
        for (ProcessReport process : report.analysis().processes()) {
            process(json, process);
        }
        json.writeEndArray();
        strings(json, "notes", report.notes());
        json.writeEndObject();
    }

    private static void process(JsonGenerator json, ProcessReport process) throws IOException {
        json.writeStartObject();
        json.writeNumberField("pid", process.pid());
        json.writeStringField("python", process.python());
        json.writeBooleanField("freeThreaded", process.freeThreaded());
        json.writeBooleanField("gilEnabled", process.gilEnabled());
        json.writeNumberField("threads", process.threads());
        json.writeNumberField("events", process.events());
        json.writeNumberField("lostEvents", process.lost());
        json.writeStringField("endedBy", ENDS.contains(process.endedBy()) ? process.endedBy() : "unknown");
        json.writeNumberField("received", process.events());
        json.writeNumberField("analysed", process.analysed());
        json.writeNumberField("dropped", process.dropped());
        json.writeNumberField("malformed", process.malformed());
        json.writeNumberField("recovered", process.recovered());
        strings(json, "notes", process.notes());
        json.writeEndObject();
    }

    private static void stats(JsonGenerator json, RunReport report) throws IOException {
        Accounting books = Accounting.of(report.analysis().processes());
        json.writeObjectFieldStart("stats");
        json.writeNumberField("events", report.analysis().events());
        json.writeNumberField("lostEvents", books.lost());
        json.writeNumberField("locations", report.analysis().locations());
        json.writeNumberField(
                "analysisMs", TimeUnit.NANOSECONDS.toMillis(report.analysis().analysisNanos()));
        json.writeNumberField("received", books.received());
        json.writeNumberField("analysed", books.analysed());
        json.writeNumberField("dropped", books.dropped());
        json.writeNumberField("malformed", books.malformed());
        json.writeNumberField("recovered", books.recovered());
        json.writeEndObject();
    }

    /** By the number of each race the id of the first one of the same defect. */
    private static Map<Integer, String> defects(List<Race> races) {
        Map<Integer, String> ids = new HashMap<>();
        for (List<Integer> defect : Defects.of(races)) {
            defect.forEach(race -> ids.put(race, races.get(defect.get(0)).id()));
        }
        return ids;
    }

    private static void race(JsonGenerator json, Race race, String defect, Sources sources) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", race.id());
        json.writeStringField("fingerprint", race.fingerprint());
        json.writeStringField("defect", defect);
        json.writeStringField("verdict", race.verdict().label());
        json.writeStringField("level", Text.level(race.level()));
        json.writeNumberField("count", race.count());
        Explanation explanation = Explanation.of(race, sources);
        json.writeStringField("message", explanation.risk());
        json.writeStringField("guarantee", explanation.guarantee().text());
        strings(json, "remedies", explanation.remedies());
        location(json, race.location());
        json.writeArrayFieldStart("accesses");
        for (Access access : race.accesses()) {
            access(json, access, sources);
        }
        json.writeEndArray();
        frames(json, "firstSeen", race.firstSeen(), sources);
        json.writeStringField("suppressed", race.suppressed());
        json.writeStringField("test", race.test().isEmpty() ? null : race.test().get(0));
        strings(json, "tests", race.test());
        if (race.explanation() != null) {
            JsonExplanation.write(json, race.explanation(), sources);
        }
        json.writeEndObject();
    }

    private static void tests(JsonGenerator json, RunReport report) throws IOException {
        json.writeObjectFieldStart("tests");
        json.writeNumberField("count", report.analysis().tests().size());
        strings(
                json,
                "sharingNothing",
                report.analysis().tests().stream()
                        .filter(test -> !test.sharing())
                        .map(TestReport::name)
                        .toList());
        json.writeEndObject();
    }

    private static void location(JsonGenerator json, Location location) throws IOException {
        json.writeObjectFieldStart("location");
        json.writeStringField("kind", location.kind());
        json.writeStringField("name", location.name());
        json.writeStringField("objectType", location.objectType());
        json.writeStringField("key", location.key());
        json.writeEndObject();
    }

    private static void access(JsonGenerator json, Access access, Sources sources) throws IOException {
        json.writeStartObject();
        json.writeStringField("operation", access.operation());
        json.writeNumberField("process", access.pid());
        json.writeObjectFieldStart("thread");
        json.writeNumberField("id", access.thread().id());
        json.writeStringField("name", access.thread().name());
        json.writeEndObject();
        strings(json, "locksHeld", access.locksHeld());
        frames(json, "stack", access.stack(), sources);
        frames(json, "startedAt", access.startedAt(), sources);
        json.writeEndObject();
    }

    static void frames(JsonGenerator json, String name, List<Frame> stack, Sources sources) throws IOException {
        json.writeArrayFieldStart(name);
        for (Frame frame : stack) {
            json.writeStartObject();
            json.writeStringField("file", frame.file());
            json.writeNumberField("line", frame.line());
            json.writeStringField("function", frame.function());
            json.writeStringField("source", sources.strippedLine(frame.file(), frame.line()));
            number(json, "endLine", known(frame.endLine(), 1));
            number(json, "column", known(frame.column(), 0));
            number(json, "endColumn", known(frame.endColumn(), 0));
            json.writeBooleanField("application", frame.application());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static Integer known(int value, int least) {
        return value >= least ? value : null;
    }

    private static void number(JsonGenerator json, String name, Integer value) throws IOException {
        if (value == null) {
            json.writeNullField(name);
        } else {
            json.writeNumberField(name, value);
        }
    }

    private static void strings(JsonGenerator json, String name, List<String> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }
}
