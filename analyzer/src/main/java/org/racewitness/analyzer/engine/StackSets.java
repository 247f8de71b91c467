package org.racewitness.analyzer.engine;

import org.racewitness.analyzer.engine.state.PairTable;

/** Small sets of stack numbers, interned: a set is a number, 0 the empty one. Not thread-safe; belongs to one engine. */
public final class StackSets {
    /** A set takes no more stacks than this: the reads before one write, the writes after one read. */
    public static final int MAX_STACKS = 8;

    private static final int LIMIT = 1 << 24;

    private final PairTable pairs = new PairTable(LIMIT);

    /** The set with one more stack; itself when it holds the stack already or is full. */
    public int with(int set, int stack) {
        int size = 0;
        for (int rest = set; rest != 0; rest = (int) pairs.first(rest)) {
            if (pairs.second(rest) == stack) {
                return set;
            }
            size++;
        }
        if (size == MAX_STACKS) {
            return set;
        }
        int larger = pairs.intern(set, stack);
        return larger == 0 ? set : larger;
    }

    /** The stacks in the order in which they were added; a new array. */
    public int[] stacks(int set) {
        int size = 0;
        for (int rest = set; rest != 0; rest = (int) pairs.first(rest)) {
            size++;
        }
        int[] stacks = new int[size];
        for (int rest = set; rest != 0; rest = (int) pairs.first(rest)) {
            stacks[--size] = (int) pairs.second(rest);
        }
        return stacks;
    }
}
