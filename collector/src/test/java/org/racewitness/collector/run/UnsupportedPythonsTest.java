package org.racewitness.collector.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.racewitness.collector.Problem;

class UnsupportedPythonsTest {
    @TempDir
    Path directory;

    private List<String> read() {
        return UnsupportedPythons.read(directory).stream()
                .map(Problem::toString)
                .sorted()
                .collect(Collectors.toList());
    }

    @Test
    void oneLineForEachKind() throws IOException {
        Files.writeString(directory.resolve("1"), "it has the GIL\t/usr/bin/python3\t3.11.2\tuse python3.13t\n");
        Files.writeString(directory.resolve("2"), "it has the GIL\t/usr/bin/python3\t3.11.2\tuse python3.13t\n");
        Files.writeString(
                directory.resolve("3"), "its version is not known\t/opt/python3.14t\t3.14.0\tuse python3.13t");
        assertEquals(
                List.of(
                        "not observed: /opt/python3.14t (Python 3.14.0): its version is not known; use python3.13t [python-unsupported]",
                        "not observed: /usr/bin/python3 (Python 3.11.2): it has the GIL; use python3.13t (2 processes) [python-unsupported]"),
                read());
    }

    @Test
    void whatIsWrittenHalfIsStillTold() throws IOException {
        Files.writeString(directory.resolve("1"), "it has the G");
        Files.writeString(directory.resolve("2"), "");
        Files.createDirectory(directory.resolve("3"));
        Files.write(directory.resolve("4"), new byte[] {(byte) 0xff, '\n'});
        assertEquals(
                List.of(
                        "a Python was not observed (2 processes) [python-unsupported]",
                        "a Python was not observed: it has the G [python-unsupported]",
                        "a Python was not observed: \ufffd [python-unsupported]"),
                read());
    }

    @Test
    void noneIsNone() {
        assertEquals(List.of(), read());
    }
}
