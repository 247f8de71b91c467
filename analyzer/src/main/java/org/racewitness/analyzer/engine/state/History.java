package org.racewitness.analyzer.engine.state;

import java.util.Arrays;
import org.racewitness.analyzer.clock.Epoch;
import org.racewitness.analyzer.clock.ThreadClock;
import org.racewitness.analyzer.engine.Operation;

/**
 * The past of one location: for each thread its latest access of each kind at each program point, and the last write of all.
 *
 * <p>The latest access of a thread stands for its earlier ones: whatever is unordered with an earlier access is unordered with the latest. Of
 * one thread at most {@link #POINTS_KEPT} reads and as many writes are kept, the oldest go first; of a thread that does both at once (read and
 * write) the access counts as a write.
 *
 * <p>One entry is four words:
 *
 * <pre>
 *  +---------------------------------------------------------------+
 *  | epoch                                                         |
 *  +-------------------------------+-------------------------------+
 *  | stack                         | program point                 |
 *  +-------------------------------+-------+-----------------------+
 *  | count of synchronisations     | flags | lock set              |
 *  +-------------------------------+-------+-----------------------+
 *  | reads before                  | writes after                  |
 *  +-------------------------------+-------------------------------+
 *   flags: bit 7 has raced, bits 0 to 4 the operation's code
 * </pre>
 *
 * Belongs to its engine.
 */
public final class History {
    /** Program points kept of each thread, for reads and again for writes. */
    public static final int POINTS_KEPT = 8;

    /** With fewer entries than this nothing is dropped. */
    private static final int PRUNED_FROM = 16;

    private static final int WORDS = 4;
    private static final long RACED = 1L << 31;
    private static final long LOW = 0xFFFFFFFFL;
    private static final int LOCK_SET_MASK = (1 << 24) - 1;

    private long[] words = new long[WORDS];
    private int size;

    /** What the thread of the last write knew at it, null before the first write or where the order has no use for it. */
    private long[] lastWriteKnown;

    private long lastWriteEpoch;
    private long lastWriteSequence;

    public int size() {
        return size;
    }

    public long epoch(int entry) {
        return words[entry * WORDS];
    }

    public int thread(int entry) {
        return Epoch.thread(words[entry * WORDS]);
    }

    public int stack(int entry) {
        return (int) (words[entry * WORDS + 1] >>> 32);
    }

    public int point(int entry) {
        return (int) words[entry * WORDS + 1];
    }

    public int syncs(int entry) {
        return (int) (words[entry * WORDS + 2] >>> 32);
    }

    public Operation operation(int entry) {
        return Operation.ofCode((int) (words[entry * WORDS + 2] >>> 24 & 31));
    }

    public int lockSet(int entry) {
        return (int) words[entry * WORDS + 2] & LOCK_SET_MASK;
    }

    public int readsBefore(int entry) {
        return (int) (words[entry * WORDS + 3] >>> 32);
    }

    public int writesAfter(int entry) {
        return (int) words[entry * WORDS + 3];
    }

    public void setWritesAfter(int entry, int set) {
        int word = entry * WORDS + 3;
        words[word] = (words[word] & ~LOW) | (set & LOW);
    }

    public boolean hasRaced(int entry) {
        return (words[entry * WORDS + 2] & RACED) != 0;
    }

    public void setRaced(int entry) {
        words[entry * WORDS + 2] |= RACED;
    }

    /**
     * Enters an access as its thread's latest of this operation at this program point; what was known of writes after it stays as long as the
     * stack is the same.
     *
     * @param mode what the operation does here, a {@link Operation.Mode}
     * @param raced whether it was told as racing
     */
    public void record(
            ThreadState thread, Operation operation, int mode, int stack, int point, int readsBefore, boolean raced) {
        int entry = entryFor(thread, operation, mode, point);
        int word = entry * WORDS;
        boolean same = words[word] != 0 && stack(entry) == stack && operation(entry) == operation;
        boolean hadRaced = same && hasRaced(entry);
        boolean everRaced = raced || hadRaced;
        // a read that races from now on is told of the writes after it, those that came after earlier reads included
        int after = same && hadRaced == everRaced ? writesAfter(entry) : 0;
        words[word] = thread.clock.epoch();
        words[word + 1] = (long) stack << 32 | (point & LOW);
        words[word + 2] =
                (long) thread.syncs() << 32 | (everRaced ? RACED : 0) | (long) operation.code() << 24 | thread.lockSet;
        words[word + 3] = (long) readsBefore << 32 | (after & LOW);
    }

    private int entryFor(ThreadState thread, Operation operation, int mode, int point) {
        boolean writes = (mode & Operation.Mode.WRITE) != 0;
        int own = 0;
        int oldest = -1;
        for (int i = 0; i < size; i++) {
            if (thread(i) != thread.number) {
                continue;
            }
            Operation other = operation(i);
            if (other == operation && point(i) == point) {
                return i;
            }
            if (isWrite(i) == writes) {
                own++;
                oldest = oldest < 0 || words[i * WORDS] < words[oldest * WORDS] ? i : oldest;
            }
        }
        if (own >= POINTS_KEPT) {
            return oldest;
        }
        if ((size + 1) * WORDS > words.length) {
            makeRoom(thread.clock, writes);
        }
        Arrays.fill(words, size * WORDS, (size + 1) * WORDS, 0);
        return size++;
    }

    /** Whether the entry writes here. An operation writes all of its facets or none, whatever it reads besides. */
    public boolean isWrite(int entry) {
        return operation(entry).writes();
    }

    /**
     * Drops what the access about to be entered stands for: accesses that happen before it, if it writes; reads that happen before it, if it
     * reads. What is unordered with one of those and conflicts with it, is and does so with the new one too.
     */
    private void makeRoom(ThreadClock clock, boolean writes) {
        if (size >= PRUNED_FROM) {
            int kept = 0;
            for (int i = 0; i < size; i++) {
                boolean own = thread(i) == Epoch.thread(clock.epoch());
                boolean stands = clock.covers(epoch(i)) && (writes || !isWrite(i));
                if (own || !stands) {
                    System.arraycopy(words, i * WORDS, words, kept++ * WORDS, WORDS);
                }
            }
            size = kept;
        }
        if (size * WORDS * 4 > words.length * 3) {
            words = Arrays.copyOf(words, words.length * 2);
        }
    }

    /** The current event of the thread writes here. */
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
