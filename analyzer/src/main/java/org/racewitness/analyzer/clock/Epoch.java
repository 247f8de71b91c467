package org.racewitness.analyzer.clock;

/**
 * One event of one thread in a long: clock slot (24 bits) above local time (40 bits). FastTrack's {@code c@t} (Flanagan and Freund, PLDI 2009),
 * with slots in place of threads: threads that ran one after another share one, see {@link ClockSlots}.
 *
 * <pre>
 *  63            40 39                                      0
 * +----------------+-----------------------------------------+
 * | slot           | local time, from 1                      |
 * +----------------+-----------------------------------------+
 * </pre>
 */
public final class Epoch {
    public static final int TIME_BITS = 40;
    public static final int MAX_SLOT = (1 << 24) - 1;

    private static final long TIME_MASK = (1L << TIME_BITS) - 1;

    private Epoch() {}

    /** {@code slot} from 0 to {@link #MAX_SLOT}, {@code time} from 0 to 2^40 - 1. */
    public static long of(int slot, long time) {
        return (long) slot << TIME_BITS | time;
    }

    public static int slot(long epoch) {
        return (int) (epoch >>> TIME_BITS);
    }

    public static long time(long epoch) {
        return epoch & TIME_MASK;
    }

    /** {@code time@slot}, for messages. */
    public static String toString(long epoch) {
        return time(epoch) + "@" + slot(epoch);
    }
}
