package org.racewitness.analyzer.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The engines against the brute-force reference on random traces: the same racy locations, and every pair that an engine tells is one that the
 * reference has. {@code -Dracewitness.traces=N} says how many traces (8000), {@code -Dracewitness.seed=S} with which seed to begin (random); a
 * failure prints the seed of its trace and the trace itself, made as small as possible.
 */
class EnginesAgreeTest {
    private static final int TRACES = Integer.getInteger("racewitness.traces", 8000);
    private static final long SEED = Long.getLong("racewitness.seed", System.nanoTime());

    private boolean eachPair = true;

    /** Accesses that were told together with others of their thread. */
    private long together;

    @ParameterizedTest(name = "{0} as {1}, each pair of program points: {2}")
    @DisplayName("engine and reference agree")
    @CsvSource({"shb, reference, true", "shb, reference, false", "hb, reference-hb, true", "hb, reference-hb, false"})
    void agree(String order, String reference, boolean each) {
        System.out.println("EnginesAgreeTest " + order + ": " + TRACES + " traces from -Dracewitness.seed=" + SEED);
        eachPair = each;
        long racy = 0;
        long free = 0;
        for (long seed = SEED; seed < SEED + TRACES; seed++) {
            RecordedTrace trace = RandomTraces.looping(seed);
            String difference = difference(trace, order, reference);
            if (difference != null) {
                RecordedTrace smallest = shrink(trace, order, reference);
                fail("seed " + seed + ": " + difference(smallest, order, reference) + "\n" + smallest);
            }
            boolean found = !run(trace, order).places.isEmpty();
            racy += found ? 1 : 0;
            free += found ? 0 : 1;
        }
        assertTrue(
                racy > TRACES / 10 && free > TRACES / 100, "traces worth trying: " + racy + " racy, " + free + " free");
        assertTrue(together > TRACES, "accesses told together: " + together);
    }

    @ParameterizedTest(name = "{0} as {1}")
    @DisplayName("what is told late races as what is told at once")
    @CsvSource({"shb, reference", "hb, reference-hb"})
    void agreeOnWhatIsToldLate(String order, String reference) {
        System.out.println(
                "EnginesAgreeTest late " + order + ": " + TRACES + " traces from -Dracewitness.seed=" + SEED);
        long late = 0;
        for (long seed = SEED; seed < SEED + TRACES; seed++) {
            RecordedTrace trace = RandomTraces.looping(seed);
            String difference = difference(trace, order, reference, true);
            if (difference != null) {
                RecordedTrace smallest = shrink(trace, order, reference, true);
                fail("seed " + seed + ": " + difference(smallest, order, reference, true) + "\n" + smallest);
            }
            KeptBack kept = new KeptBack(new RecordedTrace());
            trace.replay(kept);
            late += kept.late;
        }
        assertTrue(late > TRACES, "told late: " + late);
    }

    private String difference(RecordedTrace trace, String order, String reference) {
        return difference(trace, order, reference, false);
    }

    private String difference(RecordedTrace trace, String order, String reference, boolean late) {
        PairRecorder engine = run(trace, order, late);
        PairRecorder truth = run(trace, reference);
        if (!engine.places.equals(truth.places)) {
            return "racy locations " + engine.places + ", by definition " + truth.places;
        }
        Set<PairRecorder.Pair> wrong = new HashSet<>(engine.pairs);
        wrong.removeAll(truth.pairs);
        return wrong.isEmpty() ? null : "pairs that do not race: " + wrong;
    }

    private PairRecorder run(RecordedTrace trace, String order) {
        return run(trace, order, false);
    }

    private PairRecorder run(RecordedTrace trace, String order, boolean late) {
        PairRecorder recorder = new PairRecorder();
        Engine engine = Engines.create(order, new FlatModel(1, eachPair), recorder);
        if (late) {
            engine.expectLate();
        }
        InRuns runs = new InRuns(engine);
        trace.replay(late ? new KeptBack(runs) : runs);
        runs.flush();
        together += runs.together;
        engine.finish();
        return recorder;
    }

    private RecordedTrace shrink(RecordedTrace failing, String order, String reference) {
        return shrink(failing, order, reference, false);
    }

    private RecordedTrace shrink(RecordedTrace failing, String order, String reference, boolean late) {
        RecordedTrace smallest = failing;
        for (int i = 0; i < smallest.length(); ) {
            RecordedTrace candidate = smallest.without(i);
            if (difference(candidate, order, reference, late) != null) {
                smallest = candidate;
                i = 0;
            } else {
                i++;
            }
        }
        return smallest;
    }

    @ParameterizedTest
    @CsvSource({"shb", "hb"})
    void countsLocationsAsTheReferenceDoes(String order) {
        for (long seed = SEED; seed < SEED + 200; seed++) {
            RecordedTrace trace = RandomTraces.of(seed);
            assertEquals(locations(trace, "reference"), locations(trace, order), "seed " + seed);
        }
    }

    private static long locations(RecordedTrace trace, String order) {
        Engine engine = Engines.create(order, new FlatModel(1), new PairRecorder());
        trace.replay(engine);
        return engine.locations();
    }
}
