package org.racewitness.analyzer.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.racewitness.analyzer.wire.LocationKey;
import org.racewitness.analyzer.wire.OperationCode;
import org.racewitness.analyzer.wire.RecordDescriptor;
import org.racewitness.analyzer.wire.SyncKind;

/**
 * Random traces of many shapes: threads come and go, locks nest and are re-entered, items are handed over, flags are raised and seen, objects
 * die. Mostly what a program could do; now and then what none could (a release without an acquire, a join of a thread that goes on).
 */
final class RandomTraces {
    private static final int FIRST_LOCK = 100;
    private static final int FIRST_CHANNEL = 200;

    private static final int[] PUTS = {
        SyncKind.POST, SyncKind.POST, SyncKind.POST, SyncKind.DROP, SyncKind.EVICT, SyncKind.PLACE
    };

    private final SplittableRandom random;
    private final RecordedTrace trace = new RecordedTrace();
    private final int objects;
    private final int keys;
    private final int locks;
    private final int maxThreads;
    private final int syncPercent;
    private final int lawless;
    private final boolean hierarchical;
    private final int writePercent;

    /** All threads at one location, so that histories fill up. */
    private final boolean crowded;

    /** Many ranges are so long that keys which have become alike are joined, and reach over several nodes of a tree. */
    private final boolean longRanges;

    /** Accesses come from so many stacks: many repeat each other, or none do. */
    private final int stacks;

    private final List<Integer> running = new ArrayList<>();
    private final List<Integer> ended = new ArrayList<>();
    private final List<Deque<Long>> held = new ArrayList<>();
    private final List<Integer> owners = new ArrayList<>();
    private long nextObject;
    private final long[] live;
    private int stack;

    private RandomTraces(long seed) {
        random = new SplittableRandom(seed);
        crowded = random.nextInt(6) == 0;
        objects = crowded ? 1 : 1 + random.nextInt(4);
        keys = crowded ? 1 : 1 + random.nextInt(5);
        locks = 1 + random.nextInt(4);
        maxThreads = 2 + random.nextInt(crowded || random.nextInt(4) == 0 ? 40 : 5);
        syncPercent = random.nextInt(80);
        lawless = random.nextInt(4) == 0 ? 10 : 0;
        hierarchical = !crowded && random.nextInt(3) > 0;
        longRanges = random.nextInt(4) == 0;
        writePercent = random.nextInt(60);
        stacks = random.nextInt(3) == 0 ? 1 + random.nextInt(6) : Integer.MAX_VALUE;
        live = new long[objects];
        for (int i = 0; i < objects; i++) {
            live[i] = ++nextObject;
        }
        for (int i = 0; i < locks; i++) {
            owners.add(-1);
        }
    }

    /** Every third trace with a stack for each access, the others with few stacks, and loops. */
    static RecordedTrace looping(long seed) {
        RecordedTrace trace = of(seed);
        int kind = (int) Math.floorMod(seed, 3L);
        return kind == 0 ? trace : trace.ofStacks(kind == 1 ? 2 : 7, kind);
    }

    /** The trace of that seed. */
    static RecordedTrace of(long seed) {
        RandomTraces maker = new RandomTraces(seed);
        return maker.make();
    }

    private RecordedTrace make() {
        start(-1);
        int length = 10 + random.nextInt(crowded || random.nextInt(10) == 0 ? 400 : 90);
        for (int i = 0; i < length && !running.isEmpty(); i++) {
            int thread = running.get(random.nextInt(running.size()));
            if (random.nextInt(100) < syncPercent) {
                sync(thread);
            } else {
                access(thread);
            }
        }
        return trace;
    }

    private void start(int parent) {
        int thread = held.size();
        held.add(new ArrayDeque<>());
        running.add(thread);
        if (parent >= 0) {
            trace.sync(parent, SyncKind.FORK, 0, thread, 0);
        }
        trace.sync(thread, SyncKind.BEGIN, 0, parent, 0);
    }

    private void access(int thread) {
        int operation = hierarchical
                ? 1 + random.nextInt(OperationCode.LAST)
                : random.nextInt(100) < writePercent ? OperationCode.WRITE : OperationCode.READ;
        boolean keyed = Operation.ofCode(operation).atKey() != Operation.Mode.NONE;
        boolean range = keyed && hierarchical && random.nextInt(longRanges ? 3 : 8) == 0;
        long key = keyed ? random.nextInt(longRanges ? keys * 40 : keys) : LocationKey.SHAPE;
        int at = stacks == Integer.MAX_VALUE ? ++stack : 1 + random.nextInt(stacks);
        trace.access(thread, operation, live[random.nextInt(objects)], key, range ? rangeKeys() : 1, at);
    }

    private long rangeKeys() {
        int most = random.nextInt(longRanges ? 2 : 8) == 0 ? 150 : 4;
        return RecordDescriptor.rangeKeys(1 + random.nextInt(most), random.nextInt(3) > 0 ? 1 : 1 + random.nextInt(4));
    }

    private void sync(int thread) {
        switch (random.nextInt(crowded ? 15 : 14)) {
            case 0, 1, 2, 3 -> acquire(thread);
            case 4, 5, 6 -> release(thread);
            case 7, 14 -> {
                if (held.size() < maxThreads) {
                    start(random.nextInt(20) == 0 ? -1 : thread);
                }
            }
            case 8 -> end(thread);
            case 9 -> join(thread);
            case 10 -> channel(thread, PUTS[random.nextInt(PUTS.length)]);
            case 11 -> channel(thread, SyncKind.TAKE);
            case 12 -> channel(thread, random.nextBoolean() ? SyncKind.SIGNAL : SyncKind.OBSERVE);
            default -> die(thread);
        }
    }

    private void acquire(int thread) {
        int lock = random.nextInt(locks);
        boolean free = owners.get(lock) == -1 || owners.get(lock) == thread;
        if (free || random.nextInt(100) < lawless) {
            owners.set(lock, thread);
            held.get(thread).push((long) FIRST_LOCK + lock);
            trace.sync(thread, SyncKind.ACQUIRE, FIRST_LOCK + lock, 0, 0);
        }
    }

    private void release(int thread) {
        Deque<Long> mine = held.get(thread);
        if (random.nextInt(100) < lawless) {
            trace.sync(thread, SyncKind.RELEASE, FIRST_LOCK + random.nextInt(locks), 0, 0);
        } else if (!mine.isEmpty()) {
            long lock = mine.pop();
            if (!mine.contains(lock)) {
                owners.set((int) lock - FIRST_LOCK, -1);
            }
            trace.sync(thread, SyncKind.RELEASE, lock, 0, 0);
        }
    }

    private void end(int thread) {
        if (running.size() > 1 && held.get(thread).isEmpty()) {
            running.remove((Integer) thread);
            ended.add(thread);
            trace.sync(thread, SyncKind.END, 0, 0, 0);
        }
    }

    private void join(int thread) {
        if (random.nextInt(100) < lawless) {
            trace.sync(thread, SyncKind.JOIN, 0, random.nextInt(maxThreads), 0);
        } else if (!ended.isEmpty()) {
            trace.sync(thread, SyncKind.JOIN, 0, ended.get(random.nextInt(ended.size())), 0);
        }
    }

    private void channel(int thread, int kind) {
        trace.sync(thread, kind, FIRST_CHANNEL + random.nextInt(2), random.nextInt(2), 0);
    }

    private void die(int thread) {
        int index = random.nextInt(objects);
        switch (random.nextInt(6)) {
            case 0, 1 -> trace.sync(thread, SyncKind.LAST_USE, live[index], 0, 0);
            case 2, 3 -> {
                trace.dead(thread, live[index]);
                live[index] = ++nextObject;
            }
            case 4 -> trace.dead(thread, FIRST_CHANNEL + random.nextInt(2));
            default -> {
                int lock = random.nextInt(locks);
                if (owners.get(lock) == -1) {
                    trace.dead(thread, FIRST_LOCK + lock);
                }
            }
        }
    }
}
