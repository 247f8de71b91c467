package org.racewitness.collector.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;

/** {@code racewitness man}. */
@Command(
        name = "man",
        description = "Print the manual page, for man(1).",
        footer = {
            "",
            "Examples:",
            "  racewitness man | man -l -",
            "  racewitness man > ~/.local/share/man/man1/racewitness.1"
        })
final class ManCommand implements Subcommand {
    @Override
    public int run(CommandContext context) throws IOException {
        context.stdout().write(ManPage.of(Main.everything()).getBytes(StandardCharsets.UTF_8));
        return ExitStatus.OK;
    }
}
