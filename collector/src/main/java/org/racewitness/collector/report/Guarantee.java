package org.racewitness.collector.report;

import java.util.Map;
import org.racewitness.analyzer.report.Race;

/**
 * What CPython's documentation promises for the operations of a race ("Thread Safety Guarantees" of the library reference, free-threaded
 * build; for deque the chapter of the collections module).
 *
 * @param text one or two sentences
 * @param address where that is said
 */
record Guarantee(String text, String address) {
    private static final String PAGE = "https://docs.python.org/3/library/threadsafety.html";
    private static final String DEQUE = "https://docs.python.org/3/library/collections.html#collections.deque";
    private static final Map<String, String> SECTIONS = Map.of(
            "list", "#thread-safety-list",
            "dict", "#thread-safety-dict",
            "set", "#thread-safety-set",
            "bytearray", "#thread-safety-bytearray");

    static Guarantee of(Race race) {
        String type = type(race);
        String address = type.equals("deque") ? DEQUE : PAGE + SECTIONS.getOrDefault(type, "");
        return new Guarantee(text(race, type), address);
    }

    /** {@code list}, {@code dict}, {@code set}, {@code bytearray}, {@code deque}; empty for what has no promise of its own. */
    private static String type(Race race) {
        boolean contained =
                race.location().kind().equals("item") || race.location().kind().equals("shape");
        String type = race.location().objectType();
        if (!contained || type == null) {
            return "";
        }
        if (type.equals("collections.deque") || type.equals("deque")) {
            return "deque";
        }
        return SECTIONS.containsKey(type) ? type : "";
    }

    private static String text(Race race, String type) {
        return switch (race.verdict()) {
            case LOST_UPDATE -> lostUpdate(race);
            case CHECK_THEN_ACT -> checkThenAct(type);
            case ITERATION_MUTATION -> iteration(type);
            case TORN_OPERATION ->
                type.equals("list")
                        ? "insert, pop from the middle and *= move the elements one by one, and sort() leaves the list empty meanwhile; "
                                + "reading an element, `in`, index() and count() take no lock and can see that."
                        : "Operations that change many elements are not promised to look like one step to readers that take no lock.";
            case UNORDERED_WRITE_WRITE ->
                isContained(race)
                        ? "Storing or removing one element is safe from several threads and corrupts nothing; which comes last is not promised."
                        : "One store is a single step, so one of the two values stays whole; which one is not promised.";
            case UNORDERED_READ_WRITE ->
                isContained(race)
                        ? "Reading one element and storing one are single steps, so what is read is whole; before or after is not promised."
                        : "One load and one store are single steps, so what is read is whole; before or after is not promised.";
            case ATOMIC_UPDATE -> atomic(type);
        };
    }

    private static boolean isContained(Race race) {
        return race.location().kind().equals("item") || race.location().kind().equals("shape");
    }

    private static String lostUpdate(Race race) {
        return isContained(race)
                ? "Reading an element and storing it are single steps; an operation of several accesses, like x[k] = x[k] + 1 or "
                        + "x[k] += 1, never is."
                : "One load and one store are single steps; += is a load, a computation and a store, and never one step.";
    }

    private static String checkThenAct(String type) {
        return switch (type) {
            case "dict" ->
                "The test and the action are single steps, the two together are not; setdefault() and pop() with a default do both in one.";
            case "set" ->
                "The test and the action are single steps, the two together are not; add() and discard() need no test.";
            case "list" -> "The test and the action are single steps, the two together (if lst: lst.pop()) are not.";
            default -> "Each operation is a step of its own; a test and what is done on its ground are never one.";
        };
    }

    private static String iteration(String type) {
        return switch (type) {
            case "list", "dict", "set" ->
                "Iteration is never one step, and a loop beside a change is not thread-safe; " + type
                        + ".copy() takes the container's lock once, for the whole copy.";
            default -> "Iteration is never one step, and a loop beside a change is not thread-safe.";
        };
    }

    private static String atomic(String type) {
        return switch (type) {
            case "list" -> "append(), pop() at the end and clear() are single steps.";
            case "dict" -> "Storing, removing, setdefault() and pop() of one key are safe from several threads.";
            case "set" -> "Adding and removing one element is safe from several threads.";
            case "deque" -> "Appends and pops at either end are thread-safe.";
            default -> "Both operations are documented as single steps.";
        };
    }
}
