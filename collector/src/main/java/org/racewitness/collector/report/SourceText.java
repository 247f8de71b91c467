package org.racewitness.collector.report;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

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

    /** Numbers, from 1, of the lines in which a comment (and not a string, say) matches. */
    public List<Integer> linesWithComment(Pattern pattern) {
        if (lines.stream().noneMatch(line -> pattern.matcher(line).find())) {
            return List.of();
        }
        List<Integer> found = new ArrayList<>();
        int[][] runs = PythonHighlighter.highlight(lines, lines.size());
        for (int i = 0; i < runs.length; i++) {
            for (int run = 0; run < runs[i].length; run += 3) {
                boolean comment = runs[i][run + 2] == PythonHighlighter.COMMENT;
                if (comment
                        && pattern.matcher(lines.get(i).substring(runs[i][run])).find()) {
                    found.add(i + 1);
                }
            }
        }
        return found;
    }

    /**
     * The line of that 1-based number, null when the file has no such line.
     */
    public String line(int number) {
        return number >= 1 && number <= lines.size() ? lines.get(number - 1) : null;
    }
}
