package org.racewitness.collector.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.os.EnvironmentChange;

class AgentInstallationTest {
    @TempDir
    Path directory;

    @Test
    void theEnvironmentOfTheAgent() throws IOException, ProblemException {
        Path inject = Files.createDirectories(directory.resolve("racewitness/inject"));
        Files.writeString(inject.resolve("sitecustomize.py"), "");
        AgentInstallation agent = AgentInstallation.of(Map.of("RACEWITNESS_AGENT_PATH", directory.toString()));
        List<EnvironmentChange> changes = agent.environment(
                "unix:/run/socket",
                "00ff",
                Path.of("/run/dir"),
                new AgentOptions(List.of("a.*", "b"), List.of("c"), false, true));
        assertEquals(
                List.of(
                        EnvironmentChange.prepend("PYTHONPATH", inject.toString()),
                        EnvironmentChange.set("RACEWITNESS_ENDPOINT", "unix:/run/socket"),
                        EnvironmentChange.set("RACEWITNESS_TOKEN", "00ff"),
                        EnvironmentChange.set("RACEWITNESS_RUN_DIR", "/run/dir"),
                        EnvironmentChange.set("RACEWITNESS_AGENT_PATH", directory.toString()),
                        EnvironmentChange.set("RACEWITNESS_INCLUDE", "a.*:b"),
                        EnvironmentChange.set("RACEWITNESS_EXCLUDE", "c"),
                        EnvironmentChange.set("RACEWITNESS_MODE", "floor"),
                        EnvironmentChange.set("RACEWITNESS_FILTER", "off")),
                changes);
        List<EnvironmentChange> byDefault = agent.environment("unix:/s", "00", Path.of("/r"), AgentOptions.DEFAULT);
        assertEquals(6, byDefault.size());
        assertEquals(EnvironmentChange.set("RACEWITNESS_MODE", "trace"), byDefault.get(5));
    }

    @Test
    void whereThereIsNoneTheRemedyIsNamed() {
        for (Map<String, String> environment :
                List.<Map<String, String>>of(Map.of(), Map.of("RACEWITNESS_AGENT_PATH", directory.toString()))) {
            ProblemException e = assertThrows(ProblemException.class, () -> AgentInstallation.of(environment));
            assertEquals(ProblemException.Kind.FAILURE, e.kind());
            assertEquals("agent-missing", e.problem().slug().label());
            assertTrue(
                    e.problem().message().contains("racewitness doctor"),
                    e.problem().message());
        }
    }
}
