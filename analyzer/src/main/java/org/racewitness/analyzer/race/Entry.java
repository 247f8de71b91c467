package org.racewitness.analyzer.race;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.racewitness.analyzer.report.Location;
import org.racewitness.analyzer.report.Verdict;

/**
 * One entry of the report while it is put together: all findings at a pair of program points and a place. It shows the most severe ones; of
 * those it keeps the first at the shape and the first item only.
 */
final class Entry {
    /** Shorter names first, so that {@code list[9]} comes before {@code list[10]}. */
    private static final Comparator<Location> ITEM_ORDER = Comparator.comparingInt(
                    (Location location) -> location.name().length())
            .thenComparing(Location::name);

    final EntryKey key;

    private final Map<String, Long> countByVariant = new HashMap<>();
    private final Set<EntryKey> testedInstead = new LinkedHashSet<>();
    private final Set<String> tests = new LinkedHashSet<>();

    // of the most severe findings
    private Verdict verdict = Verdict.ATOMIC_UPDATE;
    private Finding atShape;
    private Finding atFirstItem;
    private boolean severalItems;

    Entry(EntryKey key) {
        this.key = key;
    }

    void add(Finding finding) {
        countByVariant.merge(finding.variant(), finding.count(), Long::sum);
        tests.addAll(finding.tests());
        if (finding.verdict().compareTo(verdict) < 0) {
            verdict = finding.verdict();
            atShape = null;
            atFirstItem = null;
            severalItems = false;
            testedInstead.clear();
        }
        if (finding.verdict() == verdict) {
            addToShown(finding);
            addTested(finding.judge(), finding.first(), finding.second());
            addTested(finding.judge(), finding.second(), finding.first());
        }
    }

    private void addToShown(Finding finding) {
        if (finding.atShape()) {
            atShape = atShape == null ? finding : atShape;
            return;
        }
        int order = atFirstItem == null ? -1 : ITEM_ORDER.compare(finding.location(), atFirstItem.location());
        severalItems |= atFirstItem != null && order != 0;
        atFirstItem = order < 0 ? finding : atFirstItem;
    }

    /** Takes over the occurrences of an entry that shows the same defect. */
    void absorb(Entry other) {
        other.countByVariant.forEach((variant, count) -> countByVariant.merge(variant, count, Long::sum));
        tests.addAll(other.tests);
    }

    /** The tests in which it happened. */
    List<String> tests() {
        return List.copyOf(tests);
    }

    /** Why it is not reported as a race, null where it is. */
    String suppressed() {
        String benign = shown().benign();
        return benign == null ? null : "benign: " + benign;
    }

    Verdict verdict() {
        return verdict;
    }

    /** How often it happened; one occurrence shows a defect in several variants, so they are not added up. */
    long count() {
        return countByVariant.values().stream().mapToLong(Long::longValue).max().orElse(0);
    }

    /**
     * The finding that stands for all: at the shape, if an operation on the whole container or several items met there too; else at the first
     * item.
     */
    Finding shown() {
        boolean preferShape = atFirstItem == null || severalItems || atFirstItem.whole();
        return preferShape && atShape != null ? atShape : atFirstItem;
    }

    /**
     * Where the same defect would be found with the test in place of the write that it decides on: for a pair of writes one of which was tested
     * for, the pairs of the test and the other write.
     */
    Set<EntryKey> testedInstead() {
        return testedInstead;
    }

    private void addTested(SessionJudge judge, JudgedSide side, JudgedSide other) {
        boolean isAct = side.role().tests() && side.stack() == side.role().writeStack();
        if (verdict == Verdict.CHECK_THEN_ACT && isAct && other.raw().operation.writes()) {
            EntryKey tested = EntryKey.of(judge.point(side.role().readStack()), other.point(), key.place());
            if (!tested.equals(key)) {
                testedInstead.add(tested);
            }
        }
    }
}
