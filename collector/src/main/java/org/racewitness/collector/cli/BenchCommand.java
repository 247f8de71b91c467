package org.racewitness.collector.cli;

import org.racewitness.collector.ProblemException;
import org.racewitness.collector.Slug;
import picocli.CommandLine.Command;

/** {@code racewitness bench}: the parent of what measures racewitness itself. */
@Command(
        name = "bench",
        description = "Measure what watching costs: the agent on programs, the analyzer on generated traces.",
        subcommands = {BenchRunCommand.class, BenchAnalyzeCommand.class},
        footer = {"", "Examples:", "  racewitness bench run", "  racewitness bench analyze --events 20000000"})
final class BenchCommand implements Subcommand {
    @Override
    public int run(CommandContext context) throws ProblemException {
        throw ProblemException.usage(Slug.NO_SUBCOMMAND, "bench what? try `racewitness bench --help`");
    }
}
