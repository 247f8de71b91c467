package org.racewitness.analyzer.engine.state;

import java.util.Arrays;
import org.racewitness.analyzer.trace.SessionModel;

/**
 * Numbers the program points that stacks end in: code object and instruction of the top frame. Stacks that differ only below it share one.
 * Belongs to its engine.
 */
public final class ProgramPoints {
    private static final int LIMIT = 1 << 24;

    private final SessionModel model;
    private final PairTable points = new PairTable(LIMIT);
    private int[] byStack = new int[64];

    public ProgramPoints(SessionModel model) {
        this.model = model;
    }

    /** The point of a session-wide stack number, at least 1; 0 for stack 0. */
    public int of(int stack) {
        if (stack <= 0) {
            return 0;
        }
        if (stack >= byStack.length) {
            byStack = Arrays.copyOf(byStack, Math.max(stack + 1, byStack.length * 2));
        }
        if (byStack[stack] == 0) {
            byStack[stack] = points.intern(model.stackCode(stack), model.stackOffset(stack));
        }
        return byStack[stack];
    }
}
