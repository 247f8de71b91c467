package org.racewitness.analyzer.engine.hb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.racewitness.analyzer.engine.RaceSink;
import org.racewitness.analyzer.engine.RacingAccess;
import org.racewitness.analyzer.engine.StateBudget;
import org.racewitness.analyzer.engine.Workers;
import org.racewitness.analyzer.engine.shb.ShbEngine;
import org.racewitness.analyzer.trace.Accounting;
import org.racewitness.analyzer.trace.SessionModel;
import org.racewitness.analyzer.trace.SessionTrace;
import org.racewitness.analyzer.wire.LocationKey;
import org.racewitness.analyzer.wire.OperationCode;
import org.racewitness.analyzer.wire.SyncKind;

/** Threads that are started and joined one after another: as many as {@code -Dracewitness.threads} says (100,000). */
class ThreadsInTurnTest {
    private static final int THREADS = Integer.getInteger("racewitness.threads", 100_000);
    private static final long COUNTER = 1;
    private static final int FIELDS = 4;

    private int races;

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void theClocksStayShort(int workers) {
        SessionModel model = new SessionTrace(new Accounting()).model();
        HbEngine engine = new ShbEngine(model, sink(), new StateBudget(1 << 20), Workers.of(workers, () -> 0));
        for (int thread = 1; thread <= THREADS; thread++) {
            engine.sync(0, SyncKind.FORK, 0, thread, 0);
            engine.sync(thread, SyncKind.BEGIN, 0, 0, 0);
            engine.access(thread, OperationCode.READ, COUNTER, LocationKey.CELL, 1, 0);
            engine.access(thread, OperationCode.WRITE, COUNTER, LocationKey.CELL, 1, 0);
            engine.access(thread, OperationCode.WRITE, 1 + thread % FIELDS, thread % 1000, 1, 0);
            engine.sync(thread, SyncKind.END, 0, 0, 0);
            engine.sync(0, SyncKind.JOIN, 0, thread, 0);
        }
        engine.finish();
        assertTrue(engine.clockSlots() <= 2, "slots: " + engine.clockSlots());
        assertEquals(0, races);
        assertEquals(0, engine.forgottenLocations());
    }

    private RaceSink sink() {
        return new RaceSink() {
            @Override
            public void race(long object, long key, long count, RacingAccess earlier, RacingAccess later) {
                races++;
            }

            @Override
            public void readThenWrite(int readStack, int writeStack) {
                // no matter
            }
        };
    }
}
