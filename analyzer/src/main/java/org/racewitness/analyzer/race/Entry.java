package org.racewitness.analyzer.race;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.racewitness.analyzer.report.Location;
import org.racewitness.analyzer.report.Verdict;

/** One entry of the report while it is put together: all findings at a pair of program points and a place. */
final class Entry {
    final EntryKey key;

    /** The most severe ones, and of equally severe ones the first: what the entry shows. */
    private final List<Finding> severest = new ArrayList<>();

    private final Map<String, Long> countByVariant = new HashMap<>();

    Entry(EntryKey key) {
        this.key = key;
    }

    void add(Finding finding) {
        countByVariant.merge(finding.variant(), finding.count(), Long::sum);
        if (!severest.isEmpty() && finding.verdict().compareTo(verdict()) < 0) {
            severest.clear();
        }
        if (severest.isEmpty() || finding.verdict() == verdict()) {
            severest.add(finding);
        }
    }

    /** Takes over the occurrences of an entry that shows the same defect. */
    void absorb(Entry other) {
        other.countByVariant.forEach((variant, count) -> countByVariant.merge(variant, count, Long::sum));
    }

    Verdict verdict() {
        return severest.get(0).verdict();
    }

    /** How often it happened; one occurrence shows a defect in several variants, so they are not added up. */
    long count() {
        return countByVariant.values().stream().mapToLong(Long::longValue).max().orElse(0);
    }

    /**
     * The finding that stands for all: at the shape, if an operation on the whole container or several items met there; else at the first item,
     * in the order of indexes and names.
     */
    Finding shown() {
        boolean several = severest.stream()
                        .map(finding -> finding.location().name())
                        .distinct()
                        .count()
                > 2;
        boolean preferShape = several || severest.stream().anyMatch(Finding::whole);
        Comparator<Finding> order = Comparator.comparing((Finding finding) -> finding.atShape() != preferShape)
                .thenComparing(Finding::location, Entry::compareLocations);
        return severest.stream().min(order).orElseThrow();
    }

    private static int compareLocations(Location one, Location other) {
        // shorter names first, so that list[9] comes before list[10]
        int byLength = Integer.compare(one.name().length(), other.name().length());
        return byLength != 0 ? byLength : one.name().compareTo(other.name());
    }

    /**
     * Where the same defect would be found with the test in place of the write that it decides on: for a pair of writes one of which was tested
     * for, the pairs of the test and the other write.
     */
    List<EntryKey> testedInstead() {
        List<EntryKey> keys = new ArrayList<>();
        if (verdict() == Verdict.CHECK_THEN_ACT) {
            for (Finding finding : severest) {
                addTested(keys, finding.judge(), finding.first(), finding.second());
                addTested(keys, finding.judge(), finding.second(), finding.first());
            }
        }
        keys.remove(key);
        return keys;
    }

    private void addTested(List<EntryKey> keys, SessionJudge judge, JudgedSide side, JudgedSide other) {
        boolean isAct = side.role().tests() && side.stack() == side.role().writeStack();
        if (isAct && other.raw().operation.writes()) {
            EntryKey tested = EntryKey.of(judge.point(side.role().readStack()), other.point(), key.place());
            if (!keys.contains(tested)) {
                keys.add(tested);
            }
        }
    }
}
