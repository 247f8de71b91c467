package org.racewitness.collector.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FiguresTest {
    /** Three rounds, of which the first was disturbed. */
    private static Figures figures(String name, long wall) {
        return new Figures(
                name,
                Map.of(
                        Mode.ALONE,
                        List.of(
                                sample(9_000_000, 1_000_000, 0, 10_000, 0, 0),
                                sample(1_000_000, 1_000_000, 0, 10_000, 0, 0),
                                sample(1_100_000, 1_000_000, 0, 10_000, 0, 0)),
                        Mode.FLOOR,
                        List.of(
                                sample(99_000_000, 1_500_000, 300_000, 11_000, 4_560_000, 0),
                                sample(1_320_000, 1_500_000, 300_000, 11_000, 4_560_000, 0),
                                sample(1_320_000, 1_500_000, 300_000, 11_000, 4_560_000, 0)),
                        Mode.TRACED,
                        List.of(
                                sample(99_000_000, 2_000_000, 1_000_000, 16_000, 0, 123_456),
                                sample(wall, 2_000_000, 1_000_000, 16_000, 0, 123_456),
                                sample(wall, 2_000_000, 1_000_000, 16_000, 0, 123_456))));
    }

    private static Sample sample(long wall, long cpu, long collector, long peak, long seen, long sent) {
        return new Sample(wall, cpu, collector, 0, peak, seen, sent, sent * 24);
    }

    @Test
    void ratiosAreThoseOfTheMedians() {
        Figures figures = figures("one", 2_200_000);
        assertEquals(1.2, figures.floorRatio(), 1e-9);
        assertEquals(2.0, figures.wallRatio(), 1e-9);
        assertEquals(2.0, figures.cpuRatio(), 1e-9);
        assertEquals(3.0, figures.totalCpuRatio(), 1e-9);
        assertEquals(1.6, figures.memoryRatio(), 1e-9);
        assertEquals(Math.sqrt(6), Figures.geometricMean(List.of(2.0, 3.0)), 1e-9);
    }

    @Test
    void theMedianOfAnEvenNumberIsBetweenTheMiddleTwo() {
        Figures two =
                new Figures("two", Map.of(Mode.ALONE, List.of(sample(10, 1, 0, 1, 0, 0), sample(30, 1, 0, 1, 0, 0))));
        assertEquals(20, two.median(Mode.ALONE, Sample::wallMicros));
    }

    @Test
    void theTableFitsEightyColumns() {
        List<Figures> all = List.of(
                figures("a_name_that_is_much_longer_than_its_column", 250_000_000), figures("short", 2_200_000));
        List<String> lines = new ArrayList<>(BenchTable.head());
        all.forEach(figures -> lines.add(BenchTable.row(figures)));
        lines.addAll(BenchTable.foot(all));
        lines.addAll(BenchTable.legend());
        lines.forEach(line -> assertTrue(line.length() <= 80, line));
        assertEquals("short                    1.10  1.20  2.00  2.00  3.00  1.60  4.56M 123.5k    2.8", lines.get(3));
        assertEquals("geometric mean                 1.20 21.32  2.00  3.00  1.60", lines.get(4));
        assertEquals("worst                          1.20   227  2.00  3.00  1.60", lines.get(5));
    }

    @Test
    void countsHaveThreeDigitsOrSo() {
        assertEquals(
                List.of("0", "0.1", "950", "1.00k", "12.3k", "999.9k", "1.00M", "123.5M"),
                List.of(
                        BenchTable.count(0),
                        BenchTable.count(0.12),
                        BenchTable.count(950),
                        BenchTable.count(1000),
                        BenchTable.count(12_345),
                        BenchTable.count(999_949),
                        BenchTable.count(999_950),
                        BenchTable.count(123_456_789)));
    }

    @Test
    void jsonHasEverySampleAndTheRatios() throws IOException {
        StringWriter out = new StringWriter();
        BenchJson.write(List.of(figures("one", 2_200_000)), 2, out);
        JsonNode json = new ObjectMapper().readTree(out.toString());
        assertEquals(1, json.path("schemaVersion").asInt());
        JsonNode workload = json.path("workloads").path(0);
        assertEquals("one", workload.path("name").asText());
        assertEquals(3, workload.path("samples").path("traced").size());
        assertEquals(
                123_456,
                workload.path("samples").path("traced").path(1).path("sent").asInt());
        assertEquals(3.0, workload.path("ratios").path("totalCpu").asDouble(), 1e-9);
        assertEquals(2.0, json.path("geometricMeans").path("wall").asDouble(), 1e-9);
    }

    @Test
    void theChartIsSelfContainedAndEscapes() throws IOException {
        StringWriter out = new StringWriter();
        BenchChart.write(List.of(figures("<script>alert(1)</script>", 2_200_000)), out);
        String page = out.toString();
        assertTrue(page.contains("&lt;script&gt;alert(1)"), page);
        assertFalse(page.contains("<script"), page);
        assertFalse(page.contains("http:") || page.contains("https:"), page);
        assertTrue(page.contains("title=\"wall\"><i class=\"wall\" style=\"width: 60%\"></i>2.00"), page);
    }

    @Test
    void growthIsTheLastSizeInTermsOfTheFirst() {
        List<String> lines = BenchTable.growth(List.of(
                figures("threads 1", 2_200_000),
                figures("threads 64", 4_400_000),
                figures("depth 10", 2_200_000),
                figures("depth 10,000,000", 2_200_000),
                figures("length 1", 2_200_000)));
        assertEquals(3, lines.size(), lines.toString());
        assertTrue(lines.get(1).matches("threads +1\\.00 +2\\.00 +1\\.00 +1\\.00 +1\\.00"), lines.get(1));
        assertTrue(lines.get(2).matches("depth +1\\.00 +1\\.00 +1\\.00 +1\\.00 +1\\.00"), lines.get(2));
        lines.forEach(line -> assertTrue(line.length() <= 80, line));
        assertEquals(List.of(), BenchTable.growth(List.of(figures("length 1", 1))));
    }
}
