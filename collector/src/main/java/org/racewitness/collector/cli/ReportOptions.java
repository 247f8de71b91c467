package org.racewitness.collector.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.racewitness.analyzer.AnalysisOptions;
import org.racewitness.collector.cli.CommandContext.Colour;
import org.racewitness.collector.cli.ExitStatus.FailOn;
import picocli.CommandLine.Option;

/** What is reported, where, and what of it fails a run. */
final class ReportOptions {

    @Option(
            names = "--html",
            paramLabel = "DIR",
            defaultValue = "racewitness-report",
            description = "Folder of the HTML page (default: ${DEFAULT-VALUE}).")
    Path html;

    @Option(names = "--no-html", description = "Write no HTML page.")
    boolean noHtml;

    @Option(names = "--json", paramLabel = "FILE", description = "Write a JSON report (schema version 1) there.")
    Path json;

    @Option(
            names = "--sarif",
            paramLabel = "FILE",
            description = "Write SARIF 2.1.0 there, as code scanning services read it.")
    Path sarif;

    @Option(names = "--junit", paramLabel = "FILE", description = "Write JUnit XML there: each race is a test case.")
    Path junit;

    @Option(
            names = "--trace-event",
            paramLabel = "FILE",
            description = "Write the races there for Perfetto and chrome://tracing.")
    Path traceEvent;

    @Option(
            names = "--github",
            description = "Print annotations for GitHub Actions on stderr; done by itself when GITHUB_ACTIONS is true.")
    boolean github;

    @Option(names = "--no-github", description = "Print no annotations, whatever the environment says.")
    boolean noGithub;

    @Option(
            names = "--baseline",
            paramLabel = "FILE",
            description =
                    "Known races: those in that file do not fail the run. `racewitness baseline update` writes it.")
    Path baseline;

    @Option(
            names = "--suppressions",
            paramLabel = "FILE",
            description = "TOML file of [[suppress]] tables, beside those of the configuration; may be repeated.")
    List<Path> suppressions = new ArrayList<>();

    @Option(names = "--no-source", description = "Leave source text out of the reports.")
    boolean noSource;

    @Option(
            names = "--fail-on",
            paramLabel = "LEVEL",
            defaultValue = "warning",
            description = "Least severe race that fails the run: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    FailOn failOn;

    @Option(
            names = "--exit-code",
            paramLabel = "N",
            defaultValue = "66",
            description = "Exit status when such a race was found, 0 to 255 (default: ${DEFAULT-VALUE}).")
    int exitCode;

    @Option(
            names = {"--color", "--colour"},
            paramLabel = "WHEN",
            defaultValue = "auto",
            description = "Colours in the summary: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    Colour colour;

    @Option(names = "--stats", description = "Print what the analysis cost: rates, lag, memory.")
    boolean stats;

    @Option(
            names = "--order",
            paramLabel = "ORDER",
            defaultValue = "shb",
            description = "shb: only races that some schedule really shows; hb: every pair that happens-before leaves "
                    + "unordered (default: ${DEFAULT-VALUE}).")
    Order order;

    @Option(
            names = "--max-tables",
            paramLabel = "MIB",
            defaultValue = "0",
            description =
                    "What the analyzer's tables may take, in MiB; beyond it the past of the least useful locations is forgotten, and the "
                            + "report says of how many (default: 0, two fifths of the heap).")
    int maxTablesMiB;

    /** How the run is to be analysed. */
    AnalysisOptions analysis() {
        AnalysisOptions options = AnalysisOptions.defaults().withOrder(order.name());
        return maxTablesMiB == 0 ? options : options.withMaxStateBytes((long) maxTablesMiB << 20);
    }

    boolean annotates() {
        return !noGithub && (github || "true".equals(System.getenv("GITHUB_ACTIONS")));
    }

    /** Orders that can be asked for. */
    enum Order {
        shb,
        hb
    }
}
