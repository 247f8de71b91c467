package org.racewitness.analyzer.race;

import org.racewitness.analyzer.report.Verdict;

/**
 * One side of a pair as an entry shows it.
 *
 * <p>A lost update is shown as the whole of its read and its write, at the write: which of the two halves raced is left to the schedule, and
 * the defect is one.
 *
 * @param operation its name in reports
 * @param stack session-wide stack, as recorded
 * @param point the program point that groups it
 */
record JudgedSide(RawSide raw, Role role, String operation, int stack, Point point) {
    static final String READ_MODIFY_WRITE = "read-modify-write";

    static JudgedSide of(RawSide raw, Role role, Verdict verdict, SessionJudge judge) {
        boolean whole = verdict == Verdict.LOST_UPDATE && role.feeds();
        int stack = whole ? role.writeStack() : raw.stack;
        String operation = whole ? READ_MODIFY_WRITE : raw.operation.label();
        return new JudgedSide(raw, role, operation, stack, judge.point(stack));
    }
}
