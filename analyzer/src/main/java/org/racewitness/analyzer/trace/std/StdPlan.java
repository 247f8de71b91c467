package org.racewitness.analyzer.trace.std;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.racewitness.analyzer.trace.TraceEvents;
import org.racewitness.analyzer.wire.LocationKey;
import org.racewitness.analyzer.wire.OperationCode;
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

    /** The keys of the items that a container has at any time. */
    Set<Long> items(long object) {
        return items.getOrDefault(object, Set.of());
    }

    /** Whether the access that is the n-th event, from 1, is a thread's last one before a LAST_USE of the object. */
    boolean isHandOver(long number) {
        return handOvers.contains(number);
    }

    @Override
    public void access(int thread, int operation, long object, long key, long count, int stack) {
        event++;
        lastAccesses.computeIfAbsent(object, o -> new HashMap<>()).put(thread, event);
        if (OperationCode.atKey(operation) != 0 && LocationKey.kind(key) != LocationKey.KIND_SPECIAL) {
            Set<Long> keys = items.computeIfAbsent(object, o -> new LinkedHashSet<>());
            for (long i = 0; i < count; i++) {
                keys.add(key + i);
            }
        }
    }

    @Override
    public void sync(int thread, int kind, long object, long token, int stack) {
        event++;
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
