package org.racewitness.analyzer.race;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.racewitness.analyzer.race.Statements.Statement;

/** The number of races that is shown before any is judged: pairs of lines, whichever side comes first. */
class RacingLinesTest {
    private final FakeProgram program = new FakeProgram();
    private final RacingLines lines = new RacingLines(program);

    @Test
    void aPairOfLinesCountsOnce() {
        Statement here = Statements.of(program, "augmented_attribute");
        Statement there = Statements.of(program, "augmented_global");
        assertEquals(0, lines.count());
        lines.add(here.write(), there.write());
        assertEquals(1, lines.count());
        lines.add(there.write(), here.write());
        lines.add(here.read(), there.write()); // the same line, another instruction
        assertEquals(1, lines.count());
        lines.add(here.write(), here.write());
        assertEquals(2, lines.count());
    }

    @Test
    void theRunCountsThemWhileItGoesOn() {
        RaceCollector collector = new RaceCollector();
        FakeProgram live = new FakeProgram("shb", collector, 1);
        live.thread("one");
        live.thread("two");
        Statement statement = Statements.of(live, "augmented_attribute");
        long object = live.object(FakeProgram.INSTANCE, "app.Counter", "");
        long key = live.name("n");
        assertEquals(0, collector.soFar());
        live.access(0, 2, object, key, statement.write());
        live.access(1, 2, object, key, statement.write());
        assertEquals(1, collector.soFar());
    }
}
