package org.racewitness.collector.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The manual page in the macros of man(7), from the same declarations that {@code --help} is made of. */
final class ManPage {
    private final StringBuilder out = new StringBuilder();

    private ManPage() {}

    static String of(CommandLine root) {
        ManPage page = new ManPage();
        page.page(root);
        return page.out.toString();
    }

    private void page(CommandLine root) {
        CommandSpec spec = root.getCommandSpec();
        macro(".TH RACEWITNESS 1 \"\" \"racewitness " + Version.number() + "\"");
        macro(".SH NAME");
        text("racewitness - finds data races in Python programs on free-threaded CPython 3.13");
        macro(".SH SYNOPSIS");
        for (CommandLine subcommand : root.getSubcommands().values()) {
            macro(".B racewitness " + escaped(subcommand.getCommandName()));
            text(operands(subcommand.getCommandSpec()));
            macro(".br");
        }
        macro(".SH DESCRIPTION");
        lines(spec.usageMessage().description());
        for (CommandLine subcommand : root.getSubcommands().values()) {
            subcommand(subcommand.getCommandSpec());
        }
        macro(".SH EXAMPLES");
        example(spec.usageMessage().footer());
    }

    private void subcommand(CommandSpec spec) {
        macro(".SH \"" + escaped(spec.qualifiedName(" ")) + "\"");
        lines(spec.usageMessage().description());
        for (PositionalParamSpec operand : spec.positionalParameters()) {
            macro(".TP");
            macro(".I " + escaped(operand.paramLabel()));
            lines(operand.description());
        }
        for (OptionSpec option : spec.options()) {
            macro(".TP");
            String label = option.arity().max() == 0 ? "" : " \\fI" + escaped(option.paramLabel()) + "\\fR";
            List<String> names =
                    Arrays.stream(option.names()).map(ManPage::escaped).toList();
            macro("\\fB" + String.join("\\fR, \\fB", names) + "\\fR" + label);
            lines(option.description());
        }
        example(spec.usageMessage().footer());
        spec.subcommands().values().forEach(below -> subcommand(below.getCommandSpec()));
    }

    private static String operands(CommandSpec spec) {
        List<String> words = new ArrayList<>(List.of("[options]"));
        spec.positionalParameters()
                .forEach(operand ->
                        words.add(operand.paramLabel() + (operand.arity().max() > 1 ? "..." : "")));
        return String.join(" ", words);
    }

    /** The footer as it is: its examples are aligned. */
    private void example(String[] footer) {
        macro(".PP");
        macro(".nf");
        lines(footer);
        macro(".fi");
    }

    private void lines(String[] lines) {
        for (String line : lines) {
            line.replace("%n", "\n").lines().forEach(this::text);
        }
    }

    private void macro(String line) {
        out.append(line).append('\n');
    }

    /** A line that is no macro, whatever it begins with. */
    private void text(String line) {
        out.append(line.startsWith(".") || line.startsWith("'") ? "\\&" : "")
                .append(escaped(line))
                .append('\n');
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\e").replace("-", "\\-");
    }
}
