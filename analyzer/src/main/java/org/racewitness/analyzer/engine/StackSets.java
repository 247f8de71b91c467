package org.racewitness.analyzer.engine;

import org.racewitness.analyzer.engine.state.PairTable;

/**
 * Small sets of stack numbers, interned: a set is a number, made of the set without its greatest stack and that stack; 0 is the empty one. Equal
 * sets have equal numbers. Not thread-safe; belongs to one engine.
 */
public final class StackSets {
    /** A set takes no more stacks than this: the reads before one write, the writes after one read. */
    public static final int MAX_STACKS = 8;

    private static final int LIMIT = 1 << 24;

    private final PairTable pairs = new PairTable(LIMIT);

    /** The set with one more stack, at least 1; itself when it holds the stack already or is full. */
    public int with(int set, int stack) {
        int size = 0;
        for (int rest = set; rest != 0; rest = smaller(rest)) {
            if (greatest(rest) == stack) {
                return set;
            }
            size++;
        }
        return size == MAX_STACKS ? set : insert(set, stack);
    }

    private int insert(int set, int stack) {
        int larger;
        if (set == 0 || greatest(set) < stack) {
            larger = pairs.intern(set, stack);
        } else {
            larger = pairs.intern(insert(smaller(set), stack), greatest(set));
        }
        return larger == 0 ? set : larger;
    }

    private int smaller(int set) {
        return (int) pairs.first(set);
    }

    private int greatest(int set) {
        return (int) pairs.second(set);
    }

    /** The stacks in ascending order; a new array. */
    public int[] stacks(int set) {
        int size = 0;
        for (int rest = set; rest != 0; rest = smaller(rest)) {
            size++;
        }
        int[] stacks = new int[size];
        for (int rest = set; rest != 0; rest = smaller(rest)) {
            stacks[--size] = greatest(rest);
        }
        return stacks;
    }
}
