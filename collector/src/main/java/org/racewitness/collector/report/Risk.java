package org.racewitness.collector.report;

import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.racewitness.analyzer.report.Access;
import org.racewitness.analyzer.report.Frame;
import org.racewitness.analyzer.report.Race;

/**
 * What can go wrong at a race, in one sentence of plain words about this location and, where the racing line is known, this operation. The
 * sentence speaks of the program's values and not of clocks.
 */
final class Risk {
    /** A value to tell the story with. */
    private static final int SAMPLE = 41;

    private static final int MAX_STEP = 1000;

    /** {@code x += 1}, {@code d[k] -= n}, {@code s |= t}. */
    private static final Pattern AUGMENTED = Pattern.compile(
            "[\\w\\])\"']\\s*(?<operator>\\+|-|\\*\\*?|//?|%|@|&|\\||\\^|<<|>>)=\\s*(?<operand>[^=\\s].*)");

    /** {@code x = x + 1}. */
    private static final Pattern SPELT_OUT = Pattern.compile(
            "^\\s*(?<target>[\\w.\\[\\]'\"]+)\\s*=\\s*\\k<target>\\s*(?<operator>[+-])\\s*(?<operand>.+)");

    private static final Pattern COMMENT = Pattern.compile("\\s+#.*$");
    private static final Pattern STEP = Pattern.compile("\\d{1,4}");

    private final Race race;
    private final Function<Frame, String> source;
    private final String name;

    private Risk(Race race, Function<Frame, String> source) {
        this.race = race;
        this.source = source;
        this.name = name(race);
    }

    /** @param source the line of a frame, null where it is not known */
    static String of(Race race, Function<Frame, String> source) {
        return new Risk(race, source).sentence();
    }

    /** The location as part of a sentence: {@code Account.balance}, {@code the variable hits}, {@code the list}. */
    static String name(Race race) {
        String name = Explanation.shortened(race.location().name());
        return switch (race.location().kind()) {
            case "closure" -> "the variable " + name;
            case "shape" -> container(race);
            default -> name;
        };
    }

    /** The container that an item or shape belongs to: {@code the list}; other locations by their name. */
    static String container(Race race) {
        String type = race.location().objectType();
        boolean contained =
                race.location().kind().equals("item") || race.location().kind().equals("shape");
        return contained && type != null && !type.isEmpty() && !type.equals("?")
                ? "the " + Explanation.shortened(type)
                : Explanation.shortened(race.location().name());
    }

    private String sentence() {
        return switch (race.verdict()) {
            case LOST_UPDATE -> bothAre("read-modify-write") ? twoUpdates() : updateBesideWrite();
            case CHECK_THEN_ACT -> checkThenAct();
            case ITERATION_MUTATION ->
                "One thread goes through " + container(race)
                        + " while the other changes what is in it: the loop can skip or repeat elements, or end with a "
                        + "RuntimeError.";
            case TORN_OPERATION ->
                "One side changes " + container(race) + " in several steps (" + operations()
                        + "): the other can meet it half-done and see elements missing, doubled or out of place.";
            case UNORDERED_WRITE_WRITE -> twoWrites();
            case UNORDERED_READ_WRITE -> readBesideWrite();
            case ATOMIC_UPDATE ->
                "Both updates of " + container(race) + " (" + operations()
                        + ") are atomic on this build, so nothing is lost or torn; only their order is left to chance.";
        };
    }

    private String twoUpdates() {
        Matcher update = update(race.accesses().get(0));
        Matcher other = update(race.accesses().get(1));
        if (update == null || other == null || !update.group("operator").equals(other.group("operator"))) {
            return "Two threads can both read the same old value of " + name
                    + " and both write what they made of it: one of the two updates is lost.";
        }
        String operator = update.group("operator");
        String operand =
                COMMENT.matcher(update.group("operand")).replaceFirst("").strip();
        boolean step = STEP.matcher(operand).matches()
                && operand.equals(
                        COMMENT.matcher(other.group("operand")).replaceFirst("").strip())
                && Integer.parseInt(operand) <= MAX_STEP;
        if (step && (operator.equals("+") || operator.equals("-"))) {
            int by = Integer.parseInt(operand);
            int result = operator.equals("+") ? SAMPLE + by : SAMPLE - by;
            return String.format(
                    Locale.ROOT,
                    "Two threads can both read %d from %s and both write %d: one %s is lost.",
                    SAMPLE,
                    name,
                    result,
                    operator.equals("+") ? "increment" : "decrement");
        }
        String what = operator.equals("+") ? "addition" : operator.equals("-") ? "subtraction" : "update";
        return "Two threads can both read the same old value of " + name + " and both write it back changed: one "
                + what + " is lost.";
    }

    private Matcher update(Access access) {
        String line =
                access.stack().isEmpty() ? null : source.apply(access.stack().get(0));
        if (line == null) {
            return null;
        }
        Matcher spelt = SPELT_OUT.matcher(line);
        if (spelt.find()) {
            return spelt;
        }
        Matcher augmented = AUGMENTED.matcher(line);
        return augmented.find() ? augmented : null;
    }

    private String updateBesideWrite() {
        boolean deletes = race.accesses().stream()
                .anyMatch(access -> access.operation().equals("delete")
                        || access.operation().startsWith("remove"));
        return "One thread computes a new value of " + name + " from the old one; what the other "
                + (deletes ? "deletes in between is there again." : "writes in between is overwritten and lost.");
    }

    private String checkThenAct() {
        return switch (race.location().kind()) {
            case "item" ->
                "One thread tests " + name
                        + " and acts on the answer; the other can put it in, replace it or take it out in between, so that the "
                        + "answer no longer holds when it is acted on.";
            case "shape" ->
                "One thread tests " + name
                        + " (whether it is empty, how long it is) and acts on the answer; the other can add or remove elements in "
                        + "between, so that the answer no longer holds when it is acted on.";
            default ->
                "One thread tests " + name
                        + " and acts on the answer; the other can set it in between, so that both act, or one acts on what is no "
                        + "longer so.";
        };
    }

    private String twoWrites() {
        return race.location().kind().equals("shape")
                ? "Two threads change " + name
                        + " and nothing orders them: what it holds in the end, and in which order, is left to chance."
                : "Two threads write " + name
                        + " and nothing orders them: the last one wins, and which one that is, is left to chance.";
    }

    private String readBesideWrite() {
        return switch (race.location().kind()) {
            case "shape" ->
                "One thread looks at " + name
                        + " while the other adds or removes elements and nothing orders them: the reader may see it before or after, "
                        + "or one part of each.";
            case "item" ->
                "One thread reads " + name
                        + " while the other writes it and nothing orders them: the reader may find the old value, the new one, or, "
                        + "where it is put in or taken out, none.";
            default ->
                "One thread reads " + name
                        + " while the other writes it and nothing orders them: the reader may see the value from before or from "
                        + "after.";
        };
    }

    private boolean bothAre(String operation) {
        return race.accesses().stream().allMatch(access -> access.operation().equals(operation));
    }

    private String operations() {
        String first = race.accesses().get(0).operation();
        String second = race.accesses().get(1).operation();
        return first.equals(second) ? first : first + " beside " + second;
    }
}
