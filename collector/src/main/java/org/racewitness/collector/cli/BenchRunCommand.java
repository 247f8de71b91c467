package org.racewitness.collector.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.Slug;
import org.racewitness.collector.bench.ProgramBenchmark;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code racewitness bench run}. */
@Command(
        name = "run",
        description = "Run programs without the agent, with callbacks that return at once (the floor), and with "
                + "everything, in turn, and print what each costs.",
        footer = {
            "",
            "Exit status: 0, or 70 when a program failed; when one of bench/workloads had a race reported, or printed something "
                    + "else under the agent, too.",
            "",
            "Examples:",
            "  racewitness bench run",
            "  racewitness bench run --rounds 5 --json cost.json --html cost.html stencil hot_lock",
            "  racewitness bench run --scaling",
            "  racewitness bench run my_program.py"
        })
final class BenchRunCommand implements Subcommand {
    private static final int USUAL_ROUNDS = 3;
    private static final int MOST_ROUNDS = 1000;

    @Parameters(
            paramLabel = "WORKLOAD",
            arity = "0..*",
            description =
                    "Names of programs in bench/workloads, or paths of Python files; all of the former where none is given.")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "Runs of each program in each mode, of which the median counts (default: " + USUAL_ROUNDS
                    + ", with --scaling 1).")
    private Integer rounds;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "First argument of every program (default: its own, 4).")
    private Integer threads;

    @Option(
            names = "--size",
            paramLabel = "N",
            description = "Second argument of every program: how much it does (default: its own, 100).")
    private Integer size;

    @Option(
            names = "--scaling",
            description = "Instead: how the cost grows with threads, live objects, elements, stack depth, run length.")
    private boolean scaling;

    @Option(
            names = "--largest",
            paramLabel = "N",
            defaultValue = "10000000",
            description = "With --scaling: leave larger sizes out (default: ${DEFAULT-VALUE}).")
    private long largest;

    @Option(names = "--json", paramLabel = "FILE", description = "Write every sample and the ratios there, as JSON.")
    private Path json;

    @Option(names = "--html", paramLabel = "FILE", description = "Write a page with a chart there.")
    private Path html;

    @Override
    public int run(CommandContext context) throws ProblemException, IOException, InterruptedException {
        int asked = rounds != null ? rounds : scaling ? 1 : USUAL_ROUNDS;
        if (asked < 1 || asked > MOST_ROUNDS) {
            throw ProblemException.usage(Slug.BAD_OPTION, "--rounds " + asked + " is not between 1 and " + MOST_ROUNDS);
        }
        if (scaling && !names.isEmpty()) {
            throw ProblemException.usage(Slug.BAD_OPTION, "--scaling has programs of its own; name no WORKLOAD");
        }
        PrintStream out = new PrintStream(context.stdout(), true, StandardCharsets.UTF_8);
        ProgramBenchmark benchmark = new ProgramBenchmark(System.getenv(), context.inherited(), asked, out::println);
        List<ProblemException> problems =
                scaling ? benchmark.scaling(largest, json, html) : benchmark.workloads(names, arguments(), json, html);
        benchmark.notes().forEach(context.console()::say);
        problems.forEach(problem -> context.console().say(problem.problem()));
        return problems.isEmpty() ? ExitStatus.OK : ExitStatus.FAILURE;
    }

    private List<String> arguments() throws ProblemException {
        if (threads == null && size == null) {
            return List.of();
        }
        int someThreads = threads == null ? ProgramBenchmark.USUAL_THREADS : threads;
        if (someThreads < 1 || (size != null && size < 1)) {
            throw ProblemException.usage(Slug.BAD_OPTION, "--threads and --size must be 1 or more");
        }
        return size == null
                ? List.of(Integer.toString(someThreads))
                : List.of(Integer.toString(someThreads), size.toString());
    }
}
