package org.racewitness.analyzer.trace.std;

/** Numbers for the names of one text: threads, variables, locks, program points. Not thread-safe. */
final class StdNames {
    private int threads;
    private int variables;
    private int locks;
    private int locations;

    String thread() {
        return "T" + ++threads;
    }

    String variable() {
        return "V" + ++variables;
    }

    String lock() {
        return "L" + ++locks;
    }

    int location() {
        return ++locations;
    }
}
