package org.racewitness.analyzer.engine.hb;

import org.racewitness.analyzer.engine.Operation;
import org.racewitness.analyzer.engine.state.Interval;

/** Takes what judging finds that happens-before does not order. Called for one access at a time; its pairs come before what it read. */
public interface Findings {
    /**
     * A pair of which the current access is the later one; {@link #meeting} says where they meet.
     *
     * @param isLate whether that access is told late
     * @return whether the pair is one to tell
     */
    boolean pair(Side earlier, Side later, boolean isLate);

    /** Where the latest pair meets: so many keys from that one on. */
    void meeting(long object, long key, long count);

    /** The current access sees a write that happens-before does not order before it. */
    void readsFrom(Interval reader, long time, Interval write, long writeTime);

    /** As {@link org.racewitness.analyzer.engine.RaceSink#readThenWrite}. */
    void readThenWrite(int readStack, int writeStack);

    /** One access of a pair. Mutable, valid during the call. */
    final class Side {
        Interval interval;
        long time;
        Operation operation = Operation.READ;
        int stack;

        /** Stacks, never changed. */
        int[] readsBefore;

        /** Stacks, never changed. */
        int[] writesAfter;

        public Interval interval() {
            return interval;
        }

        /** Local time in its thread. */
        public long time() {
            return time;
        }

        void set(Interval in, long at, Operation op, int itsStack, int[] reads, int[] writes) {
            interval = in;
            time = at;
            operation = op;
            stack = itsStack;
            readsBefore = reads;
            writesAfter = writes;
        }
    }
}
