package org.racewitness.collector.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A report is written whole or not at all, and a failure is one line that says what to do. */
class ReportFileTest {
    @TempDir
    Path directory;

    @Test
    void replacesTheOldReportAndLeavesNothingElse() throws IOException {
        Path file = directory.resolve("a/b/report.json");
        ReportFile.write(file, "--json FILE", out -> out.write("old"));
        ReportFile.write(file, "--json FILE", out -> out.write("new"));
        assertEquals("new", Files.readString(file));
        assertEquals(List.of("report.json"), names(file.getParent()));
    }

    @Test
    void failureKeepsTheOldReport() throws IOException {
        Path file = directory.resolve("report.json");
        ReportFile.write(file, "--json FILE", out -> out.write("old"));
        ReportException full = assertThrows(
                ReportException.class,
                () -> ReportFile.write(file, "--json FILE", out -> {
                    out.write("x".repeat(1 << 20));
                    throw new IOException("No space left on device");
                }));
        assertEquals(
                "cannot write the report " + file + ": No space left on device; name another place with --json FILE",
                full.getMessage());
        assertEquals("old", Files.readString(file));
        assertEquals(List.of("report.json"), names(directory));
    }

    @Test
    void anUnexpectedFailureKeepsTheOldReportToo() throws IOException {
        Path file = directory.resolve("report.json");
        ReportFile.write(file, "--json FILE", out -> out.write("old"));
        assertThrows(
                IllegalStateException.class,
                () -> ReportFile.write(file, "--json FILE", out -> {
                    throw new IllegalStateException();
                }));
        assertEquals("old", Files.readString(file));
        assertEquals(List.of("report.json"), names(directory));
    }

    @Test
    void saysWhatIsInTheWay() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");
        assertEquals(
                "cannot write the report " + file.resolve("index.html") + ": " + file
                        + ": is not a directory; name another place with --html DIR",
                assertThrows(ReportException.class, () -> HtmlReport.write(SampleReports.empty(), file))
                        .getMessage());
        assertEquals(
                "cannot write the report " + directory + ": is a directory; name another place with --json FILE",
                assertThrows(ReportException.class, () -> JsonReport.write(SampleReports.empty(), directory))
                        .getMessage());
    }

    @Test
    void followsALinkInsteadOfReplacingIt() throws IOException {
        Path real = Files.writeString(directory.resolve("real.json"), "old");
        Path link = Files.createSymbolicLink(directory.resolve("link.json"), real);
        ReportFile.write(link, "--json FILE", out -> out.write("new"));
        assertEquals("new", Files.readString(real));
        assertEquals(real, Files.readSymbolicLink(link));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
