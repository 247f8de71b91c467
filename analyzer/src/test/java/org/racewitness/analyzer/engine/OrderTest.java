package org.racewitness.analyzer.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.racewitness.analyzer.wire.LocationKey;
import org.racewitness.analyzer.wire.OperationCode;
import org.racewitness.analyzer.wire.SyncKind;

/** The contract of every engine, the reference included: one edge of the order at a time, told by hand. */
class OrderTest {
    static final java.util.List<String> ALL = Engines.ORDERS;
    static final java.util.List<String> READS_FROM = java.util.List.of(Engines.SHB, Engines.REFERENCE);
    static final java.util.List<String> PLAIN = java.util.List.of(Engines.HB, Engines.REFERENCE_HB);

    private static final long X = 1;
    private static final long Y = 2;
    private static final long LOCK = 50;
    private static final long OTHER_LOCK = 51;
    private static final long QUEUE = 60;

    /** Short words for events; each access has a stack of its own. */
    private static final class Script {
        private final Engine engine;
        private int stack;

        Script(Engine engine) {
            this.engine = engine;
        }

        Script write(int thread, long object) {
            engine.access(thread, OperationCode.WRITE, object, 0, 1, ++stack);
            return this;
        }

        Script read(int thread, long object) {
            engine.access(thread, OperationCode.READ, object, 0, 1, ++stack);
            return this;
        }

        Script op(int thread, int operation, long object, long key, long count) {
            engine.access(thread, operation, object, key, count, ++stack);
            return this;
        }

        Script sync(int thread, int kind, long object, long token) {
            engine.sync(thread, kind, object, token, 0);
            return this;
        }

        Script dead(int thread, long object) {
            engine.dead(thread, object);
            return this;
        }
    }

    private static Set<String> racy(String order, Consumer<Script> events) {
        PairRecorder recorder = new PairRecorder();
        Engine engine = Engines.create(order, new FlatModel(1), recorder);
        events.accept(new Script(engine));
        engine.finish();
        Set<String> places = new TreeSet<>();
        recorder.places.forEach(place ->
                places.add(place.object() + (place.key() == 0 ? "" : " " + LocationKey.describe(place.key()))));
        return places;
    }

    private static void expectRace(String order, Consumer<Script> events) {
        assertEquals(Set.of("1"), racy(order, events));
    }

    private static void expectNone(String order, Consumer<Script> events) {
        assertEquals(Set.of(), racy(order, events));
    }

    @ParameterizedTest
    @FieldSource("ALL")
    void unorderedWritesRaceAndReadsDoNot(String order) {
        expectRace(order, s -> s.write(0, X).write(1, X).read(0, Y).read(1, Y));
        expectRace(order, s -> s.read(0, X).write(1, X));
        expectNone(order, s -> s.write(0, X).write(1, Y));
    }

    @ParameterizedTest
    @FieldSource("ALL")
    void forkAndJoinOrder(String order) {
        expectNone(
                order,
                s -> s.write(0, X)
                        .sync(0, SyncKind.FORK, 0, 1)
                        .sync(1, SyncKind.BEGIN, 0, 0)
                        .write(1, X)
                        .sync(1, SyncKind.END, 0, 0)
                        .sync(0, SyncKind.JOIN, 0, 1)
                        .write(0, X));
        expectRace(order, s -> s.sync(0, SyncKind.FORK, 0, 1).write(0, X).write(1, X));
        expectRace(
                order,
                s -> s.sync(0, SyncKind.FORK, 0, 1)
                        .write(1, X)
                        .sync(1, SyncKind.END, 0, 0)
                        .write(0, X));
    }

    @ParameterizedTest
    @FieldSource("ALL")
    void aThreadThatNobodyWasSeenToStartComesAfterWhatOthersHaveDone(String order) {
        expectNone(
                order,
                s -> s.write(0, X)
                        .write(1, Y)
                        .sync(2, SyncKind.BEGIN, 0, -1)
                        .write(2, X)
                        .write(2, Y));
        expectRace(order, s -> s.sync(2, SyncKind.BEGIN, 0, -1).write(0, X).write(2, X));
        expectRace(
                order,
                s -> s.write(0, Y).sync(2, SyncKind.BEGIN, 0, -1).write(2, X).write(0, X));
    }

    @ParameterizedTest
    @FieldSource("ALL")
    void aJoinPassesOnWhatTheThreadItselfJoined(String order) {
        expectNone(
                order,
                s -> s.sync(0, SyncKind.FORK, 0, 1)
                        .sync(1, SyncKind.FORK, 0, 2)
                        .write(2, X)
                        .sync(1, SyncKind.JOIN, 0, 2)
                        .sync(0, SyncKind.JOIN, 0, 1)
                        .write(0, X));
    }

    @ParameterizedTest
    @FieldSource("ALL")
    void aLockOrdersFromItsLastRelease(String order) {
        expectNone(
                order,
                s -> s.sync(0, SyncKind.ACQUIRE, LOCK, 0)
                        .write(0, X)
                        .sync(0, SyncKind.RELEASE, LOCK, 0)
                        .sync(1, SyncKind.ACQUIRE, LOCK, 0)
                        .write(1, X)
                        .sync(1, SyncKind.RELEASE, LOCK, 0));
        expectRace(
                order,
                s -> s.sync(0, SyncKind.RELEASE, LOCK, 0)
                        .write(0, X)
                        .sync(1, SyncKind.ACQUIRE, LOCK, 0)
                        .write(1, X));
        expectRace(
                order,
                s -> s.write(0, X)
                        .sync(0, SyncKind.RELEASE, LOCK, 0)
                        .sync(1, SyncKind.ACQUIRE, OTHER_LOCK, 0)
                        .write(1, X));
        // L := C: a release by one who knows nothing of the release before it replaces that one
        expectRace(
                order,
                s -> s.write(0, X)
                        .sync(0, SyncKind.RELEASE, LOCK, 0)
                        .sync(2, SyncKind.RELEASE, LOCK, 0)
                        .sync(1, SyncKind.ACQUIRE, LOCK, 0)
                        .write(1, X));
    }

    @ParameterizedTest
    @FieldSource("ALL")
    void itemsAreTakenFirstInFirstOut(String order) {
        Consumer<Script> twoPosts =
                s -> s.write(0, X).sync(0, SyncKind.POST, QUEUE, 7).sync(2, SyncKind.POST, QUEUE, 7);
        expectNone(order, s -> {
            twoPosts.accept(s);
            s.sync(1, SyncKind.TAKE, QUEUE, 7).write(1, X);
        });
        expectRace(order, s -> {
            twoPosts.accept(s);
            s.sync(3, SyncKind.TAKE, QUEUE, 7).sync(1, SyncKind.TAKE, QUEUE, 7).write(1, X);
        });
        expectRace(order, s -> {
            twoPosts.accept(s);
            s.sync(1, SyncKind.TAKE, QUEUE, 8).write(1, X);
        });
        expectRace(order, s -> {
            twoPosts.accept(s);
            s.sync(3, SyncKind.EVICT, QUEUE, 7).sync(1, SyncKind.TAKE, QUEUE, 7).write(1, X);
        });
        expectNone(order, s -> {
            s.sync(2, SyncKind.POST, QUEUE, 7).write(0, X).sync(0, SyncKind.POST, QUEUE, 7);
            s.sync(2, SyncKind.POST, QUEUE, 7).sync(2, SyncKind.DROP, QUEUE, 7).sync(3, SyncKind.TAKE, QUEUE, 7);
            s.sync(1, SyncKind.TAKE, QUEUE, 7).write(1, X);
        });
        expectRace(
                order,
                s -> s.sync(2, SyncKind.PLACE, QUEUE, 7)
                        .write(0, X)
                        .sync(0, SyncKind.POST, QUEUE, 7)
                        .sync(1, SyncKind.TAKE, QUEUE, 7)
                        .write(1, X));
    }

    @ParameterizedTest
    @FieldSource("ALL")
    void anObserverLearnsAllSignals(String order) {
        expectNone(
                order,
                s -> s.write(0, X)
                        .sync(0, SyncKind.SIGNAL, QUEUE, 1)
                        .sync(2, SyncKind.SIGNAL, QUEUE, 1)
                        .sync(1, SyncKind.OBSERVE, QUEUE, 1)
                        .write(1, X));
        expectRace(
                order,
                s -> s.write(0, X)
                        .sync(0, SyncKind.SIGNAL, QUEUE, 1)
                        .sync(1, SyncKind.OBSERVE, QUEUE, 2)
                        .write(1, X));
    }

    @ParameterizedTest
    @FieldSource("ALL")
    void theLastUseIsOrderedBeforeTheFinalizerAndADeathOrdersNothing(String order) {
        expectNone(
                order,
                s -> s.write(0, X).read(0, Y).sync(1, SyncKind.LAST_USE, Y, 0).write(1, X));
        expectRace(order, s -> s.write(0, X).read(0, Y).dead(1, Y).write(1, X));
        expectRace(
                order,
                s -> s.read(0, Y).write(0, X).sync(1, SyncKind.LAST_USE, Y, 0).write(1, X));
    }

    @ParameterizedTest
    @FieldSource("ALL")
    void aDeadObjectTakesItsLocationsWithIt(String order) {
        expectNone(order, s -> s.write(0, X).dead(0, X).write(1, X));
        expectRace(
                order,
                s -> s.write(0, X)
                        .sync(0, SyncKind.SIGNAL, QUEUE, 1)
                        .dead(0, QUEUE)
                        .sync(1, SyncKind.OBSERVE, QUEUE, 1)
                        .write(1, X));
    }

    @ParameterizedTest
    @FieldSource("READS_FROM")
    void aRacingReadIsOrderedAfterTheWriteItSaw(String order) {
        assertEquals(
                Set.of("2"),
                racy(order, s -> s.write(0, X).write(0, Y).read(1, Y).write(1, X)));
        // but two racing writes order nothing
        assertEquals(
                Set.of("1", "2"),
                racy(order, s -> s.write(0, X).write(0, Y).write(1, Y).write(1, X)));
        // and what came after the write is not before the read
        assertEquals(
                Set.of("1", "2"),
                racy(order, s -> s.write(0, Y).write(0, X).read(1, Y).write(1, X)));
        // with every read of it, also when that pair was told before
        assertEquals(
                Set.of("2"),
                racy(
                        order,
                        s -> s.write(0, Y)
                                .read(1, Y)
                                .write(0, X)
                                .write(0, Y)
                                .read(1, Y)
                                .write(1, X)));
    }

    @ParameterizedTest
    @FieldSource("PLAIN")
    void plainHappensBeforeHasNoSuchEdge(String order) {
        assertEquals(
                Set.of("1", "2"),
                racy(order, s -> s.write(0, X).write(0, Y).read(1, Y).write(1, X)));
    }

    @ParameterizedTest
    @FieldSource("READS_FROM")
    void anItemIsReadFromItsOwnOrTheWholeWriteWhicheverIsLater(String order) {
        long shape = LocationKey.SHAPE;
        assertEquals(
                Set.of("2"),
                racy(
                        order,
                        s -> s.write(0, X)
                                .op(0, OperationCode.WRITE_ALL, Y, shape, 1)
                                .op(1, OperationCode.READ, Y, 0, 1)
                                .write(1, X)));
        // the item's own later write by a third thread is what is seen
        assertEquals(
                Set.of("1", "2"),
                racy(
                        order,
                        s -> s.write(0, X)
                                .op(0, OperationCode.WRITE_ALL, Y, shape, 1)
                                .op(2, OperationCode.WRITE, Y, 0, 1)
                                .op(1, OperationCode.READ, Y, 0, 1)
                                .write(1, X)));
    }

    @ParameterizedTest
    @FieldSource("ALL")
    void facetsOverlapAsTheTableSays(String order) {
        long shape = LocationKey.SHAPE;
        Consumer<Script> insert = s -> s.op(0, OperationCode.INSERT, X, 3, 1);
        assertEquals(Set.of(), racy(order, s -> {
            insert.accept(s);
            s.op(1, OperationCode.READ, X, 4, 1);
        }));
        assertEquals(Set.of("1 [3]"), racy(order, s -> {
            insert.accept(s);
            s.op(1, OperationCode.READ, X, 2, 4);
        }));
        assertEquals(Set.of("1 shape"), racy(order, s -> {
            insert.accept(s);
            s.op(1, OperationCode.SHAPE_READ, X, shape, 1);
        }));
        assertEquals(Set.of("1 shape"), racy(order, s -> {
            insert.accept(s);
            s.op(1, OperationCode.INSERT, X, 4, 1);
        }));
        assertEquals(Set.of("1 shape", "1 [3]"), racy(order, s -> {
            insert.accept(s);
            s.op(1, OperationCode.READ_ALL, X, shape, 1);
        }));
        assertEquals(
                Set.of("1 shape", "1 items"),
                racy(
                        order,
                        s -> s.op(0, OperationCode.TORN_ALL, X, shape, 1).op(1, OperationCode.READ_ALL, X, shape, 1)));
        assertEquals(
                Set.of(),
                racy(
                        order,
                        s -> s.op(0, OperationCode.UPDATE_KEEP, X, 3, 1).op(1, OperationCode.ITERATE_STEP, X, 3, 1)));
        assertEquals(
                Set.of("1 [5]"),
                racy(order, s -> s.op(0, OperationCode.READ, X, 5, 1).op(1, OperationCode.TORN_ALL, X, shape, 1)));
    }

    @ParameterizedTest
    @FieldSource("ALL")
    void oddEventsAreDefinedNotThrownAt(String order) {
        expectNone(
                order,
                s -> s.op(0, 99, X, 0, 1)
                        .op(0, OperationCode.READ, X, 0, 0)
                        .sync(0, 77, X, 0)
                        .sync(0, SyncKind.JOIN, 0, -1)
                        .sync(0, SyncKind.FORK, 0, 0)
                        .sync(0, SyncKind.JOIN, 0, 900)
                        .sync(0, SyncKind.TAKE, QUEUE, 1)
                        .sync(0, SyncKind.EVICT, QUEUE, 1)
                        .sync(0, SyncKind.RELEASE, LOCK, 0)
                        .sync(3, SyncKind.END, 0, 0)
                        .dead(5, 12345));
    }

    @ParameterizedTest
    @FieldSource("ALL")
    void manyReadersThatAreOrderedHideNobody(String order) {
        // thread 40 writes unseen by thread 1; 30 ordered readers in between fill the history
        expectRace(order, s -> {
            s.sync(40, SyncKind.FORK, 0, 1).write(40, X).sync(40, SyncKind.RELEASE, LOCK, 0);
            for (int thread = 2; thread < 32; thread++) {
                s.sync(thread, SyncKind.ACQUIRE, LOCK, 0).read(thread, X).sync(thread, SyncKind.RELEASE, LOCK, 0);
            }
            s.read(1, X);
        });
    }
}
