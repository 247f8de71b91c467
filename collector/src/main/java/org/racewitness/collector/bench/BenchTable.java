package org.racewitness.collector.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The figures as text of at most 80 columns. */
final class BenchTable {
    private static final int NAME_COLUMNS = 22;
    private static final String ROW = "%-" + NAME_COLUMNS + "s%7s%6s%6s%6s%6s%6s%7s%7s%7s";
    /** In the order of the columns. */
    private static final List<ToDoubleFunction<Figures>> RATIOS = List.of(
            Figures::floorRatio, Figures::wallRatio, Figures::cpuRatio, Figures::totalCpuRatio, Figures::memoryRatio);

    private static final double MIB = 1 << 20;

    private BenchTable() {}

    static List<String> head() {
        return List.of(
                row("", "alone", "floor", "wall", "cpu", "cpu+c", "mem", "seen", "sent", "MiB"),
                row("", "s", "x", "x", "x", "x", "x", "", "", "sent"));
    }

    static String row(Figures figures) {
        return row(
                clipped(figures.name()),
                fixed(figures.median(Mode.ALONE, Sample::wallMicros) / 1e6),
                fixed(figures.floorRatio()),
                fixed(figures.wallRatio()),
                fixed(figures.cpuRatio()),
                fixed(figures.totalCpuRatio()),
                fixed(figures.memoryRatio()),
                count(figures.median(Mode.FLOOR, Sample::seen)),
                count(figures.median(Mode.TRACED, Sample::sent)),
                count(figures.median(Mode.TRACED, Sample::bytes) / MIB));
    }

    /** Geometric means and worst values over all rows. */
    static List<String> foot(List<Figures> all) {
        List<String> lines = new ArrayList<>();
        lines.add(over(
                "geometric mean",
                RATIOS.stream()
                        .map(column -> Figures.geometricMean(
                                all.stream().map(column::applyAsDouble).toList()))
                        .toList()));
        lines.add(over(
                "worst",
                RATIOS.stream()
                        .map(column -> all.stream().mapToDouble(column).max().orElse(0))
                        .toList()));
        return lines;
    }

    /** For each dimension, the ratios at its largest size in terms of those at its smallest: 1 where the cost does not grow. */
    static List<String> growth(List<Figures> all) {
        Map<String, List<Figures>> dimensions = all.stream()
                .collect(Collectors.groupingBy(Scaling::dimension, LinkedHashMap::new, Collectors.toList()));
        List<String> lines = new ArrayList<>(List.of("the last size in terms of the first:"));
        dimensions.forEach((name, points) -> {
            Figures first = points.get(0);
            Figures last = points.get(points.size() - 1);
            if (points.size() > 1) {
                lines.add(over(
                        name,
                        RATIOS.stream()
                                .map(column -> column.applyAsDouble(last)
                                        / Math.max(Double.MIN_NORMAL, column.applyAsDouble(first)))
                                .toList()));
            }
        });
        return lines.size() == 1 ? List.of() : lines;
    }

    /** What the columns mean. */
    static List<String> legend() {
        return List.of(
                "x times the program alone; medians. floor: instrumented, callbacks return at",
                "once. wall, cpu, mem: of the observed program. cpu+c: with the collector and",
                "analyzer, their start included. seen: instruction events. sent: records.");
    }

    private static String over(String name, List<Double> ratios) {
        Object[] cells = new Object[10];
        cells[0] = name;
        cells[1] = "";
        for (int i = 0; i < ratios.size(); i++) {
            cells[2 + i] = fixed(ratios.get(i));
        }
        cells[7] = cells[8] = cells[9] = "";
        return row(cells);
    }

    private static String row(Object... cells) {
        return String.format(Locale.ROOT, ROW, cells).stripTrailing();
    }

    private static String clipped(String name) {
        return name.length() <= NAME_COLUMNS ? name : name.substring(0, NAME_COLUMNS - 1) + "\u2026";
    }

    private static String fixed(double number) {
        return String.format(Locale.ROOT, number < 100 ? "%.2f" : "%.0f", number);
    }

    /** Three digits or so: {@code 950}, {@code 12.3k}, {@code 4.56M}. */
    static String count(double number) {
        if (number < 1000) {
            return String.format(Locale.ROOT, number < 10 && number != Math.rint(number) ? "%.1f" : "%.0f", number);
        }
        boolean thousands = number < 999_950;
        double scaled = number / (thousands ? 1e3 : 1e6);
        return String.format(Locale.ROOT, scaled < 10 ? "%.2f%s" : "%.1f%s", scaled, thousands ? "k" : "M");
    }
}
