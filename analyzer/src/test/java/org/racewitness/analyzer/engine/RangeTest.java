package org.racewitness.analyzer.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.racewitness.analyzer.wire.OperationCode;
import org.racewitness.analyzer.wire.RecordDescriptor;
import org.racewitness.analyzer.wire.SyncKind;

/** Ranges of items: one history for all, split where an access takes in a part, and joined again where they have become alike. */
class RangeTest {
    private static final long LIST = 1;
    private static final long ITEMS = 3_000_000;

    private final PairRecorder races = new PairRecorder();

    private Engine engine(String order) {
        return Engines.create(order, new FlatModel(1), races);
    }

    @ParameterizedTest
    @ValueSource(strings = {"shb", "hb"})
    void aLongRangeCostsNoMoreThanAShortOne(String order) {
        Engine engine = engine(order);
        for (int thread = 0; thread < 4; thread++) {
            for (int i = 0; i < 1000; i++) {
                engine.access(thread, OperationCode.READ, LIST, 0, ITEMS, 1);
            }
        }
        assertEquals(ITEMS, engine.locations());
        assertTrue(engine.stateBytes() < 1 << 20, engine.stateBytes() + " bytes");
        assertEquals(Set.of(), races.places);
    }

    @ParameterizedTest
    @ValueSource(strings = {"shb", "hb"})
    void oneItemFarOutRaces(String order) {
        Engine engine = engine(order);
        engine.access(0, OperationCode.READ, LIST, 0, ITEMS, 1);
        engine.access(1, OperationCode.WRITE, LIST, ITEMS - 1, 1, 2);
        engine.access(1, OperationCode.WRITE, LIST, ITEMS, 1, 3);
        assertEquals(Set.of(new PairRecorder.Place(LIST, ITEMS - 1)), races.places);
    }

    @ParameterizedTest
    @ValueSource(strings = {"shb", "hb"})
    void whatOverlapsRacesAndNothingElse(String order) {
        Engine engine = engine(order);
        engine.access(0, OperationCode.WRITE, LIST, 10, 10, 1);
        engine.access(0, OperationCode.WRITE, LIST, 13, 1, 2);
        engine.access(1, OperationCode.READ, LIST, 18, 10, 3);
        engine.access(2, OperationCode.READ, LIST, 12, 2, 4);
        assertEquals(
                Set.of(place(18), place(19), place(12), place(13)),
                races.places,
                "and " + engine.locations() + " locations");
        assertEquals(18, engine.locations());
    }

    /** Slices at random places under a lock: without joining runs, each item would have one of its own in the end. */
    @ParameterizedTest
    @ValueSource(strings = {"shb", "hb"})
    void slicesUnderALockDoNotShatterTheList(String order) {
        Engine engine = engine(order);
        SplittableRandom random = new SplittableRandom(5);
        long most = 0;
        for (int i = 0; i < 20_000; i++) {
            int thread = i % 4;
            engine.sync(thread, SyncKind.ACQUIRE, 2, 0, 0);
            int operation = i % 3 == 0 ? OperationCode.WRITE : OperationCode.READ;
            engine.access(thread, operation, LIST, random.nextInt(900_000), 100_000, 1 + i % 3);
            engine.sync(thread, SyncKind.RELEASE, 2, 0, 0);
            most = Math.max(most, engine.stateBytes());
        }
        assertEquals(Set.of(), races.places);
        assertTrue(most < 1 << 20, most + " bytes");
    }

    /**
     * Many slices at different places, some single items: more runs than a page holds, split and joined again. By plain happens-before: by reads-from, one
     * item's race hides those of the reader's later accesses, but not those of the same access.
     */
    @Test
    void rangesRaceWhereTheirItemsDo() {
        String order = Engines.HB;
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        PairRecorder singly = new PairRecorder();
        Engine ranges = engine(order);
        Engine items = Engines.create(order, new FlatModel(1), singly);
        int before = 500; // single items from before the first range
        for (int i = 0; i < 6000; i++) {
            int thread = random.nextInt(4);
            if (random.nextInt(3) == 0) {
                int kind = random.nextBoolean() ? SyncKind.ACQUIRE : SyncKind.RELEASE;
                long lock = 2L + random.nextInt(2);
                ranges.sync(thread, kind, lock, 0, 0);
                items.sync(thread, kind, lock, 0, 0);
                continue;
            }
            int operation = random.nextInt(50) == 0 ? OperationCode.WRITE : OperationCode.READ;
            long first = random.nextInt(60) * 100L + (random.nextInt(4) == 0 ? random.nextInt(100) : 0);
            long count = i < before ? 1 : random.nextInt(10) == 0 ? 1 + random.nextInt(900) : 1 + random.nextInt(100);
            long stride = random.nextInt(3) == 0 ? 1 + random.nextInt(9) : 1;
            int stack = 1 + random.nextInt(5);
            ranges.access(thread, operation, LIST, first, RecordDescriptor.rangeKeys(count, stride), stack);
            for (long item = 0; item < count; item++) {
                items.access(thread, operation, LIST, first + item * stride, 1, stack);
            }
        }
        assertTrue(
                singly.places.equals(races.places),
                "seed " + seed + ": " + singly.places.size() + " items, " + races.places.size());
        assertEquals(items.locations(), ranges.locations(), "seed " + seed);
        assertTrue(singly.places.size() > 100 && singly.places.size() < items.locations(), "seed " + seed);
        ranges.dead(0, LIST);
        assertTrue(ranges.stateBytes() < 2 << 20, ranges.stateBytes() + " bytes"); // pages of records stay for others
    }

    /** As a sieve does: what one thread does to items at a distance leaves one history behind, not one for each item. */
    @ParameterizedTest
    @ValueSource(strings = {"shb", "hb"})
    void itemsAtADistanceShareTheirHistory(String order) {
        Engine engine = engine(order);
        engine.access(0, OperationCode.WRITE, LIST, 0, ITEMS, 1);
        engine.sync(0, SyncKind.FORK, 0, 1, 0);
        for (int stride = 2; stride < 50; stride++) {
            engine.access(1, OperationCode.WRITE, LIST, 0, RecordDescriptor.rangeKeys(ITEMS / stride, stride), 2);
        }
        assertEquals(Set.of(), races.places);
        assertEquals(ITEMS, engine.locations());
        assertTrue(engine.stateBytes() < 7 * ITEMS, engine.stateBytes() + " bytes");

        engine.access(2, OperationCode.READ, LIST, 53, RecordDescriptor.rangeKeys(3, 6), 3);
        assertEquals(Set.of(place(53), place(59), place(65)), races.places);
    }

    /** The items of a list that was written whole, read one by one: each needs a record then. */
    @ParameterizedTest
    @ValueSource(strings = {"shb", "hb"})
    void itemsThatTakeTheirOwnHistoryStayWithinTheBudget(String order) {
        long budget = 1 << 20;
        Engine engine = Engines.create(order, new FlatModel(1), races, new StateBudget(budget), Workers.NONE);
        engine.access(0, OperationCode.WRITE, LIST, 0, ITEMS, 1);
        engine.sync(0, SyncKind.FORK, 0, 1, 0);
        for (int item = 0; item < 200_000; item++) {
            engine.access(1, OperationCode.READ, LIST, item, 1, 2);
            assertTrue(engine.stateBytes() < 3 * budget, "item " + item + ": " + engine.stateBytes());
        }
        assertTrue(engine.forgottenLocations() > 0);
        assertEquals(Set.of(), races.places);
    }

    /** Each slice has a place of its own, and neighbours differ. */
    @ParameterizedTest
    @ValueSource(strings = {"shb", "hb"})
    @Timeout(60)
    void manyRunsDoNotSlowEachOtherDown(String order) {
        Engine engine = engine(order);
        int slices = 200_000;
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < slices; i++) {
                long slice = i * 7919L % slices;
                engine.access(0, OperationCode.WRITE, LIST, slice * 10, 10, 1);
            }
        }
        assertEquals(10L * slices, engine.locations());
        assertTrue(engine.stateBytes() < 100L * slices, engine.stateBytes() / slices + " bytes a run");
    }

    private static PairRecorder.Place place(long item) {
        return new PairRecorder.Place(LIST, item);
    }
}
