package org.racewitness.collector.os;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MachineTest {
    @Test
    void processorsAreThoseOfTheAffinityMask() {
        int processors = Machine.processors();
        // the JVM counts the same mask, less what a container's quota takes away
        assertTrue(processors >= Runtime.getRuntime().availableProcessors(), processors + " processors");
    }

    @Test
    void aTerminalHasAWidth() {
        assertTrue(Machine.stderrColumns() > 0);
    }
}
