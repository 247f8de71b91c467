package org.racewitness.collector.report;

import java.io.IOException;
import java.util.List;
import org.racewitness.analyzer.report.Access;
import org.racewitness.analyzer.report.Frame;
import org.racewitness.analyzer.report.Level;
import org.racewitness.analyzer.report.ProcessReport;
import org.racewitness.analyzer.report.Race;

/**
 * The closing summary for a terminal: the verdict in a sentence, the most severe races first, what was lost, and where
 * the page is.
 */
public final class Summary {
    /** No line is longer, however wide the terminal is. */
    public static final int MAX_COLUMNS = 80;
    /** Defects of which one race is shown in full; the page and the JSON report have all of them. */
    public static final int MAX_RACES = 20;
    /** Processes whose notes are shown. */
    public static final int MAX_PROCESSES = 10;
    /** Further races of one defect that are named. */
    private static final int MAX_ALSO = 5;
    /** Suppressed races that are named. */
    public static final int MAX_SUPPRESSED = 10;

    /** Lines that one sentence may take; the page has it whole. */
    private static final int MAX_SENTENCE_LINES = 6;

    private static final int MIN_COLUMNS = 40;
    /** Columns that a location's name must have to stand on the first line of its race. */
    private static final int MIN_NAME = 20;

    private static final String PREFIX = "racewitness: ";

    private static final String BOLD = "1";
    private static final String FAINT = "2";

    private final RunReport report;
    private final Appendable out;
    private final int columns;
    private final boolean colour;
    private final Links links;

    private Summary(RunReport report, Appendable out, int columns, boolean colour, Links links) {
        this.links = links;
        this.report = report;
        this.out = out;
        this.columns = columns <= 0 ? MAX_COLUMNS : Math.max(MIN_COLUMNS, Math.min(columns, MAX_COLUMNS));
        this.colour = colour;
    }

    /**
     * Prints the summary.
     *
     * @param columns width of the terminal, 0 unknown; 40 to 80 are made use of
     * @param colour whether ANSI colours are wanted
     * @throws IOException whatever {@code out} throws
     */
    public static void print(RunReport report, Appendable out, int columns, boolean colour) throws IOException {
        print(report, out, columns, colour, Links.NONE);
    }

    /** The same; {@code links} makes the racing lines and the page's path links. */
    public static void print(RunReport report, Appendable out, int columns, boolean colour, Links links)
            throws IOException {
        new Summary(report, out, columns, colour, links).print();
    }

    private void print() throws IOException {
        Headline headline = Headline.of(report);
        Level worst = report.analysis().worst();
        said(headline.sentence(), worst == null ? BOLD : BOLD + ";" + colourOf(worst));
        races();
        suppressed();
        processes();
        for (String note : report.notes()) {
            said(note, "");
        }
        for (String reservation : headline.reservations()) {
            said(reservation, "");
        }
        if (report.page() != null) {
            // whole on one line, however long: it is there to be copied or clicked
            out.append(PREFIX)
                    .append("report: ")
                    .append(links.file(report.page(), Text.visible(report.page().toString())))
                    .append('\n');
        }
    }

    private void races() throws IOException {
        List<Race> counting = report.analysis().races().stream()
                .filter(race -> race.suppressed() == null)
                .sorted((a, b) -> a.level().compareTo(b.level()))
                .toList();
        List<List<Integer>> shown = Defects.of(counting);
        int left = counting.size();
        for (List<Integer> defect : shown.subList(0, Math.min(shown.size(), MAX_RACES))) {
            out.append('\n');
            race(counting.get(defect.get(0)));
            also(defect.subList(1, defect.size()).stream().map(counting::get).toList());
            left -= defect.size();
        }
        if (left > 0) {
            out.append('\n');
            line(2, "... and " + Text.count(left, "more race") + " in the report", FAINT);
        }
        if (!shown.isEmpty()) {
            out.append('\n');
        }
    }

    /** One line for each race that is suppressed or known: it stays in sight. */
    private void suppressed() throws IOException {
        List<Race> all = report.analysis().races().stream()
                .filter(race -> race.suppressed() != null)
                .toList();
        for (Race race : all.subList(0, Math.min(all.size(), MAX_SUPPRESSED))) {
            said(
                    "suppressed: " + race.id() + " " + race.verdict().label() + " "
                            + race.location().name() + " (" + race.suppressed() + ")",
                    FAINT);
        }
        if (all.size() > MAX_SUPPRESSED) {
            said("... and " + Text.number(all.size() - MAX_SUPPRESSED) + " more suppressed, see the report", FAINT);
        }
    }

    private void race(Race race) throws IOException {
        String verdict = Text.level(race.level()) + "  " + race.verdict().label();
        String times = race.count() == 1 ? "" : "  (" + Text.number(race.count()) + " times)";
        int room = columns - race.id().length() - verdict.length() - times.length() - 4;
        boolean narrow = room < MIN_NAME;
        out.append(styled(race.id(), BOLD)).append("  ").append(styled(verdict, BOLD + ";" + colourOf(race.level())));
        out.append(narrow ? "\n    " : "  ");
        String name = Text.visible(race.location().name());
        out.append(styled(TerminalText.clipEnd(name, narrow ? columns - times.length() - 4 : room), BOLD))
                .append(styled(times, FAINT))
                .append('\n');
        for (String line : sentence(Explanation.of(race, report.sources()).risk(), columns - 4)) {
            line(4, line, "");
        }
        for (Access access : race.accesses()) {
            access(access);
        }
    }

    /** The other races of a defect, by name: what mends the one that is shown most often mends them. */
    private void also(List<Race> races) throws IOException {
        if (races.isEmpty()) {
            return;
        }
        List<String> named = races.stream()
                .limit(MAX_ALSO)
                .map(race -> race.id() + " " + race.verdict().label())
                .toList();
        String more = races.size() > MAX_ALSO ? ", " + (races.size() - MAX_ALSO) + " more" : "";
        String first = races.get(0).id();
        for (String line : sentence(
                "same defect: " + String.join(", ", named) + more + " (racewitness show " + first + ")", columns - 4)) {
            line(4, line, FAINT);
        }
    }

    private void access(Access access) throws IOException {
        String held = access.locksHeld().isEmpty() ? "no lock held" : "holds " + Text.enumerate(access.locksHeld());
        line(4, Text.visible(thread(access) + ": " + access.operation() + ", " + held), "");
        if (access.stack().isEmpty()) {
            line(6, "(no stack)", FAINT);
            return;
        }
        Frame frame = access.stack().get(0);
        String function = " in " + Text.visible(frame.function());
        String place = Text.visible(frame.file() + ":" + frame.line());
        int room = columns - 6;
        int forPlace = Math.max(room - TerminalText.width(function), room / 2);
        String shownPlace = TerminalText.clipStart(place, forPlace);
        String shownFunction = TerminalText.clipEnd(function, room - TerminalText.width(shownPlace));
        out.append(" ".repeat(6))
                .append(links.line(frame, styled(shownPlace, FAINT)))
                .append(styled(shownFunction, FAINT))
                .append('\n');
        String source = report.sources().strippedLine(frame.file(), frame.line());
        if (source != null && !source.isEmpty()) {
            line(8, Text.visible(source), BOLD);
        }
    }

    private String thread(Access access) {
        String name = access.thread().name();
        String thread =
                name == null || name.isEmpty() ? "thread " + access.thread().id() : name;
        return report.analysis().processes().size() > 1 ? thread + " of process " + access.pid() : thread;
    }

    /** One line for each process that has something to tell; the books of a single process are in the reservations. */
    private void processes() throws IOException {
        int shown = 0;
        int left = 0;
        for (ProcessReport process : report.analysis().processes()) {
            String story = story(process);
            if (story.isEmpty()) {
                continue;
            }
            if (shown++ < MAX_PROCESSES) {
                said("process " + process.pid() + ": " + story, "");
            } else {
                left++;
            }
        }
        if (left > 0) {
            said("... and " + Text.count(left, "more process") + " with notes, see the report", "");
        }
    }

    private String story(ProcessReport process) {
        StringBuilder story = new StringBuilder();
        Accounting books = Accounting.of(List.of(process));
        if (!books.complete() && report.analysis().processes().size() > 1) {
            story.append(books.equation())
                    .append(", ")
                    .append(Text.number(process.lost()))
                    .append(" lost");
        }
        for (String note : process.notes()) {
            story.append(story.isEmpty() ? "" : "; ").append(note);
        }
        return story.toString();
    }

    /** A line of the tool itself, wrapped, its continuation indented. */
    private void said(String text, String style) throws IOException {
        String indent = PREFIX;
        for (String line : sentence(text, columns - PREFIX.length())) {
            out.append(indent).append(styled(line, style)).append('\n');
            indent = " ".repeat(PREFIX.length());
        }
    }

    private static List<String> sentence(String text, int columns) {
        List<String> lines =
                TerminalText.wrap(TerminalText.clipEnd(Text.visible(text), columns * MAX_SENTENCE_LINES), columns);
        return lines.subList(0, Math.min(lines.size(), MAX_SENTENCE_LINES));
    }

    private void line(int indent, String text, String style) throws IOException {
        out.append(" ".repeat(indent))
                .append(styled(TerminalText.clipEnd(text, columns - indent), style))
                .append('\n');
    }

    private String styled(String text, String style) {
        return colour && !style.isEmpty() && !text.isEmpty() ? "\u001b[" + style + "m" + text + "\u001b[0m" : text;
    }

    private static String colourOf(Level level) {
        return switch (level) {
            case ERROR -> "31";
            case WARNING -> "33";
            case NOTE -> "36";
        };
    }
}
