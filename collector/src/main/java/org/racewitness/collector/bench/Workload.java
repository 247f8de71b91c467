package org.racewitness.collector.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.Slug;

/**
 * A program of the benchmark.
 *
 * @param arguments for the program
 * @param ours one of {@code bench/}: it has no race and prints the same whenever its arguments are the same
 */
record Workload(String name, Path program, List<String> arguments, boolean ours) {
    private static final String SUFFIX = ".py";

    Workload {
        arguments = List.copyOf(arguments);
    }

    /**
     * The workloads that are asked for, all of the folder's where none is.
     *
     * @param names of programs in the folder without {@code .py}, or paths of other Python programs
     */
    static List<Workload> find(Path folder, List<String> names, List<String> arguments) throws ProblemException {
        List<Path> there = programs(folder);
        if (names.isEmpty()) {
            return there.stream()
                    .map(program -> new Workload(nameOf(program), program, arguments, true))
                    .toList();
        }
        List<Workload> found = new ArrayList<>();
        for (String name : names) {
            boolean ours = !name.endsWith(SUFFIX);
            Path program = ours ? folder.resolve(name + SUFFIX) : Path.of(name);
            if (!Files.isRegularFile(program)) {
                List<String> known = there.stream().map(Workload::nameOf).toList();
                throw ProblemException.usage(
                        Slug.NO_SUCH_WORKLOAD,
                        "there is no workload " + name + "; name a Python file, or one of: " + String.join(" ", known));
            }
            found.add(new Workload(nameOf(program), program.toAbsolutePath(), arguments, ours));
        }
        return found;
    }

    private static List<Path> programs(Path folder) throws ProblemException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw ProblemException.failure(
                    Slug.HOME_MISSING,
                    "the workloads are missing: no folder " + folder
                            + "; start with the racewitness script of a whole checkout");
        }
    }

    private static String nameOf(Path program) {
        String file = program.getFileName().toString();
        return file.substring(0, file.length() - SUFFIX.length());
    }
}
