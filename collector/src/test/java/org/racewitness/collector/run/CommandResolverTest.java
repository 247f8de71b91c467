package org.racewitness.collector.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.os.CommandLauncher.Command;
import org.racewitness.collector.os.EnvironmentChange;

class CommandResolverTest {
    @TempDir
    Path directory;

    private Path bin;
    private Path python;

    @BeforeEach
    void files() throws IOException {
        bin = Files.createDirectories(directory.resolve("bin"));
        python = executable(
                Files.createDirectories(directory.resolve("python/bin")).resolve("python3.13t"));
        executable(bin.resolve("tool"));
        Files.writeString(bin.resolve("data"), "");
        Files.createDirectory(bin.resolve("folder"));
    }

    private static Path executable(Path file) throws IOException {
        Files.writeString(file, "#!/bin/sh\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private Command resolve(Map<String, String> environment, String... words) throws ProblemException {
        return new CommandResolver(environment).resolve(List.of(words), List.of());
    }

    private ProblemException refused(String... words) {
        ProblemException e = assertThrows(ProblemException.class, () -> resolve(Map.of("PATH", bin.toString()), words));
        assertEquals(ProblemException.Kind.USAGE, e.kind());
        return e;
    }

    @Test
    void aNameIsSearchedOnThePath() throws ProblemException {
        Command command = resolve(Map.of("PATH", "/nowhere:" + bin), "tool", "--option", "tool");
        assertEquals(bin.resolve("tool"), command.executable());
        assertEquals(List.of("tool", "--option", "tool"), command.arguments());
        assertEquals(List.of(), command.changes());
    }

    @Test
    void aPathIsTakenAsItIs() throws ProblemException {
        assertEquals(
                bin.resolve("tool"), resolve(Map.of("PATH", ""), bin + "/tool").executable());
    }

    @Test
    void aPythonThatIsNotOnThePathIsTheOneThatWasSetUp() throws ProblemException {
        Map<String, String> environment = Map.of("PATH", bin.toString(), "RACEWITNESS_PYTHON", python.toString());
        for (String name : List.of("python3.13t", "python3.13", "python3", "python")) {
            Command command = resolve(environment, name, "app.py");
            assertEquals(python, command.executable());
            assertEquals(List.of(python.toString(), "app.py"), command.arguments());
        }
    }

    @Test
    void aPythonOnThePathWins() throws IOException, ProblemException {
        Path other = executable(bin.resolve("python3"));
        Map<String, String> environment = Map.of("PATH", bin.toString(), "RACEWITNESS_PYTHON", python.toString());
        assertEquals(other, resolve(environment, "python3", "app.py").executable());
    }

    @Test
    void whatRunsBelowFindsTheFreeThreadedPythonBehindEverythingElse() throws ProblemException {
        Map<String, String> environment = Map.of("PATH", bin.toString(), "RACEWITNESS_PYTHON", python.toString());
        assertEquals(
                List.of(EnvironmentChange.append("PATH", python.getParent().toString())),
                resolve(environment, "tool").changes());
    }

    @Test
    void whatIsNoCommandSaysSo() {
        assertEquals("command-not-found", refused("nosuch").problem().slug().label());
        assertEquals(
                "command-not-found", refused("python3.13t").problem().slug().label());
        assertEquals(
                "command-not-found", refused(bin + "/nosuch").problem().slug().label());
        assertEquals(
                "command-not-found", refused(bin + "/folder").problem().slug().label());
        assertEquals("command-not-found", refused("folder").problem().slug().label());
        assertEquals(
                "command-not-found", refused("nul\0character").problem().slug().label());
    }

    @Test
    void whatMayNotBeExecutedSaysSo() {
        ProblemException e = refused(bin + "/data");
        assertEquals("command-not-executable", e.problem().slug().label());
        assertEquals(
                bin + "/data may not be executed; run it with python3.13t, or `chmod +x` it",
                e.problem().message());
    }
}
