package org.racewitness.collector.report;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.racewitness.analyzer.report.Access.ThreadRef;
import org.racewitness.analyzer.report.RaceExplanation;

/** The explanation of a race in the JSON report, written and read: {@code docs/dev/explanation.md}. */
final class JsonExplanation {
    private JsonExplanation() {}

    static void write(JsonGenerator json, RaceExplanation explanation, Sources sources) throws IOException {
        json.writeObjectFieldStart("explanation");
        json.writeNumberField("observedFirst", explanation.observedFirst());
        json.writeArrayFieldStart("accesses");
        for (RaceExplanation.Side side : explanation.sides()) {
            json.writeStartObject();
            json.writeNumberField("time", side.time());
            if (side.knownByOther() == RaceExplanation.UNKNOWN) {
                json.writeNullField("knownByOther");
            } else {
                json.writeNumberField("knownByOther", side.knownByOther());
            }
            sync(json, "before", side.before(), sources);
            sync(json, "after", side.after(), sources);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("lastOrdered");
        for (RaceExplanation.Edge edge : explanation.lastOrdered()) {
            json.writeStartObject();
            json.writeNumberField("from", edge.from());
            json.writeNumberField("to", 1 - edge.from());
            sync(json, "release", edge.release(), sources);
            sync(json, "acquire", edge.acquire(), sources);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void sync(JsonGenerator json, String name, RaceExplanation.Sync sync, Sources sources)
            throws IOException {
        if (sync == null) {
            json.writeNullField(name);
            return;
        }
        json.writeObjectFieldStart(name);
        json.writeStringField("kind", sync.kind());
        json.writeNumberField("time", sync.time());
        thread(json, "thread", sync.thread());
        json.writeStringField("object", sync.object());
        thread(json, "other", sync.other());
        JsonReport.frames(json, "stack", sync.stack(), sources);
        boolean timed = sync.unixNanos() != RaceExplanation.NO_TIME;
        json.writeStringField(
                "at", timed ? Instant.ofEpochSecond(0, sync.unixNanos()).toString() : null);
        json.writeEndObject();
    }

    private static void thread(JsonGenerator json, String name, ThreadRef thread) throws IOException {
        if (thread == null) {
            json.writeNullField(name);
            return;
        }
        json.writeObjectFieldStart(name);
        json.writeNumberField("id", thread.id());
        json.writeStringField("name", thread.name());
        json.writeEndObject();
    }

    /**
     * The explanation of a race in a stored report, null where it has none.
     *
     * @param lines gets the source lines of the frames, as {@link JsonReportReader} keeps them
     */
    static RaceExplanation read(JsonNode node, Map<String, String> lines) {
        if (!node.isObject() || node.path("accesses").size() != 2) {
            return null;
        }
        List<RaceExplanation.Side> sides = new ArrayList<>();
        for (JsonNode side : node.path("accesses")) {
            sides.add(new RaceExplanation.Side(
                    side.path("time").asLong(),
                    side.path("knownByOther").asLong(RaceExplanation.UNKNOWN),
                    sync(side.path("before"), lines),
                    sync(side.path("after"), lines)));
        }
        List<RaceExplanation.Edge> edges = new ArrayList<>();
        for (JsonNode edge : node.path("lastOrdered")) {
            edges.add(new RaceExplanation.Edge(
                    edge.path("from").asInt(), sync(edge.path("release"), lines), sync(edge.path("acquire"), lines)));
        }
        return new RaceExplanation(node.path("observedFirst").asInt(), List.copyOf(sides), List.copyOf(edges));
    }

    private static RaceExplanation.Sync sync(JsonNode node, Map<String, String> lines) {
        if (!node.isObject()) {
            return null;
        }
        return new RaceExplanation.Sync(
                node.path("kind").asText(),
                thread(node.path("thread")),
                node.path("time").asLong(),
                node.path("object").isTextual() ? node.path("object").asText() : null,
                node.path("other").isObject() ? thread(node.path("other")) : null,
                JsonReportReader.frames(node.path("stack"), lines),
                unixNanos(node.path("at")));
    }

    private static long unixNanos(JsonNode at) {
        try {
            Instant instant = Instant.parse(at.asText());
            return Math.addExact(
                    Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), (long) instant.getNano());
        } catch (DateTimeParseException | ArithmeticException unknown) {
            return RaceExplanation.NO_TIME;
        }
    }

    private static ThreadRef thread(JsonNode node) {
        return new ThreadRef(node.path("id").asInt(), node.path("name").asText());
    }
}
