package org.racewitness.collector.cli;

import java.io.IOException;
import java.nio.charset.Charset;
import java.util.List;
import org.racewitness.analyzer.report.Race;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.Slug;
import org.racewitness.collector.report.JsonReportReader;
import org.racewitness.collector.report.RaceText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code racewitness show}. */
@Command(
        name = "show",
        description =
                "Print one race of the last run whole: what can go wrong, both stacks, locks, what mends it; without RACE, a "
                        + "line for each.",
        footer = {
            "",
            "Examples:",
            "  racewitness show",
            "  racewitness show R1",
            "  racewitness show 9f2c41d0 --report races.json"
        })
final class ShowCommand implements Subcommand {
    private static final int LEAST_DIGITS = 4;

    @Mixin
    private StoredReport report;

    @Parameters(paramLabel = "RACE", arity = "0..1", description = "Number (R1), or the beginning of a fingerprint.")
    private String wanted;

    @Override
    public int run(CommandContext context) throws ProblemException, IOException {
        JsonReportReader.Stored stored = report.read();
        String text = wanted == null
                ? RaceText.list(stored.races())
                : RaceText.of(find(stored.races()), stored.sourceLines());
        context.stdout().write(text.getBytes(Charset.defaultCharset()));
        return ExitStatus.OK;
    }

    private Race find(List<Race> races) throws ProblemException {
        for (Race race : races) {
            boolean named = race.id().equalsIgnoreCase(wanted);
            if (named || (wanted.length() >= LEAST_DIGITS && race.fingerprint().startsWith(wanted))) {
                return race;
            }
        }
        String there = races.isEmpty() ? "it holds none" : "it holds R1 to R" + races.size();
        throw ProblemException.usage(
                Slug.NO_SUCH_RACE,
                "there is no race " + wanted + " in " + report.file + ": " + there
                        + "; `racewitness run` writes a new one");
    }
}
