package org.racewitness.analyzer.trace;

import org.racewitness.analyzer.wire.RecordDescriptor;

/**
 * Receives the events of one process, one at a time, from one thread.
 *
 * <p>The order of the calls is a linear extension of what happened: program order within each thread, the order of the stamps among
 * SYNC records, and for the rest the clock: a write comes at the time at which it was about to be made, a read at the latest time at
 * which it can have been made, so that the last write before a read in call order is the write that the read may have seen. Codes of
 * operations and kinds, and what they mean, are those of {@code docs/wire-format.md}.
 */
public interface TraceEvents {

    /**
     * One access, or one access to each of several keys.
     *
     * @param thread dense number of the thread within the session, from 0; see {@link SessionModel#thread(int)}
     * @param operation operation code of the wire format, 1 to 18 in version 1
     * @param object number of the object, at least 1
     * @param key location key of the wire format
     * @param keys how many, and how far apart: the fourth word of an ACCESS_RANGE ({@link RecordDescriptor#rangeCount}), so n is n keys in a row, and 1 a plain access
     * @param stack session-wide stack number, 0 for none; see {@link SessionModel}
     */
    void access(int thread, int operation, long object, long key, long keys, int stack);

    /** Words of one access in {@link #accesses}. */
    int ACCESS_WORDS = 3;

    /**
     * Accesses of one thread in a row, to one key each: what {@link #access} would be told one by one.
     *
     * @param words ACCESS records of the wire format, {@link #ACCESS_WORDS} each, well-formed, with session-wide stacks; not to be changed, valid
     *     during the call
     * @param from index of the first one's first word
     * @param count how many, at least 1
     */
    default void accesses(int thread, long[] words, int from, int count) {
        int end = from + count * ACCESS_WORDS;
        for (int at = from; at < end; at += ACCESS_WORDS) {
            long header = words[at];
            long object = RecordDescriptor.object(words[at + 1]);
            access(thread, RecordDescriptor.op(header), object, words[at + 2], 1, RecordDescriptor.arg(header));
        }
    }

    /** Local times from one event of a thread to the next: what is told late has a place of its own between two events. */
    int MOMENTS = 256;

    /**
     * One access, or one to each of several keys, that its thread had kept back. An access to n keys is n events, and what is
     * told here is none. It is told before every access to the same object that another thread made after it, but for a few made at about the
     * same time.
     *
     * @param back how many moments before the thread's latest event it was: {@link #MOMENTS} for each event since, less its place, 1 to 255,
     *     among what was kept back between two events; more than the thread has had events means before all of them
     */
    default void late(int thread, long back, int operation, long object, long key, long keys, int stack) {
        access(thread, operation, object, key, keys, stack);
    }

    /** The thread's next event, which touches nothing: it makes room for {@link #late} ones. */
    default void step(int thread) {}

    /**
     * One synchronisation event.
     *
     * @param kind kind code of the wire format, 1 to 12 in version 1
     * @param token for FORK, BEGIN and JOIN the dense number of the other thread, -1 for unknown; else the token of the record
     */
    void sync(int thread, int kind, long object, long token, int stack);

    /**
     * A NOTE that holds for what its thread does next.
     *
     * @param kind kind code of the wire format: a test begins or ends, a benign block begins or ends
     * @param text the test's name or the reason, empty where there is none
     */
    default void note(int thread, int kind, String text) {}

    /** The object was destroyed in {@code thread}; its number is not used again. */
    void dead(int thread, long object);
}
