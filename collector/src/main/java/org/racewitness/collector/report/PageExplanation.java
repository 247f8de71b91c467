package org.racewitness.collector.report;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import org.racewitness.analyzer.report.RaceExplanation;

/** The explanation of a race in the page's data, as {@code picture.js} reads it: stacks by number, what was done in words. */
final class PageExplanation {
    private PageExplanation() {}

    /** @param explanation null writes null */
    static void write(JsonGenerator json, RaceExplanation explanation, StackTable stacks) throws IOException {
        if (explanation == null) {
            json.writeNullField("explanation");
            return;
        }
        json.writeObjectFieldStart("explanation");
        json.writeNumberField("observedFirst", explanation.observedFirst());
        json.writeArrayFieldStart("sides");
        for (RaceExplanation.Side side : explanation.sides()) {
            json.writeStartObject();
            json.writeNumberField("time", side.time());
            json.writeNumberField("known", side.knownByOther());
            sync(json, "before", side.before(), stacks);
            sync(json, "after", side.after(), stacks);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("ordered");
        for (RaceExplanation.Edge edge : explanation.lastOrdered()) {
            json.writeStartObject();
            json.writeNumberField("from", edge.from());
            json.writeNumberField("to", 1 - edge.from());
            sync(json, "release", edge.release(), stacks);
            sync(json, "acquire", edge.acquire(), stacks);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void sync(JsonGenerator json, String name, RaceExplanation.Sync sync, StackTable stacks)
            throws IOException {
        if (sync == null) {
            json.writeNullField(name);
            return;
        }
        json.writeObjectFieldStart(name);
        json.writeStringField("kind", sync.kind());
        json.writeNumberField("time", sync.time());
        json.writeStringField("text", SyncText.of(sync));
        json.writeNumberField("stack", stacks.add(sync.stack(), false));
        json.writeEndObject();
    }
}
