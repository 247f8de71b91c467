package org.racewitness.analyzer.engine.state;

import java.util.Arrays;
import org.racewitness.analyzer.clock.Epoch;
import org.racewitness.analyzer.clock.ThreadClock;

/**
 * For one object, the latest access of each thread, as a moment that its destruction can be ordered after. When many threads have used it,
 * those whose use happens before the newest one are forgotten: it stands for them. Belongs to its engine.
 */
final class LastUses {
    private static final int PRUNED_FROM = 8;

    private long[] epochs = new long[1];
    private long[][] known = new long[1][];
    private int size;

    /** Where the latest use was entered. */
    private int latest;

    /** The thread's current event uses the object. */
    void add(ThreadClock clock) {
        int thread = Epoch.thread(clock.epoch());
        if (size == 0 || Epoch.thread(epochs[latest]) != thread) {
            latest = slotOf(thread, clock);
        }
        epochs[latest] = clock.epoch();
        known[latest] = clock.share();
    }

    private int slotOf(int thread, ThreadClock clock) {
        for (int i = 0; i < size; i++) {
            if (Epoch.thread(epochs[i]) == thread) {
                return i;
            }
        }
        if (size >= PRUNED_FROM && size == epochs.length) {
            prune(clock);
        }
        if (size == epochs.length) {
            epochs = Arrays.copyOf(epochs, size * 2);
            known = Arrays.copyOf(known, size * 2);
        }
        return size++;
    }

    private void prune(ThreadClock clock) {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (!clock.covers(epochs[i])) {
                epochs[kept] = epochs[i];
                known[kept++] = known[i];
            }
        }
        Arrays.fill(known, kept, size, null);
        size = kept;
    }

    /** The thread learns all of them. */
    void joinInto(ThreadClock clock) {
        for (int i = 0; i < size; i++) {
            clock.join(known[i], epochs[i]);
        }
    }
}
