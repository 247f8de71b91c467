package org.racewitness.analyzer.report;

/** What can go wrong at a race, in the order in which a pair that fits several takes the first. */
public enum Verdict {
    LOST_UPDATE("lost-update", Level.ERROR),
    CHECK_THEN_ACT("check-then-act", Level.ERROR),
    ITERATION_MUTATION("iteration-mutation", Level.ERROR),
    TORN_OPERATION("torn-operation", Level.ERROR),
    UNORDERED_WRITE_WRITE("unordered-write-write", Level.WARNING),
    UNORDERED_READ_WRITE("unordered-read-write", Level.WARNING),
    ATOMIC_UPDATE("atomic-update", Level.NOTE);

    private final String label;
    private final Level level;

    Verdict(String label, Level level) {
        this.label = label;
        this.level = level;
    }

    /** The name in reports, suppressions and documentation; stable. */
    public String label() {
        return label;
    }

    public Level level() {
        return level;
    }
}
