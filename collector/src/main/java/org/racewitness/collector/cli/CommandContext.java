package org.racewitness.collector.cli;

import java.io.OutputStream;
import java.nio.file.Path;
import org.racewitness.collector.os.InheritedDescriptors;
import org.racewitness.collector.os.Machine;
import org.racewitness.collector.report.Links;
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
    /** Links for the terminal behind stderr, none where it is no terminal. */
    Links links() {
        return Machine.stderrIsTerminal() ? Links.of(System.getenv(), directory) : Links.NONE;
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
