package org.racewitness.analyzer.trace;

/**
 * The source that an instruction stands for.
 *
 * @param line 1-based, 0 unknown; likewise {@code endLine}
 * @param column 0-based, in UTF-8 bytes, -1 unknown; likewise {@code endColumn}, which is exclusive
 */
public record SourceRange(int line, int endLine, int column, int endColumn) {
    public static final SourceRange UNKNOWN = new SourceRange(0, 0, -1, -1);
}
