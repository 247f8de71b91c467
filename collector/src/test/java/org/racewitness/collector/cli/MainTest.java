package org.racewitness.collector.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.racewitness.collector.os.InheritedDescriptors;
import org.racewitness.collector.run.Console;

class MainTest {
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();

    private int execute(String... arguments) {
        Console console = new Console(new PrintStream(stderr, true, StandardCharsets.UTF_8));
        return Main.execute(
                arguments,
                new CommandContext(
                        console,
                        stdout,
                        InheritedDescriptors.atStart(),
                        Path.of("").toAbsolutePath()));
    }

    private List<String> said() {
        return stderr.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private String printed() {
        return stdout.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "record", "analyze", "show", "baseline", "dump", "doctor"})
    void everySubcommandHasHelpWithAnExample(String subcommand) {
        assertEquals(0, execute(subcommand, "--help"));
        assertTrue(printed().startsWith("Usage: racewitness " + subcommand), printed());
        assertTrue(printed().contains("  racewitness " + subcommand), printed());
        assertEquals(List.of(), said());
    }

    @Test
    void helpNamesEverySubcommand() {
        assertEquals(0, execute("--help"));
        for (String subcommand : List.of("run", "record", "analyze", "show", "baseline", "dump", "doctor")) {
            assertTrue(printed().contains("  " + subcommand + " "), printed());
        }
    }

    @Test
    void version() {
        assertEquals(0, execute("--version"));
        assertTrue(printed().startsWith("racewitness "), printed());
        assertEquals(1, printed().lines().count());
    }

    @Test
    void usageErrorsAreOneLineWithTheNearestName() {
        assertEquals(2, execute("rnu"));
        assertEquals(2, execute());
        assertEquals(2, execute("run"));
        assertEquals(2, execute("run", "--jsn", "x", "--", "true"));
        assertEquals(2, execute("run", "--fail-on", "everything", "--", "true"));
        assertEquals(2, execute("analyze", "--order", "hbb", "x"));
        assertEquals(2, execute("record", "--", "true"));
        assertEquals(2, execute("run", "--grace", "-1", "--", "true"));
        assertEquals(2, execute("run", "--include", "a:b", "--", "true"));
        List<String> said = said();
        assertEquals(9, said.size(), said.toString());
        assertTrue(said.get(0).contains("did you mean run?"), said.get(0));
        assertTrue(said.get(3).contains("--json"), said.get(3));
        assertTrue(said.get(4).contains("everything") && said.get(4).contains("warning"), said.get(4));
        assertTrue(said.get(8).endsWith("[bad-pattern]"), said.get(8));
        assertEquals("", printed());
    }
}
