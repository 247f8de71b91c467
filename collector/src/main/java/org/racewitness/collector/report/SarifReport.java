package org.racewitness.collector.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import org.racewitness.analyzer.report.Access;
import org.racewitness.analyzer.report.Frame;
import org.racewitness.analyzer.report.Race;
import org.racewitness.analyzer.report.Verdict;

/**
 * SARIF 2.1.0 (OASIS standard), as GitHub code scanning and other tools read it: one rule for each verdict, one result for each race, its two stacks as the
 * two thread flows of a code flow. Suppressed and known races are there with their reason as {@code suppressions}.
 */
public final class SarifReport {
    /** Results of one file; GitHub takes no more. */
    static final int MAX_RESULTS = 25_000;
    /** Frames of one stack. */
    private static final int MAX_FRAMES = 500;

    private static final JsonFactory FACTORY = new JsonFactory();

    private final JsonGenerator json;
    private final RunReport report;
    private final SourcePlaces places;

    private SarifReport(JsonGenerator json, RunReport report, Path root) {
        this.json = json;
        this.report = report;
        this.places = new SourcePlaces(root, report.sources());
    }

    /**
     * Writes the report whole or not at all.
     *
     * @param root folder in which the command ran, absolute; files below it are named relative to it
     * @throws ReportException one line for the user; what the file held before is untouched
     */
    public static void write(RunReport report, Path root, Path file) throws ReportException {
        ReportFile.write(file, "--sarif FILE", out -> write(report, root, out));
    }

    static void write(RunReport report, Path root, Writer out) throws IOException {
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.setPrettyPrinter(new DefaultPrettyPrinter());
            new SarifReport(json, report, root).log();
        }
        out.write('\n');
    }

    private void log() throws IOException {
        json.writeStartObject();
        json.writeStringField("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
        json.writeStringField("version", "2.1.0");
        json.writeArrayFieldStart("runs");
        json.writeStartObject();
        tool();
        invocation();
        json.writeStringField("columnKind", "utf16CodeUnits");
        json.writeArrayFieldStart("results");
        List<Race> races = report.analysis().races();
        for (Race race : races.subList(0, Math.min(MAX_RESULTS, races.size()))) {
            result(race);
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndArray();
        json.writeEndObject();
    }

    private void tool() throws IOException {
        json.writeObjectFieldStart("tool");
        json.writeObjectFieldStart("driver");
        json.writeStringField("name", "racewitness");
        json.writeStringField("version", report.toolVersion());
        json.writeArrayFieldStart("rules");
        for (Verdict verdict : Verdict.values()) {
            rule(verdict);
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndObject();
    }

    private void rule(Verdict verdict) throws IOException {
        VerdictHelp help = VerdictHelp.of(verdict);
        json.writeStartObject();
        json.writeStringField("id", verdict.label());
        json.writeStringField("name", verdict.label());
        message("shortDescription", help.title());
        message("fullDescription", help.meaning());
        json.writeObjectFieldStart("help");
        json.writeStringField(
                "text",
                help.meaning() + "\n\nWhat CPython guarantees: " + help.guarantee() + "\n\nWhat usually mends it: "
                        + help.remedy());
        json.writeStringField(
                "markdown",
                help.meaning() + "\n\n**What CPython guarantees:** " + help.guarantee()
                        + "\n\n**What usually mends it:** " + help.remedy());
        json.writeEndObject();
        json.writeObjectFieldStart("defaultConfiguration");
        json.writeStringField("level", Text.level(verdict.level()));
        json.writeEndObject();
        json.writeObjectFieldStart("properties");
        json.writeArrayFieldStart("tags");
        json.writeString("concurrency");
        json.writeString("correctness");
        json.writeEndArray();
        json.writeStringField("precision", "very-high");
        json.writeStringField(
                "problem.severity",
                Text.level(verdict.level()).equals("note") ? "recommendation" : Text.level(verdict.level()));
        json.writeEndObject();
        json.writeEndObject();
    }

    private void invocation() throws IOException {
        RunInfo run = report.run();
        json.writeArrayFieldStart("invocations");
        json.writeStartObject();
        json.writeBooleanField("executionSuccessful", true);
        if (run.startedAt() != null) {
            json.writeStringField("startTimeUtc", run.startedAt().toString());
            json.writeStringField(
                    "endTimeUtc", run.startedAt().plusMillis(run.durationMs()).toString());
        }
        json.writeArrayFieldStart("toolExecutionNotifications");
        for (String note : report.notes()) {
            json.writeStartObject();
            json.writeStringField("level", "note");
            message("message", note);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndArray();
    }

    private void result(Race race) throws IOException {
        Explanation explanation = Explanation.of(race, report.sources());
        Access first = race.accesses().get(0);
        Access second = race.accesses().get(1);
        json.writeStartObject();
        json.writeStringField("ruleId", race.verdict().label());
        json.writeNumberField("ruleIndex", race.verdict().ordinal());
        json.writeStringField("level", Text.level(race.level()));
        message("message", explanation.risk() + " " + explanation.locks());
        json.writeArrayFieldStart("locations");
        innermost(first, race.location().name());
        json.writeEndArray();
        json.writeArrayFieldStart("relatedLocations");
        innermost(second, "the other side: " + side(second));
        json.writeEndArray();
        codeFlow(race);
        json.writeObjectFieldStart("partialFingerprints");
        json.writeStringField("racewitness/v1", race.fingerprint());
        json.writeStringField("primaryLocationLineHash", race.fingerprint()); // what GitHub tells alerts apart by
        json.writeEndObject();
        json.writeNumberField("occurrenceCount", Math.min(race.count(), Integer.MAX_VALUE));
        suppressions(race);
        json.writeObjectFieldStart("properties");
        json.writeStringField("race", race.id());
        json.writeStringField("location", race.location().name());
        json.writeEndObject();
        json.writeEndObject();
    }

    private void suppressions(Race race) throws IOException {
        if (race.suppressed() != null) {
            json.writeArrayFieldStart("suppressions");
            json.writeStartObject();
            json.writeStringField("kind", "external");
            json.writeStringField("justification", race.suppressed());
            json.writeEndObject();
            json.writeEndArray();
        }
    }

    /** Two threads at once: one flow with a thread flow for each side, outermost frame first as the standard has it. */
    private void codeFlow(Race race) throws IOException {
        json.writeArrayFieldStart("codeFlows");
        json.writeStartObject();
        message(
                "message",
                "Nothing orders these two accesses to " + race.location().name() + ".");
        json.writeArrayFieldStart("threadFlows");
        for (int i = 0; i < 2; i++) {
            Access access = race.accesses().get(i);
            json.writeStartObject();
            json.writeStringField("id", (i + 1) + ": " + access.thread().name());
            message("message", side(access));
            json.writeArrayFieldStart("locations");
            List<Frame> stack = access.stack()
                    .subList(0, Math.min(MAX_FRAMES, access.stack().size()));
            for (int frame = stack.size() - 1; frame >= 0; frame--) {
                json.writeStartObject();
                json.writeStringField("importance", frame == 0 ? "essential" : "important");
                json.writeFieldName("location");
                location(
                        stack.get(frame),
                        frame == 0 ? side(access) : "in " + stack.get(frame).function());
                json.writeEndObject();
            }
            if (stack.isEmpty()) { // the standard wants one
                json.writeStartObject();
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndArray();
    }

    private static String side(Access access) {
        String held = access.locksHeld().isEmpty() ? "no lock held" : "holding " + Text.enumerate(access.locksHeld());
        return access.operation() + " by " + access.thread().name() + ", " + held;
    }

    private void innermost(Access access, String message) throws IOException {
        Frame frame = SourcePlaces.innermostInFile(access.stack());
        if (frame != null) {
            location(frame, message);
        }
    }

    private void location(Frame frame, String message) throws IOException {
        json.writeStartObject();
        if (SourcePlaces.isInFile(frame)) {
            json.writeObjectFieldStart("physicalLocation");
            json.writeObjectFieldStart("artifactLocation");
            String uri = places.uri(frame);
            json.writeStringField("uri", uri);
            if (!uri.startsWith("file:")) {
                json.writeStringField("uriBaseId", "%SRCROOT%");
            }
            json.writeEndObject();
            region(frame);
            json.writeEndObject();
        }
        json.writeArrayFieldStart("logicalLocations");
        json.writeStartObject();
        json.writeStringField("fullyQualifiedName", frame.function());
        json.writeStringField("kind", "function");
        json.writeEndObject();
        json.writeEndArray();
        message("message", message);
        json.writeEndObject();
    }

    private void region(Frame frame) throws IOException {
        int start = places.startColumn(frame);
        int end = places.endColumn(frame);
        int lastLine = Math.max(frame.line(), frame.endLine());
        json.writeObjectFieldStart("region");
        json.writeNumberField("startLine", frame.line());
        if (start > 0 && end > 0 && (lastLine > frame.line() || end > start)) {
            json.writeNumberField("startColumn", start);
            json.writeNumberField("endLine", lastLine);
            json.writeNumberField("endColumn", end);
        }
        json.writeEndObject();
    }

    private void message(String field, String text) throws IOException {
        json.writeObjectFieldStart(field);
        json.writeStringField("text", text);
        json.writeEndObject();
    }
}
