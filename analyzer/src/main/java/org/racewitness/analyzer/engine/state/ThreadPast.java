package org.racewitness.analyzer.engine.state;

import java.util.Arrays;
import org.racewitness.analyzer.engine.Operation;

/**
 * What one thread did at one location: its latest access of each operation at each program point. At most {@link #POINTS_KEPT} reads and as
 * many writes are kept, the oldest go first; an access that does both counts as a write.
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
public final class ThreadPast {
    /** Program points kept, for reads and again for writes. */
    public static final int POINTS_KEPT = 8;

    private static final int WORDS = 4;
    private static final long RACED = 1L << 31;
    private static final long LOW = 0xFFFFFFFFL;
    private static final int LOCK_SET_MASK = (1 << 24) - 1;

    private long[] words = new long[WORDS];
    private int size;

    public int size() {
        return size;
    }

    public long epoch(int entry) {
        return words[entry * WORDS];
    }

    public int stack(int entry) {
        return (int) (words[entry * WORDS + 1] >>> 32);
    }

    private int point(int entry) {
        return (int) words[entry * WORDS + 1];
    }

    /** {@link ThreadState#syncs} at the access. */
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

    /** See {@link History#record}. */
    void record(ThreadState thread, Operation operation, int stack, int point, int readsBefore, boolean raced) {
        int entry = entryFor(operation, point);
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

    private int entryFor(Operation operation, int point) {
        int alike = 0;
        int oldest = -1;
        for (int i = 0; i < size; i++) {
            Operation other = operation(i);
            if (other == operation && point(i) == point) {
                return i;
            }
            if (other.writes() == operation.writes()) {
                alike++;
                oldest = oldest < 0 || epoch(i) < epoch(oldest) ? i : oldest;
            }
        }
        if (alike >= POINTS_KEPT) {
            return oldest;
        }
        if ((size + 1) * WORDS > words.length) {
            words = Arrays.copyOf(words, words.length * 2);
        }
        return size++;
    }
}
