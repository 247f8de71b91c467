package org.racewitness.analyzer.clock;

import java.util.Arrays;

/**
 * The vector clock of one thread: how far it knows every other thread, and its own local time.
 *
 * <p>What it knows of the others lies in an array that is handed out whole ({@link #share}) and from then on never changed: the next join that
 * learns something works on a copy. A moment of a thread is therefore told by two words and no copying: that array and the thread's {@link
 * Epoch}. Whoever knows an epoch of a thread also knows all that this thread knew then, because knowledge only travels whole; {@link #join}
 * relies on it.
 *
 * <p>Not thread-safe; belongs to its engine.
 */
public final class ThreadClock {
    /** Knowledge of a thread that knows nothing of the others. */
    public static final long[] NOTHING = {};

    private final int thread;
    private long[] known = NOTHING;
    private boolean shared = true;
    private long time;

    /** By thread, the local time at which its entry in {@link #known} became what it is; never handed out. */
    private long[] heardAt = NOTHING;

    public ThreadClock(int thread) {
        this.thread = thread;
    }

    /** The next event of the thread begins. */
    public void tick() {
        time++;
    }

    /** The current event. */
    public long epoch() {
        return Epoch.of(thread, time);
    }

    /** Whether any event has begun. */
    public boolean hasBegun() {
        return time > 0;
    }

    /** Whether that event happens before the current one, or is of this very thread. */
    public boolean covers(long epoch) {
        int other = Epoch.thread(epoch);
        return other == thread || Epoch.time(epoch) <= timeOf(other);
    }

    /** The latest local time of that thread that happens before the current event, 0 for none. */
    public long timeOf(int other) {
        if (other == thread) {
            return time;
        }
        return other < known.length ? known[other] : 0;
    }

    /** The local time at which {@link #timeOf} that thread became what it is, -1 where nothing is known of it. */
    public long heardOf(int other) {
        return timeOf(other) == 0 ? -1 : other == thread ? time : heardAt[other];
    }

    /** What the thread knows of the others, as an array that no one changes any more. */
    public long[] share() {
        shared = true;
        return known;
    }

    /**
     * Learns a moment of another thread.
     *
     * @param moment an event of it, or 0 for no moment at all
     * @param itsKnown what it knew then, from {@link #share}
     */
    public void join(long[] itsKnown, long moment) {
        if (Epoch.time(moment) == 0 || covers(moment)) {
            return;
        }
        int other = Epoch.thread(moment);
        own(Math.max(itsKnown.length, other + 1));
        learn(itsKnown);
        learn(other, Epoch.time(moment));
    }

    /** Learns times by thread number, such as a {@link ClockSum} has gathered. */
    public void joinTimes(long[] times) {
        int length = times.length;
        boolean news = false;
        for (int i = 0; i < length && !news; i++) {
            news = times[i] > timeOf(i);
        }
        if (news) {
            own(length);
            learn(times);
        }
    }

    private void learn(long[] times) {
        for (int i = 0; i < times.length; i++) {
            learn(i, times[i]);
        }
    }

    private void learn(int other, long itsTime) {
        if (itsTime > known[other]) {
            known[other] = itsTime;
            heardAt[other] = time;
        }
    }

    private void own(int length) {
        if (shared || known.length < length) {
            known = Arrays.copyOf(known, Math.max(known.length, length));
            shared = false;
            heardAt = heardAt.length < known.length ? Arrays.copyOf(heardAt, known.length) : heardAt;
        }
    }

    static void raise(long[] into, long[] from) {
        for (int i = 0; i < from.length; i++) {
            if (from[i] > into[i]) {
                into[i] = from[i];
            }
        }
    }
}
