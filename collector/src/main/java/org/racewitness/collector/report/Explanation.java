package org.racewitness.collector.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.racewitness.analyzer.report.Access;
import org.racewitness.analyzer.report.Frame;
import org.racewitness.analyzer.report.Race;

/**
 * A race in plain words.
 *
 * @param risk one sentence: what the program can do wrong here
 * @param locks one sentence: why the locks held do not order the two sides
 * @param guarantee what CPython's documentation promises for these operations
 * @param remedies what usually mends it, one sentence each, with the lines where it would be done
 */
public record Explanation(String risk, String locks, Guarantee guarantee, List<String> remedies) {

    /** Characters of a name that a sentence repeats. */
    private static final int MAX_NAME = 100;

    /** @param source the line of a frame, null where it is not known */
    static Explanation of(Race race, Function<Frame, String> source) {
        return new Explanation(Risk.of(race, source), locks(race), Guarantee.of(race), Remedies.of(race));
    }

    static Explanation of(Race race, Sources sources) {
        return of(race, frame -> sources.strippedLine(frame.file(), frame.line()));
    }

    static String shortened(String name) {
        return name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME) + "\u2026";
    }

    private static String locks(Race race) {
        Access first = race.accesses().get(0);
        Access second = race.accesses().get(1);
        if (first.locksHeld().isEmpty() && second.locksHeld().isEmpty()) {
            return "Neither side holds a lock.";
        }
        if (first.locksHeld().isEmpty() || second.locksHeld().isEmpty()) {
            boolean firstHolds = second.locksHeld().isEmpty();
            Access holder = firstHolds ? first : second;
            Access other = firstHolds ? second : first;
            String subject = holder.thread().name().equals(other.thread().name())
                    ? "One side"
                    : holder.thread().name();
            return subject + " holds " + Text.enumerate(holder.locksHeld()) + "; the other side holds no lock.";
        }
        Set<String> common = new LinkedHashSet<>(first.locksHeld());
        common.retainAll(second.locksHeld());
        if (common.isEmpty()) {
            return "Each side holds a lock, but not the same one: " + Text.enumerate(first.locksHeld()) + " here, "
                    + Text.enumerate(second.locksHeld()) + " there.";
        }
        List<String> names = new ArrayList<>(common);
        return "Both sides hold a lock called " + Text.enumerate(names)
                + ", but not the same one (one per object, say): they do not exclude each other.";
    }
}
