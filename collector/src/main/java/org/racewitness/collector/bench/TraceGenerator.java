package org.racewitness.collector.bench;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.racewitness.analyzer.wire.FrameDescriptor;
import org.racewitness.analyzer.wire.FrameWriter;
import org.racewitness.analyzer.wire.Hello;
import org.racewitness.analyzer.wire.LocationKey;
import org.racewitness.analyzer.wire.OperationCode;
import org.racewitness.analyzer.wire.SyncKind;

/**
 * Makes the frames of a program that never was, a batch at a time, so that a trace of any length takes little memory. The threads take turns
 * of some twenty records each; a lock is taken and released within one turn, so the order of the turns is one that locks allow. The same
 * arguments give the same bytes. Not thread-safe.
 */
public final class TraceGenerator {
    /** What an agent sends in one round of 5 ms, of a program that makes ten million events a second. */
    private static final int BATCH_EVENTS = 50_000;

    private static final int TICKS_PER_EVENT = 100;
    private static final int OBJECTS_PER_THREAD = 2_000;
    private static final int FIELDS = 4;
    private static final int LOCKS = 64;
    private static final int OBJECTS_PER_LOCK = 50;
    private static final int LIST_ITEMS = 100_000;
    private static final int SLICE_ITEMS = 100;
    private static final int DICT_KEYS = 200;

    // object numbers: locks, then shared objects, then those of the threads, then those that come and go
    private static final long FIRST_LOCK = 1;
    private static final long FIRST_SHARED = 10_000;
    private static final long FIRST_OWNED = 1_000_000;
    private static final long QUEUE = 9_999;

    private final TraceShape shape;
    private final SplittableRandom random;
    private final FrameWriter frames = new FrameWriter(1);
    private final List<ByteBuffer> batch = new ArrayList<>();
    private final GeneratedThread main;
    private final GeneratedThread[] workers;
    private final Hello hello;

    private long now = 1_000_000;
    private long stamp;
    private int lastUid = 1;
    private long lastObject;
    private long events;

    /** @param threads that work at any time, besides the main thread; 1 to 10,000 */
    public TraceGenerator(TraceShape shape, int threads, long seed) {
        this.shape = shape;
        random = new SplittableRandom(seed);
        hello = new Hello(
                1, 1, 1, 0, 1_000_000_000, now, 0, 0, new byte[Hello.TOKEN_BYTES], Map.of("python", "3.13.5"));
        main = new GeneratedThread(1, frames, batch, now);
        main.records()
                .string(1, "generated.py")
                .string(2, "work")
                .code(1, 1, 1, 1, 2, 0, 0, 0, 0)
                .type(1, "generated.Item");
        workers = new GeneratedThread[threads];
        lastObject = FIRST_OWNED + (long) threads * OBJECTS_PER_THREAD;
    }

    /** The frame that comes before all batches. */
    public ByteBuffer hello() {
        return frames.hello(hello);
    }

    /** Events (accesses, synchronisation, deaths) made so far. */
    public long events() {
        return events;
    }

    /** The next events' frames, at least one batch of them; the list is valid until the next call. */
    public List<ByteBuffer> next() {
        batch.clear();
        long end = events + BATCH_EVENTS;
        if (workers[0] == null) {
            begin();
        }
        while (events < end) {
            turn(random.nextInt(workers.length));
        }
        main.flush();
        for (GeneratedThread worker : workers) {
            worker.flush();
        }
        batch.add(frames.mark(now));
        now += TICKS_PER_EVENT;
        return batch;
    }

    /** The frame that comes behind all batches. */
    public ByteBuffer end() {
        return frames.processFrame(FrameDescriptor.TYPE_END, now, new byte[Short.BYTES]);
    }

    private void begin() {
        for (int i = 0; i < LOCKS * OBJECTS_PER_LOCK; i++) {
            for (int field = 0; field < FIELDS; field++) {
                access(main, OperationCode.WRITE, FIRST_SHARED + i, name(field));
            }
        }
        for (int i = 0; i < workers.length; i++) {
            start(i);
        }
    }

    private void start(int worker) {
        int uid = ++lastUid;
        sync(main, SyncKind.FORK, 0, uid);
        workers[worker] = new GeneratedThread(uid, frames, batch, tick());
        sync(workers[worker], SyncKind.BEGIN, 0, main.uid);
    }

    private void turn(int worker) {
        GeneratedThread self = workers[worker];
        switch (shape) {
            case SAME_EPOCH -> {
                owned(self, worker, 2, 1000);
                critical(self, random.nextInt(LOCKS), 0);
            }
            case OWNED -> {
                owned(self, worker, OBJECTS_PER_THREAD, 50);
                critical(self, random.nextInt(LOCKS), 0);
            }
            case READ_SHARED -> {
                for (int i = 0; i < 50; i++) {
                    long object = FIRST_SHARED + random.nextInt(LOCKS * OBJECTS_PER_LOCK);
                    access(self, OperationCode.READ, object, name(random.nextInt(FIELDS)));
                }
                critical(self, random.nextInt(LOCKS), 0);
            }
            case SYNCHRONISED -> {
                owned(self, worker, OBJECTS_PER_THREAD, 14);
                critical(self, random.nextInt(LOCKS), 6);
            }
            case THREADS -> {
                owned(self, worker, OBJECTS_PER_THREAD, 200);
                sync(self, SyncKind.END, 0, 0);
                self.flush();
                sync(main, SyncKind.JOIN, 0, self.uid);
                start(worker);
            }
            case RANGES -> slices(self, worker);
            case CONTAINERS -> containers(self);
            case HANDOVER -> handOver(self);
        }
    }

    private void owned(GeneratedThread self, int worker, int objects, int count) {
        long first = FIRST_OWNED + (long) worker * OBJECTS_PER_THREAD;
        for (int i = 0; i < count; i++) {
            access(self, readMostly(), first + random.nextInt(objects), name(random.nextInt(FIELDS)));
        }
    }

    /** Accesses to the objects of a lock while it is held. */
    private void critical(GeneratedThread self, int lock, int count) {
        sync(self, SyncKind.ACQUIRE, FIRST_LOCK + lock, 0);
        for (int i = 0; i < count; i++) {
            long object = FIRST_SHARED + (long) lock * OBJECTS_PER_LOCK + random.nextInt(OBJECTS_PER_LOCK);
            access(self, readMostly(), object, name(random.nextInt(FIELDS)));
        }
        sync(self, SyncKind.RELEASE, FIRST_LOCK + lock, 0);
    }

    private void slices(GeneratedThread self, int worker) {
        long part = (long) worker * LIST_ITEMS;
        for (int i = 0; i < 10; i++) {
            long slice = part + (long) random.nextInt(LIST_ITEMS / SLICE_ITEMS) * SLICE_ITEMS;
            events++;
            self.range(readMostly(), FIRST_SHARED - 1 - random.nextInt(LOCKS), slice, SLICE_ITEMS, tick());
        }
        critical(self, random.nextInt(LOCKS), 0);
    }

    private void containers(GeneratedThread self) {
        int lock = random.nextInt(LOCKS);
        long dict = FIRST_SHARED - 1 - LOCKS - lock;
        sync(self, SyncKind.ACQUIRE, FIRST_LOCK + lock, 0);
        for (int i = 0; i < 20; i++) {
            int operation = switch (random.nextInt(20)) {
                case 0, 1 -> OperationCode.INSERT;
                case 2, 3 -> OperationCode.REMOVE;
                case 4, 5, 6, 7 -> OperationCode.WRITE;
                case 8 -> OperationCode.SHAPE_READ;
                default -> OperationCode.READ;
            };
            long key = operation == OperationCode.SHAPE_READ ? LocationKey.SHAPE : name(random.nextInt(DICT_KEYS));
            access(self, operation, dict, key);
        }
        if (random.nextInt(20) == 0) {
            access(self, OperationCode.READ_ALL, dict, LocationKey.SHAPE);
        }
        sync(self, SyncKind.RELEASE, FIRST_LOCK + lock, 0);
    }

    private void handOver(GeneratedThread self) {
        GeneratedThread taker = workers[random.nextInt(workers.length)];
        long object = ++lastObject;
        use(self, object);
        sync(self, SyncKind.POST, QUEUE, object);
        sync(taker, SyncKind.TAKE, QUEUE, object);
        use(taker, object);
        events++;
        taker.dead(object, tick());
    }

    private void use(GeneratedThread self, long object) {
        for (int i = 0; i < 8; i++) {
            access(self, readMostly(), object, name(i % FIELDS));
        }
    }

    private void access(GeneratedThread self, int operation, long object, long key) {
        events++;
        self.access(operation, object, key, tick());
    }

    private void sync(GeneratedThread self, int kind, long object, long token) {
        events++;
        self.sync(kind, object, ++stamp, token, tick());
    }

    private long tick() {
        now += TICKS_PER_EVENT;
        return now;
    }

    private int readMostly() {
        return random.nextInt(10) < 7 ? OperationCode.READ : OperationCode.WRITE;
    }

    private static long name(int number) {
        return LocationKey.key(LocationKey.KIND_NAME, 0x1000L + number);
    }
}
