package org.racewitness.analyzer.engine.hb;

import java.util.Arrays;
import org.racewitness.analyzer.clock.ClockSum;
import org.racewitness.analyzer.clock.Moment;
import org.racewitness.analyzer.clock.Times;
import org.racewitness.analyzer.engine.state.Interval;

/** What the threads learned in the course of a {@link Round}, for the {@link Aftermath}, which comes later. Belongs to the thread that drives the engine. */
final class OrderLog implements Follower {
    private static final int WORDS = 2;
    private static final int REFS = 2;
    private static final int SYNC_WORDS = 6;

    private static final int BEGAN = 0;
    private static final int COPIED = 1;
    private static final int MOVED = 2;
    private static final int KNOWS = 3;
    private static final int LEFT = 4;
    private static final int LEARNED = 5;
    private static final int LEARNED_ACCESS = 6;
    private static final int GATHERED = 7;
    private static final int LEARNED_SUM = 8;
    private static final int SYNCHRONISED = 9;
    private static final int DEAD = 10;

    // By entry: the event's number in the round, what it is, and of which thread.
    private int[] events = new int[64];
    private byte[] codes = new byte[64];
    private int[] threads = new int[64];
    private long[] words = new long[64 * WORDS];
    private Object[] refs = new Object[64 * REFS];
    private int size;

    /** Of SYNCHRONISED entries, in order. */
    private long[] syncs = new long[64];

    private int syncEnd;

    /** Number in the round of the event that is being passed on. */
    int event;

    private int at;
    private int syncAt;

    boolean isEmpty() {
        return size == 0;
    }

    void clear() {
        Arrays.fill(refs, 0, size * REFS, null);
        size = 0;
        syncEnd = 0;
        event = 0;
        at = 0;
        syncAt = 0;
    }

    private void put(int code, int thread, long first, long second, Object one, Object other) {
        if (size == events.length) {
            grow();
        }
        events[size] = event;
        codes[size] = (byte) code;
        threads[size] = thread;
        words[size * WORDS] = first;
        words[size * WORDS + 1] = second;
        refs[size * REFS] = one;
        refs[size++ * REFS + 1] = other;
    }

    private void grow() {
        int capacity = size * 2;
        events = Arrays.copyOf(events, capacity);
        codes = Arrays.copyOf(codes, capacity);
        threads = Arrays.copyOf(threads, capacity);
        words = Arrays.copyOf(words, capacity * WORDS);
        refs = Arrays.copyOf(refs, capacity * REFS);
    }

    @Override
    public void began(Interval interval) {
        put(BEGAN, interval.thread, 0, 0, interval, null);
    }

    @Override
    public void copied(Interval copy, Interval of) {
        put(COPIED, copy.thread, 0, 0, copy, of);
    }

    @Override
    public void moved(int thread, int slot, long time, Times known) {
        put(MOVED, thread, time, slot, known, null);
    }

    @Override
    public void knows(int thread, long time, Times known) {
        put(KNOWS, thread, time, 0, known, null);
    }

    @Override
    public void left(int thread, Moment moment) {
        put(LEFT, thread, 0, 0, moment, null);
    }

    @Override
    public void learned(int thread, long time, Moment moment) {
        put(LEARNED, thread, time, 0, moment, null);
    }

    @Override
    public void learned(int thread, long time, Interval interval, long accessTime) {
        put(LEARNED_ACCESS, thread, time, accessTime, interval, null);
    }

    @Override
    public void gathered(ClockSum sum, Moment moment) {
        put(GATHERED, 0, 0, 0, sum, moment);
    }

    @Override
    public void learned(int thread, long time, ClockSum sum) {
        put(LEARNED_SUM, thread, time, 0, sum, null);
    }

    @Override
    public void synchronised(int thread, long time, int kind, long object, long token, int stack, long ticks) {
        put(SYNCHRONISED, thread, 0, 0, null, null);
        if (syncEnd + SYNC_WORDS > syncs.length) {
            syncs = Arrays.copyOf(syncs, syncs.length * 2);
        }
        syncs[syncEnd] = time;
        syncs[syncEnd + 1] = kind;
        syncs[syncEnd + 2] = object;
        syncs[syncEnd + 3] = token;
        syncs[syncEnd + 4] = stack;
        syncs[syncEnd + 5] = ticks;
        syncEnd += SYNC_WORDS;
    }

    @Override
    public void dead(long object) {
        put(DEAD, 0, object, 0, null, null);
    }

    /** Tells what has not been told yet, up to that event. */
    void tell(int lastEvent, Aftermath to) {
        while (at < size && events[at] <= lastEvent) {
            tellNext(to);
            at++;
        }
    }

    private void tellNext(Aftermath to) {
        int thread = threads[at];
        long time = words[at * WORDS];
        long second = words[at * WORDS + 1];
        Object one = refs[at * REFS];
        Object other = refs[at * REFS + 1];
        switch (codes[at]) {
            case BEGAN -> to.began((Interval) one);
            case COPIED -> to.copied((Interval) one, (Interval) other);
            case MOVED -> to.moved(thread, (int) second, time, (Times) one);
            case KNOWS -> to.knows(thread, time, (Times) one);
            case LEFT -> to.left(thread, (Moment) one);
            case LEARNED -> to.learned(thread, time, (Moment) one);
            case LEARNED_ACCESS -> to.learned(thread, time, (Interval) one, second);
            case GATHERED -> to.gathered((ClockSum) one, (Moment) other);
            case LEARNED_SUM -> to.learned(thread, time, (ClockSum) one);
            case SYNCHRONISED -> {
                int s = syncAt;
                to.synchronised(
                        thread,
                        syncs[s],
                        (int) syncs[s + 1],
                        syncs[s + 2],
                        syncs[s + 3],
                        (int) syncs[s + 4],
                        syncs[s + 5]);
                syncAt += SYNC_WORDS;
            }
            default -> to.dead(time);
        }
    }
}
