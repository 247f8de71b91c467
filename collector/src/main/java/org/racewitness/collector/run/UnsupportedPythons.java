package org.racewitness.collector.run;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.racewitness.collector.Problem;
import org.racewitness.collector.Slug;

/** What interpreters that cannot be observed left in the run directory, one problem for each kind of them. */
final class UnsupportedPythons {
    private static final int MAX_FILES = 4096;
    private static final int MAX_FILE_BYTES = 8192;
    private static final int FIELDS = 4;

    private UnsupportedPythons() {}

    static List<Problem> read(Path directory) {
        Map<String, Integer> processes = new LinkedHashMap<>();
        int files = 0;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (++files > MAX_FILES) {
                    break;
                }
                processes.merge(line(entry), 1, Integer::sum);
            }
        } catch (IOException e) {
            processes.merge("cannot read " + directory + ": " + e.getMessage(), 1, Integer::sum);
        }
        return processes.entrySet().stream()
                .map(entry -> new Problem(Slug.PYTHON_UNSUPPORTED, entry.getKey() + times(entry.getValue())))
                .toList();
    }

    private static String times(int processes) {
        return processes == 1 ? "" : " (" + processes + " processes)";
    }

    /** {@code what<TAB>executable<TAB>version<TAB>remedy} as a sentence. */
    private static String line(Path file) {
        try {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                return "a Python was not observed";
            }
            byte[] bytes;
            try (InputStream in = Files.newInputStream(file)) {
                bytes = in.readNBytes(MAX_FILE_BYTES);
            }
            String text = new String(bytes, StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElse("");
            String[] fields = text.split("\t", FIELDS);
            if (fields.length < FIELDS) {
                return "a Python was not observed" + (text.isEmpty() ? "" : ": " + text);
            }
            return "not observed: " + fields[1] + " (Python " + fields[2] + "): " + fields[0] + "; " + fields[3];
        } catch (IOException e) {
            return "a Python was not observed: " + e.getMessage();
        }
    }
}
