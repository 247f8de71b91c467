package org.racewitness.collector.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScalingTest {
    private static final Path PROGRAMS = Path.of("..", "bench", "scaling"); // Maven runs tests in the module's folder

    @Test
    void everyPointHasItsProgram() {
        List<String> notes = new ArrayList<>();
        List<Workload> points = Scaling.points(PROGRAMS, Long.MAX_VALUE, Long.MAX_VALUE, notes);
        assertEquals(18, points.size());
        points.forEach(point -> assertTrue(Files.isRegularFile(point.program()), point.toString()));
        assertEquals(List.of(), notes);
    }

    @Test
    void whatDoesNotFitIsTold() {
        List<String> notes = new ArrayList<>();
        List<Workload> points = Scaling.points(PROGRAMS, Long.MAX_VALUE, 512L << 20, notes);
        assertEquals(
                List.of(
                        "objects 10,000,000 is left out: it takes about 2861 MiB and 512 are free",
                        "elements 10,000,000 is left out: it takes about 953 MiB and 512 are free"),
                notes);
        assertEquals(16, points.size());
    }

    @Test
    void largerSizesAreLeftOutOnDemand() {
        List<String> notes = new ArrayList<>();
        List<String> names = Scaling.points(PROGRAMS, 10, Long.MAX_VALUE, notes).stream()
                .map(Workload::name)
                .toList();
        assertEquals(List.of("threads 1", "threads 4", "depth 10", "length 1", "length 4"), names);
        assertEquals(List.of(), notes);
    }
}
