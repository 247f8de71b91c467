package org.racewitness.analyzer;

import java.util.List;

/**
 * What was read from one trace file; the findings are in the run's report.
 *
 * @param name as the caller gave it
 * @param bytes read, all of the file
 * @param units whole frames, or lines of text
 * @param sessions processes found
 * @param problems one line for each damaged part with its place, the first twenty and then how many more
 */
public record TraceReadResult(String name, long bytes, long units, int sessions, List<String> problems) {}
