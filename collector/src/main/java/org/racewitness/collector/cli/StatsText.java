package org.racewitness.collector.cli;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.racewitness.analyzer.report.AnalysisReport;
import org.racewitness.collector.ingest.IngestStats;
import org.racewitness.collector.os.CommandStatus.ResourceUsage;
import org.racewitness.collector.run.RunOutcome;

/** The lines of {@code --stats}. */
final class StatsText {
    private static final double MIB = 1 << 20;

    private StatsText() {}

    static List<String> of(RunOutcome outcome, AnalysisReport found) {
        List<String> lines = new ArrayList<>();
        IngestStats ingest = outcome.ingest();
        lines.add(format(
                "ingest: %,d records, %,d frames, %.1f MiB in %.3f s: %,.0f records/s, %.1f MiB/s; paused %,d times",
                found.events(),
                ingest.frames(),
                ingest.bytes() / MIB,
                ingest.seconds(),
                found.events() / ingest.seconds(),
                ingest.bytes() / MIB / ingest.seconds(),
                ingest.pauses()));
        Histogram lag = ingest.lagNanos();
        if (lag != null && lag.getTotalCount() > 0) {
            lines.add(format(
                    "lag from frame to analysed: median %.3f ms, 90 %% %.3f ms, 99 %% %.3f ms, most %.3f ms",
                    millis(lag.getValueAtPercentile(50)),
                    millis(lag.getValueAtPercentile(90)),
                    millis(lag.getValueAtPercentile(99)),
                    millis(lag.getMaxValue())));
        }
        lines.add(analysis(found));
        ResourceUsage usage = outcome.status().usage();
        if (usage != null) {
            lines.add(format(
                    "command: %.3f s wall, %.3f s user, %.3f s system",
                    outcome.durationMs() / 1e3, usage.userMicros() / 1e6, usage.systemMicros() / 1e6));
        }
        return lines;
    }

    /**
     * What the agent's filter did, the most frequent first; nothing where it was not built to count.
     *
     * @param rules accesses by rule, then by operation
     */
    static List<String> filter(Map<String, Map<String, Long>> rules) {
        double all = sum(rules.values().stream().flatMap(counts -> counts.values().stream()));
        return rules.entrySet().stream()
                .sorted(Comparator.comparing(rule -> -sum(rule.getValue().values().stream())))
                .map(rule -> format(
                        "filter: %s %,d (%.1f %%): %s",
                        rule.getKey(),
                        sum(rule.getValue().values().stream()),
                        100 * sum(rule.getValue().values().stream()) / Math.max(1, all),
                        rule.getValue().entrySet().stream()
                                .sorted(Comparator.comparing(count -> -count.getValue()))
                                .map(count -> format("%s %,d", count.getKey(), count.getValue()))
                                .collect(Collectors.joining(", "))))
                .toList();
    }

    private static long sum(Stream<Long> counts) {
        return counts.mapToLong(Long::longValue).sum();
    }

    /** The line about the analysis alone. */
    static String analysis(AnalysisReport found) {
        return format(
                "analysis: %,d locations, %.3f s; peak heap %.1f MiB",
                found.locations(), found.analysisNanos() / 1e9, peakHeapBytes() / MIB);
    }

    private static long peakHeapBytes() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(usage -> usage == null ? 0 : usage.getUsed())
                .sum();
    }

    private static double millis(long nanos) {
        return nanos / 1e6;
    }

    private static String format(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}
