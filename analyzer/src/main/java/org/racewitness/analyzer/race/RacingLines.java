package org.racewitness.analyzer.race;

import java.util.HashSet;
import java.util.Set;
import org.racewitness.analyzer.trace.LineTable;
import org.racewitness.analyzer.trace.SessionModel;

/**
 * How many pairs of source lines have raced so far: what can be said of the number of races before verdicts are known. Written by the thread
 * that drives the session's engine, read by any.
 */
final class RacingLines {
    private final SessionModel model;
    private final StackFrames frames;
    private final Set<Long> pairs = new HashSet<>();
    /** Size of {@link #pairs}; volatile: one writer, any reader. */
    private volatile int count;

    RacingLines(SessionModel model) {
        this.model = model;
        this.frames = new StackFrames(model);
    }

    void add(int firstStack, int secondStack) {
        long first = line(firstStack);
        long second = line(secondStack);
        // a hash of the pair is enough for a number that is shown for a second
        pairs.add(Math.min(first, second) * 0x9E3779B97F4A7C15L + Math.max(first, second));
        count = pairs.size();
    }

    int count() {
        return count;
    }

    private long line(int stack) {
        int at = frames.innermostApplication(stack);
        int code = model.stackCode(at);
        int line = LineTable.find(model.code(code), model.stackOffset(at)).line();
        return (long) code << 32 | line;
    }
}
