package org.racewitness.collector.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.racewitness.analyzer.report.Race;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.Slug;
import org.racewitness.collector.report.ReportException;
import org.racewitness.collector.triage.Baseline;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code racewitness baseline}. */
@Command(
        name = "baseline",
        description = "Write down the races of the last run as known, so that later runs fail on new ones only.",
        footer = {
            "",
            "Races that a suppression accepts do not enter the baseline; races that were not found again leave it.",
            "",
            "Examples:",
            "  racewitness baseline update",
            "  racewitness baseline update --baseline ci/races.json --report races.json",
            "  racewitness run --baseline racewitness-baseline.json -- python3.13t app.py"
        })
final class BaselineCommand implements Subcommand {
    /** What can be done to a baseline. */
    enum Action {
        update
    }

    @Parameters(paramLabel = "ACTION", description = "${COMPLETION-CANDIDATES}")
    private Action action;

    @Option(
            names = "--baseline",
            paramLabel = "FILE",
            defaultValue = "racewitness-baseline.json",
            description = "The baseline (default: ${DEFAULT-VALUE}).")
    private Path file;

    @Mixin
    private StoredReport report;

    @Override
    public int run(CommandContext context) throws ProblemException, IOException {
        return switch (action) {
            case update -> update(context);
        };
    }

    private int update(CommandContext context) throws ProblemException {
        List<Race> races = report.read().races().stream()
                .filter(race -> race.suppressed() == null || race.suppressed().equals(Baseline.KNOWN))
                .toList();
        Set<String> before = fingerprints(Files.exists(file) ? Baseline.read(file) : new Baseline(List.of()));
        Baseline after = Baseline.of(races);
        try {
            after.write(file);
        } catch (ReportException e) {
            throw ProblemException.usage(Slug.REPORT_UNWRITABLE, e.getMessage());
        }
        Set<String> now = fingerprints(after);
        long added = now.stream().filter(race -> !before.contains(race)).count();
        long removed = before.stream().filter(race -> !now.contains(race)).count();
        context.console()
                .say("baseline " + file + ": " + now.size() + (now.size() == 1 ? " race" : " races") + ", " + added
                        + " added, " + removed + " removed; use it with racewitness run --baseline " + file
                        + " -- COMMAND");
        return ExitStatus.OK;
    }

    private static Set<String> fingerprints(Baseline baseline) {
        Set<String> fingerprints = new HashSet<>();
        baseline.races().forEach(race -> fingerprints.add(race.fingerprint()));
        return fingerprints;
    }
}
