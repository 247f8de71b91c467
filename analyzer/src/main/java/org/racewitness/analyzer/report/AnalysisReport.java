package org.racewitness.analyzer.report;

import java.util.List;

/**
 * Everything that the analysis of one run found, over all its processes; the renderers' only source besides the run's own frame (command, times).
 *
 * @param order {@code shb}, {@code hb} or {@code reference}
 * @param locations distinct locations on which accesses were judged
 * @param analysisNanos time spent in analysis, in nanoseconds of one thread
 * @param tests the tests that ran, in the order in which they began, empty without a test runner
 * @param files those of the application code that ran, as Python names them, sorted
 */
public record AnalysisReport(
        String order,
        List<Race> races,
        List<ProcessReport> processes,
        long events,
        long locations,
        long analysisNanos,
        List<TestReport> tests,
        List<String> files) {

    /** Of a run without a test runner. */
    public AnalysisReport(
            String order,
            List<Race> races,
            List<ProcessReport> processes,
            long events,
            long locations,
            long analysisNanos) {
        this(order, races, processes, events, locations, analysisNanos, List.of(), List.of());
    }

    /** This report with other races. */
    public AnalysisReport withRaces(List<Race> others) {
        return new AnalysisReport(order, others, processes, events, locations, analysisNanos, tests, files);
    }

    /** The most severe level among the races that are not suppressed, or null when there is none. */
    public Level worst() {
        return races.stream()
                .filter(r -> r.suppressed() == null)
                .map(Race::level)
                .min(Enum::compareTo)
                .orElse(null);
    }

    /** Records known to be missing, over all processes. */
    public long lost() {
        return processes.stream().mapToLong(ProcessReport::lost).sum();
    }
}
