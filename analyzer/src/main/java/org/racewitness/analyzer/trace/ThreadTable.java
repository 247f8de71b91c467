package org.racewitness.analyzer.trace;

import java.util.ArrayList;
import java.util.List;

/**
 * The threads of one session under dense numbers from 0 in the order in which they were first heard of. Owned by the thread that owns the
 * session; read by others only after they were handed it through a lock.
 */
final class ThreadTable {
    private final IntIntMap denseByUid = new IntIntMap();
    private final List<TraceThread> threads = new ArrayList<>();

    /** The dense number of a uid, new where it was not known. */
    int define(int uid) {
        int known = find(uid);
        if (known >= 0) {
            return known;
        }
        threads.add(new TraceThread(uid, "", false, false, -1, 0));
        denseByUid.put(uid, threads.size());
        return threads.size() - 1;
    }

    /** The dense number of a uid, -1 where it is not known or can be no uid (0, more than 32 bits). */
    int find(long uid) {
        return uid < 1 || uid > 0xFFFF_FFFFL ? -1 : denseByUid.get((int) uid) - 1;
    }

    private int find(int uid) {
        return denseByUid.get(uid) - 1;
    }

    void describe(int thread, String name, boolean main, boolean daemon) {
        TraceThread known = threads.get(thread);
        threads.set(thread, new TraceThread(known.uid(), name, main, daemon, known.parent(), known.startedAt()));
    }

    /** @param stack session-wide stack at which the parent started it, 0 unknown */
    void startedBy(int thread, int parent, int stack) {
        TraceThread known = threads.get(thread);
        threads.set(thread, new TraceThread(known.uid(), known.name(), known.main(), known.daemon(), parent, stack));
    }

    TraceThread get(int thread) {
        return threads.get(thread);
    }

    int size() {
        return threads.size();
    }
}
