package org.racewitness.collector.cli;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.racewitness.analyzer.AnalysisOptions;
import org.racewitness.analyzer.RunAnalysis;
import org.racewitness.analyzer.TraceReadResult;
import org.racewitness.analyzer.report.AnalysisReport;
import org.racewitness.collector.Problem;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.Slug;
import org.racewitness.collector.report.RunInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code racewitness analyze}. */
@Command(
        name = "analyze",
        description = "Analyse recorded traces and report their races.",
        footer = {
            "",
            "Exit status: 66 when a race of level error or warning was found, else 70 when part of a trace could not be read, else 0. "
                    + "2 is a usage error.",
            "",
            "Examples:",
            "  racewitness analyze app.rwtrace",
            "  racewitness analyze --order hb --json races.json --no-html first.rwtrace second.rwtrace",
            "  racewitness analyze --format std trace.std other.std app.rwtrace"
        })
final class AnalyzeCommand implements Subcommand {
    private static final int BUFFER_BYTES = 1 << 18;
    private static final int MOST_JOBS = 64;

    @Mixin
    private ReportOptions reportOptions;

    @Mixin
    private ConfigOptions configOptions;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "trace",
            description = "trace: files that `record` wrote; std: RAPID's STD text, and the former among it "
                    + "(default: ${DEFAULT-VALUE}).")
    private TraceFormat format;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Threads that judge accesses, 1 to 64; the result does not depend on it (default: 0, one for each core).")
    private int jobs;

    @Parameters(paramLabel = "TRACE", arity = "1..*", description = "Traces to analyse; they make up one report.")
    private List<Path> traces;

    @Override
    public ConfigOptions configuration() {
        return configOptions;
    }

    @Override
    public int run(CommandContext context) throws ProblemException, IOException {
        Reports reports = new Reports(reportOptions, configOptions.settings, context);
        checkTraces();
        reports.checkPlaces();
        RunAnalysis analysis = new RunAnalysis(options());
        List<Problem> problems = new ArrayList<>();
        for (Path trace : traces) {
            read(analysis, trace, problems);
        }
        AnalysisReport found = reports.triage(analysis.report());
        RunInfo info = new RunInfo(traces.stream().map(Path::toString).toList(), null, 0, null, null, 0);
        boolean written = reports.write(info, found, List.of(), problems, Reports.Publisher.NONE);
        problems.forEach(context.console()::say);
        if (reportOptions.stats) {
            context.console().say(StatsText.analysis(found));
        }
        return ExitStatus.of(
                ExitStatus.OK,
                reportOptions.failOn.isReachedBy(found.worst()),
                reportOptions.exitCode,
                !written || !problems.isEmpty());
    }

    private AnalysisOptions options() throws ProblemException {
        if (jobs < 0 || jobs > MOST_JOBS) {
            throw ProblemException.usage(Slug.BAD_OPTION, "--jobs " + jobs + " is not between 0 and " + MOST_JOBS);
        }
        AnalysisOptions options = reportOptions.analysis();
        return jobs == 0 ? options : options.withCores(jobs);
    }

    private void checkTraces() throws ProblemException {
        Set<Path> seen = new HashSet<>();
        for (Path trace : traces) {
            TraceFiles.checkReadable(trace, format);
            if (!seen.add(trace.toAbsolutePath().normalize())) {
                throw ProblemException.usage(Slug.TRACE_GIVEN_TWICE, trace + " is given twice; name each trace once");
            }
        }
    }

    private void read(RunAnalysis analysis, Path trace, List<Problem> problems) {
        try {
            TraceReadResult result;
            if (TraceFiles.isText(trace, format)) {
                try (InputStream in = new BufferedInputStream(Files.newInputStream(trace), BUFFER_BYTES)) {
                    result = analysis.readStd(trace.toString(), in);
                }
            } else {
                try (FileChannel channel = FileChannel.open(trace)) {
                    result = analysis.readTrace(trace.toString(), channel);
                }
            }
            if (!result.problems().isEmpty()) {
                problems.add(new Problem(Slug.TRACE_DAMAGED, TraceFiles.damage(result)));
            }
        } catch (IOException e) {
            problems.add(new Problem(
                    Slug.TRACE_UNREADABLE,
                    "cannot read " + trace + " to its end: " + Reasons.of(e) + "; what was read is analysed"));
        }
    }
}
