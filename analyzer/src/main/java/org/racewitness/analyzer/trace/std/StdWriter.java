package org.racewitness.analyzer.trace.std;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.racewitness.analyzer.trace.SessionModel;
import org.racewitness.analyzer.trace.TraceEvents;
import org.racewitness.analyzer.wire.LocationKey;
import org.racewitness.analyzer.wire.OperationCode;
import org.racewitness.analyzer.wire.RecordDescriptor;
import org.racewitness.analyzer.wire.SyncKind;

/**
 * Writes the events of one process as RAPID's STD text, with the same happens-before order and the same conflicts: each location is a
 * variable, the third column numbers the program points.
 *
 * <p>STD knows locks, fork and join only. An item handed through a queue becomes a lock of its own that the sender and the receiver take one
 * after the other. A channel that many signal and many observe becomes a thread: who signals shares a fresh lock with it, who observes joins
 * it, so that observers are not ordered among themselves. The same serves for the last use of an object. Not thread-safe.
 */
final class StdWriter implements TraceEvents {
    record Location(long object, long key) {}

    private record Point(int code, int offset) {}

    private final SessionModel model;
    private final StdPlan plan;
    private final StdNames names;
    private final Appendable out;

    private final Map<Integer, String> threads = new HashMap<>();
    private final Map<Location, String> variables = new HashMap<>();
    private final Map<Long, String> locks = new HashMap<>();
    private final Map<Point, Integer> points = new HashMap<>();

    /** Locks of the items that are under way, by container and item. */
    private final Map<Location, Deque<String>> queues = new HashMap<>();

    /** Threads that stand for channels, by object and token; for the last uses of an object, by object. */
    private final Map<Location, String> channels = new HashMap<>();

    private final Map<Long, String> lastUses = new HashMap<>();

    private long event;

    /** By thread, what is told late and not written yet, and how many events there were. */
    private final Map<Integer, Deque<StdPlan.Late>> late = new HashMap<>();

    private final Map<Integer, Long> told = new HashMap<>();

    StdWriter(SessionModel model, StdPlan plan, StdNames names, Appendable out) {
        this.model = model;
        this.plan = plan;
        this.names = names;
        this.out = out;
    }

    /** The location that a variable of the text stands for, null for none. */
    Location location(String variable) {
        return variables.entrySet().stream()
                .filter(entry -> entry.getValue().equals(variable))
                .map(Map.Entry::getKey)
                .findAny()
                .orElse(null);
    }

    @Override
    public void access(int thread, int operation, long object, long key, long keys, int stack) {
        writeLate(thread);
        told.merge(thread, RecordDescriptor.rangeCount(keys), Long::sum);
        write(thread, operation, object, key, keys, stack, ++event);
    }

    @Override
    public void late(int thread, long back, int operation, long object, long key, long keys, int stack) {
        writeLate(thread);
    }

    @Override
    public void step(int thread) {
        writeLate(thread);
        told.merge(thread, 1L, Long::sum);
    }

    /** What the thread did before its next event. */
    private void writeLate(int thread) {
        Deque<StdPlan.Late> waiting = late.computeIfAbsent(thread, plan::lates);
        long next = (told.getOrDefault(thread, 0L) + 1) * MOMENTS;
        while (!waiting.isEmpty() && waiting.peek().after() < next) {
            StdPlan.Late access = waiting.remove();
            write(
                    thread,
                    access.operation(),
                    access.object(),
                    access.key(),
                    access.keys(),
                    access.stack(),
                    access.number());
        }
    }

    private void write(int thread, int operation, long object, long key, long keys, int stack, long number) {
        for (long i = 0; i < RecordDescriptor.rangeCount(keys); i++) {
            long item = key + i * RecordDescriptor.rangeStride(keys);
            facet(thread, OperationCode.atKey(operation), object, item, stack);
        }
        facet(thread, OperationCode.toShape(operation), object, LocationKey.SHAPE, stack);
        int all = OperationCode.toAllItems(operation);
        if (all != 0) {
            plan.items(object).forEach(item -> facet(thread, all, object, item, stack));
        }
        if (plan.isHandOver(number)) {
            signal(thread, lastUses.computeIfAbsent(object, o -> names.thread()), stack);
        }
    }

    private void facet(int thread, int access, long object, long key, int stack) {
        if (access == 0) {
            return;
        }
        String variable = variables.computeIfAbsent(new Location(object, key), l -> names.variable());
        if ((access & OperationCode.READS) != 0) {
            line(thread, "r", variable, stack);
        }
        if ((access & OperationCode.WRITES) != 0) {
            line(thread, "w", variable, stack);
        }
    }

    @Override
    public void sync(int thread, int kind, long object, long token, int stack) {
        event++;
        writeLate(thread);
        told.merge(thread, 1L, Long::sum);
        Location channel = new Location(object, token);
        switch (kind) {
            case SyncKind.ACQUIRE -> line(thread, "acq", lock(object), stack);
            case SyncKind.RELEASE -> line(thread, "rel", lock(object), stack);
            case SyncKind.FORK -> otherThread(thread, "fork", token, stack);
            case SyncKind.JOIN -> otherThread(thread, "join", token, stack);
            case SyncKind.POST -> {
                String lock = names.lock();
                queues.computeIfAbsent(channel, c -> new ArrayDeque<>()).addLast(lock);
                touch(name(thread), lock, stack);
            }
            case SyncKind.TAKE -> {
                Deque<String> queue = queues.get(channel);
                if (queue != null && !queue.isEmpty()) {
                    touch(name(thread), queue.removeFirst(), stack);
                }
            }
            case SyncKind.DROP -> {
                Deque<String> queue = queues.get(channel);
                if (queue != null) {
                    queue.pollLast();
                }
            }
            case SyncKind.SIGNAL -> signal(thread, channels.computeIfAbsent(channel, c -> names.thread()), stack);
            case SyncKind.OBSERVE -> observe(thread, channels.get(channel), stack);
            case SyncKind.LAST_USE -> observe(thread, lastUses.get(object), stack);
            default -> {
                // BEGIN and END order nothing that FORK and JOIN do not.
            }
        }
    }

    @Override
    public void dead(int thread, long object) {
        event++;
        lastUses.remove(object);
    }

    private void otherThread(int thread, String operation, long other, int stack) {
        if (other >= 0 && other != thread) {
            line(thread, operation, name((int) other), stack);
        }
    }

    /** The thread's clock so far goes to the channel, nothing comes back: the lock is used this once. */
    private void signal(int thread, String channel, int stack) {
        String lock = names.lock();
        touch(name(thread), lock, stack);
        touch(channel, lock, stack);
    }

    private void observe(int thread, String channel, int stack) {
        if (channel != null) {
            line(thread, "join", channel, stack);
        }
    }

    private void touch(String thread, String lock, int stack) {
        line(thread, "acq", lock, stack);
        line(thread, "rel", lock, stack);
    }

    private String lock(long object) {
        return locks.computeIfAbsent(object, o -> names.lock());
    }

    private String name(int thread) {
        return threads.computeIfAbsent(thread, t -> names.thread());
    }

    private void line(int thread, String operation, String operand, int stack) {
        line(name(thread), operation, operand, stack);
    }

    private void line(String thread, String operation, String operand, int stack) {
        int location = stack == 0
                ? 0
                : points.computeIfAbsent(
                        new Point(model.stackCode(stack), model.stackOffset(stack)), p -> names.location());
        try {
            out.append(thread)
                    .append('|')
                    .append(operation)
                    .append('(')
                    .append(operand)
                    .append(")|")
                    .append(Integer.toString(location))
                    .append('\n');
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
