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
import org.racewitness.analyzer.report.Access.ThreadRef;
import org.racewitness.analyzer.report.Frame;
import org.racewitness.analyzer.report.ProcessReport;
import org.racewitness.analyzer.report.Race;
import org.racewitness.analyzer.report.RaceExplanation;
import org.racewitness.analyzer.report.RaceExplanation.Sync;

/**
 * The races for Perfetto and chrome://tracing (Chrome's Trace Event Format, JSON object form): a track for each thread, a slice for each side of a race, an
 * arrow from side to side, and the synchronisation around them. {@link RaceTimes} says where on the axis.
 */
public final class TraceEventReport {
    /** Frames of one stack that a slice shows. */
    private static final int MAX_FRAMES = 100;

    private static final JsonFactory FACTORY = new JsonFactory();

    private final JsonGenerator json;
    private final RaceTimes times;
    private final Set<List<Object>> told = new HashSet<>();

    private TraceEventReport(JsonGenerator json, RaceTimes times) {
        this.json = json;
        this.times = times;
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
            new TraceEventReport(json, RaceTimes.of(report.analysis().races())).document(report);
        }
        out.write('\n');
    }

    private void document(RunReport report) throws IOException {
        json.writeStartObject();
        json.writeStringField("displayTimeUnit", "ms");
        json.writeObjectFieldStart("otherData");
        json.writeStringField("tool", "racewitness " + report.toolVersion());
        json.writeStringField("axis", times.axis());
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
        // an arrow goes forward in time
        int from =
                times.of(race, number, 0).middle() <= times.of(race, number, 1).middle() ? 0 : 1;
        for (int side = 0; side < 2; side++) {
            Access access = race.accesses().get(side);
            thread(access.pid(), access.thread());
            RaceTimes.Interval interval = times.of(race, number, side);
            slice(race, access, interval);
            flow(side == from ? "s" : "f", number, access, interval);
        }
        RaceExplanation explanation = race.explanation();
        if (explanation != null && times.areReal()) {
            int pid = race.accesses().get(0).pid();
            for (RaceExplanation.Side side : explanation.sides()) {
                instant(pid, side.before());
                instant(pid, side.after());
            }
            for (RaceExplanation.Edge edge : explanation.lastOrdered()) {
                instant(pid, edge.release());
                instant(pid, edge.acquire());
            }
        }
    }

    private void slice(Race race, Access access, RaceTimes.Interval interval) throws IOException {
        begin("X", race.id() + " " + access.operation() + " " + race.location().name(), access, interval.startMicros());
        json.writeNumberField("dur", interval.micros());
        json.writeObjectFieldStart("args");
        json.writeStringField("verdict", race.verdict().label());
        json.writeStringField("level", Text.level(race.level()));
        json.writeNumberField("count", race.count());
        json.writeStringField("suppressed", race.suppressed());
        json.writeStringField("locks held", String.join(", ", access.locksHeld()));
        json.writeStringField("tests", String.join(", ", race.test()));
        frames("stack", access.stack());
        frames("thread started at", access.startedAt());
        frames("object first seen at", race.firstSeen());
        json.writeEndObject();
        json.writeEndObject();
    }

    private void frames(String name, List<Frame> stack) throws IOException {
        json.writeArrayFieldStart(name);
        for (Frame frame : stack.subList(0, Math.min(MAX_FRAMES, stack.size()))) {
            json.writeString(frame.file() + ":" + frame.line() + " " + frame.function());
        }
        json.writeEndArray();
    }

    /** The arrow from side to side, from slice to slice. */
    private void flow(String phase, int number, Access access, RaceTimes.Interval interval) throws IOException {
        begin(phase, "no order", access, interval.middle());
        json.writeNumberField("id", number);
        if (phase.equals("f")) {
            json.writeStringField("bp", "e");
        }
        json.writeEndObject();
    }

    /** A synchronisation, once however many races it stands beside. */
    private void instant(int pid, Sync sync) throws IOException {
        if (sync == null || sync.unixNanos() == RaceExplanation.NO_TIME) {
            return;
        }
        int thread = sync.thread().id();
        if (told.add(List.of(pid, thread, sync.time()))) {
            thread(pid, sync.thread());
            json.writeStartObject();
            json.writeStringField("ph", "i");
            json.writeStringField("s", "t");
            json.writeStringField("cat", "synchronisation");
            json.writeStringField("name", SyncText.of(sync));
            json.writeNumberField("pid", pid);
            json.writeNumberField("tid", thread);
            json.writeNumberField("ts", times.micros(sync));
            json.writeObjectFieldStart("args");
            frames("stack", sync.stack());
            json.writeEndObject();
            json.writeEndObject();
        }
    }

    private void begin(String phase, String name, Access access, double at) throws IOException {
        json.writeStartObject();
        json.writeStringField("ph", phase);
        json.writeStringField("cat", "race");
        json.writeStringField("name", name);
        json.writeNumberField("pid", access.pid());
        json.writeNumberField("tid", access.thread().id());
        json.writeNumberField("ts", at);
    }

    private void thread(int pid, ThreadRef thread) throws IOException {
        if (told.add(List.of(pid, thread.id()))) {
            metadata("thread_name", pid, thread.id(), thread.name());
        }
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
