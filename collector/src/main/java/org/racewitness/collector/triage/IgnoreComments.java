package org.racewitness.collector.triage;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.racewitness.analyzer.report.Access;
import org.racewitness.analyzer.report.Frame;
import org.racewitness.analyzer.report.Race;
import org.racewitness.collector.report.SourceText;
import org.racewitness.collector.report.Sources;

/** Comments {@code # racewitness: ignore[reason]} on the lines of either side's innermost application frame. Confined to one thread. */
final class IgnoreComments {
    private static final int MAX_EXPRESSION_LINES = 100;
    /** Files that are searched for comments which met no race. */
    private static final int MAX_FILES = 5000;

    private static final Pattern COMMENT = Pattern.compile("#\\s*racewitness:\\s*ignore\\b(?:\\[([^\\]]*)])?");

    private final Sources sources;
    private final Set<String> withoutReason = new LinkedHashSet<>();
    /** {@code file:line} of comments that gave a race its reason. */
    private final Set<String> used = new HashSet<>();

    IgnoreComments(Sources sources) {
        this.sources = sources;
    }

    /** The reason that a racing line gives, null where none does. */
    String reasonFor(Race race) {
        for (Access access : race.accesses()) {
            String reason = access.stack().isEmpty() ? null : at(access.stack().get(0));
            if (reason != null) {
                return reason;
            }
        }
        return null;
    }

    /** {@code file:line} of comments that give no reason and so suppress nothing. */
    Set<String> withoutReason() {
        return withoutReason;
    }

    /**
     * {@code file:line} of comments that give a reason and met no race.
     *
     * @param files those that ran
     */
    List<String> unused(List<String> files) {
        List<String> places = new ArrayList<>();
        for (String file : files.subList(0, Math.min(MAX_FILES, files.size()))) {
            SourceText source = sources.of(file);
            for (int line : source.linesWithComment(COMMENT)) {
                Matcher comment = COMMENT.matcher(source.line(line));
                String place = file + ":" + line;
                boolean reasoned = comment.find()
                        && comment.group(1) != null
                        && !comment.group(1).isBlank();
                if (reasoned && !used.contains(place)) {
                    places.add(place);
                }
            }
        }
        return places;
    }

    private String at(Frame frame) {
        int last = Math.min(Math.max(frame.line(), frame.endLine()), frame.line() + MAX_EXPRESSION_LINES);
        for (int line = frame.line(); line <= last; line++) {
            String text = sources.strippedLine(frame.file(), line);
            Matcher comment = COMMENT.matcher(text == null ? "" : text);
            if (comment.find()) {
                String reason = comment.group(1);
                if (reason != null && !reason.isBlank()) {
                    used.add(frame.file() + ":" + line);
                    return reason.strip();
                }
                withoutReason.add(frame.file() + ":" + line);
            }
        }
        return null;
    }
}
