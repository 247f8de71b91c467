package org.racewitness.collector.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {
    @TempDir
    Path directory;

    @Test
    void theSetUpSaysWhatItFinds() throws Exception {
        Path setup = Files.createDirectories(directory.resolve("agent-py/setup"));
        Files.writeString(setup.resolve("doctor.sh"), "echo \"$1 interpreter missing\"; exit 1\n");
        Process process = new ToolProcess(directory).start(Map.of("RACEWITNESS_HOME", directory.toString()), "doctor");
        assertEquals(1, process.waitFor());
        assertEquals("--pretty interpreter missing\n", Files.readString(directory.resolve("stdout")));
    }

    @Test
    void withoutAnInstallationThatIsSaid() throws Exception {
        Process process = new ToolProcess(directory).start(Map.of("RACEWITNESS_HOME", directory.toString()), "doctor");
        assertEquals(70, process.waitFor());
        String said = Files.readString(directory.resolve("stderr"));
        assertTrue(said.endsWith("[home-missing]\n"), said);
        assertEquals(1, said.lines().count());
    }
}
