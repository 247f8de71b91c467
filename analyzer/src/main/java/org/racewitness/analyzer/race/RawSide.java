package org.racewitness.analyzer.race;

import java.util.Arrays;
import org.racewitness.analyzer.engine.Operation;
import org.racewitness.analyzer.engine.RacingAccess;

/** One side of a {@link RawRace}: thread and locks of the first occurrence, reads before and writes after of all. Belongs to its session. */
final class RawSide {
    private static final int[] NONE = {};

    final Operation operation;
    final int stack;
    final int thread;
    final long[] locks;

    /** Stacks, without repetition. */
    private int[] readsBefore = NONE;

    private int[] writesAfter = NONE;

    /** What the latest occurrence had, so that repetitions cost nothing. */
    private int[] seenReads = NONE;

    private int[] seenWrites = NONE;

    RawSide(RacingAccess access) {
        operation = access.operation();
        stack = access.stack();
        thread = access.thread();
        locks = access.locks();
        add(access);
    }

    /** One more occurrence. */
    void add(RacingAccess access) {
        if (access.readsBefore() != seenReads) {
            seenReads = access.readsBefore();
            readsBefore = union(readsBefore, seenReads);
        }
        if (access.writesAfter() != seenWrites) {
            seenWrites = access.writesAfter();
            writesAfter = union(writesAfter, seenWrites);
        }
    }

    int[] readsBefore() {
        return readsBefore;
    }

    int[] writesAfter() {
        return writesAfter;
    }

    static int[] union(int[] some, int[] others) {
        int[] all = some;
        for (int other : others) {
            if (Arrays.stream(all).noneMatch(stack -> stack == other)) {
                all = Arrays.copyOf(all, all.length + 1);
                all[all.length - 1] = other;
            }
        }
        return all;
    }
}
