package org.racewitness.collector.cli;

import org.racewitness.analyzer.report.Level;

/** Exit statuses and what decides between them. */
final class ExitStatus {
    static final int OK = 0;
    static final int USAGE = 2;
    /** A race of the level that fails a run was found; the status that ThreadSanitizer and Go's detector use. */
    static final int RACE = 66;
    /** The tool could not do its work (EX_SOFTWARE of sysexits.h). */
    static final int FAILURE = 70;

    private ExitStatus() {}

    /** The least severe level that fails a run, as it is written on the command line. */
    enum FailOn {
        error(Level.ERROR),
        warning(Level.WARNING),
        note(Level.NOTE),
        never(null);

        private final Level threshold;

        FailOn(Level threshold) {
            this.threshold = threshold;
        }

        /** @param worst the most severe level found, null for no race */
        boolean isReachedBy(Level worst) {
            return threshold != null && worst != null && worst.compareTo(threshold) <= 0;
        }
    }

    /**
     * @param own the command's own status, 0 where there is none
     * @param raced whether races fail the run
     * @param raceStatus status that says so
     * @param toolFailed whether part of the tool's work could not be done
     */
    static int of(int own, boolean raced, int raceStatus, boolean toolFailed) {
        if (own != OK) {
            return own;
        }
        if (raced) {
            return raceStatus;
        }
        return toolFailed ? FAILURE : OK;
    }
}
