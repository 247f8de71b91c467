package org.racewitness.collector.report;

import java.nio.file.Path;
import org.racewitness.analyzer.report.Access;
import org.racewitness.analyzer.report.Frame;
import org.racewitness.analyzer.report.Race;

/**
 * Workflow commands of GitHub Actions, one line for each race that is not suppressed, which the runner shows at the racing line of a pull request
 * ("Workflow commands for GitHub Actions"). GitHub shows ten of each level for a step; the most severe come first.
 */
public final class GithubAnnotations {
    /** Lines at most; the runner would not show more. */
    static final int MAX_LINES = 50;

    private GithubAnnotations() {}

    /** @param root folder in which the command ran, absolute: that of the checkout */
    public static String of(RunReport report, Path root) {
        SourcePlaces places = new SourcePlaces(root, report.sources());
        StringBuilder lines = new StringBuilder();
        report.analysis().races().stream()
                .filter(race -> race.suppressed() == null)
                .limit(MAX_LINES)
                .forEach(race -> lines.append(line(race, places)).append('\n'));
        return lines.toString();
    }

    private static String line(Race race, SourcePlaces places) {
        StringBuilder line = new StringBuilder("::")
                .append(
                        switch (race.level()) {
                            case ERROR -> "error";
                            case WARNING -> "warning";
                            case NOTE -> "notice";
                        });
        line.append(' ');
        Frame frame = SourcePlaces.innermostInFile(race.accesses().get(0).stack());
        if (frame != null) {
            line.append("file=").append(property(places.path(frame)));
            line.append(",line=").append(frame.line());
            line.append(",endLine=").append(Math.max(frame.line(), frame.endLine()));
            line.append(',');
        }
        line.append("title=")
                .append(property("data race " + race.id() + ": "
                        + race.verdict().label() + " of " + race.location().name()));
        String other = other(race.accesses().get(1), places);
        return line.append("::")
                .append(message(Explanation.of(race, places.sources()).risk() + other))
                .toString();
    }

    private static String other(Access access, SourcePlaces places) {
        Frame frame = SourcePlaces.innermostInFile(access.stack());
        return frame == null
                ? ""
                : " The other side: " + places.path(frame) + ":" + frame.line() + " in " + frame.function();
    }

    /** A percent sign is escaped first: what comes back is what was meant, and no name can end the line. */
    private static String message(String text) {
        return Text.visible(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
    }

    private static String property(String text) {
        return message(text).replace(":", "%3A").replace(",", "%2C");
    }
}
