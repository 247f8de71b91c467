package org.racewitness.collector.cli;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.racewitness.collector.Nearest;
import org.racewitness.collector.Problem;
import org.racewitness.collector.Slug;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
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
            message = value(e);
        }
        return new Problem(
                Slug.USAGE, message + "; see `" + command.getCommandSpec().qualifiedName() + " --help`");
    }

    /** What is wrong with a value, or that one is missing. */
    private static String value(ParameterException e) {
        ArgSpec argument = e.getArgSpec();
        String given = e.getValue();
        if (argument != null && argument.type().isEnum() && given != null) {
            List<String> known = Stream.of(argument.type().getEnumConstants())
                    .map(Object::toString)
                    .toList();
            String what = argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
            return what + " must be one of " + String.join(", ", known) + ", not " + given + Nearest.hint(given, known);
        }
        String message = e.getMessage().lines().findFirst().orElse("bad arguments");
        return message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
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
