package org.racewitness.analyzer.engine.state;

import java.util.Arrays;
import org.racewitness.analyzer.clock.Epoch;
import org.racewitness.analyzer.clock.ThreadClock;
import org.racewitness.analyzer.engine.Operation;
import org.racewitness.analyzer.engine.Operation.Mode;

/**
 * The past of one location: what each thread did there, and the last write of all.
 *
 * <p>For each thread the epochs of its latest read and its latest write stand for all the others: whatever is unordered with an earlier access
 * is unordered with the latest. Only where one of them races are the thread's accesses looked at one by one. Belongs to its engine.
 */
public final class History {
    /** With fewer threads than this none is dropped. */
    private static final int PRUNED_FROM = 8;

    /** For each thread the epochs of its latest read and latest write, 0 for none; one of them is there. */
    private long[] latest = new long[2];

    private ThreadPast[] pasts = new ThreadPast[1];
    private int threads;

    /** Where the thread is that came last. */
    private int recent;

    /** What the thread of the last write knew at it, null before the first write or where the order has no use for it. */
    private long[] lastWriteKnown;

    private long lastWriteEpoch;
    private long lastWriteSequence;

    /** Threads that did something here, by index. */
    public int threads() {
        return threads;
    }

    /** Dense number of the thread at that index. */
    public int thread(int index) {
        return Epoch.thread(latest[2 * index] | latest[2 * index + 1]);
    }

    public ThreadPast past(int index) {
        return pasts[index];
    }

    /** Whether some access of the thread at that index may be unordered with the clock's current event and conflict with the given mode. */
    public boolean mayRace(int index, ThreadClock clock, int mode) {
        return !clock.covers(latest[2 * index + 1]) || ((mode & Mode.WRITE) != 0 && !clock.covers(latest[2 * index]));
    }

    /** What the thread itself did here, null for nothing. */
    public ThreadPast pastOf(int thread) {
        int index = indexOf(thread);
        return index < 0 ? null : pasts[index];
    }

    private int indexOf(int thread) {
        if (recent < threads && thread(recent) == thread) {
            return recent;
        }
        for (int i = 0; i < threads; i++) {
            if (thread(i) == thread) {
                recent = i;
                return i;
            }
        }
        return -1;
    }

    /**
     * Enters the current event of the thread as its latest access of this operation at this program point; what was known of writes after it
     * stays as long as the stack is the same.
     *
     * @param raced whether it was told as racing
     */
    public void record(ThreadState thread, Operation operation, int stack, int point, int readsBefore, boolean raced) {
        int index = indexOf(thread.number);
        if (index < 0) {
            index = add(thread.clock, operation.writes());
        }
        // an operation writes at all of its facets or at none, whatever it reads besides
        latest[2 * index + (operation.writes() ? 1 : 0)] = thread.clock.epoch();
        pasts[index].record(thread, operation, stack, point, readsBefore, raced);
    }

    private int add(ThreadClock clock, boolean writes) {
        if (threads == pasts.length) {
            if (threads >= PRUNED_FROM) {
                prune(clock, writes);
            }
            if (threads * 4 > pasts.length * 3) {
                latest = Arrays.copyOf(latest, latest.length * 2);
                pasts = Arrays.copyOf(pasts, pasts.length * 2);
            }
        }
        latest[2 * threads] = 0;
        latest[2 * threads + 1] = 0;
        pasts[threads] = new ThreadPast();
        recent = threads;
        return threads++;
    }

    /**
     * Drops the threads for all of whose accesses the one about to be entered stands: which happen before it, and are reads if it is one. What is
     * unordered with one of them and conflicts with it, is and does so with the new one too.
     */
    private void prune(ThreadClock clock, boolean writes) {
        int kept = 0;
        for (int i = 0; i < threads; i++) {
            boolean read = clock.covers(latest[2 * i]);
            boolean written = writes ? clock.covers(latest[2 * i + 1]) : latest[2 * i + 1] == 0;
            if (!read || !written) {
                latest[2 * kept] = latest[2 * i];
                latest[2 * kept + 1] = latest[2 * i + 1];
                pasts[kept++] = pasts[i];
            }
        }
        Arrays.fill(pasts, kept, threads, null);
        threads = kept;
    }

    /** The current event of a thread writes here. */
    public void setLastWrite(long[] known, long epoch, long sequence) {
        lastWriteKnown = known;
        lastWriteEpoch = epoch;
        lastWriteSequence = sequence;
    }

    public long[] lastWriteKnown() {
        return lastWriteKnown;
    }

    public long lastWriteEpoch() {
        return lastWriteEpoch;
    }

    /** Position of the last write among all writes of the process; 0 before the first. */
    public long lastWriteSequence() {
        return lastWriteSequence;
    }
}
