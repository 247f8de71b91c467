package org.racewitness.collector.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The figures for programs: every sample, the medians' ratios, the geometric means. */
final class BenchJson {
    private static final int SCHEMA_VERSION = 1;

    /** The ratios to the program alone, by their name. */
    private static final Map<String, ToDoubleFunction<Figures>> RATIOS = Map.of(
            "floorWall", Figures::floorRatio,
            "wall", Figures::wallRatio,
            "programCpu", Figures::cpuRatio,
            "totalCpu", Figures::totalCpuRatio,
            "memory", Figures::memoryRatio);

    private BenchJson() {}

    static void write(List<Figures> all, int cpus, Writer out) throws IOException {
        try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeNumberField("schemaVersion", SCHEMA_VERSION);
            json.writeNumberField("cpus", cpus);
            json.writeArrayFieldStart("workloads");
            for (Figures figures : all) {
                workload(json, figures);
            }
            json.writeEndArray();
            json.writeObjectFieldStart("geometricMeans");
            for (String name : RATIOS.keySet().stream().sorted().toList()) {
                List<Double> values = all.stream()
                        .map(figures -> RATIOS.get(name).applyAsDouble(figures))
                        .toList();
                json.writeNumberField(name, Figures.geometricMean(values));
            }
            json.writeEndObject();
            json.writeEndObject();
        }
    }

    private static void workload(JsonGenerator json, Figures figures) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", figures.name());
        json.writeObjectFieldStart("ratios");
        for (String name : RATIOS.keySet().stream().sorted().toList()) {
            json.writeNumberField(name, RATIOS.get(name).applyAsDouble(figures));
        }
        json.writeEndObject();
        json.writeObjectFieldStart("samples");
        for (Mode mode : Mode.values()) {
            json.writeArrayFieldStart(mode.name().toLowerCase(Locale.ROOT));
            for (Sample sample : figures.samples().get(mode)) {
                sample(json, sample);
            }
            json.writeEndArray();
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void sample(JsonGenerator json, Sample sample) throws IOException {
        json.writeStartObject();
        json.writeNumberField("wallMicros", sample.wallMicros());
        json.writeNumberField("programMicros", sample.programMicros());
        json.writeNumberField("collectorMicros", sample.collectorMicros());
        json.writeNumberField("reportMicros", sample.reportMicros());
        json.writeNumberField("peakKib", sample.peakKib());
        json.writeNumberField("seen", sample.seen());
        json.writeNumberField("sent", sample.sent());
        json.writeNumberField("bytes", sample.bytes());
        json.writeEndObject();
    }
}
