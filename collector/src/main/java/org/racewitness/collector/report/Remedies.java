package org.racewitness.collector.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.racewitness.analyzer.report.Access;
import org.racewitness.analyzer.report.Frame;
import org.racewitness.analyzer.report.Race;

/** What usually mends a race, the most general way first, with the lines of the program at which it would be done. */
final class Remedies {
    private final Race race;
    private final Access first;
    private final Access second;
    private final List<String> remedies = new ArrayList<>();

    private Remedies(Race race) {
        this.race = race;
        this.first = race.accesses().get(0);
        this.second = race.accesses().get(1);
    }

    /** One sentence each; at least one. */
    static List<String> of(Race race) {
        Remedies remedies = new Remedies(race);
        remedies.collect();
        return remedies.remedies;
    }

    /** {@code bank.py:16 in Account.deposit}. */
    static String place(Frame frame) {
        String file = frame.file().replace('\\', '/');
        return Explanation.shortened(file.substring(file.lastIndexOf('/') + 1)) + ":" + frame.line() + " in "
                + Explanation.shortened(frame.function());
    }

    private void collect() {
        switch (race.verdict()) {
            case ATOMIC_UPDATE ->
                remedies.add("Nothing, unless the order of the two matters: then one lock around both.");
            case LOST_UPDATE -> lock("from the read to the write");
            case CHECK_THEN_ACT -> {
                lock("over the test and the action");
                insteadOfTheTest();
            }
            case ITERATION_MUTATION -> {
                lock("over the whole loop and over the change");
                remedies.add("Or loop over a copy" + at(iterating()) + ": "
                        + (isType("dict") ? "for k in d.copy()" : "for x in " + collection() + ".copy()")
                        + "; a change then comes before or after the copy, and never into the loop.");
            }
            case TORN_OPERATION -> {
                lock("around the operation and around every use beside it");
                remedies.add("Or build the new contents apart and put them in place with one store.");
            }
            case UNORDERED_WRITE_WRITE -> {
                lock("");
                remedies.add("Or let one thread write, and hand the value to it (queue.Queue, Future).");
            }
            case UNORDERED_READ_WRITE -> {
                lock("");
                remedies.add(
                        "Or order the read after the write: join the writer, wait for an Event that it sets, or take the value from a "
                                + "queue.Queue or Future.");
            }
        }
    }

    private void insteadOfTheTest() {
        if (isType("dict")) {
            remedies.add(
                    "Or let one step do both: d.setdefault(key, value) to put it in, d.pop(key, None) to take it out.");
        } else if (isType("set")) {
            remedies.add("Or leave the test out: s.add(x) and s.discard(x) do not need it.");
        } else if (isType("list")) {
            remedies.add("Or leave the test out and catch the IndexError of pop(), or use queue.Queue.");
        } else {
            remedies.add("Or set it before the threads are started.");
        }
    }

    /** @param span from where to where, empty for the accesses alone */
    private void lock(String span) {
        String over = span.isEmpty() ? "" : " " + span;
        Set<String> common = new LinkedHashSet<>(first.locksHeld());
        common.retainAll(second.locksHeld());
        if (!common.isEmpty()) {
            remedies.add("Share one lock: " + Text.enumerate(names(common))
                    + " is made anew for each object, so each side locks its own. Hold one that all threads share"
                    + over + places());
        } else if (!first.locksHeld().isEmpty() && !second.locksHeld().isEmpty()) {
            remedies.add("Agree on one lock" + over + ": " + Text.enumerate(names(first.locksHeld()))
                    + at(first.stack()) + " too at the other side's place, or the other way round" + places());
        } else if (!first.locksHeld().isEmpty() || !second.locksHeld().isEmpty()) {
            boolean firstHolds = !first.locksHeld().isEmpty();
            Access holder = firstHolds ? first : second;
            Access other = firstHolds ? second : first;
            remedies.add("Hold " + Text.enumerate(names(holder.locksHeld())) + ", which the other side holds," + over
                    + (other.stack().isEmpty() ? " on both sides." : at(other.stack()) + " too."));
        } else {
            remedies.add("Hold one lock, the same on both sides," + over + places() + made());
        }
    }

    private static List<String> names(Iterable<String> locks) {
        List<String> names = new ArrayList<>();
        locks.forEach(lock -> names.add(Explanation.shortened(lock)));
        return names;
    }

    /** {@code : at a.py:3 in f and at a.py:9 in g.} */
    private String places() {
        Set<String> places = new LinkedHashSet<>();
        for (Access access : race.accesses()) {
            if (!access.stack().isEmpty()) {
                places.add("at " + place(access.stack().get(0)));
            }
        }
        return places.isEmpty() ? "." : ": " + String.join(" and ", places) + ".";
    }

    /** Where the lock itself would be made. */
    private String made() {
        Frame seen =
                race.firstSeen().stream().filter(Frame::application).findFirst().orElse(null);
        boolean constructor = seen != null && seen.function().endsWith("__init__");
        return switch (race.location().kind()) {
            case "attribute" -> constructor ? " Make it beside the attribute, near " + place(seen) + "." : "";
            case "global" -> " Make it at module level, beside the variable.";
            default -> "";
        };
    }

    private static String at(List<Frame> stack) {
        return stack.isEmpty() ? "" : " at " + place(stack.get(0));
    }

    private List<Frame> iterating() {
        Access access = first.operation().equals("iterate") ? first : second;
        return access.operation().equals("iterate") ? access.stack() : List.of();
    }

    private String collection() {
        return isType("set") ? "s" : "items";
    }

    private boolean isType(String type) {
        return type.equals(race.location().objectType());
    }
}
