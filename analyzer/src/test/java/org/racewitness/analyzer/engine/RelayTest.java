package org.racewitness.analyzer.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.racewitness.analyzer.trace.EventRelay;
import org.racewitness.analyzer.trace.TraceEvents;
import org.racewitness.analyzer.wire.OperationCode;

/** A second thread judges the same events in the same order. */
class RelayTest {
    private static final long SEED = Long.getLong("racewitness.seed", System.nanoTime());

    @Test
    void theSameRacesOnTwoThreads() {
        for (long seed = SEED; seed < SEED + 300; seed++) {
            RecordedTrace trace = RandomTraces.of(seed);
            PairRecorder alone = new PairRecorder();
            Engine engine = Engines.create(Engines.SHB, new FlatModel(1), alone);
            trace.replay(engine);

            PairRecorder relayed = new PairRecorder();
            Engine other = Engines.create(Engines.SHB, new FlatModel(1), relayed);
            EventRelay relay = new EventRelay(other, () -> 0, (int) (seed & 15));
            trace.replay(relay);
            relay.finish();

            String replay = "-Dracewitness.seed=" + seed;
            assertEquals(alone.pairs, relayed.pairs, replay);
            assertEquals(engine.locations(), other.locations(), replay);
        }
    }

    @Test
    void nothingIsLostOrTurnedRound() {
        List<String> told = new ArrayList<>();
        AtomicLong now = new AtomicLong();
        Teller receiver = new Teller(told);
        EventRelay relay = new EventRelay(receiver, now::get, 3);
        receiver.clock = relay::syncTicks;
        List<String> expected = new ArrayList<>();
        Teller direct = new Teller(expected);
        direct.clock = now::get;
        for (int i = 0; i < 100_000; i++) {
            now.set(i * 5L);
            for (TraceEvents events : List.of(relay, direct)) {
                events.access(i, 1 + i % 18, i * 7L, Long.MIN_VALUE + i, 1 + i % 3, i * 3);
                events.late(i, -i % 256, 1 + i % 18, i * 9L, i, 1 + i % 3, i * 3);
                events.step(i);
                events.sync(Integer.MAX_VALUE - i, 1 + i % 14, (1L << 40) - i, -i, i);
                events.note(i, 3, "test " + i);
                events.dead(i, i);
            }
        }
        relay.finish();
        assertEquals(expected, told);
        assertTrue(relay.busyNanos() > 0);
    }

    @Test
    void aDefectOfTheReceiverReachesTheCaller() {
        IllegalStateException defect = new IllegalStateException("defect");
        EventRelay relay = new EventRelay(
                new Teller(new ArrayList<>()) {
                    @Override
                    public void dead(int thread, long object) {
                        throw defect;
                    }
                },
                () -> 0,
                0);
        for (int i = 0; i < 100_000; i++) {
            relay.dead(0, 1 + i);
            relay.access(0, OperationCode.READ, 1, 2, 1, 0);
        }
        assertSame(defect, assertThrows(IllegalStateException.class, relay::finish));
    }

    private static class Teller implements TraceEvents {
        private final List<String> told;
        private LongSupplier clock = () -> 0;

        Teller(List<String> told) {
            this.told = told;
        }

        @Override
        public void access(int thread, int operation, long object, long key, long count, int stack) {
            told.add("access " + thread + " " + operation + " " + object + " " + key + " " + count + " " + stack);
        }

        @Override
        public void late(int thread, long back, int operation, long object, long key, long count, int stack) {
            told.add("late " + thread + " " + back + " " + operation + " " + object + " " + key + " " + count + " "
                    + stack);
        }

        @Override
        public void step(int thread) {
            told.add("step " + thread);
        }

        @Override
        public void sync(int thread, int kind, long object, long token, int stack) {
            told.add("sync " + thread + " " + kind + " " + object + " " + token + " " + stack + " at "
                    + clock.getAsLong());
        }

        @Override
        public void note(int thread, int kind, String text) {
            told.add("note " + thread + " " + kind + " " + text);
        }

        @Override
        public void dead(int thread, long object) {
            told.add("dead " + thread + " " + object);
        }
    }
}
