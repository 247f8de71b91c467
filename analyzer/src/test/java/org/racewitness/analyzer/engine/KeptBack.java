package org.racewitness.analyzer.engine;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.racewitness.analyzer.trace.TraceEvents;
import org.racewitness.analyzer.wire.RecordDescriptor;
import org.racewitness.analyzer.wire.SyncKind;

/**
 * Tells a trace as an agent does that keeps back what a thread does with an object that no other thread has touched: of each kind of access the
 * latest, told when another thread comes.
 */
public final class KeptBack implements TraceEvents {
    private record Kind(int operation, long key, long keys) {}

    private record Kept(long moment, int stack) {}

    private static final class Owned {
        private final int thread;
        private final Map<Kind, Kept> kept = new LinkedHashMap<>();

        Owned(int thread) {
            this.thread = thread;
        }
    }

    private static final Owned SHARED = new Owned(-1);

    private final TraceEvents events;
    private final Map<Long, Owned> objects = new HashMap<>();
    private final Map<Integer, Long> told = new HashMap<>();

    /** Threads that keep nothing back any more: they should have ended. */
    private final Set<Integer> joined = new HashSet<>();

    private final Map<Integer, Integer> turns = new HashMap<>();

    /** How many accesses were told late. */
    int late;

    public KeptBack(TraceEvents events) {
        this.events = events;
    }

    @Override
    public void access(int thread, int operation, long object, long key, long keys, int stack) {
        Owned owned = objects.computeIfAbsent(object, o -> new Owned(thread));
        if (owned.thread == thread && !joined.contains(thread)) {
            Kind kind = new Kind(operation, key, keys);
            owned.kept.remove(kind);
            if (turns.getOrDefault(thread, 0) == MOMENTS - 1) {
                count(thread, 1);
                events.step(thread);
            }
            int turn = turns.merge(thread, 1, Integer::sum);
            owned.kept.put(kind, new Kept(toldOf(thread) * MOMENTS + turn, stack));
            return;
        }
        share(object);
        count(thread, RecordDescriptor.rangeCount(keys));
        events.access(thread, operation, object, key, keys, stack);
    }

    @Override
    public void sync(int thread, int kind, long object, long token, int stack) {
        if (kind == SyncKind.JOIN) {
            joined.add((int) token);
        }
        if (kind == SyncKind.LAST_USE) {
            share(object);
        } else if ((kind == SyncKind.BEGIN && token < 0) || kind == SyncKind.JOIN) {
            List.copyOf(objects.keySet()).forEach(this::share); // what others did by now comes before
        }
        count(thread, 1);
        events.sync(thread, kind, object, token, stack);
    }

    @Override
    public void dead(int thread, long object) {
        objects.remove(object);
        events.dead(thread, object);
    }

    private void count(int thread, long count) {
        told.merge(thread, count, Long::sum);
        turns.put(thread, 0);
    }

    private long toldOf(int thread) {
        return told.getOrDefault(thread, 0L);
    }

    private void share(long object) {
        Owned owned = objects.getOrDefault(object, SHARED);
        owned.kept.forEach((kind, kept) -> {
            late++;
            long back = toldOf(owned.thread) * MOMENTS - kept.moment;
            events.late(owned.thread, back, kind.operation, object, kind.key, kind.keys, kept.stack);
        });
        objects.put(object, SHARED);
    }
}
