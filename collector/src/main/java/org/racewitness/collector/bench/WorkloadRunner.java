package org.racewitness.collector.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.Slug;
import org.racewitness.collector.os.CommandLauncher;
import org.racewitness.collector.os.CommandLauncher.Command;
import org.racewitness.collector.os.CommandStatus;
import org.racewitness.collector.os.EnvironmentChange;

/**
 * Runs a workload once and measures it. A traced run is {@code racewitness run} as a process of its own, so that its start and its cold code
 * count as they do for a user. Used by one thread.
 */
final class WorkloadRunner {
    /** Opens its first argument as stdout, the second as stderr, and becomes the rest. */
    private static final String REDIRECT = "exec >\"$1\" 2>\"$2\" </dev/null; shift 2; exec \"$@\"";

    private static final int MESSAGE_CHARS = 300;

    private final CommandLauncher launcher;
    private final List<String> tool;
    private final Path python;
    private final Path measure;
    private final Path scratch;

    private final Set<String> notes = new LinkedHashSet<>();

    /** What each workload printed when it first ran. */
    private final Map<Workload, String> outputs = new HashMap<>();

    /**
     * @param tool words that start the {@code racewitness} command line
     * @param measure folder that holds the {@code sitecustomize.py} of the benchmark
     * @param scratch folder for what a run leaves; its files are overwritten
     */
    WorkloadRunner(CommandLauncher launcher, List<String> tool, Path python, Path measure, Path scratch) {
        this.launcher = launcher;
        this.tool = List.copyOf(tool);
        this.python = python;
        this.measure = measure;
        this.scratch = scratch;
    }

    /** Sentences about programs that are not ours. */
    Set<String> notes() {
        return Set.copyOf(notes);
    }

    /**
     * Runs it.
     *
     * @throws ProblemException when the program fails or records of it are lost; when it is one of ours, also when it prints something else
     *     than before or a race is reported
     */
    Sample run(Workload workload, Mode mode) throws ProblemException, IOException, InterruptedException {
        Path out = scratch.resolve("stdout");
        Path err = scratch.resolve("stderr");
        Path cost = scratch.resolve("cost");
        Path peak = scratch.resolve("peak");
        Files.deleteIfExists(cost);
        Files.deleteIfExists(peak);
        List<String> words = new ArrayList<>(List.of("sh", "-c", REDIRECT, "sh", out.toString(), err.toString()));
        if (mode != Mode.ALONE) {
            words.addAll(tool);
            words.addAll(List.of("run", "--no-html", "--fail-on", "never", "--measure", cost.toString()));
            if (mode == Mode.FLOOR) {
                words.add("--floor");
            }
            words.add("--");
        }
        words.add(python.toString());
        words.add(workload.program().toString());
        words.addAll(workload.arguments());

        long start = System.nanoTime();
        CommandStatus status = await(new Command(
                Path.of("/bin/sh"),
                words,
                List.of(
                        EnvironmentChange.prepend("PYTHONPATH", measure.toString()),
                        EnvironmentChange.set("BENCH_PEAK_FILE", peak.toString()))));
        long wallMicros = (System.nanoTime() - start) / 1000;
        if (status.shellStatus() != 0) {
            throw failure(workload, mode, "ended with status " + status.shellStatus() + ": " + tail(err));
        }
        checkOutput(workload, mode, Files.readString(out));
        return sample(workload, mode, wallMicros, cpuMicros(status), cost, peak);
    }

    private Sample sample(Workload workload, Mode mode, long wallMicros, long cpuMicros, Path cost, Path peak)
            throws IOException, ProblemException {
        long peakKib = Long.parseLong(Files.readString(peak).strip());
        if (mode == Mode.ALONE) {
            return new Sample(wallMicros, cpuMicros, 0, 0, peakKib, 0, 0, 0);
        }
        RunCost run = RunCost.read(cost);
        if (run.races() > 0 && workload.ours()) {
            throw failure(
                    workload,
                    mode,
                    "has races in the report (" + run.races() + "); it has none, so that is an alarm for nothing");
        }
        if (run.races() > 0) {
            notes.add(workload.name() + " has races in the report (" + run.races()
                    + "); `racewitness run` on it shows them");
        }
        if (run.lost() > 0) {
            throw failure(workload, mode, "lost " + run.lost() + " records");
        }
        return new Sample(
                run.wallMicros(),
                run.programMicros(),
                Math.max(0, cpuMicros - run.programMicros()),
                run.reportMicros(),
                peakKib,
                run.seen(),
                run.sent(),
                run.bytes());
    }

    private void checkOutput(Workload workload, Mode mode, String output) throws ProblemException {
        String before = outputs.putIfAbsent(workload, output);
        if (workload.ours() && before != null && !before.equals(output)) {
            throw failure(workload, mode, "printed " + shortened(output) + " and before " + shortened(before));
        }
    }

    private CommandStatus await(Command command) throws IOException, InterruptedException {
        try {
            return launcher.start(command).ended().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private static long cpuMicros(CommandStatus status) {
        return status.usage() == null
                ? 0
                : status.usage().userMicros() + status.usage().systemMicros();
    }

    private static ProblemException failure(Workload workload, Mode mode, String what) {
        String how = switch (mode) {
            case ALONE -> "without the agent";
            case FLOOR -> "in floor mode";
            case TRACED -> "under the agent";
        };
        return ProblemException.failure(Slug.WORKLOAD_FAILED, workload.name() + " " + how + " " + what);
    }

    /** The last line of what it wrote to stderr. */
    private static String tail(Path err) throws IOException {
        String text = new String(Files.readAllBytes(err), StandardCharsets.UTF_8).strip();
        return shortened(text.substring(text.lastIndexOf('\n') + 1));
    }

    private static String shortened(String text) {
        String line = text.strip();
        return line.length() <= MESSAGE_CHARS ? line : line.substring(0, MESSAGE_CHARS);
    }
}
