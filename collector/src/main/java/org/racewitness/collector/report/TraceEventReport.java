package org.racewitness.collector.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.racewitness.analyzer.report.Access;
import org.racewitness.analyzer.report.Frame;
import org.racewitness.analyzer.report.ProcessReport;
import org.racewitness.analyzer.report.Race;

/**
 * The races for Perfetto and chrome://tracing (Chrome's Trace Event Format, JSON object form): a track for each thread, a slice for each side of a race, an
 * arrow from side to side. A report keeps no times of accesses, so races stand side by side in its order: the axis counts races, one for each millisecond.
 */
public final class TraceEventReport {
    private static final int SPACING_US = 1000;
    private static final int DURATION_US = 600;
    /** Frames of one stack that a slice shows. */
    private static final int MAX_FRAMES = 100;

    private static final JsonFactory FACTORY = new JsonFactory();

    private final JsonGenerator json;
    private final Set<String> named = new HashSet<>();

    private TraceEventReport(JsonGenerator json) {
        this.json = json;
    }

    /**
     * Writes the file whole or not at all.
     *
     * @throws ReportException one line for the user; what the file held before is untouched
     */
    public static void write(RunReport report, Path file) throws ReportException {
        ReportFile.write(file, "--trace-event FILE", out -> write(report, out));
    }

    static void write(RunReport report, Writer out) throws IOException {
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            new TraceEventReport(json).document(report);
        }
        out.write('\n');
    }

    private void document(RunReport report) throws IOException {
        json.writeStartObject();
        json.writeStringField("displayTimeUnit", "ms");
        json.writeObjectFieldStart("otherData");
        json.writeStringField("tool", "racewitness " + report.toolVersion());
        json.writeStringField("axis", "one race for each millisecond, in the order of the report; not time");
        json.writeEndObject();
        json.writeArrayFieldStart("traceEvents");
        for (ProcessReport process : report.analysis().processes()) {
            metadata("process_name", process.pid(), 0, "Python " + process.python());
        }
        List<Race> races = report.analysis().races();
        for (int i = 0; i < races.size(); i++) {
            race(races.get(i), i);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void race(Race race, int number) throws IOException {
        long start = (long) number * SPACING_US;
        for (int side = 0; side < 2; side++) {
            Access access = race.accesses().get(side);
            int thread = access.thread().id();
            if (named.add(access.pid() + ":" + thread)) {
                metadata("thread_name", access.pid(), thread, access.thread().name());
            }
            slice(race, access, start);
            flow(side == 0 ? "s" : "f", number, access, start + DURATION_US / 2);
        }
    }

    private void slice(Race race, Access access, long start) throws IOException {
        begin("X", race.id() + " " + access.operation() + " " + race.location().name(), access, start);
        json.writeNumberField("dur", DURATION_US);
        json.writeObjectFieldStart("args");
        json.writeStringField("verdict", race.verdict().label());
        json.writeStringField("level", Text.level(race.level()));
        json.writeNumberField("count", race.count());
        json.writeStringField("suppressed", race.suppressed());
        json.writeStringField("locks held", String.join(", ", access.locksHeld()));
        json.writeArrayFieldStart("stack");
        for (Frame frame :
                access.stack().subList(0, Math.min(MAX_FRAMES, access.stack().size()))) {
            json.writeString(frame.file() + ":" + frame.line() + " " + frame.function());
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndObject();
    }

    /** The arrow from the first side to the second. */
    private void flow(String phase, int number, Access access, long at) throws IOException {
        begin(phase, "no order", access, at);
        json.writeNumberField("id", number);
        if (phase.equals("f")) {
            json.writeStringField("bp", "e");
        }
        json.writeEndObject();
    }

    private void begin(String phase, String name, Access access, long at) throws IOException {
        json.writeStartObject();
        json.writeStringField("ph", phase);
        json.writeStringField("cat", "race");
        json.writeStringField("name", name);
        json.writeNumberField("pid", access.pid());
        json.writeNumberField("tid", access.thread().id());
        json.writeNumberField("ts", at);
    }

    private void metadata(String name, int pid, int thread, String value) throws IOException {
        json.writeStartObject();
        json.writeStringField("ph", "M");
        json.writeStringField("name", name);
        json.writeNumberField("pid", pid);
        json.writeNumberField("tid", thread);
        json.writeObjectFieldStart("args");
        json.writeStringField("name", value);
        json.writeEndObject();
        json.writeEndObject();
    }
}
