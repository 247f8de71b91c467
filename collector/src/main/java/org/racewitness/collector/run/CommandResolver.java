package org.racewitness.collector.run;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.Slug;
import org.racewitness.collector.os.CommandLauncher.Command;
import org.racewitness.collector.os.EnvironmentChange;

/**
 * Finds the file that a command names, as a shell would. A Python that is not on the PATH is the one that was set up for the agent.
 */
final class CommandResolver {
    private static final Set<String> PYTHONS = Set.of("python3.13t", "python3.13", "python3t", "python3", "python");
    private static final String FREE_THREADED = "python3.13t";
    /** What execvp(3) searches without a PATH. */
    private static final String DEFAULT_PATH = "/bin:/usr/bin";

    private final String searchPath;
    /** Absolute path of the free-threaded Python that was set up, null for none. */
    private final String python;

    CommandResolver(Map<String, String> environment) {
        searchPath = environment.getOrDefault("PATH", DEFAULT_PATH);
        String named = environment.get("RACEWITNESS_PYTHON");
        python = named == null || named.isEmpty() ? null : named;
    }

    /** The command with its file found, and {@code changes} completed by what finding python3.13t below it takes. */
    Command resolve(List<String> words, List<EnvironmentChange> changes) throws ProblemException {
        List<EnvironmentChange> allChanges = new ArrayList<>(changes);
        List<String> arguments = new ArrayList<>(words);
        if (python != null && search(FREE_THREADED) == null) {
            Path directory = Path.of(python).toAbsolutePath().getParent();
            if (Files.isExecutable(directory.resolve(FREE_THREADED))) {
                allChanges.add(EnvironmentChange.append("PATH", directory.toString()));
            }
        }
        String name = words.get(0);
        Path executable = name.contains("/") ? checked(name) : search(name);
        if (executable == null && python != null && PYTHONS.contains(name)) {
            executable = Path.of(python).toAbsolutePath();
            arguments.set(0, executable.toString()); // by argv[0] a Python finds its own installation
        }
        if (executable == null) {
            throw ProblemException.usage(
                    Slug.COMMAND_NOT_FOUND, "command not found: " + name + "; is it spelled right and on the PATH?");
        }
        return new Command(executable, arguments, allChanges);
    }

    private static Path checked(String name) throws ProblemException {
        Path file;
        try {
            file = Path.of(name);
        } catch (InvalidPathException e) {
            throw ProblemException.usage(Slug.COMMAND_NOT_FOUND, "no file name: " + name + "; name the command to run");
        }
        if (!Files.exists(file)) {
            throw ProblemException.usage(
                    Slug.COMMAND_NOT_FOUND, "no such file: " + name + "; is the path right, seen from here?");
        }
        if (Files.isDirectory(file)) {
            throw ProblemException.usage(Slug.COMMAND_NOT_FOUND, name + " is a directory; name the command to run");
        }
        if (!Files.isExecutable(file)) {
            throw ProblemException.usage(
                    Slug.COMMAND_NOT_EXECUTABLE,
                    name + " may not be executed; run it with python3.13t, or `chmod +x` it");
        }
        return file;
    }

    private Path search(String name) {
        for (String directory : Pattern.compile(":").split(searchPath, -1)) {
            try {
                Path candidate = Path.of(directory.isEmpty() ? "." : directory, name);
                if (Files.isExecutable(candidate) && !Files.isDirectory(candidate)) {
                    return candidate;
                }
            } catch (InvalidPathException e) {
                continue; // nothing can be found there
            }
        }
        return null;
    }
}
