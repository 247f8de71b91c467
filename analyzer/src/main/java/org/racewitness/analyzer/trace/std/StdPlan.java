package org.racewitness.analyzer.trace.std;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.racewitness.analyzer.trace.TraceEvents;
import org.racewitness.analyzer.wire.LocationKey;
import org.racewitness.analyzer.wire.OperationCode;
import org.racewitness.analyzer.wire.RecordDescriptor;
import org.racewitness.analyzer.wire.SyncKind;

/**
 * What {@link StdWriter} must know of a process before it writes the first line: which items each container ever has, since an operation on
 * all of them is written as one on each, and after which accesses a thread lets go of an object for good. Not thread-safe.
 */
final class StdPlan implements TraceEvents {
    private final Map<Long, Set<Long>> items = new HashMap<>();
    private final Set<Long> handOvers = new HashSet<>();

    /** By object and thread, the number of the last access; forgotten with the object. */
    private final Map<Long, Map<Integer, Long>> lastAccesses = new HashMap<>();

    private long event;

    /** By thread, what it is told to have done late, and how many events of it there were by now. */
    private final Map<Integer, List<Late>> lates = new HashMap<>();

    private final Map<Integer, Long> told = new HashMap<>();
    private long lateNumber;

    /**
     * An access told late.
     *
     * @param after how many moments of its thread before it
     * @param number below 0, for {@link #isHandOver}
     */
    record Late(long after, int operation, long object, long key, long keys, int stack, long number) {}

    /** What the thread did that is told late, in order. */
    Deque<Late> lates(int thread) {
        List<Late> found = new ArrayList<>(lates.getOrDefault(thread, List.of()));
        found.sort(Comparator.comparingLong(Late::after));
        return new ArrayDeque<>(found);
    }

    /** The keys of the items that a container has at any time. */
    Set<Long> items(long object) {
        return items.getOrDefault(object, Set.of());
    }

    /** Whether the access that is the n-th event, from 1, or told late by that number, is a thread's last one before a LAST_USE of the object. */
    boolean isHandOver(long number) {
        return handOvers.contains(number);
    }

    @Override
    public void access(int thread, int operation, long object, long key, long keys, int stack) {
        event++;
        told.merge(thread, RecordDescriptor.rangeCount(keys), Long::sum);
        accessed(thread, operation, object, key, keys, event);
    }

    @Override
    public void late(int thread, long back, int operation, long object, long key, long keys, int stack) {
        long after = told.getOrDefault(thread, 0L) * MOMENTS - back;
        long number = --lateNumber;
        lates.computeIfAbsent(thread, t -> new ArrayList<>())
                .add(new Late(after, operation, object, key, keys, stack, number));
        accessed(thread, operation, object, key, keys, number);
    }

    private void accessed(int thread, int operation, long object, long key, long keys, long number) {
        lastAccesses.computeIfAbsent(object, o -> new HashMap<>()).put(thread, number);
        if (OperationCode.atKey(operation) != 0 && LocationKey.kind(key) != LocationKey.KIND_SPECIAL) {
            Set<Long> known = items.computeIfAbsent(object, o -> new LinkedHashSet<>());
            for (long i = 0; i < RecordDescriptor.rangeCount(keys); i++) {
                known.add(key + i * RecordDescriptor.rangeStride(keys));
            }
        }
    }

    @Override
    public void step(int thread) {
        told.merge(thread, 1L, Long::sum);
    }

    @Override
    public void sync(int thread, int kind, long object, long token, int stack) {
        event++;
        told.merge(thread, 1L, Long::sum);
        if (kind == SyncKind.LAST_USE) {
            handOver(thread, object);
        }
    }

    @Override
    public void dead(int thread, long object) {
        event++;
        lastAccesses.remove(object);
    }

    private void handOver(int thread, long object) {
        lastAccesses.getOrDefault(object, Map.of()).forEach((accessor, number) -> {
            if (accessor != thread) {
                handOvers.add(number);
            }
        });
    }
}
