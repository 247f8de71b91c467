package org.racewitness.collector.bench;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.racewitness.collector.report.ReportTemplates;

/** The figures as a page with bars ({@code chart.ftlh}): one file, no script, nothing from the network. */
final class BenchChart {
    private BenchChart() {}

    /**
     * One bar.
     *
     * @param kind class of the style sheet
     * @param percent of the longest bar, 0 to 100
     */
    public record Bar(String kind, String label, double percent) {}

    /** A group of bars. */
    public record Row(String name, List<Bar> bars) {}

    static void write(List<Figures> all, Writer out) throws IOException {
        double longest = all.stream()
                .mapToDouble(figures -> Math.max(
                        Math.max(figures.wallRatio(), figures.floorRatio()),
                        Math.max(figures.totalCpuRatio(), figures.memoryRatio())))
                .max()
                .orElse(1);
        List<Row> rows = new ArrayList<>();
        rows.add(row(
                "geometric mean",
                longest,
                mean(all.stream().map(Figures::floorRatio).toList()),
                mean(all.stream().map(Figures::wallRatio).toList()),
                mean(all.stream().map(Figures::totalCpuRatio).toList()),
                mean(all.stream().map(Figures::memoryRatio).toList())));
        for (Figures figures : all) {
            rows.add(row(
                    figures.name(),
                    longest,
                    figures.floorRatio(),
                    figures.wallRatio(),
                    figures.totalCpuRatio(),
                    figures.memoryRatio()));
        }
        ReportTemplates.write(
                BenchChart.class, "chart.ftlh", Map.of("rows", rows, "one", 100 / Math.max(1, longest)), out);
    }

    private static double mean(List<Double> values) {
        return Figures.geometricMean(values);
    }

    private static Row row(String name, double longest, double floor, double wall, double cpu, double memory) {
        return new Row(
                name,
                List.of(
                        bar("floor", floor, longest),
                        bar("wall", wall, longest),
                        bar("cpu", cpu, longest),
                        bar("memory", memory, longest)));
    }

    private static Bar bar(String kind, double ratio, double longest) {
        return new Bar(kind, String.format(Locale.ROOT, "%.2f", ratio), 100 * ratio / Math.max(1, longest));
    }
}
