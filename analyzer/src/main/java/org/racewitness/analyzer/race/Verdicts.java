package org.racewitness.analyzer.race;

import org.racewitness.analyzer.engine.Nature;
import org.racewitness.analyzer.engine.Operation;
import org.racewitness.analyzer.report.Verdict;

/** The table of verdicts, first row that fits. */
final class Verdicts {
    private Verdicts() {}

    /**
     * The verdict of a conflicting pair.
     *
     * @param atShape whether they met at the shape of a container, rather than at an item or any other location
     */
    static Verdict of(Operation first, Role firstRole, Operation second, Role secondRole, boolean atShape) {
        boolean firstWrites = first.writes() || wouldHaveWritten(first, second);
        boolean secondWrites = second.writes() || wouldHaveWritten(second, first);
        if ((firstRole.feeds() && secondWrites) || (secondRole.feeds() && firstWrites)) {
            return Verdict.LOST_UPDATE;
        }
        if ((firstRole.tests() && secondWrites) || (secondRole.tests() && firstWrites)) {
            return Verdict.CHECK_THEN_ACT;
        }
        if ((first.iterates() && second.writesShape()) || (second.iterates() && first.writesShape())) {
            return Verdict.ITERATION_MUTATION;
        }
        Nature one = atShape ? first.shapeNature() : first.keyNature();
        Nature other = atShape ? second.shapeNature() : second.keyNature();
        if (one == Nature.TORN || other == Nature.TORN) {
            return Verdict.TORN_OPERATION;
        }
        if (one == Nature.ATOMIC && other == Nature.ATOMIC) {
            return Verdict.ATOMIC_UPDATE;
        }
        return first.writes() && second.writes() ? Verdict.UNORDERED_WRITE_WRITE : Verdict.UNORDERED_READ_WRITE;
    }

    /** Whether an update changed nothing only because the other, which inserts or removes, came first. */
    private static boolean wouldHaveWritten(Operation update, Operation other) {
        return (update == Operation.UPDATE_KEEP || update == Operation.POP_EMPTY) && other.writesShape();
    }
}
