package org.racewitness.collector.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.racewitness.analyzer.report.AnalysisReport;
import org.racewitness.collector.Problem;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.Slug;
import org.racewitness.collector.config.ConfigFiles;
import org.racewitness.collector.config.Settings;
import org.racewitness.collector.config.Suppression;
import org.racewitness.collector.os.Machine;
import org.racewitness.collector.report.GithubAnnotations;
import org.racewitness.collector.report.HtmlReport;
import org.racewitness.collector.report.JUnitReport;
import org.racewitness.collector.report.JsonReport;
import org.racewitness.collector.report.ReportException;
import org.racewitness.collector.report.RunInfo;
import org.racewitness.collector.report.RunReport;
import org.racewitness.collector.report.SarifReport;
import org.racewitness.collector.report.Sources;
import org.racewitness.collector.report.Summary;
import org.racewitness.collector.report.TraceEventReport;
import org.racewitness.collector.triage.Baseline;
import org.racewitness.collector.triage.Triage;

/** Writes every report that was asked for; one that cannot be written keeps none of the others back. */
final class Reports {
    private final ReportOptions options;
    private final Settings settings;
    private final CommandContext context;
    private final List<String> triageNotes = new ArrayList<>();
    private Triage triage;

    Reports(ReportOptions options, Settings settings, CommandContext context) {
        this.options = options;
        this.settings = settings;
        this.context = context;
    }

    /** Tries every place before the command runs: what cannot be written then will not be later, and nobody wants to run an hour to learn it. */
    void checkPlaces() throws ProblemException {
        if (options.maxTablesMiB < 0) {
            throw ProblemException.usage(
                    Slug.BAD_OPTION,
                    "--max-tables " + options.maxTablesMiB
                            + " is no number of MiB: 1 or more, or 0 for two fifths of the heap");
        }
        if (options.exitCode < 0 || options.exitCode > 255) {
            throw ProblemException.usage(
                    Slug.BAD_OPTION, "--exit-code " + options.exitCode + " is not between 0 and 255");
        }
        prepareTriage();
        if (!options.noHtml) {
            tryFolder(
                    options.html,
                    "the report folder " + options.html,
                    "name another with --html DIR, or write none with --no-html");
        }
        tryFile(options.json, "--json FILE");
        tryFile(options.sarif, "--sarif FILE");
        tryFile(options.junit, "--junit FILE");
        tryFile(options.traceEvent, "--trace-event FILE");
    }

    private static void tryFile(Path file, String option) throws ProblemException {
        if (file == null) {
            return;
        }
        if (Files.isDirectory(file)) {
            throw ProblemException.usage(
                    Slug.REPORT_UNWRITABLE,
                    "cannot write the report " + file + ": is a directory; name a file with " + option);
        }
        if (!Files.exists(file) || Files.isRegularFile(file)) {
            tryFolder(file.toAbsolutePath().getParent(), "the report " + file, "name another place with " + option);
        }
    }

    private static void tryFolder(Path folder, String what, String remedy) throws ProblemException {
        try {
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, ".racewitness", ".tmp"));
        } catch (IOException | SecurityException e) {
            throw ProblemException.usage(
                    Slug.REPORT_UNWRITABLE, "cannot write " + what + ": " + Reasons.of(e) + "; " + remedy);
        }
    }

    /** Reads the files that say which races are known, so that a mistake in them is told before the command runs. */
    private void prepareTriage() throws ProblemException {
        List<Suppression> suppressions = new ArrayList<>(settings.suppressions());
        suppressions.addAll(ConfigFiles.readSuppressions(options.suppressions).suppressions());
        Baseline baseline = options.baseline == null ? null : Baseline.read(options.baseline);
        triage = new Triage(suppressions, Sources.in(context.directory()), baseline, LocalDate.now(ZoneOffset.UTC));
    }

    /** The report with its known and accepted races marked; once, after {@link #checkPlaces}. */
    AnalysisReport triage(AnalysisReport found) {
        AnalysisReport marked = triage.apply(found);
        triageNotes.addAll(triage.notes());
        return marked;
    }

    /**
     * Writes the reports and prints the summary.
     *
     * @param notes sentences about the run, for all of them
     * @param told problems that the caller prints itself: notes too, but not in the summary
     * @param publisher another who keeps the report
     * @return false when one of them could not be written, which has been said
     */
    boolean write(RunInfo run, AnalysisReport analysis, List<String> notes, List<Problem> told, Publisher publisher) {
        List<Problem> problems = new ArrayList<>();
        List<String> said = new ArrayList<>(notes);
        said.addAll(triageNotes);
        List<String> allNotes = new ArrayList<>(said);
        told.forEach(problem -> allNotes.add(problem.message()));
        Sources sources = options.noSource ? Sources.none() : Sources.in(context.directory());
        RunReport report =
                new RunReport(run, analysis, Version.number(), allNotes, sources, null, options.baseline != null);
        if (options.json != null) {
            attempt(problems, () -> JsonReport.write(report, options.json));
        }
        if (options.sarif != null) {
            attempt(problems, () -> SarifReport.write(report, context.directory(), options.sarif));
        }
        if (options.junit != null) {
            attempt(
                    problems,
                    () -> JUnitReport.write(report, context.directory(), options.failOn::isReachedBy, options.junit));
        }
        if (options.traceEvent != null) {
            attempt(problems, () -> TraceEventReport.write(report, options.traceEvent));
        }
        Path[] page = new Path[1];
        if (!options.noHtml) {
            attempt(problems, () -> {
                page[0] = HtmlReport.write(report, options.html);
                JsonReport.write(report, options.html.resolve(JsonReport.FILE));
            });
        }
        if (options.annotates()) {
            attempt(problems, () -> context.console().raw(GithubAnnotations.of(report, context.directory())));
        }
        String[] published = new String[1];
        attempt(problems, () -> published[0] = publisher.publish(report));
        attempt(
                problems,
                () -> print(
                        new RunReport(run, analysis, report.toolVersion(), said, sources, page[0], report.baseline())));
        if (published[0] != null) {
            context.console().say("on the collector: " + published[0]);
        }
        problems.forEach(context.console()::say);
        return problems.isEmpty();
    }

    /** Gives a report to somebody else who keeps it. */
    @FunctionalInterface
    interface Publisher {
        Publisher NONE = report -> null;

        /** @return where it can be looked at, null where nowhere else */
        String publish(RunReport report) throws IOException, InterruptedException;
    }

    private void print(RunReport report) throws IOException {
        StringBuilder text = new StringBuilder();
        Summary.print(report, text, Machine.stderrColumns(), options.colour.wanted(), context.links());
        context.console().raw(text.toString());
    }

    private interface Step {
        void run() throws IOException, InterruptedException;
    }

    private static void attempt(List<Problem> problems, Step step) {
        try {
            step.run();
        } catch (ReportException e) {
            problems.add(new Problem(Slug.REPORT_UNWRITABLE, e.getMessage()));
        } catch (IOException | InterruptedException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
            problems.add(new Problem(
                    Slug.REPORT_FAILED, "a report could not be made: " + e + "; the others are not affected"));
        }
    }
}
