package org.racewitness.collector.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** {@code racewitness completion}. */
@Command(
        name = "completion",
        description = "Print the completion script for bash; zsh reads it too.",
        footer = {
            "",
            "Examples:",
            "  racewitness completion > ~/.local/share/bash-completion/completions/racewitness",
            "  source <(racewitness completion)     (in zsh after: autoload -U +X bashcompinit && bashcompinit)"
        })
final class CompletionCommand implements Subcommand {
    @Override
    public int run(CommandContext context) throws IOException {
        String script = AutoComplete.bash("racewitness", Main.everything());
        context.stdout().write(script.getBytes(StandardCharsets.UTF_8));
        return ExitStatus.OK;
    }
}
