package org.racewitness.collector.report;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.racewitness.analyzer.report.Access;
import org.racewitness.analyzer.report.Frame;
import org.racewitness.analyzer.report.Race;

/** One race whole, as text: every frame of both stacks, for a terminal or a mail. */
public final class RaceText {
    private static final int COLUMNS = 80;

    private final Race race;
    private final Function<Frame, String> source;
    private final StringBuilder out = new StringBuilder();

    private RaceText(Race race, Function<Frame, String> source) {
        this.race = race;
        this.source = source;
    }

    /** @param sourceLines source text by {@code file:line} */
    public static String of(Race race, Map<String, String> sourceLines) {
        return new RaceText(race, frame -> sourceLines.get(frame.file() + ":" + frame.line())).text();
    }

    static String of(Race race, Sources sources) {
        return new RaceText(race, frame -> sources.strippedLine(frame.file(), frame.line())).text();
    }

    private String text() {
        Explanation explanation = Explanation.of(race);
        String times = race.count() == 1 ? "once" : Text.number(race.count()) + " times";
        line(
                0,
                race.id() + "  " + Text.level(race.level()) + "  "
                        + race.verdict().label() + "  " + race.location().name() + "  (" + times + ")");
        line(0, "fingerprint " + race.fingerprint());
        if (race.suppressed() != null) {
            line(0, "suppressed: " + race.suppressed());
        }
        out.append('\n');
        paragraph(explanation.risk());
        paragraph(explanation.locks());
        for (Access access : race.accesses()) {
            out.append('\n');
            access(access);
        }
        stack("The object was first seen", race.firstSeen());
        if (!race.test().isEmpty()) {
            out.append('\n');
            line(0, "In tests:");
            race.test().forEach(test -> line(2, test));
        }
        out.append('\n');
        paragraph("What usually mends it: " + explanation.remedy());
        return out.toString();
    }

    private void access(Access access) {
        String held = access.locksHeld().isEmpty() ? "no lock held" : "holds " + Text.enumerate(access.locksHeld());
        line(
                0,
                access.operation() + " by " + access.thread().name() + " (thread "
                        + access.thread().id() + " of process " + access.pid() + "), " + held);
        frames(access.stack());
        stack("Its thread was started", access.startedAt());
    }

    private void stack(String title, List<Frame> stack) {
        if (!stack.isEmpty()) {
            out.append('\n');
            line(0, title + " at");
            frames(stack);
        }
    }

    private void frames(List<Frame> stack) {
        for (Frame frame : stack) {
            line(2, frame.file() + ":" + frame.line() + " in " + frame.function());
            String text = source.apply(frame);
            if (text != null && !text.isEmpty()) {
                line(4, text);
            }
        }
    }

    private void paragraph(String text) {
        TerminalText.wrap(Text.visible(text), COLUMNS)
                .forEach(line -> out.append(line).append('\n'));
    }

    private void line(int indent, String text) {
        out.append(" ".repeat(indent)).append(Text.visible(text)).append('\n');
    }
}
