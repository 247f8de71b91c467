package org.racewitness.collector.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.Slug;
import org.racewitness.collector.bench.AnalysisBenchmark;
import org.racewitness.collector.bench.TraceShape;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code racewitness bench analyze}. */
@Command(
        name = "analyze",
        description =
                "Analyse generated traces and print the events per second, the memory of a location, and by which "
                        + "rules of the engine accesses were decided. Making the traces does not count.",
        footer = {
            "",
            "Shapes:",
            "  same-epoch    every thread comes back to a few locations of its own",
            "  owned         every thread works on many objects of its own",
            "  read-shared   all threads read the same objects",
            "  synchronised  three accesses in ten are to shared objects under locks",
            "  threads       threads come and go",
            "  ranges        slices of shared lists",
            "  containers    dicts under locks: items, shape, all items",
            "  handover      objects through queues, used and dropped",
            "",
            "Examples:",
            "  racewitness bench analyze",
            "  racewitness bench analyze --events 100000000 same-epoch synchronised",
            "  racewitness bench analyze --jobs 2 owned"
        })
final class BenchAnalyzeCommand implements Subcommand {
    private static final int MOST_THREADS = 10_000;
    private static final int MOST_JOBS = 64;
    private static final long MOST_EVENTS = 100_000_000_000L;

    @Parameters(paramLabel = "SHAPE", arity = "0..*", description = "Shapes of traces, all where none is given.")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--events",
            paramLabel = "N",
            defaultValue = "5000000",
            description = "Events of each trace (default: ${DEFAULT-VALUE}).")
    private long events;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "8",
            description = "Threads that work at any time (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            defaultValue = "1",
            description = "Threads that judge accesses, 1 to 64 (default: ${DEFAULT-VALUE}).")
    private int jobs;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of the traces' random numbers (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--order",
            paramLabel = "ORDER",
            defaultValue = "shb",
            description = "Engine: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private ReportOptions.Order order;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures there, as JSON.")
    private Path json;

    @Override
    public int run(CommandContext context) throws ProblemException {
        if (events < 1 || events > MOST_EVENTS) {
            throw ProblemException.usage(
                    Slug.BAD_OPTION, "--events " + events + " is not between 1 and " + MOST_EVENTS);
        }
        if (threads < 1 || threads > MOST_THREADS) {
            throw ProblemException.usage(
                    Slug.BAD_OPTION, "--threads " + threads + " is not between 1 and " + MOST_THREADS);
        }
        if (jobs < 1 || jobs > MOST_JOBS) {
            throw ProblemException.usage(Slug.BAD_OPTION, "--jobs " + jobs + " is not between 1 and " + MOST_JOBS);
        }
        PrintStream out = new PrintStream(context.stdout(), true, StandardCharsets.UTF_8);
        new AnalysisBenchmark(order.name(), threads, jobs, seed).run(shapes(), events, out::println, json);
        return ExitStatus.OK;
    }

    private List<TraceShape> shapes() throws ProblemException {
        List<TraceShape> shapes = new ArrayList<>();
        for (String name : names) {
            shapes.add(Arrays.stream(TraceShape.values())
                    .filter(shape -> shape.label().equals(name))
                    .findAny()
                    .orElseThrow(() -> ProblemException.usage(
                            Slug.NO_SUCH_WORKLOAD,
                            "there is no shape " + name + "; there are "
                                    + Arrays.stream(TraceShape.values())
                                            .map(TraceShape::label)
                                            .collect(Collectors.joining(", ")))));
        }
        return shapes.isEmpty() ? List.of(TraceShape.values()) : shapes;
    }
}
