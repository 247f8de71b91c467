package org.racewitness.collector.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The command line as a process of its own, from the class path of the test. */
final class ToolProcess {
    private final Path directory;
    private final Path agent;

    /** @param directory working directory, for reports and output */
    ToolProcess(Path directory) throws IOException {
        this.directory = directory;
        this.agent = Files.createDirectories(directory.resolve("agent"));
        Path inject = Files.createDirectories(agent.resolve("racewitness/inject"));
        Files.writeString(inject.resolve("sitecustomize.py"), "");
    }

    /** What came of it. */
    record Result(int status, String stdout, String stderr) {
        /** The lines of the tool itself. */
        List<String> said() {
            return stderr.lines()
                    .filter(line -> line.startsWith("racewitness: "))
                    .toList();
        }

        long linesWith(String part) {
            return stderr.lines().filter(line -> line.contains(part)).count();
        }
    }

    Result run(String... arguments) throws IOException, InterruptedException {
        Process process = start(Map.of(), arguments);
        int status = process.waitFor();
        return new Result(
                status, Files.readString(directory.resolve("stdout")), Files.readString(directory.resolve("stderr")));
    }

    Process start(Map<String, String> environment, String... arguments) throws IOException {
        List<String> words = new ArrayList<>(java("org.racewitness.collector.cli.Main"));
        words.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile());
        builder.environment().put("RACEWITNESS_AGENT_PATH", agent.toString());
        builder.environment().putAll(environment);
        return builder.redirectOutput(directory.resolve("stdout").toFile())
                .redirectError(directory.resolve("stderr").toFile())
                .start();
    }

    /** Words that run {@link FakeProgram} with those arguments. */
    static List<String> program(String... arguments) {
        List<String> words = new ArrayList<>(java(FakeProgram.class.getName()));
        words.addAll(List.of(arguments));
        return words;
    }

    /** Those words behind options and {@code --}. */
    static String[] with(List<String> program, String... options) {
        List<String> words = new ArrayList<>(List.of(options));
        words.add("--");
        words.addAll(program);
        return words.toArray(String[]::new);
    }

    static List<String> java(String mainClass) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                mainClass);
    }
}
