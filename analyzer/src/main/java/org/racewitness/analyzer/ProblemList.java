package org.racewitness.analyzer;

import java.util.ArrayList;
import java.util.List;

/** Lines about bad input: the first twenty are kept, all are counted. Not thread-safe. */
final class ProblemList {
    private static final int KEPT = 20;

    private final List<String> lines = new ArrayList<>();
    private long count;

    void add(String line) {
        if (count++ < KEPT) {
            lines.add(line);
        }
    }

    long count() {
        return count;
    }

    List<String> lines() {
        List<String> all = new ArrayList<>(lines);
        if (count > KEPT) {
            all.add("and " + (count - KEPT) + " more");
        }
        return List.copyOf(all);
    }
}
