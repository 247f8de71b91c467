package org.racewitness.collector.report;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.racewitness.analyzer.report.Frame;

/**
 * Links in a terminal's text (OSC 8), to files and their lines, in the form that the terminal at hand understands. Others would print the
 * sequences as garbage, so there are none for a terminal that is not known.
 */
public final class Links {
    /** No links. */
    public static final Links NONE = new Links(Path.of("").toAbsolutePath(), Target.NOTHING);

    private static final Set<String> PROGRAMS = Set.of("iTerm.app", "WezTerm", "ghostty");
    private static final Set<String> VARIABLES = Set.of("VTE_VERSION", "WT_SESSION", "KONSOLE_VERSION");

    /** How an address names a line. */
    private enum Target {
        NOTHING,
        /** file:///a.py: there is no common form for lines. */
        FILE,
        /** file:///a.py#12, as kitty hands it to an editor. */
        FRAGMENT,
        /** vscode://file/a.py:12, which the editor's own terminal opens. */
        EDITOR
    }

    private final Path root;
    private final Target target;

    private Links(Path root, Target target) {
        this.root = root;
        this.target = target;
    }

    /**
     * For the terminal that the environment tells of.
     *
     * @param root what relative paths are relative to, absolute
     */
    public static Links of(Map<String, String> environment, Path root) {
        String program = environment.getOrDefault("TERM_PROGRAM", "");
        if (program.equals("vscode")) {
            return new Links(root, Target.EDITOR);
        }
        if (environment.containsKey("KITTY_WINDOW_ID")) {
            return new Links(root, Target.FRAGMENT);
        }
        boolean known = PROGRAMS.contains(program) || VARIABLES.stream().anyMatch(environment::containsKey);
        return new Links(root, known ? Target.FILE : Target.NOTHING);
    }

    /** The shown text as a link to a file. */
    String file(Path file, String shown) {
        return target == Target.NOTHING ? shown : link(uri(file), shown);
    }

    /** The shown text as a link to a frame's line. */
    String line(Frame frame, String shown) {
        if (target == Target.NOTHING || !SourcePlaces.isInFile(frame)) {
            return shown;
        }
        Path file;
        try {
            file = root.resolve(frame.file());
        } catch (InvalidPathException e) {
            return shown;
        }
        String address = uri(file);
        return switch (target) {
            case FRAGMENT -> link(address + "#" + frame.line(), shown);
            case EDITOR -> link("vscode://file" + address.substring("file://".length()) + ":" + frame.line(), shown);
            default -> link(address, shown);
        };
    }

    /** Printable ASCII, whatever the path holds. */
    private String uri(Path file) {
        String path = root.resolve(file).toAbsolutePath().normalize().toString();
        try {
            return new URI("file", "", path, null).toASCIIString();
        } catch (URISyntaxException e) {
            return "file:///";
        }
    }

    private static String link(String address, String shown) {
        return "\u001b]8;;" + address + "\u001b\\" + shown + "\u001b]8;;\u001b\\";
    }
}
