package org.racewitness.collector.bench;

import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * The medians of a workload's runs, and what watching costs in terms of the program alone.
 *
 * @param samples by mode, at least one each
 */
record Figures(String name, Map<Mode, List<Sample>> samples) {

    /** Median over the runs of a mode. */
    double median(Mode mode, ToLongFunction<Sample> of) {
        long[] sorted = samples.get(mode).stream().mapToLong(of).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2.0;
    }

    double floorRatio() {
        return ratio(Mode.FLOOR, Sample::wallMicros);
    }

    double wallRatio() {
        return ratio(Mode.TRACED, Sample::wallMicros);
    }

    double cpuRatio() {
        return ratio(Mode.TRACED, Sample::programMicros);
    }

    /** Processor time of program, collector and analyzer together. */
    double totalCpuRatio() {
        return median(Mode.TRACED, sample -> sample.programMicros() + sample.collectorMicros())
                / Math.max(1, median(Mode.ALONE, Sample::programMicros));
    }

    double memoryRatio() {
        return ratio(Mode.TRACED, Sample::peakKib);
    }

    private double ratio(Mode mode, ToLongFunction<Sample> of) {
        return median(mode, of) / Math.max(1, median(Mode.ALONE, of));
    }

    /** Geometric mean of positive numbers; 0 is counted as the smallest of them. */
    static double geometricMean(List<Double> values) {
        return Math.exp(values.stream()
                .mapToDouble(value -> Math.log(Math.max(value, Double.MIN_NORMAL)))
                .average()
                .orElse(0));
    }
}
