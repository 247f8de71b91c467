package org.racewitness.analyzer.clock;

/**
 * One event of one thread in a long: thread number (24 bits) above the thread's local time (40 bits). FastTrack's {@code c@t} (Flanagan and
 * Freund, PLDI 2009).
 *
 * <pre>
 *  63            40 39                                      0
 * +----------------+-----------------------------------------+
 * | thread         | time: events of the thread, from 1      |
 * +----------------+-----------------------------------------+
 * </pre>
 */
public final class Epoch {
    public static final int TIME_BITS = 40;
    public static final int MAX_THREAD = (1 << 24) - 1;

    private static final long TIME_MASK = (1L << TIME_BITS) - 1;

    private Epoch() {}

    /** {@code thread} from 0 to {@link #MAX_THREAD}, {@code time} from 0 to 2^40 - 1. */
    public static long of(int thread, long time) {
        return (long) thread << TIME_BITS | time;
    }

    public static int thread(long epoch) {
        return (int) (epoch >>> TIME_BITS);
    }

    public static long time(long epoch) {
        return epoch & TIME_MASK;
    }

    /** {@code time@thread}, for messages. */
    public static String toString(long epoch) {
        return time(epoch) + "@" + thread(epoch);
    }
}
