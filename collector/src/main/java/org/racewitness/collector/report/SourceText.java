package org.racewitness.collector.report;

import java.util.List;

/**
 * The text of one source file, or the reason why there is none.
 *
 * @param lines the file's lines without their ends, empty when {@code missing} says why
 * @param missing why there is no text ({@code file not found}, {@code larger than 4 MiB}), null when there is
 */
public record SourceText(List<String> lines, String missing) {

    static SourceText absent(String reason) {
        return new SourceText(List.of(), reason);
    }

    /**
     * The line of that 1-based number, null when the file has no such line.
     */
    public String line(int number) {
        return number >= 1 && number <= lines.size() ? lines.get(number - 1) : null;
    }
}
