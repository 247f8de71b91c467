package org.racewitness.collector.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.racewitness.collector.os.InheritedDescriptors;
import org.racewitness.collector.run.Console;
import picocli.CommandLine;

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
    @ValueSource(
            strings = {"run", "record", "analyze", "show", "baseline", "dump", "bench", "doctor", "completion", "man"})
    void everySubcommandHasHelpWithAnExample(String subcommand) {
        assertEquals(0, execute(subcommand, "--help"));
        assertTrue(printed().startsWith("Usage: racewitness " + subcommand), printed());
        assertTrue(printed().contains("  racewitness " + subcommand), printed());
        assertEquals(List.of(), said());
    }

    @Test
    void optionsStandUnderHeadings() {
        assertEquals(0, execute("help", "run"));
        String help = printed();
        assertTrue(help.startsWith("Usage: racewitness run [OPTIONS] COMMAND..."), help);
        int observed = help.indexOf("What is observed:");
        int reported = help.indexOf("What is reported, and what fails:");
        int configuration = help.indexOf("Configuration:");
        assertTrue(observed > 0 && observed < help.indexOf("--include") && help.indexOf("--include") < reported, help);
        assertTrue(reported < help.indexOf("--sarif") && help.indexOf("--sarif") < configuration, help);
        assertTrue(configuration < help.indexOf("--no-config"), help);
    }

    @Test
    void aWrongValueNamesTheKnownOnes() {
        assertEquals(2, execute("run", "--fail-on", "wanring", "--", "true"));
        assertEquals(2, execute("baseline", "updaet"));
        assertEquals(2, execute("help", "rnu"));
        assertTrue(
                said().get(0)
                        .contains(
                                "--fail-on must be one of error, warning, note, never, not wanring (did you mean warning?)"),
                said().get(0));
        assertTrue(
                said().get(1).contains("ACTION must be one of update, not updaet (did you mean update?)"),
                said().get(1));
        assertTrue(said().get(2).contains("did you mean run?"), said().get(2));
    }

    @Test
    void helpNamesEverySubcommand() {
        assertEquals(0, execute("--help"));
        for (String subcommand : List.of(
                "run", "record", "analyze", "show", "baseline", "dump", "bench", "doctor", "completion", "man")) {
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

    @Test
    void bashCompletesOptionsAndSubcommands(@TempDir Path directory) throws Exception {
        assertEquals(0, execute("completion"));
        Path script = Files.writeString(directory.resolve("completion"), printed());
        assertEquals("run", completed(script, "ru").strip());
        assertEquals("--sarif", completed(script, "run", "--sar").strip());
        assertEquals("error", completed(script, "run", "--fail-on", "er").strip());
    }

    private static String completed(Path script, String... words) throws Exception {
        String program = "compopt() { :; }; . " + script + "; COMP_WORDS=(racewitness " + String.join(" ", words)
                + "); COMP_CWORD=" + words.length + "; _complete_racewitness; echo \"${COMPREPLY[@]}\"";
        Process bash = new ProcessBuilder("bash", "-c", program)
                .redirectErrorStream(true)
                .start();
        String output = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, bash.waitFor(), output);
        return output;
    }

    @Test
    void theManualPageHasEverySubcommandAndOption() {
        assertEquals(0, execute("man"));
        String page = printed();
        assertTrue(page.startsWith(".TH RACEWITNESS 1 "), page);
        for (CommandLine subcommand : Main.everything().getSubcommands().values()) {
            assertTrue(page.contains(".SH \"racewitness " + subcommand.getCommandName() + "\"\n"));
            for (String option : subcommand.getCommandSpec().optionsMap().keySet()) {
                assertTrue(page.contains(option.replace("-", "\\-")), option);
            }
        }
        page.lines()
                .filter(line -> line.startsWith("."))
                .forEach(line -> assertTrue(line.matches("\\.(TH|SH|TP|PP|nf|fi|br|B|I)( .*)?"), line));
        assertFalse(page.contains("${"), page);
    }
}
