package org.racewitness.collector.bench;

import java.util.Map;

/**
 * What the analysis of one generated trace cost.
 *
 * @param events accesses, synchronisation and deaths; a range is one
 * @param wallNanos inside the analyzer; making the trace does not count
 * @param cpuNanos of all threads of the JVM, but for making the trace: the analyzer, the compiler, the collector of garbage
 * @param locations distinct ones over the whole trace
 * @param stateBytes of the engine's tables at the end, 0 unknown
 * @param rules accesses by the rule that decided them
 * @param races entries of the report; a generated trace has none
 */
record AnalysisCost(
        TraceShape shape,
        long events,
        long wallNanos,
        long cpuNanos,
        long locations,
        long stateBytes,
        Map<String, Long> rules,
        int races) {

    double eventsPerSecond() {
        return events * 1e9 / Math.max(1, wallNanos);
    }

    double eventsPerSecondAndCore() {
        return events * 1e9 / Math.max(1, cpuNanos);
    }

    double bytesPerLocation() {
        return (double) stateBytes / Math.max(1, locations);
    }
}
