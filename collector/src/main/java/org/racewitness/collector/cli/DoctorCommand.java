package org.racewitness.collector.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.Slug;
import picocli.CommandLine.Command;

/** {@code racewitness doctor}: the set-up's own report, which also works where there is no Java to run this. */
@Command(
        name = "doctor",
        description = "Say what is missing on this machine, and the command that mends it.",
        footer = {
            "",
            "Exit status: 0 when every piece is there, 1 when one is missing.",
            "",
            "Example:",
            "  racewitness doctor"
        })
final class DoctorCommand implements Subcommand {
    private static final String HOME = "RACEWITNESS_HOME";

    @Override
    public int run(CommandContext context) throws ProblemException, IOException, InterruptedException {
        String home = System.getenv(HOME);
        if (home == null || home.isEmpty()) {
            throw ProblemException.failure(
                    Slug.HOME_MISSING,
                    "the installation is not known: " + HOME + " is not set; start with the racewitness script");
        }
        Path script = Path.of(home, "agent-py", "setup", "doctor.sh");
        if (!Files.isRegularFile(script)) {
            throw ProblemException.failure(
                    Slug.HOME_MISSING,
                    "the set-up scripts are missing: no " + script
                            + "; start with the racewitness script of a whole checkout");
        }
        return new ProcessBuilder("/bin/sh", script.toString(), "--pretty")
                .inheritIO()
                .start()
                .waitFor();
    }
}
