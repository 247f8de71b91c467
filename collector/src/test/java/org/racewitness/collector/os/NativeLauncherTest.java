package org.racewitness.collector.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.racewitness.collector.os.CommandLauncher.Command;

/** Linux only, like the class. */
@EnabledOnOs(OS.LINUX)
class NativeLauncherTest extends CommandLauncherContract {
    /** 32 and 33: glibc's posix_spawn(3) leaves them ignored in every child, and its thread library handles them when it needs them. */
    private static final long GLIBC_INTERNAL_SIGNALS = 3L << 31;

    @Override
    CommandLauncher launcher() {
        return new NativeLauncher(InheritedDescriptors.atStart());
    }

    @Test
    void anExitStatusAbove128IsNoSignal() throws Exception {
        CommandStatus status = shell("exit 143");
        assertEquals(143, status.exitStatus());
        assertNull(status.signal());
    }

    @Test
    void noSignalIsBlockedAndNoneIgnoredThatWasNot() throws Exception {
        // the first thread runs no Java code: its mask is the one that this process was started with
        List<String> atBirth = Files.readAllLines(Path.of("/proc/self/status"));
        List<String> inCommand = output("cat /proc/self/status").lines().toList();
        assertEquals(signals(atBirth, "SigBlk"), signals(inCommand, "SigBlk"));
        assertEquals(
                signals(atBirth, "SigIgn") & ~GLIBC_INTERNAL_SIGNALS,
                signals(inCommand, "SigIgn") & ~GLIBC_INTERNAL_SIGNALS);
    }

    private static long signals(List<String> status, String field) {
        return status.stream()
                .filter(line -> line.startsWith(field + ":"))
                .mapToLong(line -> Long.parseUnsignedLong(
                        line.substring(field.length() + 1).strip(), 16))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theJvmsOwnDescriptorsAreNotInherited() throws Exception {
        // ours are open at the time; atStart() above takes what surefire opened for inherited, so that is looked away
        // from
        try (var socket = ServerSocketChannel.open();
                var file = FileChannel.open(Path.of("/dev/null"))) {
            InheritedDescriptors none = InheritedDescriptors.of();
            String list = directory.resolve("fds").toString();
            new NativeLauncher(none)
                    .start(new Command(SHELL, List.of("sh", "-c", "ls /proc/$$/fd > '" + list + "'"), List.of()))
                    .ended()
                    .get(300, TimeUnit.SECONDS);
            List<String> open = Files.readAllLines(Path.of(list));
            assertTrue(open.containsAll(List.of("0", "1", "2")), open.toString());
            assertTrue(open.size() <= 4, () -> "0, 1, 2 and what sh opens itself, not " + open);
            assertTrue(socket.isOpen() && file.isOpen());
        }
    }

    @Test
    void resourcesAreCounted() throws Exception {
        CommandStatus status = shell("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done");
        assertTrue(status.usage().userMicros() + status.usage().systemMicros() > 0);
    }

    @Test
    void aScriptWithoutAnInterpreterLineRunsAsInAShell() throws Exception {
        CommandStatus status = launcher()
                .start(new Command(script("exit $1\n"), List.of("script", "9"), List.of()))
                .ended()
                .get(300, TimeUnit.SECONDS);
        assertEquals(9, status.exitStatus());
    }
}
