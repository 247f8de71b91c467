package org.racewitness.collector.cli;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The options of a command under headings, by what they are about: a reader looks for one of thirty. */
final class GroupedHelp implements IHelpSectionRenderer {
    /** Headings by the class that declares the options, in the order of the help; others come first, without one. */
    private static final Map<Class<?>, String> HEADINGS = headings();

    private GroupedHelp() {}

    private static Map<Class<?>, String> headings() {
        Map<Class<?>, String> headings = new LinkedHashMap<>();
        headings.put(TraceOptions.class, "What is observed:");
        headings.put(ReportOptions.class, "What is reported, and what fails:");
        headings.put(CollectorOptions.class, "A collector service:");
        headings.put(ConfigOptions.class, "Configuration:");
        return headings;
    }

    static void install(CommandLine command) {
        command.getCommandSpec().usageMessage().abbreviateSynopsis(true);
        command.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, new GroupedHelp());
    }

    @Override
    public String render(Help help) {
        Map<String, List<OptionSpec>> groups = new LinkedHashMap<>();
        groups.put("", new ArrayList<>());
        HEADINGS.values().forEach(heading -> groups.put(heading, new ArrayList<>()));
        help.commandSpec().options().stream()
                .filter(option -> !option.hidden())
                .sorted(Comparator.comparing(option -> option.longestName().replaceFirst("^-+(no-)?", "")))
                .forEach(option -> groups.get(heading(option)).add(option));
        StringBuilder text = new StringBuilder();
        groups.forEach((heading, options) -> {
            if (!options.isEmpty()) {
                text.append(heading.isEmpty() ? "" : System.lineSeparator() + heading + System.lineSeparator());
                Help.Layout layout = help.createDefaultLayout();
                layout.addOptions(options, help.parameterLabelRenderer());
                text.append(layout);
            }
        });
        return text.toString();
    }

    private static String heading(OptionSpec option) {
        Object owner = option.userObject() instanceof Field field ? field.getDeclaringClass() : null;
        return HEADINGS.getOrDefault(owner, "");
    }
}
