package org.racewitness.collector.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Locale;
import org.racewitness.analyzer.report.Access;
import org.racewitness.analyzer.report.Location;
import org.racewitness.analyzer.report.Race;

/**
 * The races as the page's script reads them: JSON inside a {@code script} element. Every character that could end the
 * element or begin markup or a comment is written as a JSON escape, so no name or source text can leave it.
 */
final class PageData {
    private static final JsonFactory FACTORY = new JsonFactory();

    private PageData() {}

    static void write(RunReport report, Writer out) throws IOException {
        StackTable stacks = new StackTable(report.sources());
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.setCharacterEscapes(new ScriptEscapes());
            json.writeStartObject();
            json.writeArrayFieldStart("races");
            for (Race race : report.analysis().races()) {
                race(json, race, report, stacks);
            }
            json.writeEndArray();
            defects(json, report.analysis().races());
            json.writeBooleanField("baseline", report.baseline());
            stacks.write(json);
            json.writeEndObject();
        }
    }

    private static void defects(JsonGenerator json, List<Race> races) throws IOException {
        json.writeArrayFieldStart("defects");
        for (List<Integer> defect : Defects.of(races)) {
            json.writeStartArray();
            for (int race : defect) {
                json.writeNumber(race);
            }
            json.writeEndArray();
        }
        json.writeEndArray();
    }

    private static void race(JsonGenerator json, Race race, RunReport report, StackTable stacks) throws IOException {
        Explanation explanation = Explanation.of(race, report.sources());
        Location location = race.location();
        json.writeStartObject();
        json.writeStringField("id", race.id());
        json.writeStringField("fingerprint", race.fingerprint());
        json.writeStringField("verdict", race.verdict().label());
        json.writeStringField("level", Text.level(race.level()));
        json.writeNumberField("count", race.count());
        json.writeStringField("kind", location.kind());
        json.writeStringField("name", location.name());
        json.writeStringField("type", location.objectType());
        json.writeStringField("key", location.key());
        json.writeStringField("risk", explanation.risk());
        json.writeStringField("locksSentence", explanation.locks());
        json.writeStringField("guarantee", explanation.guarantee().text());
        json.writeStringField("guaranteeAddress", explanation.guarantee().address());
        strings(json, "remedies", explanation.remedies());
        json.writeStringField("standing", Standing.of(race).label());
        json.writeStringField("suppressed", race.suppressed());
        strings(json, "tests", race.test());
        PageExplanation.write(json, race.explanation(), stacks);
        json.writeNumberField("firstSeen", stacks.add(race.firstSeen(), false));
        json.writeArrayFieldStart("sides");
        for (Access access : race.accesses()) {
            json.writeStartObject();
            json.writeStringField("operation", access.operation());
            json.writeNumberField("pid", access.pid());
            json.writeNumberField("threadId", access.thread().id());
            json.writeStringField("thread", access.thread().name());
            strings(json, "locks", access.locksHeld());
            json.writeNumberField("stack", stacks.add(access.stack(), true));
            json.writeNumberField("startedAt", stacks.add(access.startedAt(), false));
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void strings(JsonGenerator json, String name, List<String> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }

    /**
     * JSON's own escapes, and those that a {@code script} element needs (HTML Standard, "Restrictions for contents of
     * script elements").
     */
    private static final class ScriptEscapes extends CharacterEscapes {
        private static final long serialVersionUID = 1L;
        private static final int[] ASCII = standardAsciiEscapesForJSON();

        static {
            for (char c : new char[] {'<', '>', '&', '\''}) {
                ASCII[c] = ESCAPE_STANDARD;
            }
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return ASCII.clone();
        }

        /**
         * Line separators, which ended a line in old script parsers; bidirectional overrides; surrogates, of which one
         * without a partner would be lost.
         */
        @Override
        public SerializableString getEscapeSequence(int c) {
            return switch (Character.getType(c)) {
                case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.FORMAT, Character.SURROGATE ->
                    new SerializedString(String.format(Locale.ROOT, "\\u%04x", c));
                default -> null;
            };
        }
    }
}
