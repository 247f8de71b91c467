package org.racewitness.analyzer.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.racewitness.analyzer.wire.OperationCode;
import org.racewitness.analyzer.wire.SyncKind;

/** More threads beside each other than a machine has: clocks and histories must not grow with the square of their number. */
class ManyThreadsTest {
    private static final int THREADS = 30_000;
    private static final long LOCK = 2;
    private static final long SHARED = 1;

    private final PairRecorder races = new PairRecorder();

    /** With whole clocks for each interval this would take tens of gigabytes. */
    @ParameterizedTest
    @ValueSource(strings = {"shb", "hb"})
    @Timeout(120)
    void takeTurnsAtALockAndKeepWhatIsTheirs(String order) {
        Engine engine = Engines.create(order, new FlatModel(1), races);
        start(engine, THREADS);
        for (int round = 0; round < 2; round++) {
            for (int thread = 1; thread <= THREADS; thread++) {
                engine.sync(thread, SyncKind.ACQUIRE, LOCK, 0, 0);
                engine.access(thread, OperationCode.READ, SHARED, 0, 1, 1);
                engine.access(thread, OperationCode.WRITE, SHARED, 0, 1, 2);
                engine.sync(thread, SyncKind.RELEASE, LOCK, 0, 0);
                engine.access(thread, OperationCode.WRITE, 10 + thread, 0, 1, 3);
            }
        }
        assertEquals(Set.of(), races.places);
        assertEquals(THREADS + 1, engine.locations());
    }

    @ParameterizedTest
    @ValueSource(strings = {"shb", "hb"})
    @Timeout(120)
    void readWhatNobodyWrites(String order) {
        Engine engine = Engines.create(order, new FlatModel(1), races);
        start(engine, THREADS);
        for (int round = 0; round < 10; round++) {
            for (int thread = 1; thread <= THREADS; thread++) {
                engine.access(thread, OperationCode.READ, SHARED, 0, 1, 1);
            }
        }
        assertEquals(Set.of(), races.places);
        engine.access(1, OperationCode.WRITE, SHARED, 0, 1, 2);
        assertEquals(1, races.places.size());
    }

    /** Histories of hundreds of threads, held against the definition. */
    @ParameterizedTest
    @CsvSource({"shb, reference", "hb, reference-hb"})
    void raceAsByDefinition(String order, String reference) {
        long seed = System.nanoTime();
        for (int i = 0; i < 20; i++) {
            RecordedTrace trace = crowd(seed + i);
            PairRecorder truth = new PairRecorder();
            Engine engine = Engines.create(order, new FlatModel(1), races);
            trace.replay(engine);
            trace.replay(Engines.create(reference, new FlatModel(1), truth));
            assertEquals(truth.places, races.places, "seed " + (seed + i));
            assertTrue(truth.pairs.containsAll(races.pairs), "seed " + (seed + i));
            races.places.clear();
            races.pairs.clear();
        }
    }

    @Test
    void someOfThoseCrowdsRaceAndSomeDoNot() {
        int racy = 0;
        for (int seed = 0; seed < 20; seed++) {
            PairRecorder found = new PairRecorder();
            crowd(seed).replay(Engines.create("hb", new FlatModel(1), found));
            racy += found.places.isEmpty() ? 0 : 1;
        }
        assertTrue(racy > 2 && racy < 20, racy + " of 20");
    }

    /** A location of a text that has raced a thousand times is not looked at any more, and still hands over what its writers did. */
    @ParameterizedTest
    @CsvSource({"shb, reference", "hb, reference-hb"})
    void raceWithoutEnd(String order, String reference) {
        long seed = System.nanoTime();
        for (int i = 0; i < 5; i++) {
            RecordedTrace trace = brawl(seed + i);
            PairRecorder truth = new PairRecorder();
            PairRecorder found = new PairRecorder();
            trace.replay(Engines.create(reference, new FlatModel(1, false), truth));
            trace.replay(Engines.create(order, new FlatModel(1, false), found));
            assertEquals(truth.places, found.places, "seed " + (seed + i));
            assertTrue(truth.pairs.containsAll(found.pairs), "seed " + (seed + i));
            assertTrue(
                    truth.told > 10_000 && found.told < 5_000, truth.told + ", " + found.told + " seed " + (seed + i));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"shb", "hb"})
    @Timeout(120)
    void raceInATextAllWithAll(String order) {
        Engine engine = Engines.create(order, new FlatModel(1, false), races);
        start(engine, THREADS);
        for (int thread = 1; thread <= THREADS; thread++) {
            engine.sync(thread, SyncKind.ACQUIRE, LOCK, 0, 0);
            engine.sync(thread, SyncKind.RELEASE, LOCK, 0, 0);
            engine.access(thread, OperationCode.WRITE, SHARED, thread % 10, 1, 1);
            engine.access(thread, OperationCode.READ, SHARED, (thread + 1) % 10, 1, 2);
        }
        assertEquals(10, races.places.size());
    }

    /** Hundreds of threads at two locations without order, and a few times at others, before a write or after a read of those. */
    private static RecordedTrace brawl(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        RecordedTrace trace = new RecordedTrace();
        int threads = 100 + random.nextInt(100);
        start(trace, threads);
        for (int i = 0; i < 1200; i++) {
            int thread = 1 + random.nextInt(threads);
            int operation = random.nextInt(3) == 0 ? OperationCode.WRITE : OperationCode.READ;
            boolean isRare = random.nextInt(10) == 0;
            if (isRare && operation == OperationCode.WRITE) {
                trace.access(thread, operation, SHARED, 10 + random.nextInt(60), 1, 3);
            }
            trace.access(thread, operation, SHARED, random.nextInt(2), 1, operation);
            if (isRare && operation == OperationCode.READ) {
                trace.access(thread, operation, SHARED, 10 + random.nextInt(60), 1, 4);
            }
        }
        return trace;
    }

    /** Threads that mostly read two locations, at two places each; now and then one writes, in order with all others or not. */
    private static RecordedTrace crowd(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        RecordedTrace trace = new RecordedTrace();
        int threads = 100 + random.nextInt(100);
        start(trace, threads);
        int writes = random.nextInt(3);
        for (int i = 0; i < 600; i++) {
            int thread = 1 + random.nextInt(threads);
            if (random.nextInt(100) < 20) {
                trace.sync(thread, random.nextBoolean() ? SyncKind.ACQUIRE : SyncKind.RELEASE, LOCK, 0, 0);
            }
            int operation = random.nextInt(200) < writes ? OperationCode.WRITE : OperationCode.READ;
            int place = random.nextInt(10) == 0 ? 2 : 1;
            trace.access(
                    thread,
                    operation,
                    SHARED,
                    random.nextInt(2),
                    1,
                    place + (operation == OperationCode.WRITE ? 2 : 0));
        }
        return trace;
    }

    private static void start(org.racewitness.analyzer.trace.TraceEvents events, int threads) {
        for (int thread = 1; thread <= threads; thread++) {
            events.sync(0, SyncKind.FORK, 0, thread, 0);
            events.sync(thread, SyncKind.BEGIN, 0, 0, 0);
        }
    }
}
