package org.racewitness.collector.service;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.racewitness.analyzer.report.AnalysisReport;
import org.racewitness.collector.report.RunInfo;

/**
 * What a run and the service tell each other about a run, as JSON. Both are of one release, which {@link Opening#version} makes sure of, so these are the
 * tool's own records and no format that others may rely on.
 */
public final class Transfer {
    private static final int MAX_NESTING = 64;

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_NESTING)
                            .build())
                    .build())
            .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

    private Transfer() {}

    /**
     * A run begins.
     *
     * @param name null for one that the service draws
     * @param version of racewitness
     * @param order {@code shb} or {@code hb}
     * @param command for the list of runs
     */
    public record Opening(String name, String version, String order, List<String> command) {
        public Opening {
            command = command == null ? List.of() : List.copyOf(command);
        }
    }

    /** The answer: the run's name. */
    public record Opened(String name) {}

    /** A run has ended: {@link RunInfo}, and sentences about the run. */
    public record Closing(
            List<String> command,
            long startedAtMillis,
            long durationMs,
            Integer exitStatus,
            Integer signal,
            int cpus,
            List<String> notes) {
        public Closing {
            command = command == null ? List.of() : List.copyOf(command);
            notes = notes == null ? List.of() : List.copyOf(notes);
        }

        public static Closing of(RunInfo run, List<String> notes) {
            long startedAt = run.startedAt() == null ? 0 : run.startedAt().toEpochMilli();
            return new Closing(
                    run.command(), startedAt, run.durationMs(), run.exitStatus(), run.signal(), run.cpus(), notes);
        }

        RunInfo run() {
            Instant startedAt = startedAtMillis == 0 ? null : Instant.ofEpochMilli(startedAtMillis);
            return new RunInfo(command, startedAt, durationMs, exitStatus, signal, cpus);
        }
    }

    /**
     * The answer: what the service found.
     *
     * @param notes sentences about single processes
     */
    public record Found(AnalysisReport analysis, List<String> notes) {}

    /**
     * The report as the machine of the run sees it: suppressions applied, with sources.
     *
     * @param baseline whether known races were told from new ones
     * @param sources lines of the files that the report names, null where none are to be shown
     */
    public record Publication(
            Closing closing, AnalysisReport analysis, boolean baseline, Map<String, List<String>> sources) {}

    public static byte[] encode(Object message) throws IOException {
        return JSON.writeValueAsBytes(message);
    }

    /** @throws IOException the bytes are no such message; its text is one line */
    public static <T> T decode(byte[] bytes, Class<T> type) throws IOException {
        try {
            T message = JSON.readValue(bytes, type);
            if (message == null) {
                throw new IOException("an empty message");
            }
            return message;
        } catch (JacksonException e) {
            String what = e.getOriginalMessage();
            throw new IOException(
                    what == null ? "no JSON" : what.lines().findFirst().orElse("no JSON"), e);
        }
    }
}
