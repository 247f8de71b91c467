package org.racewitness.analyzer.report;

import java.util.List;

/**
 * One entry of a report: a pair of program points and a location name, however often it happened.
 *
 * @param id {@code R1}, {@code R2}, ... in the order of the report: by level, then verdict, then file and line
 * @param fingerprint hex; stable across runs, machines, unrelated edits above the lines, and thread names
 * @param count occurrences, at least 1
 * @param accesses exactly two, of the first occurrence
 * @param firstSeen stack at which the object was first seen, empty if unknown
 * @param suppressed reason of the suppression, null when not suppressed
 * @param test the tests in which it happened, empty without a test runner
 * @param explanation of the occurrence that {@code accesses} shows, null where none is kept
 */
public record Race(
        String id,
        String fingerprint,
        Verdict verdict,
        long count,
        Location location,
        List<Access> accesses,
        List<Frame> firstSeen,
        String suppressed,
        List<String> test,
        RaceExplanation explanation) {

    /** A race of which no explanation is kept. */
    public Race(
            String id,
            String fingerprint,
            Verdict verdict,
            long count,
            Location location,
            List<Access> accesses,
            List<Frame> firstSeen,
            String suppressed,
            List<String> test) {
        this(id, fingerprint, verdict, count, location, accesses, firstSeen, suppressed, test, null);
    }

    public Level level() {
        return verdict.level();
    }

    /** This race with that reason of a suppression, null for none. */
    public Race withSuppressed(String reason) {
        return new Race(id, fingerprint, verdict, count, location, accesses, firstSeen, reason, test, explanation);
    }
}
