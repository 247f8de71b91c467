package org.racewitness.analyzer.engine.hb;

import java.util.Arrays;
import org.racewitness.analyzer.engine.Operation;
import org.racewitness.analyzer.engine.state.Interval;

/** What a shard has found, in order, for who tells it later. Belongs to the shard, and after a hand-over through a queue to the reader. */
final class FindingsLog implements Findings {
    /** In the place of an event's number: there is none. */
    static final int NO_EVENT = Integer.MAX_VALUE;

    private static final int FULL_WORDS = 1 << 16;
    private static final int CODE_BITS = 8;
    private static final int CODE_MASK = (1 << CODE_BITS) - 1;
    private static final int PAIR = 1;
    private static final int MEETING = 2;
    private static final int READS_FROM = 3;
    private static final int READ_THEN_WRITE = 4;
    private static final int LATE = 0x80;

    /** Of each finding the event's number and a code, and what it takes besides. */
    private long[] words = new long[64];

    private int end;
    private Object[] refs = new Object[64];
    private int refEnd;

    /** Number in its round of the access that is being judged. */
    private int event;

    // the reader's
    private int at;
    private int refAt;
    private boolean isWanted;
    private final Side earlier = new Side();
    private final Side later = new Side();

    /** Whether the round has nothing more. */
    boolean endsRound;

    /** With the end of a round: what the shard's tables need, see {@link org.racewitness.analyzer.engine.state.LocationTable#neededBytes}. */
    long neededBytes;

    /** Whether it had better be handed over. */
    boolean isFull() {
        return end >= FULL_WORDS;
    }

    void clear() {
        Arrays.fill(refs, 0, refEnd, null);
        end = 0;
        refEnd = 0;
        at = 0;
        refAt = 0;
        endsRound = false;
    }

    void begin(int eventNumber) {
        event = eventNumber;
    }

    // ---- the shard's side ----

    @Override
    public boolean pair(Side first, Side second, boolean isLate) {
        put(PAIR | (isLate ? LATE : 0));
        put(first.time, second.time, siteOf(first), siteOf(second));
        put(first.interval, second.interval, first.readsBefore, first.writesAfter);
        put(second.readsBefore, second.writesAfter);
        return true;
    }

    private static long siteOf(Side side) {
        return (long) side.stack << Integer.SIZE | side.operation.code();
    }

    @Override
    public void meeting(long object, long key, long count) {
        put(MEETING);
        put(object, key, count, 0);
    }

    @Override
    public void readsFrom(Interval reader, long time, Interval write, long writeTime) {
        put(READS_FROM);
        put(time, writeTime, 0, 0);
        put(reader, write);
    }

    @Override
    public void readThenWrite(int readStack, int writeStack) {
        put(READ_THEN_WRITE);
        put(readStack, writeStack, 0, 0);
    }

    private void put(int code) {
        if (end + 5 > words.length) {
            words = Arrays.copyOf(words, words.length * 2);
        }
        words[end++] = (long) event << CODE_BITS | code;
    }

    private void put(long first, long second, long third, long fourth) {
        words[end++] = first;
        words[end++] = second;
        words[end++] = third;
        words[end++] = fourth;
    }

    private void put(Object... some) {
        if (refEnd + some.length > refs.length) {
            refs = Arrays.copyOf(refs, refs.length * 2);
        }
        System.arraycopy(some, 0, refs, refEnd, some.length);
        refEnd += some.length;
    }

    // ---- the reader's side ----

    /** The event of what was not told yet, {@link #NO_EVENT} where nothing is left. */
    int nextEvent() {
        return at == end ? NO_EVENT : (int) (words[at] >>> CODE_BITS);
    }

    /** Tells the next finding. */
    void tellNext(Findings to) {
        int code = (int) words[at] & CODE_MASK;
        switch (code & ~LATE) {
            case PAIR -> {
                setSides();
                isWanted = to.pair(earlier, later, (code & LATE) != 0);
            }
            case MEETING -> {
                if (isWanted) {
                    to.meeting(words[at + 1], words[at + 2], words[at + 3]);
                }
            }
            case READS_FROM -> to.readsFrom((Interval) next(), words[at + 1], (Interval) next(), words[at + 2]);
            default -> to.readThenWrite((int) words[at + 1], (int) words[at + 2]);
        }
        at += 5;
    }

    private void setSides() {
        Interval first = (Interval) next();
        Interval second = (Interval) next();
        set(earlier, first, words[at + 1], words[at + 3]);
        set(later, second, words[at + 2], words[at + 4]);
    }

    private void set(Side side, Interval interval, long time, long site) {
        int[] reads = (int[]) next();
        int[] writes = (int[]) next();
        int stack = (int) (site >>> Integer.SIZE);
        side.set(interval, time, Operation.ofCode((int) site), stack, reads, writes);
    }

    private Object next() {
        return refs[refAt++];
    }
}
