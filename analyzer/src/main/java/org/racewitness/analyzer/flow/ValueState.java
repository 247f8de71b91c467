package org.racewitness.analyzer.flow;

import java.util.BitSet;

/**
 * Which fast locals (cells included) and which values on the evaluation stack derive from the value that is being followed, at one place of a
 * function. Mutable; belongs to one {@link ValueFlow}.
 */
final class ValueState {
    /** No frame that a person's code makes is that deep; corrupt code may claim it. */
    static final int MAX_DEPTH = 1 << 13;

    final BitSet locals = new BitSet();
    final BitSet stack = new BitSet();
    int depth;

    ValueState() {}

    ValueState(ValueState other) {
        locals.or(other.locals);
        stack.or(other.stack);
        depth = other.depth;
    }

    /** Takes the top value off; answers whether it derives. An empty stack gives values that do not. */
    boolean pop() {
        if (depth == 0) {
            return false;
        }
        depth--;
        boolean derives = stack.get(depth);
        stack.clear(depth);
        return derives;
    }

    /** Takes values off; answers whether one of them derives. */
    boolean pop(int count) {
        int rest = Math.max(0, depth - count);
        int derived = stack.nextSetBit(rest);
        truncate(rest);
        return derived >= 0;
    }

    void push(int count, boolean derives) {
        int deeper = Math.min(MAX_DEPTH, depth + Math.min(count, MAX_DEPTH));
        if (derives) {
            stack.set(depth, deeper);
        }
        depth = deeper;
    }

    void push(boolean derives) {
        if (depth < MAX_DEPTH) {
            stack.set(depth++, derives);
        }
    }

    /** The value that many places below the top, 0 for the top itself. */
    boolean peek(int below) {
        return below >= 0 && below < depth && stack.get(depth - 1 - below);
    }

    /** Makes the value there one that derives, if {@code derives}. */
    void mark(int below, boolean derives) {
        if (derives && below >= 0 && below < depth) {
            stack.set(depth - 1 - below);
        }
    }

    void set(int below, boolean derives) {
        if (below >= 0 && below < depth) {
            stack.set(depth - 1 - below, derives);
        }
    }

    /** Drops values until that many are left. */
    void truncate(int newDepth) {
        if (newDepth < depth) {
            stack.clear(Math.max(0, newDepth), depth);
            depth = Math.max(0, newDepth);
        }
    }

    /** Adds what derives on another way to the same place; answers whether that is news. */
    boolean join(ValueState other) {
        int before = locals.cardinality() + stack.cardinality();
        locals.or(other.locals);
        stack.or(other.stack);
        depth = Math.max(depth, other.depth);
        return locals.cardinality() + stack.cardinality() > before;
    }
}
