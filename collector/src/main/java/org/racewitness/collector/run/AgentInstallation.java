package org.racewitness.collector.run;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.Slug;
import org.racewitness.collector.os.EnvironmentChange;

/**
 * The agent as the launcher script set it up, and how a command's Pythons come to start it: {@code docs/dev/agent-environment.md}. Immutable.
 */
public final class AgentInstallation {
    private static final String PATH_VARIABLE = "RACEWITNESS_AGENT_PATH";
    private static final String REMEDY =
            "start with the racewitness script, which builds it, or see `racewitness doctor`";

    private final Path packages;

    private AgentInstallation(Path packages) {
        this.packages = packages;
    }

    /** The installation that the environment names. */
    public static AgentInstallation of(Map<String, String> environment) throws ProblemException {
        String named = environment.get(PATH_VARIABLE);
        if (named == null || named.isEmpty()) {
            throw ProblemException.failure(
                    Slug.AGENT_MISSING, "the agent is not set up: " + PATH_VARIABLE + " is not set; " + REMEDY);
        }
        try {
            AgentInstallation installation =
                    new AgentInstallation(Path.of(named).toAbsolutePath());
            if (Files.isRegularFile(installation.inject().resolve("sitecustomize.py"))) {
                return installation;
            }
        } catch (InvalidPathException e) {
            throw ProblemException.failure(
                    Slug.AGENT_MISSING, PATH_VARIABLE + " is no path: " + e.getMessage() + "; " + REMEDY);
        }
        throw ProblemException.failure(Slug.AGENT_MISSING, "the agent is not in " + named + "; " + REMEDY);
    }

    private Path inject() {
        return packages.resolve("racewitness").resolve("inject");
    }

    /** The changes of the command's environment that make its Pythons start the agent. */
    public List<EnvironmentChange> environment(
            String endpoint, String tokenHex, Path runDirectory, AgentOptions options) {
        List<EnvironmentChange> changes = new ArrayList<>();
        changes.add(EnvironmentChange.prepend("PYTHONPATH", inject().toString()));
        changes.add(EnvironmentChange.set("RACEWITNESS_ENDPOINT", endpoint));
        changes.add(EnvironmentChange.set("RACEWITNESS_TOKEN", tokenHex));
        changes.add(EnvironmentChange.set("RACEWITNESS_RUN_DIR", runDirectory.toString()));
        changes.add(EnvironmentChange.set("RACEWITNESS_AGENT_PATH", packages.toString()));
        if (!options.include().isEmpty()) {
            changes.add(EnvironmentChange.set("RACEWITNESS_INCLUDE", String.join(":", options.include())));
        }
        if (!options.exclude().isEmpty()) {
            changes.add(EnvironmentChange.set("RACEWITNESS_EXCLUDE", String.join(":", options.exclude())));
        }
        // Set in any case: one that was left over in the user's environment would hide every race.
        changes.add(EnvironmentChange.set("RACEWITNESS_MODE", options.floor() ? "floor" : "trace"));
        if (!options.filter()) {
            changes.add(EnvironmentChange.set("RACEWITNESS_FILTER", "off"));
        }
        return changes;
    }
}
