package org.racewitness.collector.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.racewitness.analyzer.report.Access;
import org.racewitness.analyzer.report.Race;

/**
 * A race in plain words: what can go wrong at this location, what the locks say, what helps.
 *
 * @param risk one sentence: what the program can do wrong here
 * @param locks one sentence: why the locks held do not order the two sides
 * @param remedy one sentence: what usually mends it
 */
public record Explanation(String risk, String locks, String remedy) {

    /** Characters of a location's name that a sentence repeats. */
    private static final int MAX_NAME = 100;

    public static Explanation of(Race race) {
        return new Explanation(risk(race), locks(race), remedy(race));
    }

    private static String risk(Race race) {
        String name = shortened(race.location().name());
        Access first = race.accesses().get(0);
        Access second = race.accesses().get(1);
        return switch (race.verdict()) {
            case LOST_UPDATE ->
                first.operation().equals(second.operation())
                        ? "Two threads can both read the same old value of " + name
                                + " and both write what they made of it: one of the two updates is lost."
                        : "One thread computes a new value of " + name
                                + " from the old one; what the other writes in between is overwritten and lost.";
            case CHECK_THEN_ACT ->
                "One thread tests " + name
                        + " and acts on the answer; the other can change it in between, so that the answer "
                        + "no longer holds when it is acted on.";
            case ITERATION_MUTATION ->
                "One thread goes through " + container(race)
                        + " while the other changes what is in it: the loop can skip or repeat "
                        + "elements, or end with a RuntimeError.";
            case TORN_OPERATION ->
                "One side changes " + container(race) + " in several steps (" + operations(race)
                        + "); the other can meet it half-done.";
            case UNORDERED_WRITE_WRITE ->
                "Two threads write " + name
                        + " and nothing orders them: the last one wins, and which one that is, is left to chance.";
            case UNORDERED_READ_WRITE ->
                "One thread reads " + name
                        + " while the other writes it and nothing orders them: the reader may see the value "
                        + "from before or from after.";
            case ATOMIC_UPDATE ->
                "Both updates (" + operations(race)
                        + ") are atomic on this build, so nothing is lost or torn; only their order is "
                        + "left to chance.";
        };
    }

    /** The container that an item or shape belongs to, as {@code the list}; other locations by their name. */
    private static String container(Race race) {
        return switch (race.location().kind()) {
            case "item", "shape" -> {
                String type = race.location().objectType();
                yield type == null || type.isEmpty() || type.equals("?")
                        ? shortened(race.location().name())
                        : "the " + shortened(type);
            }
            default -> shortened(race.location().name());
        };
    }

    private static String shortened(String name) {
        return name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME) + "\u2026";
    }

    private static String operations(Race race) {
        String first = race.accesses().get(0).operation();
        String second = race.accesses().get(1).operation();
        return first.equals(second) ? first : first + " beside " + second;
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

    private static String remedy(Race race) {
        return switch (race.verdict()) {
            case LOST_UPDATE -> "Hold one lock from the read to the write, on both sides.";
            case CHECK_THEN_ACT ->
                "Hold one lock over the test and the action, or use one atomic operation in their place (dict.setdefault, dict.pop "
                        + "with a default).";
            case ITERATION_MUTATION ->
                "Hold one lock over the whole loop and over the change, or loop over a copy that was taken under that lock.";
            case TORN_OPERATION -> "Hold one lock around the operation and around every use beside it.";
            case UNORDERED_WRITE_WRITE ->
                "Hold one lock on both sides, or let one thread write and hand the value over (queue.Queue, Future).";
            case UNORDERED_READ_WRITE ->
                "Hold one lock on both sides, or order the read after the write (join the writer, wait for an Event, take the value "
                        + "from a queue).";
            case ATOMIC_UPDATE -> "Nothing, unless the order of the two matters.";
        };
    }
}
