package org.racewitness.analyzer.engine.state;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The histories of records in long form, by numbers that are used again. Belongs to its table. */
final class Histories {
    /** What a history usually takes. */
    private static final int BYTES = 160;

    private final List<History> histories = new ArrayList<>();
    private int[] free = new int[8];
    private int freeCount;

    History get(int number) {
        return histories.get(number);
    }

    /** Answers the number under which it is kept. */
    int keep(History history) {
        if (freeCount > 0) {
            int number = free[--freeCount];
            histories.set(number, history);
            return number;
        }
        histories.add(history);
        return histories.size() - 1;
    }

    void drop(int number) {
        histories.set(number, null);
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, freeCount * 2);
        }
        free[freeCount++] = number;
    }

    /** What all take, those that were dropped included, since their places stay. */
    long bytes() {
        return (long) BYTES * histories.size();
    }

    /** What those take that are kept. */
    long neededBytes() {
        return (long) BYTES * (histories.size() - freeCount);
    }
}
