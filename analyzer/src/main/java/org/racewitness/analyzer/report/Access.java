package org.racewitness.analyzer.report;

import java.util.List;

/**
 * One side of a race.
 *
 * @param operation {@code read}, {@code write}, {@code read-modify-write}, or the container operation ({@code append}, {@code iterate}, ...)
 * @param thread what the trace knows of the thread
 * @param locksHeld the locks held at the access, outermost first, as {@code Lock counter.py:9}
 * @param stack innermost first, whole, beginning at the innermost frame of application code
 * @param startedAt stack at which the thread was started, empty if unknown (main thread)
 */
public record Access(
        String operation, int pid, ThreadRef thread, List<String> locksHeld, List<Frame> stack, List<Frame> startedAt) {

    /** Number ({@code uid}) and last known name of a thread. */
    public record ThreadRef(int id, String name) {}
}
