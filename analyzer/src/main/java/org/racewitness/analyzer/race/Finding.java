package org.racewitness.analyzer.race;

import java.util.List;
import org.racewitness.analyzer.explain.RawExplanation;
import org.racewitness.analyzer.report.Location;
import org.racewitness.analyzer.report.Verdict;

/**
 * A racing pair at one location, judged.
 *
 * @param first the side whose program point comes first
 * @param whole whether one of the operations takes in all items of the container
 * @param count occurrences
 * @param explanation of the race, null where none is kept
 * @param firstIsFirst whether {@code first} is the first side of the race that the explanation tells of
 * @param benign why the program calls one side benign, null where it does not
 * @param tests in which it happened
 */
record Finding(
        SessionJudge judge,
        Verdict verdict,
        JudgedSide first,
        JudgedSide second,
        long object,
        Location location,
        boolean whole,
        long count,
        RawExplanation explanation,
        boolean firstIsFirst,
        String benign,
        List<String> tests) {

    /** What groups findings into one entry of the report. */
    EntryKey key() {
        return new EntryKey(first.point(), second.point(), place());
    }

    boolean atShape() {
        return location.kind().equals(LocationNames.SHAPE);
    }

    /** The name of the location and why it is benign; but one for all items of a container and its shape: what happens to them at one place is one defect. */
    String place() {
        return benign == null ? where() : where() + " benign: " + benign;
    }

    private String where() {
        return switch (location.kind()) {
            case LocationNames.ITEM, LocationNames.SHAPE -> "container " + location.objectType();
            default -> location.kind() + " " + location.name();
        };
    }

    /** Tells apart the halves of one defect, of which each occurrence shows several. */
    String variant() {
        return first.raw().operation + " " + first.raw().stack + " " + second.raw().operation + " " + second.raw().stack
                + (atShape() ? " shape" : "");
    }
}
