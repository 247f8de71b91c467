package org.racewitness.analyzer.flow;

import java.util.Arrays;
import java.util.BitSet;

/**
 * The control-flow graph of a code object, exceptions aside, its post-dominators (Cooper, Harvey and Kennedy: "A simple, fast dominance
 * algorithm", 2001) and the control dependence that follows from them (Ferrante, Ottenstein and Warren, TOPLAS 1987). A loop that no path
 * leaves counts as leaving at its backward jump. Immutable.
 */
final class ControlFlow {
    private static final int NONE = Bytecode.NOWHERE;
    private static final int[] NO_SUCCESSORS = {};

    private final Bytecode code;
    private final int count;

    /** Number of the virtual exit, that every end leads to. */
    private final int exit;

    /** Two successors of each instruction, {@link #NONE} for a missing one. */
    private final int[] first;

    private final int[] second;

    /** Immediate post-dominator of each instruction. */
    private final int[] postDominators;

    ControlFlow(Bytecode code) {
        this.code = code;
        this.count = code.count();
        this.exit = count;
        this.first = new int[count];
        this.second = new int[count];
        for (int i = 0; i < count; i++) {
            int opcode = code.opcode(i);
            boolean falls = !Opcode.ends(opcode) && !Opcode.isUnconditionalJump(opcode);
            int next = falls ? unlessAssertion(code.next(i)) : NONE;
            int target = unlessAssertion(code.target(i));
            first[i] = next != NONE ? next : target != NONE ? target : exit;
            second[i] = next != NONE && target != next ? target : NONE;
        }
        leaveEndlessLoops();
        this.postDominators = new PostDominators().compute();
    }

    /** An assertion holds: it is no part of what the program decides, and gone when it runs with {@code -O}. */
    private int unlessAssertion(int next) {
        return next != NONE && code.opcode(next) == Opcode.LOAD_ASSERTION_ERROR ? NONE : next;
    }

    /** Instructions that can go on at two places. */
    boolean branches(int instruction) {
        return second[instruction] != NONE && second[instruction] != exit;
    }

    /** Instructions that can follow directly: none, one or two. */
    int[] successors(int instruction) {
        boolean one = first[instruction] != exit;
        boolean other = branches(instruction);
        if (one && other) {
            return new int[] {first[instruction], second[instruction]};
        }
        return one || other ? new int[] {one ? first[instruction] : second[instruction]} : NO_SUCCESSORS;
    }

    /** Instructions whose execution the outcome of a branch decides, directly or by way of further branches. */
    BitSet controlledBy(int branch) {
        BitSet controlled = new BitSet(count);
        BitSet seen = new BitSet(count);
        int[] waiting = new int[count + 1];
        int size = 0;
        waiting[size++] = branch;
        seen.set(branch);
        while (size > 0) {
            int decider = waiting[--size];
            for (int next : successors(decider)) {
                for (int at = next; at != postDominators[decider] && at != exit; at = postDominators[at]) {
                    controlled.set(at);
                    if (branches(at) && !seen.get(at)) {
                        seen.set(at);
                        waiting[size++] = at;
                    }
                }
            }
        }
        return controlled;
    }

    /** Whether every way from one instruction to the end leads over the other. */
    boolean postDominates(int later, int earlier) {
        for (int at = earlier; at != exit; at = postDominators[at]) {
            if (at == later) {
                return true;
            }
        }
        return false;
    }

    /** Whether from the branch the end, or the branch again, can be reached by a way that meets none of those instructions. */
    boolean avoids(int branch, BitSet places) {
        BitSet reached = new BitSet(count);
        int[] waiting = new int[count + 2];
        int size = 0;
        waiting[size++] = branch;
        while (size > 0) {
            int at = waiting[--size];
            if (first[at] == exit || second[at] == exit) {
                return true;
            }
            for (int next : successors(at)) {
                if (next == branch) {
                    return true;
                }
                if (!places.get(next) && !reached.get(next)) {
                    reached.set(next);
                    waiting[size++] = next;
                }
            }
        }
        return false;
    }

    /** Instructions that can be reached from one, itself included, without going over another. */
    BitSet reachable(int from, int without) {
        BitSet reached = new BitSet(count);
        if (from == NONE || from == without) {
            return reached;
        }
        int[] waiting = new int[count + 1];
        int size = 0;
        waiting[size++] = from;
        reached.set(from);
        while (size > 0) {
            for (int next : successors(waiting[--size])) {
                if (next != without && !reached.get(next)) {
                    reached.set(next);
                    waiting[size++] = next;
                }
            }
        }
        return reached;
    }

    /** Gives every instruction a way to the exit: what has none gets one at the last backward jump among those without. */
    private void leaveEndlessLoops() {
        BitSet leaving = new BitSet(count);
        for (boolean complete = false; !complete; ) {
            leaving.clear();
            for (boolean grown = true; grown; ) {
                grown = false;
                for (int i = count - 1; i >= 0; i--) {
                    if (!leaving.get(i) && (leaves(first[i], leaving) || leaves(second[i], leaving))) {
                        leaving.set(i);
                        grown = true;
                    }
                }
            }
            int last = lastBackwardJumpNotIn(leaving);
            complete = last == NONE;
            if (!complete) {
                second[last] = exit;
            }
        }
    }

    private boolean leaves(int successor, BitSet leaving) {
        return successor == exit || (successor != NONE && leaving.get(successor));
    }

    private int lastBackwardJumpNotIn(BitSet leaving) {
        int stuck = NONE;
        for (int i = 0; i < count; i++) {
            if (!leaving.get(i) && (Opcode.isBackwardJump(code.opcode(i)) || stuck == NONE)) {
                stuck = i;
            }
        }
        return stuck;
    }

    /** The computation, on the graph with all edges turned round. */
    private final class PostDominators {
        private final int[] order = new int[count + 1];
        private final int[] position = new int[count + 1];
        private final int[] dominators = new int[count + 1];

        int[] compute() {
            postOrderFromExit();
            Arrays.fill(dominators, NONE);
            dominators[exit] = exit;
            for (boolean changed = true; changed; ) {
                changed = false;
                for (int i = count - 1; i >= 0; i--) {
                    int node = order[i];
                    int dominator = meet(first[node], second[node]);
                    if (dominator != dominators[node]) {
                        dominators[node] = dominator;
                        changed = true;
                    }
                }
            }
            return dominators;
        }

        private int meet(int one, int other) {
            int a = one == NONE || dominators[one] == NONE ? NONE : one;
            int b = other == NONE || dominators[other] == NONE ? NONE : other;
            if (a == NONE || b == NONE) {
                return a == NONE ? b : a;
            }
            while (a != b) {
                while (position[a] < position[b]) {
                    a = dominators[a];
                }
                while (position[b] < position[a]) {
                    b = dominators[b];
                }
            }
            return a;
        }

        /** Depth first over predecessors; an explicit stack, for functions of any length. */
        private void postOrderFromExit() {
            int[][] predecessors = predecessors();
            int[] path = new int[count + 1];
            int[] taken = new int[count + 1];
            BitSet seen = new BitSet(count + 1);
            int depth = 0;
            int done = 0;
            path[depth++] = exit;
            seen.set(exit);
            while (depth > 0) {
                int node = path[depth - 1];
                if (taken[node] < predecessors[node].length) {
                    int before = predecessors[node][taken[node]++];
                    if (!seen.get(before)) {
                        seen.set(before);
                        path[depth++] = before;
                    }
                } else {
                    position[node] = done;
                    order[done++] = node;
                    depth--;
                }
            }
        }

        private int[][] predecessors() {
            int[] sizes = new int[count + 1];
            for (int i = 0; i < count; i++) {
                sizes[first[i]]++;
                if (second[i] != NONE) {
                    sizes[second[i]]++;
                }
            }
            int[][] predecessors = new int[count + 1][];
            for (int i = 0; i <= count; i++) {
                predecessors[i] = new int[sizes[i]];
            }
            for (int i = 0; i < count; i++) {
                predecessors[first[i]][--sizes[first[i]]] = i;
                if (second[i] != NONE) {
                    predecessors[second[i]][--sizes[second[i]]] = i;
                }
            }
            return predecessors;
        }
    }
}
