package org.racewitness.collector.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files are read, and why others are not. */
class SourcesTest {
    @TempDir
    Path directory;

    @Test
    void readsRelativeAndAbsoluteNames() throws IOException {
        Path file = Files.writeString(directory.resolve("a.py"), "one\n  two\r\nthree\rfour\ffour\u2028four");
        Sources sources = Sources.in(directory);
        assertEquals(
                List.of("one", "  two", "three", "four\ffour\u2028four"),
                sources.of("a.py").lines());
        assertEquals("two", sources.strippedLine(file.toString(), 2));
        assertNull(sources.strippedLine("a.py", 0));
        assertNull(sources.strippedLine("a.py", 5));
    }

    @Test
    void readsTheEncodingThatTheFileDeclares() throws IOException {
        Files.write(
                directory.resolve("latin.py"),
                "#!/usr/bin/python\n# -*- coding: latin_1 -*-\nx = '\u00e9'\n".getBytes(StandardCharsets.ISO_8859_1));
        Files.write(directory.resolve("mark.py"), new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf, 'x'});
        Files.write(directory.resolve("broken.py"), new byte[] {'x', (byte) 0xff, '\n'});
        Files.writeString(directory.resolve("unknown.py"), "# coding: klingon\n\u00e9\n");
        Sources sources = Sources.in(directory);
        assertEquals("x = '\u00e9'", sources.strippedLine("latin.py", 3));
        assertEquals("x", sources.strippedLine("mark.py", 1));
        assertEquals("x\ufffd", sources.strippedLine("broken.py", 1));
        assertEquals("\u00e9", sources.strippedLine("unknown.py", 2));
    }

    @Test
    void saysWhyThereIsNone() throws IOException {
        Files.write(directory.resolve("big.py"), new byte[Sources.MAX_FILE_BYTES + 1]);
        Files.write(directory.resolve("largest.py"), new byte[Sources.MAX_FILE_BYTES]);
        Files.createDirectory(directory.resolve("folder.py"));
        Files.writeString(directory.resolve("passwords"), "secret");
        Files.writeString(directory.resolve("manage"), "#!/usr/bin/env python3\nx = 1\n");
        Sources sources = Sources.in(directory);
        assertEquals("larger than 4 MiB", sources.of("big.py").missing());
        assertNull(sources.of("largest.py").missing());
        assertEquals("not a regular file", sources.of("folder.py").missing());
        assertEquals("not a Python source file", sources.of("passwords").missing());
        assertEquals("x = 1", sources.strippedLine("manage", 2));
        assertEquals("file not found on this machine", sources.of("gone.py").missing());
        assertEquals("no source file", sources.of("<string>").missing());
        assertEquals("no source file", sources.of("").missing());
        assertEquals(
                "not a file name of this machine", sources.of("a\u0000b.py").missing());
        assertEquals("sources left out (--no-source)", Sources.none().of("a.py").missing());
    }

    @Test
    void countsColumnsInBytesAndAnswersInChars() {
        String line = "\u00e9\u5909\ud83d\udc0dx";
        assertEquals(0, Sources.charIndex(line, 0));
        assertEquals(1, Sources.charIndex(line, 2));
        assertEquals(2, Sources.charIndex(line, 5));
        assertEquals(4, Sources.charIndex(line, 9));
        assertEquals(5, Sources.charIndex(line, 10));
        assertEquals(5, Sources.charIndex(line, 1000));
        assertEquals(-1, Sources.charIndex(line, -1));
    }
}
