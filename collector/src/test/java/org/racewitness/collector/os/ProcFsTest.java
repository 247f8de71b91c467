package org.racewitness.collector.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ProcFsTest {
    private static final String REST =
            " 1 42 42 34816 42 4194304 1 0 0 0 1 2 0 0 20 0 1 0 777 1 1 1 1 1 1 1 1 0 0 0 0 1 1 1 17 0 0 0 0 0 0 0 0 0 0 0 0 0 ";

    private static ProcFs.Stat parse(String text) {
        return ProcFs.parseStat(text.getBytes(StandardCharsets.ISO_8859_1)).orElseThrow();
    }

    @Test
    void aNameMayHoldAnything() {
        ProcFs.Stat stat = parse("17 (a) b (c)) S" + REST + "0\n");
        assertEquals('S', stat.state());
        assertEquals(1, stat.parent());
        assertEquals(42, stat.processGroup());
        assertEquals(42, stat.terminalGroup());
        assertEquals(777, stat.startTicks());
        assertTrue(stat.alive());
    }

    @Test
    void theDeadAndTheDying() {
        assertFalse(parse("17 (x) Z" + REST + "9\n").alive());
        assertTrue(parse("17 (x) Z" + REST + "9\n").zombie());
        assertEquals(9, parse("17 (x) Z" + REST + "9\n").waitStatus());
        assertFalse(
                parse("17 (x) S" + REST.replace("4194304", "4194308") + "0\n").alive(), "PF_EXITING");
    }

    @Test
    void whatIsNoStatIsNothing() {
        assertTrue(ProcFs.parseStat(new byte[0]).isEmpty());
        assertTrue(ProcFs.parseStat("17 (x) S 1".getBytes(StandardCharsets.ISO_8859_1))
                .isEmpty());
        assertTrue(ProcFs.parseStat(("17 (x) S a b" + REST).getBytes(StandardCharsets.ISO_8859_1))
                .isEmpty());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void processesAreFoundByTheirEnvironment() throws Exception {
        String value = UUID.randomUUID().toString();
        ProcessBuilder builder = new ProcessBuilder("cat");
        builder.environment().put("RW_TEST", value);
        Process process = builder.start();
        try {
            process.getOutputStream().write('x');
            process.getOutputStream().flush();
            assertEquals('x', process.getInputStream().read()); // it runs cat, no longer what starts it
            assertEquals(List.of(process.pid()), ProcFs.processesWith("RW_TEST=" + value, name -> !name.isEmpty()));
            assertEquals(List.of(), ProcFs.processesWith("RW_TEST=" + value, name -> name.contains("python")));
            assertEquals(List.of(), ProcFs.processesWith("RW_TEST=" + value.substring(1), name -> true));
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertEquals(List.of(), ProcFs.processesWith("RW_TEST=" + value, name -> true));
    }
}
