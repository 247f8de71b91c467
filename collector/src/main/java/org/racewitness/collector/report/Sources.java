package org.racewitness.collector.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Source text of the files that stacks name, read from this machine, each at most once. Names come from the trace and
 * are not trusted: only regular files of Python source are taken, no more than {@link #MAX_FILE_BYTES} of one and
 * {@link #MAX_TOTAL_BYTES} of all.
 *
 * <p>Confined to one thread.
 */
public final class Sources {
    /** A file larger than this is left out. */
    public static final int MAX_FILE_BYTES = 4 << 20;
    /** Once so much text was read, further files are left out. */
    public static final int MAX_TOTAL_BYTES = 256 << 20;

    private static final SourceText SWITCHED_OFF = SourceText.absent("sources left out (--no-source)");

    /** PEP 263: the encoding declaration, in one of the first two lines. */
    private static final Pattern CODING =
            Pattern.compile("^[ \\t\\f]*#.*?coding[:=][ \\t]*([a-zA-Z0-9][-_.a-zA-Z0-9]*)");

    /** Stands for the directory where only given texts count. */
    private static final Path NOWHERE = Path.of("");

    /** null: sources are switched off; {@link #NOWHERE}. */
    private final Path directory;

    private final Map<String, SourceText> known = new HashMap<>();
    private long bytesRead;

    private Sources(Path directory) {
        this.directory = directory;
    }

    /**
     * Sources read from disk.
     *
     * @param directory what relative names are relative to: the directory in which the command ran
     */
    public static Sources in(Path directory) {
        return new Sources(directory.toAbsolutePath());
    }

    /**
     * Sources that another machine has read, and no others.
     *
     * @param texts lines of each file, by its name
     */
    public static Sources given(Map<String, List<String>> texts) {
        Sources sources = new Sources(NOWHERE);
        texts.forEach((file, lines) -> sources.known.put(file, new SourceText(List.copyOf(lines), null)));
        return sources;
    }

    /** No source text at all ({@code --no-source}). */
    public static Sources none() {
        return new Sources(null);
    }

    /** Whether source text was asked for. */
    public boolean wanted() {
        return directory != null;
    }

    /** The text of a file as Python names it; never null. */
    public SourceText of(String file) {
        if (directory == null) {
            return SWITCHED_OFF;
        }
        return known.computeIfAbsent(file, this::read);
    }

    /** One line of a file without the white space around it, null where there is none. */
    public String strippedLine(String file, int line) {
        String text = of(file).line(line);
        return text == null ? null : text.strip();
    }

    /**
     * The lines of those of the files that can be read, for another machine.
     *
     * @param maxChars how much text at most; a file that would exceed it is left out
     */
    public Map<String, List<String>> texts(Collection<String> files, long maxChars) {
        Map<String, List<String>> texts = new TreeMap<>();
        long left = maxChars;
        for (String file : files) {
            SourceText text = of(file);
            long chars = text.lines().stream().mapToLong(String::length).sum();
            if (text.missing() == null && chars <= left) {
                left -= chars;
                texts.put(file, text.lines());
            }
        }
        return texts;
    }

    private SourceText read(String file) {
        if (NOWHERE.equals(directory)) {
            return SourceText.absent("not sent by the machine of the run");
        }
        if (file.isEmpty() || file.startsWith("<")) {
            return SourceText.absent("no source file");
        }
        try {
            Path path = directory.resolve(file);
            if (!Files.exists(path)) {
                return SourceText.absent("file not found on this machine");
            }
            if (!Files.isRegularFile(path)) {
                return SourceText.absent("not a regular file");
            }
            byte[] bytes = readBounded(path);
            if (bytes == null) {
                return SourceText.absent("larger than 4 MiB");
            }
            if (!file.endsWith(".py") && !file.endsWith(".pyw") && !isPythonScript(bytes)) {
                return SourceText.absent("not a Python source file");
            }
            if (bytesRead + bytes.length > MAX_TOTAL_BYTES) {
                return SourceText.absent("left out: the sources of this report exceed 256 MiB");
            }
            bytesRead += bytes.length;
            return new SourceText(split(new String(bytes, encoding(bytes))), null);
        } catch (InvalidPathException e) {
            return SourceText.absent("not a file name of this machine");
        } catch (NoSuchFileException e) {
            return SourceText.absent("file not found on this machine");
        } catch (IOException | SecurityException e) {
            return SourceText.absent("file could not be read");
        }
    }

    /**
     * A script called otherwise must say itself that Python runs it: a trace from elsewhere is not to fetch this
     * machine's other files.
     */
    private static boolean isPythonScript(byte[] bytes) {
        String head = new String(bytes, 0, Math.min(bytes.length, 256), StandardCharsets.ISO_8859_1);
        int end = head.indexOf('\n');
        return head.startsWith("#!")
                && head.substring(0, end < 0 ? head.length() : end).contains("python");
    }

    /** Null when the file is larger than the limit, also when it grew since it was asked for its size. */
    private static byte[] readBounded(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
            return bytes.length > MAX_FILE_BYTES ? null : bytes;
        }
    }

    private static Charset encoding(byte[] bytes) {
        int end = 0;
        for (int newlines = 0; end < bytes.length && end < 1024; end++) {
            if (bytes[end] == '\n' && ++newlines == 2) {
                break;
            }
        }
        String head = new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
        for (String line : head.split("\n", 2)) {
            Matcher declared = CODING.matcher(line);
            if (declared.find()) {
                return charset(declared.group(1));
            }
        }
        return StandardCharsets.UTF_8;
    }

    /**
     * Python writes {@code latin_1} or {@code latin-1} for what Java calls {@code latin1}; UTF-8 when Java knows none
     * of these.
     */
    private static Charset charset(String name) {
        for (String spelling : List.of(name, name.replace('_', '-'), name.replaceAll("[-_]", ""))) {
            if (Charset.isSupported(spelling)) {
                return Charset.forName(spelling);
            }
        }
        return StandardCharsets.UTF_8;
    }

    /** Lines as Python counts them: ended by LF, CR LF or CR, and by nothing else. */
    private static List<String> split(String text) {
        String body = text.startsWith("\uFEFF") ? text.substring(1) : text;
        return List.of(body.split("\r\n|\r|\n", -1));
    }

    /** Bytes of UTF-8 that a code point takes. */
    private static int utf8Length(int codePoint) {
        return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    }

    /**
     * Index in {@code line} of the character that stands {@code column} bytes of UTF-8 behind its beginning (the unit
     * of CPython's line tables); the line's length where the line is shorter, -1 for an unknown column.
     */
    static int charIndex(String line, int column) {
        if (column < 0) {
            return -1;
        }
        int bytes = 0;
        int index = 0;
        while (index < line.length() && bytes < column) {
            int codePoint = line.codePointAt(index);
            bytes += utf8Length(codePoint);
            index += Character.charCount(codePoint);
        }
        return index;
    }
}
