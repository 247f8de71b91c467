package org.racewitness.analyzer.engine;

import org.racewitness.analyzer.engine.state.PairTable;

/**
 * The sequences of locks that threads hold, interned: a sequence is a number, made of the sequence without its innermost lock and that lock; 0
 * holds none. Not thread-safe; belongs to one engine.
 */
public final class LockSets {
    /** Numbers stay below this; where a program has more sequences than that, further ones count as 0. */
    public static final int LIMIT = 1 << 24;

    private final PairTable pairs = new PairTable(LIMIT - 1);

    /** The sequence with one more lock at its inner end. */
    public int with(int lockSet, long lock) {
        return pairs.intern(lockSet, lock);
    }

    /** The sequence without its innermost occurrence of the lock. */
    public int without(int lockSet, long lock) {
        if (lockSet != 0 && pairs.second(lockSet) == lock) {
            return (int) pairs.first(lockSet);
        }
        long[] locks = locks(lockSet);
        int innermost = locks.length - 1;
        while (innermost >= 0 && locks[innermost] != lock) {
            innermost--;
        }
        int rest = 0;
        for (int i = 0; i < locks.length; i++) {
            rest = i == innermost ? rest : with(rest, locks[i]);
        }
        return rest;
    }

    /** The locks, outermost first; a new array. */
    public long[] locks(int lockSet) {
        int length = 0;
        for (int set = lockSet; set != 0; set = (int) pairs.first(set)) {
            length++;
        }
        long[] locks = new long[length];
        for (int set = lockSet; set != 0; set = (int) pairs.first(set)) {
            locks[--length] = pairs.second(set);
        }
        return locks;
    }
}
