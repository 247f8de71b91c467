package org.racewitness.analyzer.report;

/** How much a race matters; errors and warnings fail a run, notes do not. Ordered from most to least severe. */
public enum Level {
    ERROR,
    WARNING,
    NOTE
}
