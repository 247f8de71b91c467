package org.racewitness.collector.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.racewitness.collector.os.CommandLauncher.Command;

/** What every launcher does. */
@Timeout(600)
abstract class CommandLauncherContract {
    static final Path SHELL = Path.of("/bin/sh");

    @TempDir
    Path directory;

    abstract CommandLauncher launcher();

    CommandStatus shell(String script, EnvironmentChange... changes) throws Exception {
        return launcher()
                .start(new Command(SHELL, List.of("sh", "-c", script), List.of(changes)))
                .ended()
                .get(300, TimeUnit.SECONDS);
    }

    String output(String script, EnvironmentChange... changes) throws Exception {
        Path file = directory.resolve("output");
        CommandStatus status = shell("{ " + script + "; } > '" + file + "'", changes);
        assertEquals(0, status.exitStatus());
        return Files.readString(file).strip();
    }

    Path script(String text) throws IOException {
        Path file = Files.writeString(directory.resolve("script"), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void exitStatus() throws Exception {
        CommandStatus status = shell("exit 7");
        assertEquals(7, status.exitStatus());
        assertNull(status.signal());
        assertEquals(7, status.shellStatus());
    }

    @Test
    void endBySignal() throws Exception {
        CommandStatus status = shell("kill -SEGV $$");
        assertNull(status.exitStatus());
        assertEquals(11, status.signal());
        assertEquals(139, status.shellStatus());
    }

    @Test
    void signalsArePassedOn() throws Exception {
        Path ready = directory.resolve("ready");
        RunningCommand command = launcher()
                .start(new Command(
                        SHELL,
                        List.of("sh", "-c", "trap 'exit 21' TERM; : > '" + ready + "'; while :; do sleep 0.05; done"),
                        List.of()));
        while (!Files.exists(ready)) {
            Thread.onSpinWait();
        }
        command.signal(Signals.SIGTERM);
        assertEquals(21, command.ended().get(300, TimeUnit.SECONDS).exitStatus());
        command.signal(Signals.SIGTERM); // too late, and harmless
    }

    @Test
    void changesOfTheEnvironment() throws Exception {
        String path = System.getenv("PATH");
        assertEquals("one", output("echo $RW_TEST_SET", EnvironmentChange.set("RW_TEST_SET", "one")));
        assertEquals("first:" + path, output("echo $PATH", EnvironmentChange.prepend("PATH", "first")));
        assertEquals(path + ":last", output("echo $PATH", EnvironmentChange.append("PATH", "last")));
        assertEquals("alone", output("echo $RW_TEST_NEW", EnvironmentChange.append("RW_TEST_NEW", "alone")));
    }

    @Test
    void workingDirectoryIsTheCallers() throws Exception {
        assertEquals(Path.of("").toRealPath().toString(), output("pwd -P"));
    }

    @Test
    void argumentsArriveAsTheyAre() throws Exception {
        Path file = directory.resolve("arguments");
        List<String> words =
                List.of("sh", "-c", "printf '%s|' \"$@\" > '" + file + "'", "sh", "a b", "", "*", "hé", "--");
        launcher().start(new Command(SHELL, words, List.of())).ended().get(300, TimeUnit.SECONDS);
        assertEquals("a b||*|hé|--|", Files.readString(file));
    }

    @Test
    void whatCannotBeStartedSaysWhy() throws Exception {
        Path dangling = script("#!/no/such/interpreter\n");
        IOException refused = assertThrows(
                IOException.class, () -> launcher().start(new Command(dangling, List.of("script"), List.of())));
        assertTrue(refused.getMessage().toLowerCase().contains("no such file"), refused.getMessage());
    }
}
