package org.racewitness.analyzer.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.racewitness.analyzer.wire.OperationCode;
import org.racewitness.analyzer.wire.SyncKind;

/** Tables that would outgrow their budget: what they give up, and what they do not. */
class BudgetTest {
    private static final long BUDGET_BYTES = 1 << 20;
    private static final int OBJECTS = 200_000;

    private final PairRecorder races = new PairRecorder();

    private Engine engine(String order) {
        return engine(order, 1);
    }

    private Engine engine(String order, int workers) {
        return Engines.create(
                order, new FlatModel(1), races, new StateBudget(BUDGET_BYTES), new Workers(workers, 0, 4096, () -> 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"shb", "hb"})
    void stayWithinTheirBudgetAndSayWhatTheyForgot(String order) {
        Engine engine = engine(order);
        engine.sync(0, SyncKind.FORK, 0, 1, 0);
        engine.sync(1, SyncKind.BEGIN, 0, 0, 0);
        for (int object = 1; object <= OBJECTS; object++) {
            engine.access(0, OperationCode.WRITE, object, 0, 1, 1);
            assertTrue(engine.stateBytes() < 2 * BUDGET_BYTES, "object " + object);
        }
        assertTrue(engine.forgottenLocations() > OBJECTS / 2);
        assertEquals(OBJECTS, engine.locations());

        engine.access(1, OperationCode.WRITE, OBJECTS, 0, 1, 2);
        assertEquals(1, races.places.size(), "the latest are kept");
    }

    /** Rounds on their way may take more for a while: they bring 4096 locations at most each. */
    @ParameterizedTest
    @ValueSource(ints = {2, 5})
    void severalThreadsStayWithinOneBudget(int workers) {
        Engine engine = engine(Engines.SHB, workers);
        engine.sync(0, SyncKind.FORK, 0, 1, 0);
        engine.sync(1, SyncKind.BEGIN, 0, 0, 0);
        for (int object = 1; object <= 10 * OBJECTS; object++) {
            engine.access(0, OperationCode.WRITE, object, 0, 1, 1);
            if (object % 100 == 0) { // what is done between two of these is of one age
                engine.sync(0, SyncKind.RELEASE, 11L * OBJECTS, 0, 0);
            }
        }
        assertTrue(engine.stateBytes() < BUDGET_BYTES + 10 * 4096 * 60, "bytes: " + engine.stateBytes());
        assertTrue(engine.forgottenLocations() > 9 * OBJECTS, "forgotten: " + engine.forgottenLocations());
        engine.access(1, OperationCode.WRITE, 10 * OBJECTS, 0, 1, 2);
        engine.finish();
        assertEquals(1, races.places.size(), "the latest are kept");
    }

    /** What no running thread can race with any more goes first: then nothing is missed. */
    @ParameterizedTest
    @ValueSource(strings = {"shb", "hb"})
    void whatEverybodyKnowsGoesFirst(String order) {
        Engine engine = engine(order);
        engine.sync(0, SyncKind.FORK, 0, 1, 0);
        engine.sync(1, SyncKind.BEGIN, 0, 0, 0);
        engine.access(1, OperationCode.WRITE, 1, 0, 1, 1);
        for (int object = 2; object <= OBJECTS; object++) {
            engine.access(0, OperationCode.WRITE, object, 0, 1, 1);
            engine.sync(0, SyncKind.RELEASE, OBJECTS + 1, 0, 0);
            engine.sync(1, SyncKind.ACQUIRE, OBJECTS + 1, 0, 0);
        }
        assertTrue(engine.forgottenLocations() > OBJECTS / 2);

        engine.access(0, OperationCode.WRITE, 1, 0, 1, 2);
        assertEquals(1, races.places.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"shb", "hb"})
    void runsOfItemsCountAsWell(String order) {
        Engine engine = engine(order);
        engine.sync(0, SyncKind.FORK, 0, 1, 0);
        engine.sync(1, SyncKind.BEGIN, 0, 0, 0);
        int list = 1;
        for (int slice = 0; slice < OBJECTS; slice++) {
            engine.access(0, OperationCode.WRITE, list, 10L * slice, 10, 1);
            assertTrue(engine.stateBytes() < 2 * BUDGET_BYTES, "slice " + slice);
        }
        assertTrue(engine.forgottenLocations() > 5 * OBJECTS);

        engine.access(1, OperationCode.WRITE, list, 10L * OBJECTS - 1, 1, 2);
        assertEquals(1, races.places.size(), "the latest are kept");
        engine.access(1, OperationCode.WRITE, list, 0, 1, 3);
        assertEquals(1, races.places.size(), "the oldest are not");
    }

    /** Objects that die take their state with them, so nothing needs to be forgotten. */
    @ParameterizedTest
    @ValueSource(strings = {"shb", "hb"})
    void deadObjectsTakeNoRoom(String order) {
        Engine engine = engine(order);
        for (int object = 1; object <= OBJECTS; object++) {
            engine.access(0, OperationCode.WRITE, object, 0, 1, 1);
            engine.access(0, OperationCode.TORN_ALL, object, 0, 1, 2);
            engine.dead(0, object);
        }
        assertEquals(0, engine.forgottenLocations());
    }
}
