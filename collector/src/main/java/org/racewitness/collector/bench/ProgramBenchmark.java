package org.racewitness.collector.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.Slug;
import org.racewitness.collector.os.CommandLauncher;
import org.racewitness.collector.os.InheritedDescriptors;
import org.racewitness.collector.os.Machine;
import org.racewitness.collector.report.ReportException;
import org.racewitness.collector.report.ReportFile;

/** {@code racewitness bench run}: finds what it takes, runs the programs, writes the files. */
public final class ProgramBenchmark {
    /** What the programs of {@code bench/workloads} take when they are told nothing. */
    public static final int USUAL_THREADS = 4;

    private static final String MAIN_CLASS = "org.racewitness.collector.cli.Main";
    private static final long KIB = 1024;

    private final Map<String, String> environment;
    private final InheritedDescriptors inherited;
    private final int rounds;
    private final Consumer<String> out;
    private final List<String> notes = new ArrayList<>();

    /** @param out takes the lines of the table as they are ready */
    public ProgramBenchmark(
            Map<String, String> environment, InheritedDescriptors inherited, int rounds, Consumer<String> out) {
        this.environment = Map.copyOf(environment);
        this.inherited = inherited;
        this.rounds = rounds;
        this.out = out;
    }

    /** Sentences about what was left out, and about programs that are not of the benchmark. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    /**
     * Measures programs.
     *
     * @param names see {@link Workload#find}
     * @param arguments of every program
     * @param json null: none
     * @param html null: none
     * @return what went wrong with single programs
     */
    public List<ProblemException> workloads(List<String> names, List<String> arguments, Path json, Path html)
            throws ProblemException, IOException, InterruptedException {
        return measure(Workload.find(bench("workloads"), names, arguments), BenchTable::foot, json, html);
    }

    /** Measures the points of {@link Scaling} up to a size. */
    public List<ProblemException> scaling(long largest, Path json, Path html)
            throws ProblemException, IOException, InterruptedException {
        List<Workload> points = Scaling.points(bench("scaling"), largest, freeBytes() / 2, notes);
        return measure(points, BenchTable::growth, json, html);
    }

    private List<ProblemException> measure(
            List<Workload> workloads, Function<List<Figures>, List<String>> foot, Path json, Path html)
            throws ProblemException, IOException, InterruptedException {
        String python = required("RACEWITNESS_PYTHON", Slug.AGENT_MISSING, "python3.13t is not known");
        Path scratch = Files.createTempDirectory("racewitness-bench");
        try {
            WorkloadRunner runner = new WorkloadRunner(
                    CommandLauncher.ofThisMachine(inherited), tool(), Path.of(python), bench("measure"), scratch);
            List<ProblemException> problems = new ArrayList<>();
            List<Figures> all = new BenchRun(runner, rounds, out, foot).run(workloads, problems);
            notes.addAll(runner.notes());
            if (json != null) {
                write(json, "--json FILE", file -> BenchJson.write(all, Machine.processors(), file));
            }
            if (html != null) {
                write(html, "--html FILE", file -> BenchChart.write(all, file));
            }
            return problems;
        } finally {
            delete(scratch);
        }
    }

    private static void write(Path file, String option, ReportFile.Body body) throws ProblemException {
        try {
            ReportFile.write(file, option, body);
        } catch (ReportException e) {
            throw ProblemException.usage(Slug.REPORT_UNWRITABLE, e.getMessage());
        }
    }

    /** Words that start the command line in a JVM like that of `racewitness run`; without the launcher script, in one like this. */
    private List<String> tool() {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        String options = environment.get("RACEWITNESS_RUN_JVM");
        if (options == null) {
            words.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        } else {
            options.lines().filter(option -> !option.isBlank()).forEach(words::add);
        }
        words.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN_CLASS));
        return words;
    }

    private Path bench(String folder) throws ProblemException {
        return Path.of(required("RACEWITNESS_HOME", Slug.HOME_MISSING, "the installation is not known"))
                .resolve("bench")
                .resolve(folder)
                .toAbsolutePath();
    }

    private String required(String variable, Slug slug, String what) throws ProblemException {
        String value = environment.get(variable);
        if (value == null || value.isEmpty()) {
            throw ProblemException.failure(
                    slug, what + ": " + variable + " is not set; start with the racewitness script");
        }
        return value;
    }

    /** MemAvailable of proc(5); all that can be counted where it is not told. */
    private static long freeBytes() throws IOException {
        Path information = Path.of("/proc/meminfo");
        if (!Files.isReadable(information)) {
            return Long.MAX_VALUE;
        }
        return Files.readAllLines(information).stream()
                .filter(line -> line.startsWith("MemAvailable:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIB)
                .findFirst()
                .orElse(Long.MAX_VALUE);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
