package org.racewitness.collector.bench;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
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
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

    public void write(Path file) throws IOException {
        Files.write(file, JSON.writeValueAsBytes(this));
    }

    /** @throws IOException also when the file holds something else */
    static RunCost read(Path file) throws IOException {
        return JSON.readValue(Files.readAllBytes(file), RunCost.class);
    }
}
