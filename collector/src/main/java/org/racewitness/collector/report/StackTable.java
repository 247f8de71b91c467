package org.racewitness.collector.report;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.racewitness.analyzer.report.Frame;

/**
 * The stacks of a page, each frame and each common outer part once, and the source lines that they show. A stack is the
 * number of its innermost entry; an entry is a frame and the entry of its caller. Two thousand races from one program
 * share most of theirs.
 *
 * <p>Confined to one thread.
 */
final class StackTable {
    /** Number of the empty stack. */
    static final int EMPTY = -1;

    /** Lines of source before and after the innermost frame's own. */
    private static final int CONTEXT = 3;
    /** Lines of one expression that are shown. */
    private static final int MAX_EXPRESSION_LINES = 8;
    /** Characters of one source line that are shown. */
    private static final int MAX_LINE = 400;

    private record Entry(int frame, int caller) {}

    /** A source file and, by number, those of its lines that some frame shows. */
    private static final class File {
        final int number;
        final SourceText text;
        final TreeMap<Integer, String> lines = new TreeMap<>();

        File(int number, SourceText text) {
            this.number = number;
            this.text = text;
        }
    }

    private final Sources sources;
    private final Map<String, File> files = new LinkedHashMap<>();
    private final Map<Frame, Integer> frames = new LinkedHashMap<>();
    private final Map<Entry, Integer> entries = new LinkedHashMap<>();

    StackTable(Sources sources) {
        this.sources = sources;
    }

    /**
     * Puts a stack into the table.
     *
     * @param stack innermost frame first
     * @param context whether lines around the innermost frame's are shown
     * @return number of the stack
     */
    int add(List<Frame> stack, boolean context) {
        int entry = EMPTY;
        for (int i = stack.size() - 1; i >= 0; i--) {
            Frame frame = stack.get(i);
            entry = number(new Entry(number(frame), entry));
            show(frame, i == 0 && context ? CONTEXT : 0);
        }
        return entry;
    }

    private int number(Frame frame) {
        Integer known = frames.putIfAbsent(frame, frames.size());
        return known == null ? frames.size() - 1 : known;
    }

    private int number(Entry entry) {
        Integer known = entries.putIfAbsent(entry, entries.size());
        return known == null ? entries.size() - 1 : known;
    }

    private File file(String name) {
        File known = files.get(name);
        if (known == null) {
            known = new File(files.size(), sources.of(name));
            files.put(name, known);
        }
        return known;
    }

    private void show(Frame frame, int context) {
        File file = file(frame.file());
        if (frame.line() < 1) {
            return;
        }
        int last = Math.min(Math.max(frame.endLine(), frame.line()), frame.line() + MAX_EXPRESSION_LINES - 1);
        for (int number = frame.line() - context; number <= (long) last + context; number++) {
            String line = file.text.line(number);
            if (line != null) {
                file.lines.put(number, line.length() > MAX_LINE ? line.substring(0, MAX_LINE) + "\u2026" : line);
            }
        }
    }

    /**
     * Writes the fields {@code files}, {@code frames} and {@code stacks} of the page's data. A file is {@code [name,
     * why there is no source, {line: [text, runs...]}]}, a frame {@code [file, line, last line, from, to, function,
     * application]} with {@code from} and {@code to} in UTF-16 units of its first and last line, -1 unknown, a stack
     * entry {@code [frame, caller]}. Its twin is {@code data.js}.
     */
    void write(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("files");
        for (Map.Entry<String, File> file : files.entrySet()) {
            write(json, file.getKey(), file.getValue());
        }
        json.writeEndArray();
        json.writeArrayFieldStart("frames");
        for (Frame frame : frames.keySet()) {
            write(json, frame);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("stacks");
        for (Entry entry : entries.keySet()) {
            json.writeStartArray();
            json.writeNumber(entry.frame);
            json.writeNumber(entry.caller);
            json.writeEndArray();
        }
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, String name, File file) throws IOException {
        json.writeStartArray();
        json.writeString(name);
        json.writeString(file.text.missing());
        json.writeStartObject();
        int[][] runs = file.lines.isEmpty()
                ? new int[0][]
                : PythonHighlighter.highlight(file.text.lines(), file.lines.lastKey());
        for (Map.Entry<Integer, String> line : file.lines.entrySet()) {
            json.writeArrayFieldStart(String.valueOf(line.getKey()));
            json.writeString(line.getValue());
            int[] run = runs[line.getKey() - 1];
            for (int i = 0; i < run.length && run[i] < MAX_LINE; i += 3) {
                json.writeNumber(run[i]);
                json.writeNumber(Math.min(run[i + 1], MAX_LINE));
                json.writeNumber(run[i + 2]);
            }
            json.writeEndArray();
        }
        json.writeEndObject();
        json.writeEndArray();
    }

    private void write(JsonGenerator json, Frame frame) throws IOException {
        File file = files.get(frame.file());
        int lastLine = Math.max(frame.endLine(), frame.line());
        json.writeStartArray();
        json.writeNumber(file.number);
        json.writeNumber(frame.line());
        json.writeNumber(lastLine);
        json.writeNumber(index(file.text.line(frame.line()), frame.column()));
        json.writeNumber(index(file.text.line(lastLine), frame.endColumn()));
        json.writeString(frame.function());
        json.writeNumber(frame.application() ? 1 : 0);
        json.writeEndArray();
    }

    private static int index(String line, int column) {
        return line == null ? -1 : Sources.charIndex(line, column);
    }
}
