package org.racewitness.collector.cli;

import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.racewitness.collector.os.InheritedDescriptors;
import org.racewitness.collector.os.Machine;
import org.racewitness.collector.run.Console;

/**
 * What every subcommand gets from {@link Main}.
 *
 * @param console stderr, for the tool's own lines
 * @param stdout what a command is asked to print
 * @param inherited descriptors that belong to a traced command
 * @param directory what relative paths are relative to
 */
record CommandContext(Console console, OutputStream stdout, InheritedDescriptors inherited, Path directory) {
    private static final Set<String> LINKING_PROGRAMS = Set.of("iTerm.app", "WezTerm", "vscode", "ghostty");

    /** Whether stderr is a terminal that is known to show links (OSC 8); others would print them as garbage. */
    static boolean linksWanted() {
        Map<String, String> env = System.getenv();
        boolean known = env.containsKey("VTE_VERSION")
                || env.containsKey("WT_SESSION")
                || env.containsKey("KITTY_WINDOW_ID")
                || env.containsKey("KONSOLE_VERSION")
                || LINKING_PROGRAMS.contains(env.getOrDefault("TERM_PROGRAM", ""));
        return known && Machine.stderrIsTerminal();
    }

    /** {@code --color}: when the summary is coloured. */
    enum Colour {
        auto,
        always,
        never;

        boolean wanted() {
            return switch (this) {
                case always -> true;
                case never -> false;
                case auto ->
                    (System.getenv("NO_COLOR") == null
                                    || System.getenv("NO_COLOR").isEmpty())
                            && !"dumb".equals(System.getenv("TERM"))
                            && Machine.stderrIsTerminal();
            };
        }
    }
}
