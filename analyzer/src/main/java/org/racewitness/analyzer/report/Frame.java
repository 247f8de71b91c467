package org.racewitness.analyzer.report;

/**
 * One frame of a stack in a report.
 *
 * @param file {@code co_filename} as Python knows it
 * @param line 1-based; 0 unknown (corrupt line table)
 * @param column 0-based first column of the instruction's expression in UTF-8 bytes, -1 unknown; likewise {@code endLine}, {@code endColumn}
 * @param application whether the agent counts the code as application code
 */
public record Frame(
        String file, int line, int endLine, int column, int endColumn, String function, boolean application) {}
