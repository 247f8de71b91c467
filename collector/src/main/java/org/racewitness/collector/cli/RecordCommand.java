package org.racewitness.collector.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.racewitness.collector.Problem;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.Slug;
import org.racewitness.collector.run.AgentInstallation;
import org.racewitness.collector.run.Progress;
import org.racewitness.collector.run.RunOutcome;
import org.racewitness.collector.run.RunSettings;
import org.racewitness.collector.run.TraceFileSink;
import org.racewitness.collector.run.TracedRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code racewitness record}. */
@Command(
        name = "record",
        description = "Run a command under the agent and keep the trace, to be analysed later or elsewhere.",
        footer = {
            "",
            "Exit status: the command's own when it is not 0, else 0; 2 is a usage error, 70 a failure of the tool.",
            "",
            "Examples:",
            "  racewitness record -o app.rwtrace -- python3.13t app.py",
            "  racewitness analyze app.rwtrace"
        })
final class RecordCommand implements Subcommand {
    @Mixin
    private TraceOptions trace;

    @Mixin
    private ConfigOptions configOptions;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            required = true,
            description = "The trace file; one that is there is replaced.")
    private Path file;

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
        RunSettings settings = new RunSettings(command, trace.agentOptions(), trace.grace(), false);
        TracedRun run = new TracedRun(
                settings,
                AgentInstallation.of(System.getenv()),
                context.inherited(),
                context.console(),
                new Progress(!trace.noProgress, null));
        TracedRun.checkCommand(command);
        TraceFileSink sink = create();
        RunOutcome outcome = run.execute(sink);
        outcome.notes().forEach(context.console()::say);
        boolean healthy = OutcomeProblems.tell(outcome, context.console());
        try {
            sink.close();
        } catch (IOException e) {
            healthy = false;
            context.console().say(unwritable(e));
        }
        context.console()
                .say("trace of " + outcome.sessions() + (outcome.sessions() == 1 ? " process: " : " processes: ") + file
                        + " (" + Files.size(file) + " bytes); next: racewitness analyze " + file);
        return ExitStatus.of(outcome.status().shellStatus(), false, ExitStatus.RACE, !healthy);
    }

    private TraceFileSink create() throws ProblemException {
        try {
            return TraceFileSink.create(file);
        } catch (IOException e) {
            Problem problem = unwritable(e);
            throw ProblemException.usage(problem.slug(), problem.message());
        }
    }

    private Problem unwritable(IOException e) {
        return new Problem(
                Slug.TRACE_UNWRITABLE,
                "cannot write the trace " + file + ": " + Reasons.of(e) + "; name another place with -o FILE");
    }
}
