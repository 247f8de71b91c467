package org.racewitness.collector.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.racewitness.analyzer.report.AnalysisReport;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.bench.RunCost;
import org.racewitness.collector.os.CommandStatus;
import org.racewitness.collector.os.CommandStatus.ResourceUsage;
import org.racewitness.collector.os.Machine;
import org.racewitness.collector.remote.CollectorLostException;
import org.racewitness.collector.report.RunInfo;
import org.racewitness.collector.run.AgentInstallation;
import org.racewitness.collector.run.LocalJudge;
import org.racewitness.collector.run.Progress;
import org.racewitness.collector.run.RunJudge;
import org.racewitness.collector.run.RunOutcome;
import org.racewitness.collector.run.RunSettings;
import org.racewitness.collector.run.TracedRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code racewitness run}. */
@Command(
        name = "run",
        description = "Run a command under the agent and report its races.",
        footer = {
            "",
            "Exit status: the command's own when it is not 0, else 66 when a race of level error or warning was found, else 0. "
                    + "2 is a usage error, 70 a failure of the tool, 128+N a command killed by signal N.",
            "",
            "Examples:",
            "  racewitness run -- python3.13t app.py --its-own-option",
            "  racewitness run --json races.json --no-html -- pytest -n 4",
            "  racewitness run --fail-on error --exclude 'vendored.*' -- make test",
            "  racewitness run --collector ci.example.org:7410 -- pytest"
        })
final class RunCommand implements Subcommand {
    @Mixin
    private TraceOptions trace;

    @Mixin
    private ReportOptions reportOptions;

    @Mixin
    private CollectorOptions collectorOptions;

    @Mixin
    private ConfigOptions configOptions;

    @Option(names = "--measure", paramLabel = "FILE", description = "Write what the run cost there, for `bench run`.")
    private Path measure;

    @Parameters(
            paramLabel = "COMMAND",
            arity = "1..*",
            description = "Command that ends up running Python, with its arguments; best behind --.")
    private List<String> command;

    @Override
    public ConfigOptions configuration() {
        return configOptions;
    }

    @Override
    public int run(CommandContext context) throws ProblemException, IOException, InterruptedException {
        Reports reports = new Reports(reportOptions, configOptions.settings, context);
        RunSettings settings = new RunSettings(command, trace.agentOptions(), trace.grace(), reportOptions.stats);
        AgentInstallation agent = AgentInstallation.of(System.getenv());
        TracedRun.checkCommand(command);
        reports.checkPlaces();
        try (RunJudge judge = judge()) {
            Progress progress = new Progress(!trace.noProgress, judge.racesSoFar());
            TracedRun run = new TracedRun(settings, agent, context.inherited(), context.console(), progress);
            return report(run.execute(judge.sink()), judge, reports, context);
        }
    }

    private RunJudge judge() throws ProblemException, InterruptedException {
        return collectorOptions.wanted()
                ? collectorOptions.begin(reportOptions.order.name(), command)
                : new LocalJudge(reportOptions.analysis());
    }

    private int report(RunOutcome outcome, RunJudge judge, Reports reports, CommandContext context)
            throws ProblemException, IOException, InterruptedException {
        boolean healthy = true;
        AnalysisReport found = null;
        try {
            found = reports.triage(judge.report(info(outcome), outcome.notes()));
            List<String> notes = new ArrayList<>(outcome.notes());
            notes.addAll(judge.notes());
            healthy = reports.write(info(outcome), found, notes, outcome.unsupported(), judge::publish);
        } catch (CollectorLostException e) {
            healthy = false;
            context.console().say(OutcomeProblems.lost(e));
        }
        healthy &= OutcomeProblems.tell(outcome, context.console());
        if (found == null) {
            return ExitStatus.of(outcome.status().shellStatus(), false, reportOptions.exitCode, true);
        }
        if (reportOptions.stats) {
            StatsText.of(outcome, found).forEach(context.console()::say);
            StatsText.filter(judge.agentRules()).forEach(context.console()::say);
        }
        if (measure != null) {
            cost(outcome, found, judge.seen()).write(measure);
        }
        return ExitStatus.of(
                outcome.status().shellStatus(),
                reportOptions.failOn.isReachedBy(found.worst()),
                reportOptions.exitCode,
                !healthy);
    }

    /** Once everything else is done. */
    private static RunCost cost(RunOutcome outcome, AnalysisReport found, long seen) {
        ResourceUsage usage = outcome.status().usage();
        Duration reporting = Duration.between(outcome.startedAt().plusMillis(outcome.durationMs()), Instant.now());
        return new RunCost(
                outcome.durationMs() * 1000,
                usage == null ? 0 : usage.userMicros() + usage.systemMicros(),
                Math.max(0, reporting.toNanos() / 1000),
                seen,
                found.events(),
                outcome.ingest().bytes(),
                found.lost(),
                found.races().size());
    }

    static RunInfo info(RunOutcome outcome) {
        CommandStatus status = outcome.status();
        return new RunInfo(
                outcome.command(),
                outcome.startedAt(),
                outcome.durationMs(),
                status.exitStatus(),
                status.signal(),
                Machine.processors());
    }
}
