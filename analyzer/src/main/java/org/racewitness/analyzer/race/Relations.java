package org.racewitness.analyzer.race;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.racewitness.analyzer.flow.CodeFlow;
import org.racewitness.analyzer.trace.SessionModel;

/**
 * Relates reads to the writes after them, by the bytecode of the frame in which both lie: the deepest that their stacks have in common. Where one
 * of them lies deeper, in a function called from there, the call stands for it. Answers are kept; belongs to one thread.
 */
final class Relations {
    private static final int MAX_DEPTH = StackFrames.MAX_FRAMES;

    private final SessionModel model;
    private final Map<Long, Relation> known = new HashMap<>();
    private final Map<Integer, CodeFlow> flows = new HashMap<>();

    Relations(SessionModel model) {
        this.model = model;
    }

    /** How the read with that stack relates to the write with that stack. */
    Relation of(int readStack, int writeStack) {
        return known.computeIfAbsent((long) readStack << 32 | writeStack, pair -> relate(readStack, writeStack));
    }

    private Relation relate(int readStack, int writeStack) {
        int[] reads = outermostFirst(readStack);
        int[] writes = outermostFirst(writeStack);
        int depth = 0;
        while (depth < reads.length && depth < writes.length && reads[depth] == writes[depth]) {
            depth++;
        }
        if (depth == reads.length || depth == writes.length) {
            return Relation.NONE;
        }
        int code = model.stackCode(reads[depth]);
        if (code != model.stackCode(writes[depth])) {
            return Relation.NONE;
        }
        CodeFlow flow = flow(code);
        int readOffset = model.stackOffset(reads[depth]);
        int writeOffset = model.stackOffset(writes[depth]);
        if (flow.feeds(readOffset, writeOffset)) {
            return Relation.FEEDS;
        }
        boolean tests = flow.tests(readOffset, writeOffset)
                || (decidesRaise(reads, depth + 1) && flow.comesAfter(readOffset, writeOffset));
        return tests ? Relation.TESTS : Relation.NONE;
    }

    /** Whether a function called on the way to the read raises, depending on what was read: then the call itself is the test. */
    private boolean decidesRaise(int[] reads, int from) {
        for (int depth = from; depth < reads.length; depth++) {
            if (flow(model.stackCode(reads[depth])).decidesRaise(model.stackOffset(reads[depth]))) {
                return true;
            }
        }
        return false;
    }

    /** Whether the instruction on top of the stack is a subscript, membership test or call whose key is a constant. */
    boolean hasConstantKey(int stack) {
        return flow(model.stackCode(stack)).hasConstantKey(model.stackOffset(stack));
    }

    private CodeFlow flow(int code) {
        return flows.computeIfAbsent(code, number -> new CodeFlow(model.code(number)));
    }

    private int[] outermostFirst(int stack) {
        int[] chain = new int[8];
        int length = 0;
        for (int at = stack; at > 0 && length < MAX_DEPTH; at = model.stackParent(at)) {
            if (length == chain.length) {
                chain = Arrays.copyOf(chain, length * 2);
            }
            chain[length++] = at;
        }
        int[] reversed = new int[length];
        for (int i = 0; i < length; i++) {
            reversed[i] = chain[length - 1 - i];
        }
        return reversed;
    }
}
