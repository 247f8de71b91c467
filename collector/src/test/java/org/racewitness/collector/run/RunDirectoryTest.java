package org.racewitness.collector.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
    private static final FileTime LONG_AGO = FileTime.from(Instant.now().minusSeconds(3600));

    @TempDir
    Path parent;

    @Test
    void isPrivateAndGoesWithTheRun() throws IOException {
        Path elsewhere = Files.writeString(parent.resolve("elsewhere"), "stays");
        Path path;
        try (RunDirectory directory = RunDirectory.in(parent)) {
            path = directory.path();
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
            assertEquals(
                    "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.unsupported())));
            Files.writeString(path.resolve("0000000000000001.rwb"), "buffer");
            Files.writeString(directory.unsupported().resolve("17"), "what");
            Files.createSymbolicLink(path.resolve("link"), elsewhere);
        }
        assertFalse(Files.exists(path));
        assertTrue(Files.exists(elsewhere), "a link's target is not ours");
    }

    @Test
    void whatAKilledRunLeftIsSwept() throws IOException {
        Path stale = Files.createDirectory(parent.resolve("racewitness-run-1"));
        Files.writeString(stale.resolve("lock"), "");
        Files.setLastModifiedTime(stale, LONG_AGO);
        RunDirectory.sweep(stale);
        assertFalse(Files.exists(stale));
    }

    @Test
    void aRunThatGoesOnIsLeftAlone() throws Exception {
        Path stale = Files.createDirectory(parent.resolve("racewitness-run-2"));
        Files.writeString(stale.resolve("lock"), "");
        // the lock belongs to a process: another one has to hold it
        Process holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockHolder.class.getName(),
                        stale.resolve("lock").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertEquals('L', holder.getInputStream().read(), "the holder says that it has the lock");
            Files.setLastModifiedTime(stale, LONG_AGO);
            RunDirectory.sweep(stale);
            assertTrue(Files.exists(stale));
        } finally {
            holder.destroyForcibly().waitFor();
        }
        RunDirectory.sweep(stale);
        assertFalse(Files.exists(stale), "its owner is dead now");
    }

    @Test
    void aYoungOneAndOneWithoutALockAreLeftAlone() throws IOException {
        Path young = Files.createDirectory(parent.resolve("racewitness-run-3"));
        Files.writeString(young.resolve("lock"), "");
        RunDirectory.sweep(young);
        assertTrue(Files.exists(young));
        Path foreign = Files.createDirectory(parent.resolve("racewitness-run-4"));
        Files.setLastModifiedTime(foreign, LONG_AGO);
        RunDirectory.sweep(foreign);
        assertTrue(Files.exists(foreign));
    }
}
