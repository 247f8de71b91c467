package org.racewitness.analyzer.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.racewitness.analyzer.trace.TraceEvents;

/** Whatever the number of threads that judge, the same is told in the same order. */
class ShardsTest {
    private static final long SEED = Long.getLong("racewitness.seed", System.nanoTime());
    private static final int TRACES = Integer.getInteger("racewitness.traces", 8000) / 10;

    /** @param alone events that the engine's own thread judges first */
    @ParameterizedTest(name = "{0}, {1} threads, {2} events alone")
    @CsvSource({"shb, 2, 0", "shb, 3, 0", "shb, 7, 0", "hb, 3, 0", "shb, 3, 2147483647"})
    void theSameIsToldInTheSameOrder(String order, int workers, int alone) {
        System.out.println("ShardsTest: " + TRACES + " traces from -Dracewitness.seed=" + SEED);
        long races = 0;
        for (long seed = SEED; seed < SEED + TRACES; seed++) {
            RecordedTrace trace = RandomTraces.of(seed);
            for (boolean late : List.of(false, true)) {
                Told one = run(trace, order, 1, alone, late);
                Told several = run(trace, order, workers, alone, late);
                String replay = "-Dracewitness.seed=" + seed + (late ? ", late" : "");
                assertEquals(one.lines, several.lines, replay);
                assertEquals(one.figures, several.figures, replay);
                races += one.lines.stream()
                        .filter(line -> line.startsWith("race"))
                        .count();
            }
        }
        assertTrue(races > TRACES, "races: " + races);
    }

    /** Accesses that a thread makes in a row are told together: that changes nothing. */
    @ParameterizedTest(name = "{0}, {1} threads")
    @CsvSource({"shb, 1", "hb, 1", "shb, 2"})
    void theSameIsToldOfAccessesInARow(String order, int workers) {
        System.out.println("ShardsTest in a row: " + TRACES + " traces from -Dracewitness.seed=" + SEED);
        long together = 0;
        for (long seed = SEED; seed < SEED + TRACES; seed++) {
            RecordedTrace trace = RandomTraces.looping(seed);
            for (boolean late : List.of(false, true)) {
                Told one = run(trace, order, 1, 0, late);
                Told inRuns = new Told();
                Engine engine = engine(order, workers, 0, 5, inRuns);
                InRuns runs = new InRuns(engine);
                tell(trace, engine, runs, late);
                runs.flush();
                end(engine, inRuns);
                String replay = "-Dracewitness.seed=" + seed + (late ? ", late" : "");
                assertEquals(one.lines, inRuns.lines, replay);
                assertEquals(one.figures, inRuns.figures, replay);
                together += runs.together;
            }
        }
        assertTrue(together > TRACES, "accesses told together: " + together);
    }

    /** A write is no repetition where its thread has read the location since it wrote there last. */
    @Test
    void aReadBetweenTwoWritesInARowIsLinkedToTheSecond() {
        int read = Operation.READ.code();
        int write = Operation.WRITE.code();
        RecordedTrace trace = new RecordedTrace();
        for (int code : new int[] {write, read, write}) {
            trace.access(0, code, 5, 77, 1, code == write ? 1 : 3);
            trace.access(1, read, 6, 77, 1, 2); // so that the next one is not looked up with this one
        }
        trace.access(1, write, 5, 77, 1, 4);
        Told inRuns = new Told();
        Engine engine = engine(Engines.HB, 1, 0, 5, inRuns);
        InRuns runs = new InRuns(engine);
        tell(trace, engine, runs, false);
        runs.flush();
        end(engine, inRuns);
        assertEquals(run(trace, Engines.HB, 1, 0, false).lines, inRuns.lines);
        assertTrue(
                inRuns.lines.stream().anyMatch(line -> line.contains("WRITE 1 ") && line.contains("[][3][]")),
                () -> inRuns.lines.toString());
    }

    /** Many rounds are on their way, some of them with more findings than are handed over at once. */
    @ParameterizedTest
    @CsvSource({"2", "7"})
    void aLongTraceIsToldInTheSameOrder(int workers) {
        RecordedTrace trace = RandomTraces.of(SEED);
        assertEquals(runLong(trace, 1), runLong(trace, workers), "-Dracewitness.seed=" + SEED);
    }

    private static List<Integer> runLong(RecordedTrace trace, int workers) {
        List<Integer> hashes = new ArrayList<>();
        Told told = new Told();
        Engine engine = engine(Engines.SHB, workers, 10_000, 1000, told);
        int repetitions = 60_000 / trace.length() + 1;
        for (int i = 0; i < repetitions; i++) {
            trace.replay(engine);
            if (i == repetitions / 2) {
                hammer(engine);
            }
        }
        engine.finish();
        hashes.add(told.lines.size());
        hashes.add(told.lines.hashCode());
        return hashes;
    }

    /** Reads of one item by threads that nothing orders, and writes: each races with many. */
    private static void hammer(Engine engine) {
        for (int i = 0; i < 4000; i++) {
            int code = i % 10 == 9 ? Operation.WRITE.code() : Operation.READ.code();
            engine.access(40 + i % 40, code, 5, 77, 1, 1 + i % 400);
        }
    }

    private static Told run(RecordedTrace trace, String order, int workers, int alone, boolean late) {
        Told told = new Told();
        Engine engine = engine(order, workers, alone, 5, told);
        tell(trace, engine, engine, late);
        end(engine, told);
        return told;
    }

    private static void tell(RecordedTrace trace, Engine engine, TraceEvents events, boolean late) {
        if (late) {
            engine.expectLate();
        }
        trace.replay(late ? new KeptBack(events) : events);
    }

    private static void end(Engine engine, Told told) {
        engine.finish();
        told.figures.add(engine.locations());
        told.figures.add(engine.rules().total());
        told.figures.add(engine.moment(0));
    }

    private static Engine engine(String order, int workers, int alone, int round, Told told) {
        AtomicLong clock = new AtomicLong();
        return Engines.create(
                order,
                new FlatModel(1),
                told,
                new StateBudget(StateBudget.defaultBytes()),
                new Workers(workers, alone, round, clock::incrementAndGet));
    }

    private static final class Told implements RaceSink {
        final List<String> lines = new ArrayList<>();
        final List<Long> figures = new ArrayList<>();

        @Override
        public void race(long object, long key, long count, RacingAccess earlier, RacingAccess later) {
            lines.add("race " + object + " " + key + " " + count + text(earlier) + text(later));
        }

        private static String text(RacingAccess access) {
            return " T" + access.thread() + " " + access.operation() + " " + access.stack() + " " + access.moment()
                    + " "
                    + Arrays.toString(access.locks()) + Arrays.toString(access.readsBefore())
                    + Arrays.toString(access.writesAfter()) + access.knownOfOther() + " " + access.heardOfOther();
        }

        @Override
        public void synchronised(int thread, long time, int kind, long object, long token, int stack, long ticks) {
            lines.add("sync " + thread + " " + time + " " + kind + " " + object + " " + token + " " + stack + " "
                    + ticks);
        }

        @Override
        public void dead(long object) {
            lines.add("dead " + object);
        }

        @Override
        public void readThenWrite(int readStack, int writeStack) {
            lines.add("then " + readStack + " " + writeStack);
        }
    }
}
