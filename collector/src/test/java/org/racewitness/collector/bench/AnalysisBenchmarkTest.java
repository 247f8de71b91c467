package org.racewitness.collector.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.racewitness.collector.ProblemException;

class AnalysisBenchmarkTest {
    private static final long EVENTS = 30_000;

    @ParameterizedTest
    @EnumSource
    void aTraceOfEveryShapeIsUnderstoodWholeAndHasNoRace(TraceShape shape) throws ProblemException {
        for (String order : List.of("shb", "hb")) {
            AnalysisCost cost = new AnalysisBenchmark(order, 5, 1, 42).run(shape, EVENTS); // throws where it is not
            assertTrue(cost.events() >= EVENTS, cost.toString());
            assertTrue(cost.locations() > 0, cost.toString());
            assertTrue(cost.wallNanos() > 0, cost.toString());
            assertEquals(0, cost.races());
        }
    }

    @Test
    void theSameSeedGivesTheSameBytes() {
        assertEquals(bytes(7), bytes(7));
        assertTrue(!bytes(7).equals(bytes(8)));
    }

    private static List<ByteBuffer> bytes(long seed) {
        return List.copyOf(new TraceGenerator(TraceShape.SYNCHRONISED, 3, seed).next());
    }

    @Test
    void textAndJsonOfTheFigures(@TempDir Path directory) throws Exception {
        List<String> lines = new ArrayList<>();
        Path json = directory.resolve("figures.json");
        new AnalysisBenchmark("shb", 4, 2, 1)
                .run(List.of(TraceShape.OWNED, TraceShape.RANGES), EVENTS, lines::add, json);
        lines.forEach(line -> assertTrue(line.length() <= 80, line));
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("owned ")), lines.toString());
        assertTrue(lines.stream().anyMatch(line -> line.matches(" {4}.*\\d %.*")), lines.toString());
        JsonNode traces = new ObjectMapper().readTree(json.toFile()).path("traces");
        assertEquals(2, traces.size());
        assertEquals("ranges", traces.path(1).path("shape").asText());
        assertTrue(traces.path(1).path("rules").size() > 0);
    }
}
