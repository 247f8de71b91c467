package org.racewitness.analyzer.engine;

import java.util.Arrays;
import org.racewitness.analyzer.engine.state.PairTable;

/**
 * Small sets of stack numbers, interned: a set is a number, made of the set without its greatest stack and that stack; 0 is the empty one. Equal
 * sets have equal numbers. Not thread-safe; belongs to one engine.
 */
public final class StackSets {
    /** A set takes no more stacks than this: the reads before one write, the writes after one read. */
    public static final int MAX_STACKS = 8;

    private static final int LIMIT = 1 << 24;

    /** A power of two. */
    private static final int REMEMBERED = 1024;

    private static final int[] NOTHING = {};

    private final PairTable pairs = new PairTable(LIMIT);

    /** By stack, the set of it alone, 0 not yet made. */
    private int[] alone = new int[64];

    // What with() answered last, by a hash of what was asked: the accesses of a loop ask the same again and again.
    private final long[] asked = new long[REMEMBERED];
    private final int[] answers = new int[REMEMBERED];

    /** By set, what {@link #stacks} has answered. */
    private int[][] told = {NOTHING};

    /** The set with one more stack, at least 1; itself when it holds the stack already or is full. */
    public int with(int set, int stack) {
        if (set == 0) {
            return alone(stack);
        }
        long question = (long) set << Integer.SIZE | stack;
        int at = (set * 31 + stack) & REMEMBERED - 1;
        if (asked[at] != question) {
            answers[at] = find(set, stack);
            asked[at] = question;
        }
        return answers[at];
    }

    private int find(int set, int stack) {
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
        if (set == 0) {
            larger = alone(stack);
        } else if (greatest(set) < stack) {
            larger = pairs.intern(set, stack);
        } else {
            larger = pairs.intern(insert(smaller(set), stack), greatest(set));
        }
        return larger == 0 ? set : larger;
    }

    private int alone(int stack) {
        if (stack >= alone.length) {
            alone = Arrays.copyOf(alone, Math.max(stack + 1, alone.length * 2));
        }
        if (alone[stack] == 0) {
            alone[stack] = pairs.add(0, stack);
        }
        return alone[stack];
    }

    private int smaller(int set) {
        return (int) pairs.first(set);
    }

    private int greatest(int set) {
        return (int) pairs.second(set);
    }

    /** The stacks in ascending order; not to be changed, and the same array for the same set. */
    public int[] stacks(int set) {
        if (set >= told.length) {
            told = Arrays.copyOf(told, Math.max(set + 1, told.length * 2));
        }
        if (told[set] == null) {
            told[set] = list(set);
        }
        return told[set];
    }

    private int[] list(int set) {
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
