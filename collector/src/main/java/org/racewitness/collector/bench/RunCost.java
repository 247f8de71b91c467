package org.racewitness.collector.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What one {@code racewitness run} cost, as it tells the benchmark through {@code --measure FILE} (JSON).
 *
 * @param wallMicros from the start of the command to its end
 * @param programMicros processor time of the command and its children, user and system; 0 where the system does not say
 * @param reportMicros from the end of the command until the reports were written
 * @param seen instruction events that the agents counted; only in floor mode
 * @param sent records received
 * @param bytes of frames received
 * @param lost records known to be missing
 * @param races entries of the report, notes included
 */
public record RunCost(
        long wallMicros,
        long programMicros,
        long reportMicros,
        long seen,
        long sent,
        long bytes,
        long lost,
        int races) {
    /**
     * Field by field: binding the record would load some 430 classes in the run that is measured, a quarter of a second
     * of its processor time.
     */
    public void write(Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                JsonGenerator json = new JsonFactory().createGenerator(out)) {
            json.writeStartObject();
            json.writeNumberField("wallMicros", wallMicros);
            json.writeNumberField("programMicros", programMicros);
            json.writeNumberField("reportMicros", reportMicros);
            json.writeNumberField("seen", seen);
            json.writeNumberField("sent", sent);
            json.writeNumberField("bytes", bytes);
            json.writeNumberField("lost", lost);
            json.writeNumberField("races", races);
            json.writeEndObject();
        }
    }

    /** @throws IOException also when the file holds something else */
    static RunCost read(Path file) throws IOException {
        return new ObjectMapper()
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                .readValue(Files.readAllBytes(file), RunCost.class);
    }
}
