package org.racewitness.collector.bench;

import freemarker.core.TemplateClassResolver;
import freemarker.template.Configuration;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

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
        try {
            configuration()
                    .getTemplate("chart.ftlh")
                    .process(Map.of("rows", rows, "one", 100 / Math.max(1, longest)), out);
        } catch (TemplateException e) {
            throw new IllegalStateException("the chart's template and its model do not fit: " + e.getMessage(), e);
        }
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

    private static Configuration configuration() {
        Configuration configuration = new Configuration(Configuration.VERSION_2_3_34);
        configuration.setClassForTemplateLoading(BenchChart.class, "");
        configuration.setDefaultEncoding(StandardCharsets.UTF_8.name());
        configuration.setLocale(Locale.ROOT);
        configuration.setNumberFormat("computer");
        configuration.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
        configuration.setLogTemplateExceptions(false);
        configuration.setNewBuiltinClassResolver(TemplateClassResolver.ALLOWS_NOTHING_RESOLVER);
        return configuration;
    }
}
