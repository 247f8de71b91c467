package org.racewitness.collector.report;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.racewitness.analyzer.report.Access;
import org.racewitness.analyzer.report.Frame;
import org.racewitness.analyzer.report.Race;
import org.racewitness.analyzer.report.RaceExplanation;

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

    /** A line for each race: id, level, verdict, location, and the place of its first side; at most 80 columns. */
    public static String list(List<Race> races) {
        StringBuilder lines = new StringBuilder();
        for (Race race : races) {
            List<Frame> stack = race.accesses().get(0).stack();
            String head = String.format(
                    Locale.ROOT,
                    "%-4s %-7s  %-21s  %s",
                    race.id(),
                    race.suppressed() == null ? Text.level(race.level()) : "-",
                    race.verdict().label(),
                    Text.visible(race.location().name()));
            String place = stack.isEmpty() ? "" : "  " + Text.visible(Remedies.place(stack.get(0)));
            lines.append(TerminalText.clipEnd(head + place, COLUMNS)).append('\n');
        }
        return lines.isEmpty() ? "no race\n" : lines.toString();
    }

    static String of(Race race, Sources sources) {
        return new RaceText(race, frame -> sources.strippedLine(frame.file(), frame.line())).text();
    }

    private String text() {
        Explanation explanation = Explanation.of(race, source);
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
        if (race.explanation() != null) {
            order(race.explanation());
        }
        stack("The object was first seen", race.firstSeen());
        if (!race.test().isEmpty()) {
            out.append('\n');
            line(0, "In tests:");
            race.test().forEach(test -> line(2, test));
        }
        out.append('\n');
        paragraph("What CPython promises: " + explanation.guarantee().text());
        paragraph("  " + explanation.guarantee().address());
        out.append('\n');
        line(0, "What usually mends it:");
        explanation.remedies().forEach(this::item);
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

    /** What orders the threads around the accesses, and so does not order the accesses. */
    private void order(RaceExplanation explanation) {
        out.append('\n');
        if (explanation.lastOrdered().isEmpty()) {
            line(0, "Nothing that was seen orders what one thread does before what the other does.");
        }
        for (RaceExplanation.Edge edge : explanation.lastOrdered()) {
            line(0, "The threads were last ordered where");
            line(2, done(edge.release()));
            line(2, "then " + done(edge.acquire()));
        }
        for (int side = 0; side < 2; side++) {
            RaceExplanation.Side around = explanation.sides().get(side);
            out.append('\n');
            line(0, "Around the " + race.accesses().get(side).operation());
            if (around.before() != null) {
                line(2, "before: " + done(around.before()));
            }
            if (around.after() != null) {
                line(2, "after:  " + done(around.after()));
            }
        }
    }

    private static String done(RaceExplanation.Sync sync) {
        String at = sync.stack().isEmpty()
                ? ""
                : " at " + Remedies.place(sync.stack().get(0));
        return sync.thread().name() + " " + SyncText.of(sync) + at;
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

    private void item(String text) {
        String indent = "  - ";
        for (String line : TerminalText.wrap(Text.visible(text), COLUMNS - indent.length())) {
            out.append(indent).append(line).append('\n');
            indent = " ".repeat(indent.length());
        }
    }

    private void line(int indent, String text) {
        out.append(" ".repeat(indent)).append(Text.visible(text)).append('\n');
    }
}
