package org.racewitness.analyzer.scope;

import java.util.Arrays;

/**
 * The scopes that one thread has been in, by its own time. A scope is a test (0 none) and a reason for which its accesses are benign (0
 * none), both numbers of {@link ScopeTracker}. Belongs to its tracker.
 */
final class ThreadScope {
    /** The test that the thread works for: its own, or that of the thread that started it or handed it work; 0 none. */
    int test;

    /** Whether the thread runs the test itself, so that work handed to it changes nothing. */
    boolean isRunner;

    /** The thread's last event was let through. */
    boolean ended;

    /** Benign blocks that it is in, and the reason of the outermost. */
    int benignDepth;

    int benignReason;

    // Entry i holds for the thread's events after moments[i], up to moments[i + 1].
    private long[] moments = new long[2];
    private int[] tests = new int[2];
    private int[] reasons = new int[2];
    private int size;

    /** From the event after {@code moment} (a local time of this thread, not before the last one given) on, the scope is another. */
    void change(long moment, int newTest, int newReason) {
        if (newTest == lastTest() && newReason == lastReason()) {
            return;
        }
        if (size > 0 && moments[size - 1] == moment) {
            size--;
        }
        if (size == moments.length) {
            moments = Arrays.copyOf(moments, size * 2);
            tests = Arrays.copyOf(tests, size * 2);
            reasons = Arrays.copyOf(reasons, size * 2);
        }
        moments[size] = moment;
        tests[size] = newTest;
        reasons[size++] = newReason;
    }

    private int lastTest() {
        return size == 0 ? 0 : tests[size - 1];
    }

    private int lastReason() {
        return size == 0 ? 0 : reasons[size - 1];
    }

    int testAt(long time) {
        int entry = entryAt(time);
        return entry < 0 ? 0 : tests[entry];
    }

    int reasonAt(long time) {
        int entry = entryAt(time);
        return entry < 0 ? 0 : reasons[entry];
    }

    /** The last entry before that event, -1 for none. */
    private int entryAt(long time) {
        if (size > 0 && moments[size - 1] < time) {
            return size - 1; // the usual question is about now
        }
        int found = Arrays.binarySearch(moments, 0, size, time);
        return (found >= 0 ? found : -found - 1) - 1;
    }
}
