package org.racewitness.analyzer.engine.hb;

import java.util.Arrays;
import org.racewitness.analyzer.engine.Operation;
import org.racewitness.analyzer.engine.state.Interval;

/**
 * What one shard has to judge of a {@link Round}. Three words for each access, a fourth for one to several keys, and the
 * intervals that they are of:
 *
 * <pre>
 *  +---------------------------------------+-----------------------+
 *  | object (40)                           | offset in interval    |
 *  +---------------------------------------+-----------------------+
 *  | key                                                           |
 *  +-------------------------------+------------------------+------+
 *  | stack                         | index of interval (24) | code |   code: operation, 0 the object is dead; 128 late, 64 several keys
 *  +-------------------------------+------------------------+------+
 *  | keys                                                          |
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * Belongs to its round.
 */
final class Batch {
    private static final int MOST_WORDS = 4;
    private static final int OFFSET_BITS = 24;
    private static final int OFFSET_MASK = (1 << OFFSET_BITS) - 1;
    private static final int CODE_BITS = 8;
    private static final int LATE = 0x80;
    private static final int SEVERAL_KEYS = 0x40;
    private static final int OPERATION = SEVERAL_KEYS - 1;
    private static final int FEW = 256;

    private long[] words = new long[FEW * MOST_WORDS];
    private int end;

    /** By access, its number in the round. */
    private int[] events = new int[FEW];

    private int size;

    // the judge's
    private int judged;
    private int at;

    private Interval[] intervals = new Interval[FEW];

    /** By interval: since when, before what, its thread is quiet ({@link org.racewitness.analyzer.engine.state.ThreadState#quietSince(long)}). */
    private long[] quietSince = new long[FEW];

    /** By interval: the queue of which something else holds, 0 for none, and what. */
    private long[] queues = new long[FEW];

    private long[] quietSinceBeforeQueue = new long[FEW];
    private int intervalCount;

    /** Whether the latest interval may have further accesses. */
    private boolean isOpen;

    void clear() {
        Arrays.fill(intervals, 0, intervalCount, null);
        intervalCount = 0;
        isOpen = false;
        size = 0;
        end = 0;
        judged = 0;
        at = 0;
    }

    int size() {
        return size;
    }

    /** Accesses that follow are of that interval, when it is not the latest one already. */
    boolean isLatest(Interval interval) {
        return isOpen && intervals[intervalCount - 1] == interval;
    }

    /** No further access is of the latest interval as it was added. */
    void closeInterval() {
        isOpen = false;
    }

    /** Accesses that follow are of that interval. */
    void add(Interval interval, long quiet, long queue, long quietBeforeQueue) {
        if (intervalCount == intervals.length) {
            int capacity = intervalCount * 2;
            intervals = Arrays.copyOf(intervals, capacity);
            quietSince = Arrays.copyOf(quietSince, capacity);
            queues = Arrays.copyOf(queues, capacity);
            quietSinceBeforeQueue = Arrays.copyOf(quietSinceBeforeQueue, capacity);
        }
        intervals[intervalCount] = interval;
        quietSince[intervalCount] = quiet;
        queues[intervalCount] = queue;
        quietSinceBeforeQueue[intervalCount++] = quietBeforeQueue;
        isOpen = true;
    }

    /** An access of the latest interval at that local time. */
    void add(int event, long time, boolean late, Operation operation, long object, long key, long keys, int stack) {
        long offset = time - intervals[intervalCount - 1].start;
        int code = operation.code() | (late ? LATE : 0) | (keys == 1 ? 0 : SEVERAL_KEYS);
        int index = (intervalCount - 1) << CODE_BITS;
        add(event, object << OFFSET_BITS | offset, key, (long) stack << Integer.SIZE | index | code);
        if (keys != 1) {
            words[end++] = keys;
        }
    }

    void dead(int event, long object) {
        add(event, object << OFFSET_BITS, 0, 0);
    }

    private void add(int event, long first, long key, long last) {
        if (end + MOST_WORDS > words.length || size == events.length) {
            events = Arrays.copyOf(events, events.length * 2);
            words = Arrays.copyOf(words, words.length * 2);
        }
        int to = end;
        words[to] = first;
        words[to + 1] = key;
        words[to + 2] = last;
        end = to + MOST_WORDS - 1;
        events[size++] = event;
    }

    // ---- the judge's side ----

    /** Whether all were judged. */
    boolean isDone() {
        return judged == size;
    }

    /** Number in the round of the next one to judge. */
    int nextEvent() {
        return events[judged];
    }

    void judgeNext(HbRules rules, LocationState state) {
        int from = at;
        long object = words[from] >>> OFFSET_BITS;
        int last = (int) words[from + 2];
        int code = last & ((1 << CODE_BITS) - 1);
        judged++;
        at = from + MOST_WORDS - 1;
        if (code == 0) {
            state.forget(object);
            return;
        }
        long keys = (code & SEVERAL_KEYS) == 0 ? 1 : words[at++];
        int index = last >>> CODE_BITS;
        Interval interval = intervals[index];
        long time = interval.start + (words[from] & OFFSET_MASK);
        long quiet = queues[index] == object && object != 0 ? quietSinceBeforeQueue[index] : quietSince[index];
        Operation operation = Operation.ofCode(code & OPERATION);
        int stack = (int) (words[from + 2] >>> Integer.SIZE);
        if ((code & LATE) == 0) {
            rules.access(interval, time, quiet, operation, object, words[from + 1], keys, stack);
        } else {
            rules.late(interval, time, quiet, operation, object, words[from + 1], keys, stack);
        }
    }
}
