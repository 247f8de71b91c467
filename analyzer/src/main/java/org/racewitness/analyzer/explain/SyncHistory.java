package org.racewitness.analyzer.explain;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.racewitness.analyzer.wire.SyncKind;

/**
 * What the threads of one process did to synchronise, as far back as memory for it reaches: asked when a race is told. Bounded: all logs
 * together hold about {@link #MAX_ENTRIES} events of 32 bytes, a single one at most {@link #MAX_OF_THREAD}, and those of the threads that ended
 * longest ago go when more than {@link #MAX_ENDED} have ended.
 *
 * <p>Belongs to the thread that drives the engine.
 */
public final class SyncHistory {
    static final int MAX_ENTRIES = 1 << 20;
    static final int MAX_OF_THREAD = 1 << 12;
    static final int MAX_ENDED = 1 << 12;
    private static final int MIN_OF_THREAD = 1 << 4;

    /** By dense number; null for a thread that never synchronised or whose log was given up. */
    private ThreadLog[] logs = new ThreadLog[16];

    private int kept;

    /** Threads that ended, the first one first. */
    private final ArrayDeque<Integer> ended = new ArrayDeque<>();

    /** Adds the latest event of its thread. @param token as {@link org.racewitness.analyzer.trace.TraceEvents#sync} has it */
    public void add(int thread, long time, int kind, long object, long token, int stack, long ticks) {
        if (thread >= logs.length) {
            logs = Arrays.copyOf(logs, Math.max(thread + 1, logs.length * 2));
        }
        ThreadLog log = logs[thread];
        if (log == null) {
            log = new ThreadLog(thread);
            logs[thread] = log;
            kept++;
        }
        int other = SyncKind.namesThread(kind) && token >= 0 && token < Integer.MAX_VALUE ? (int) token : -1;
        log.add(time, kind, object, other, stack, ticks, limit());
        if (kind == SyncKind.END) {
            forgetOldest(thread);
        }
    }

    private int limit() {
        int share = Integer.highestOneBit(Math.max(1, MAX_ENTRIES / Math.max(1, kept)));
        return Math.max(MIN_OF_THREAD, Math.min(MAX_OF_THREAD, share));
    }

    private void forgetOldest(int justEnded) {
        ended.add(justEnded);
        if (ended.size() > MAX_ENDED) {
            int oldest = ended.remove();
            kept -= logs[oldest] == null ? 0 : 1;
            logs[oldest] = null;
        }
    }

    /** The thread's last event before that local time, null for none or forgotten. */
    public RawSync before(int thread, long time) {
        ThreadLog log = log(thread);
        return log == null ? null : log.atOrBefore(time - 1);
    }

    /** The thread's last event at or before that local time, null for none or forgotten. */
    public RawSync atOrBefore(int thread, long time) {
        ThreadLog log = log(thread);
        return log == null ? null : log.atOrBefore(time);
    }

    /** The thread's first event at or after that local time, null for none so far or forgotten. */
    public RawSync atOrAfter(int thread, long time) {
        ThreadLog log = log(thread);
        return log == null ? null : log.atOrAfter(time);
    }

    private ThreadLog log(int thread) {
        return thread >= 0 && thread < logs.length ? logs[thread] : null;
    }
}
