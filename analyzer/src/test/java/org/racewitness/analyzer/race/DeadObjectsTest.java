package org.racewitness.analyzer.race;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.racewitness.analyzer.wire.OperationCode.WRITE;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.racewitness.analyzer.engine.Engine;
import org.racewitness.analyzer.engine.Engines;

/** Whose definitions are given back when objects end. */
class DeadObjectsTest {
    private final Set<Long> forgotten = new TreeSet<>();

    private final FakeProgram program = new FakeProgram() {
        @Override
        public void forgetObject(long object) {
            forgotten.add(object);
        }
    };

    @Test
    void thoseThatNoRaceNames() {
        Engine engine = Engines.create(Engines.SHB, program, new SessionRaces(program, 1));
        engine.access(0, WRITE, 1, 0, 1, 0);
        engine.access(1, WRITE, 1, 0, 1, 0);
        for (long object = 1; object <= DeadObjects.KEPT + 3; object++) {
            engine.dead(0, object);
        }
        assertEquals(Set.of(2L, 3L), forgotten);
    }
}
