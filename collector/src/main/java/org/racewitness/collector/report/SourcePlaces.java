package org.racewitness.collector.report;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.racewitness.analyzer.report.Frame;

/** Frames as other tools name them: files relative to the folder in which the command ran, columns from 1 in UTF-16 code units. */
final class SourcePlaces {
    private final Path root;
    private final Sources sources;

    /** @param root absolute */
    SourcePlaces(Path root, Sources sources) {
        this.root = root.normalize();
        this.sources = sources;
    }

    Sources sources() {
        return sources;
    }

    /** Whether the frame is in a file, not in code that was made up at run time ({@code <string>}). */
    static boolean isInFile(Frame frame) {
        return !frame.file().isEmpty() && !frame.file().startsWith("<") && frame.line() > 0;
    }

    /** The innermost frame that is in a file, null where none is. */
    static Frame innermostInFile(List<Frame> stack) {
        return stack.stream().filter(SourcePlaces::isInFile).findFirst().orElse(null);
    }

    /** Path below the root with {@code /} between its parts; absolute where the file is elsewhere. */
    String path(Frame frame) {
        try {
            Path file = root.resolve(frame.file()).normalize();
            Path shown = file.startsWith(root) ? root.relativize(file) : file;
            return shown.toString().replace('\\', '/');
        } catch (InvalidPathException e) {
            return frame.file();
        }
    }

    /** RFC 3986 reference: relative below the root, else {@code file:///...}. */
    String uri(Frame frame) {
        // an unpaired surrogate has no encoding: it becomes a question mark
        String path = new String(path(frame).getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        try {
            return path.startsWith("/")
                    ? new URI("file", "", path, null).toASCIIString()
                    : new URI(null, null, "./" + path, null).toASCIIString().substring(2);
        } catch (URISyntaxException e) {
            return "unknown";
        }
    }

    /** 1-based first column of the expression, 0 unknown. */
    int startColumn(Frame frame) {
        return column(frame, frame.line(), frame.column());
    }

    /** 1-based column behind the expression, 0 unknown. */
    int endColumn(Frame frame) {
        return column(frame, Math.max(frame.line(), frame.endLine()), frame.endColumn());
    }

    private int column(Frame frame, int line, int column) {
        String text = sources.of(frame.file()).line(line);
        return text == null || column < 0 ? 0 : Sources.charIndex(text, column) + 1;
    }
}
