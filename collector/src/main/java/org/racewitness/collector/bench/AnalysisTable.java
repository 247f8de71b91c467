package org.racewitness.collector.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What analyses cost, as text of at most 80 columns and as JSON. */
final class AnalysisTable {
    private static final String ROW = "%-14s%9s%10s%10s%9s%8s%8s";
    private static final int SCHEMA_VERSION = 1;

    private AnalysisTable() {}

    static List<String> head() {
        return List.of(
                row("", "events", "events/s", "events/s", "loca-", "bytes", "wall"),
                row("", "", "wall", "and core", "tions", "each", "s"));
    }

    /** One line of figures, and one of rules where the engine counts them. */
    static List<String> rows(AnalysisCost cost) {
        List<String> lines = new ArrayList<>();
        lines.add(row(
                cost.shape().label(),
                BenchTable.count(cost.events()),
                BenchTable.count(cost.eventsPerSecond()),
                BenchTable.count(cost.eventsPerSecondAndCore()),
                BenchTable.count(cost.locations()),
                cost.stateBytes() == 0 ? "-" : String.format(Locale.ROOT, "%.1f", cost.bytesPerLocation()),
                String.format(Locale.ROOT, "%.2f", cost.wallNanos() / 1e9)));
        long total = cost.rules().values().stream().mapToLong(Long::longValue).sum();
        if (total > 0) {
            lines.add(cost.rules().entrySet().stream()
                    .filter(rule -> rule.getValue() > 0)
                    .map(rule ->
                            String.format(Locale.ROOT, "%s %.1f %%", rule.getKey(), 100.0 * rule.getValue() / total))
                    .collect(Collectors.joining(", ", "    ", "")));
        }
        return lines;
    }

    static void writeJson(List<AnalysisCost> all, Writer out) throws IOException {
        try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeNumberField("schemaVersion", SCHEMA_VERSION);
            json.writeArrayFieldStart("traces");
            for (AnalysisCost cost : all) {
                json.writeStartObject();
                json.writeStringField("shape", cost.shape().label());
                json.writeNumberField("events", cost.events());
                json.writeNumberField("wallNanos", cost.wallNanos());
                json.writeNumberField("cpuNanos", cost.cpuNanos());
                json.writeNumberField("locations", cost.locations());
                json.writeNumberField("stateBytes", cost.stateBytes());
                json.writeObjectFieldStart("rules");
                for (Map.Entry<String, Long> rule : cost.rules().entrySet()) {
                    json.writeNumberField(rule.getKey(), rule.getValue());
                }
                json.writeEndObject();
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private static String row(Object... cells) {
        return String.format(Locale.ROOT, ROW, cells).stripTrailing();
    }
}
