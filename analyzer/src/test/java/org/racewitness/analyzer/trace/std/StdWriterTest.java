package org.racewitness.analyzer.trace.std;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.racewitness.analyzer.engine.Engine;
import org.racewitness.analyzer.engine.Engines;
import org.racewitness.analyzer.engine.KeptBack;
import org.racewitness.analyzer.engine.RaceSink;
import org.racewitness.analyzer.engine.RacingAccess;
import org.racewitness.analyzer.trace.GoldenTrace;
import org.racewitness.analyzer.trace.TraceEvents;
import org.racewitness.analyzer.wire.LocationKey;
import org.racewitness.analyzer.wire.OperationCode;
import org.racewitness.analyzer.wire.SyncKind;

class StdWriterTest {
    private final StdModel noNames = new StdModel();

    /** Events as a program could make them, that can be told twice. */
    private static final class Program {
        final List<Consumer<TraceEvents>> events = new ArrayList<>();
        private final Random random;
        private final boolean whole;
        private final List<Long> posted = new ArrayList<>();
        private final int threads;
        private long object = 10;

        Program(long seed, boolean wholeContainers) {
            random = new Random(seed);
            whole = wholeContainers;
            threads = 2 + random.nextInt(4);
            for (int t = 1; t < threads; t++) {
                sync(0, SyncKind.FORK, 0, t);
            }
            for (int i = 0; i < 60; i++) {
                step(random.nextInt(threads));
            }
        }

        private void step(int thread) {
            switch (random.nextInt(12)) {
                case 0 -> sync(thread, SyncKind.ACQUIRE, 1 + random.nextInt(2), 0);
                case 1 -> sync(thread, SyncKind.RELEASE, 1 + random.nextInt(2), 0);
                case 2 -> {
                    posted.add((long) random.nextInt(2));
                    sync(thread, SyncKind.POST, 3, posted.get(posted.size() - 1));
                }
                case 3 -> {
                    if (!posted.isEmpty()) {
                        int kind = random.nextInt(4) == 0 ? SyncKind.DROP : SyncKind.TAKE;
                        sync(thread, kind, 3, posted.remove(random.nextInt(posted.size())));
                    }
                }
                case 4 -> sync(thread, random.nextBoolean() ? SyncKind.SIGNAL : SyncKind.OBSERVE, 4, 1);
                case 5 -> {
                    if (random.nextInt(4) == 0) {
                        sync(thread, SyncKind.LAST_USE, object, 0);
                        access(thread, OperationCode.WRITE, object, 1);
                    } else if (random.nextInt(8) == 0) {
                        long dying = object++;
                        events.add(e -> e.dead(thread, dying));
                    }
                }
                default -> {
                    int operation = 1 + random.nextInt(OperationCode.LAST);
                    boolean onAll = OperationCode.toAllItems(operation) != 0;
                    boolean atKey = OperationCode.atKey(operation) != 0;
                    if (!onAll || whole) {
                        access(thread, operation, object, atKey ? 1 + random.nextInt(3) : LocationKey.SHAPE);
                    }
                }
            }
        }

        private void sync(int thread, int kind, long on, long token) {
            events.add(e -> e.sync(thread, kind, on, token, 0));
        }

        private void access(int thread, int operation, long on, long key) {
            events.add(e -> e.access(thread, operation, on, key, 1, 0));
        }

        void tell(TraceEvents listener) {
            events.forEach(event -> event.accept(listener));
        }
    }

    /** The racy locations: {@code object:key}. */
    private static final class RacyPlaces implements RaceSink {
        final Set<String> places = new HashSet<>();
        final Set<Long> objects = new HashSet<>();

        @Override
        public void race(long object, long key, long count, RacingAccess earlier, RacingAccess later) {
            places.add(object + ":" + key);
            objects.add(object);
        }

        @Override
        public void readThenWrite(int readStack, int writeStack) {
            // not a matter of locations
        }
    }

    private RacyPlaces direct(Program program) {
        RacyPlaces races = new RacyPlaces();
        Engine engine = Engines.create(Engines.REFERENCE_HB, noNames, races);
        program.tell(engine);
        engine.finish();
        return races;
    }

    private RacyPlaces throughText(Program program) throws IOException {
        return throughText(program, events -> events);
    }

    /** @param told how the program's events are told */
    private RacyPlaces throughText(Program program, UnaryOperator<TraceEvents> told) throws IOException {
        StringBuilder text = new StringBuilder();
        StdPlan plan = new StdPlan();
        program.tell(told.apply(plan));
        StdWriter writer = new StdWriter(noNames, plan, new StdNames(), text);
        program.tell(told.apply(writer));

        StdModel model = new StdModel();
        RacyPlaces variables = new RacyPlaces();
        Engine engine = Engines.create(Engines.REFERENCE_HB, model, variables);
        StdReader reader = new StdReader(model, engine, (line, fault) -> {
            throw new AssertionError(line + ": " + fault);
        });
        reader.read(new ByteArrayInputStream(text.toString().getBytes(StandardCharsets.US_ASCII)));
        engine.finish();

        RacyPlaces places = new RacyPlaces();
        variables.objects.forEach(variable -> {
            StdWriter.Location location = writer.location(model.objectLabel(variable));
            places.places.add(location.object() + ":" + location.key());
            places.objects.add(location.object());
        });
        return places;
    }

    @Test
    void theTextHasTheRacesOfTheTrace() throws IOException {
        long first = Long.getLong("racewitness.seed", System.nanoTime());
        int racy = 0;
        for (long seed = first; seed < first + Integer.getInteger("racewitness.rounds", 500); seed++) {
            Program program = new Program(seed, false);
            RacyPlaces expected = direct(program);
            assertEquals(expected.places, throughText(program).places, "-Dracewitness.seed=" + seed);
            assertEquals(
                    expected.places,
                    throughText(program, KeptBack::new).places,
                    "told late, -Dracewitness.seed=" + seed);
            racy += expected.places.size();
        }
        assertEquals(true, racy > 100, "the programs have races: " + racy);
    }

    /** Two operations on all items meet on each of them in the text, and on all items together in the trace. */
    @Test
    void wholeContainersRaceInTheTextWhenTheyDoInTheTrace() throws IOException {
        long first = Long.getLong("racewitness.seed", System.nanoTime());
        for (long seed = first; seed < first + Integer.getInteger("racewitness.rounds", 500); seed++) {
            Program program = new Program(seed, true);
            assertEquals(direct(program).objects, throughText(program).objects, "-Dracewitness.seed=" + seed);
        }
    }

    @Test
    void aTraceFileAsText() throws IOException {
        StringBuilder text = new StringBuilder();
        StdExport.write(() -> Channels.newChannel(new ByteArrayInputStream(GoldenTrace.bytes())), text);
        List<String> lines = text.toString().lines().toList();
        assertEquals(List.of("T1|w(V1)|1", "T1|fork(T2)|1"), lines.subList(0, 2));
        StdModel model = new StdModel();
        RacyPlaces races = new RacyPlaces();
        Engine engine = Engines.create(Engines.SHB, model, races);
        StdReader reader = new StdReader(model, engine, (line, fault) -> {
            throw new AssertionError(line + ": " + fault);
        });
        reader.read(new ByteArrayInputStream(text.toString().getBytes(StandardCharsets.US_ASCII)));
        engine.finish();
        assertEquals(1, races.objects.size());
    }
}
