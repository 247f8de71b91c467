package org.racewitness.collector.cli;

import java.util.List;
import org.racewitness.collector.Nearest;
import org.racewitness.collector.Problem;
import org.racewitness.collector.Slug;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is wrong with a command line, as one line that names what was probably meant. */
final class UsageProblems {
    private UsageProblems() {}

    static Problem of(ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        String unknown = unknownOption(command, arguments);
        String message;
        if (unknown != null) {
            message = "unknown option " + unknown
                    + Nearest.hint(
                            unknown, command.getCommandSpec().optionsMap().keySet());
        } else if (e instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            String word = unmatched.getUnmatched().get(0);
            message = command.getSubcommands().isEmpty()
                    ? "what is " + word + " for?"
                    : "no subcommand " + word
                            + Nearest.hint(word, command.getSubcommands().keySet());
        } else {
            message = e.getMessage().lines().findFirst().orElse("bad arguments");
        }
        return new Problem(
                Slug.USAGE, message + "; see `" + command.getCommandSpec().qualifiedName() + " --help`");
    }

    /**
     * The first option before {@code --} that the command does not have. Where arguments of a traced command are free, picocli takes an unknown option for
     * the command's first word and complains of something else.
     */
    private static String unknownOption(CommandLine command, String[] arguments) {
        for (String argument : List.of(arguments)) {
            if (argument.equals("--")) {
                break;
            }
            String name = argument.contains("=") ? argument.substring(0, argument.indexOf('=')) : argument;
            if (name.startsWith("--") && !command.getCommandSpec().optionsMap().containsKey(name)) {
                return name;
            }
        }
        return null;
    }
}
