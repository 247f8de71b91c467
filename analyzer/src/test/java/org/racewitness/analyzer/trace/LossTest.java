package org.racewitness.analyzer.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.racewitness.analyzer.engine.Engine;
import org.racewitness.analyzer.engine.Engines;
import org.racewitness.analyzer.engine.RaceSink;
import org.racewitness.analyzer.engine.RacingAccess;
import org.racewitness.analyzer.trace.SimulatedProcess.Event;
import org.racewitness.analyzer.wire.RecordWriter;

/** Frames that are lost may hide races but make none, wherever they are lost. */
class LossTest {
    private static final int ROUNDS = Integer.getInteger("racewitness.rounds", 1000);

    /** Some consecutive records of one thread. */
    private record Piece(int uid, long position, int count, ByteBuffer records) {}

    private static final class RacyObjects implements RaceSink {
        final Set<Long> objects = new HashSet<>();

        @Override
        public void race(long object, long key, long count, RacingAccess earlier, RacingAccess later) {
            objects.add(object);
        }

        @Override
        public void readThenWrite(int readStack, int writeStack) {
            // not a matter of locations
        }
    }

    private static List<Piece> pieces(SimulatedProcess process, Random random) {
        List<Piece> pieces = new ArrayList<>();
        for (List<Event> events : process.threads) {
            RecordWriter w = new RecordWriter();
            long position = 0;
            int size = 1 + random.nextInt(12);
            for (int i = 0; i < events.size(); i++) {
                SimulatedProcess.write(w, events.get(i), i == 0 ? -1 : events.get(i - 1).began, 1);
                if (w.count() >= size || i == events.size() - 1) {
                    int count = w.count();
                    ByteBuffer records = w.take();
                    pieces.add(new Piece(events.get(0).uid, position, count, records));
                    position += records.limit();
                }
            }
        }
        return pieces;
    }

    private static Set<Long> racyObjects(List<Piece> pieces) {
        RacyObjects races = new RacyObjects();
        Accounting accounting = new Accounting();
        SessionTrace trace = new SessionTrace(accounting);
        Engine engine = Engines.create(Engines.HB, trace.model(), races);
        trace.start(engine, 1 << 20);
        pieces.forEach(p -> trace.records(p.uid, p.position, p.count, p.records.duplicate()));
        trace.finish();
        engine.finish();
        assertEquals(0, accounting.snapshot(-1, 0, 0).check().waiting());
        return races.objects;
    }

    @Test
    void lossMakesNoRaces() {
        long first = Long.getLong("racewitness.seed", System.nanoTime());
        int found = 0;
        int kept = 0;
        for (long seed = first; seed < first + ROUNDS; seed++) {
            Random random = new Random(seed);
            SimulatedProcess process =
                    new SimulatedProcess(random, 2 + random.nextInt(4), 30, 50 + random.nextInt(300));
            List<Piece> pieces = pieces(process, random);
            Set<Long> whole = racyObjects(pieces);
            int losses = 1 + random.nextInt(3);
            for (int i = 0; i < losses && pieces.size() > 1; i++) {
                pieces.remove(random.nextInt(pieces.size()));
            }
            Set<Long> lossy = racyObjects(pieces);
            String replay = "-Dracewitness.seed=" + seed;
            assertTrue(whole.containsAll(lossy), () -> lossy + " not among " + whole + ", " + replay);
            found += whole.size();
            kept += lossy.size();
        }
        assertTrue(found > ROUNDS && kept > ROUNDS / 2, "races found " + found + ", with losses " + kept);
    }
}
