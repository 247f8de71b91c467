package org.racewitness.analyzer.engine.reference;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.racewitness.analyzer.engine.Engine;
import org.racewitness.analyzer.engine.LockSets;
import org.racewitness.analyzer.engine.Operation;
import org.racewitness.analyzer.engine.Operation.Mode;
import org.racewitness.analyzer.engine.RaceSink;
import org.racewitness.analyzer.engine.RacingAccess;
import org.racewitness.analyzer.wire.LocationKey;
import org.racewitness.analyzer.wire.RecordDescriptor;

/**
 * Races by definition: the graph of all events with the edges of {@code docs/wire-format.md}, its transitive closure, every pair of accesses
 * compared. Slow, and short enough to be believed; the other engines are held against it. It keeps neither locks held nor the reads before a
 * write.
 */
public final class ReferenceEngine implements Engine {
    private final RaceSink sink;
    private final SyncGraph graph;
    private final boolean readsFrom;
    private final List<Event> events = new ArrayList<>();
    private final Map<Long, List<Event>> accesses = new HashMap<>();
    private final Set<List<Object>> locations = new HashSet<>();
    private final RacingAccess earlier = new RacingAccess(new LockSets());
    private final RacingAccess later = new RacingAccess(new LockSets());

    /** With {@code readsFrom} the order is schedulable happens-before, without it plain happens-before. */
    public ReferenceEngine(RaceSink sink, boolean readsFrom) {
        this.sink = sink;
        this.readsFrom = readsFrom;
        this.graph = new SyncGraph();
    }

    @Override
    public void access(int thread, int operationCode, long object, long key, long keys, int stack) {
        Operation operation = Operation.ofCode(operationCode);
        if (operation == null || RecordDescriptor.rangeCount(keys) < 1) {
            return;
        }
        Event access = next(thread);
        access.operation = operation;
        access.object = object;
        access.key = key;
        access.count = RecordDescriptor.rangeCount(keys);
        access.stride = RecordDescriptor.rangeStride(keys);
        access.stack = stack;
        List<Event> others = accesses.computeIfAbsent(object, o -> new ArrayList<>());
        for (Event other : others) {
            if (other.thread != thread && !access.before.get(other.position)) {
                compare(other, access);
            }
        }
        if (readsFrom) {
            writesSeenBy(access, others).forEach(access::sees);
        }
        others.add(access);
        locations.addAll(locationsOf(access));
    }

    /** Tells the locations at which two accesses conflict. */
    private void compare(Event first, Event second) {
        Set<Long> meetings = new TreeSet<>();
        if (Mode.conflict(first.operation.atShape(), second.operation.atShape())) {
            meetings.add(LocationKey.SHAPE);
        }
        if (Mode.conflict(first.operation.atAll(), second.operation.atAll())) {
            meetings.add(LocationKey.ALL_ITEMS);
        }
        if (Mode.conflict(first.operation.atAll(), second.operation.atKey())) {
            meetings.addAll(keysOf(second));
        }
        if (Mode.conflict(first.operation.atKey(), second.operation.atAll())) {
            meetings.addAll(keysOf(first));
        }
        if (Mode.conflict(first.operation.atKey(), second.operation.atKey())) {
            keysOf(first).stream().filter(second::hasKey).forEach(meetings::add);
        }
        for (long meeting : meetings) {
            earlier.set(first.thread, first.operation, first.stack, 0);
            later.set(second.thread, second.operation, second.stack, 0);
            sink.race(first.object, meeting, 1, earlier, later);
        }
    }

    /** The last write before the access to each location that it reads. */
    private static Set<Event> writesSeenBy(Event access, List<Event> others) {
        Set<Event> seen = new HashSet<>();
        if ((access.operation.atShape() & Mode.READ) != 0) {
            addLast(seen, others, Event::writesShape);
        }
        Set<Long> items = new TreeSet<>();
        if ((access.operation.atKey() & Mode.READ) != 0) {
            items.addAll(keysOf(access));
        }
        if ((access.operation.atAll() & Mode.READ) != 0) {
            others.forEach(other -> items.addAll(keysOf(other)));
            addLast(seen, others, Event::writesAllItems);
        }
        items.forEach(item -> addLast(seen, others, other -> other.writesItem(item)));
        return seen;
    }

    private static void addLast(Set<Event> seen, List<Event> others, java.util.function.Predicate<Event> writes) {
        for (int i = others.size() - 1; i >= 0; i--) {
            if (writes.test(others.get(i))) {
                seen.add(others.get(i));
                return;
            }
        }
    }

    private static Set<Long> keysOf(Event access) {
        Set<Long> keys = new TreeSet<>();
        for (long i = 0; i < access.count && access.operation.atKey() != Mode.NONE; i++) {
            keys.add(access.key + i * access.stride);
        }
        return keys;
    }

    private static Set<List<Object>> locationsOf(Event access) {
        Set<List<Object>> all = new HashSet<>();
        keysOf(access).forEach(key -> all.add(List.of(access.object, key)));
        if (access.operation.atShape() != Mode.NONE) {
            all.add(List.of(access.object, LocationKey.SHAPE));
        }
        if (access.operation.atAll() != Mode.NONE) {
            all.add(List.of(access.object, LocationKey.ALL_ITEMS));
        }
        return all;
    }

    @Override
    public void sync(int thread, int kind, long object, long token, int stack) {
        graph.sync(next(thread), kind, object, token, accesses.getOrDefault(object, List.of()));
    }

    @Override
    public void dead(int thread, long object) {
        graph.dead(object);
        accesses.remove(object);
    }

    private Event next(int thread) {
        Event event = new Event(events.size(), thread);
        events.add(event);
        graph.enter(event);
        return event;
    }

    @Override
    public void finish() {
        // races are told as they are met
    }

    @Override
    public long locations() {
        return locations.size();
    }
}
