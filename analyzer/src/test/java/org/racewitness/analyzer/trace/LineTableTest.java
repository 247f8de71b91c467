package org.racewitness.analyzer.trace;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineTableTest {
    /** Made by {@code src/test/python/line_tables.py} with CPython 3.13: one code object a line, its table and its positions. */
    private static final Path FIXTURE = Path.of("src", "test", "resources", "line-tables.txt");

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    @Test
    void positionsAreThoseOfCPython() throws IOException {
        List<String> lines = Files.readAllLines(FIXTURE);
        int instructions = 0;
        for (String line : lines) {
            String[] fields = line.split(" ", -1);
            byte[] table = bytes(fields[2]);
            for (int i = 3; i < fields.length; i++) {
                String[] p = fields[i].split(",", -1);
                SourceRange expected = new SourceRange(
                        Integer.parseInt(p[0]), Integer.parseInt(p[1]), Integer.parseInt(p[2]), Integer.parseInt(p[3]));
                int offset = 2 * (i - 3);
                assertEquals(
                        expected,
                        LineTable.find(table, Integer.parseInt(fields[1]), offset),
                        () -> fields[0] + " at " + offset);
                instructions++;
            }
        }
        assertEquals(true, instructions > 2000, "the fixture is worth its name: " + instructions);
    }

    @Test
    void outsideTheTableNothingIsKnown() {
        byte[] table = bytes("8000d8080c8f068a069021890b8e06");
        assertEquals(SourceRange.UNKNOWN, LineTable.find(table, 8, 46));
        assertEquals(SourceRange.UNKNOWN, LineTable.find(table, 8, -2));
        assertEquals(SourceRange.UNKNOWN, LineTable.find(new byte[0], 8, 0));
        assertEquals(new SourceRange(8, 8, 0, 0), LineTable.find(table, 8, 0));
    }

    @Test
    void aCorruptTableEndsWhereItIsCorrupt() {
        assertEquals(SourceRange.UNKNOWN, LineTable.find(bytes("00"), 8, 0), "no entry begins without its high bit");
        assertEquals(SourceRange.UNKNOWN, LineTable.find(bytes("f07f7f7f7f7f7f7f7f"), 8, 0), "a number without end");
        assertEquals(SourceRange.UNKNOWN, LineTable.find(bytes("f003"), 8, 0), "an entry cut off");
        assertEquals(SourceRange.UNKNOWN, LineTable.find(bytes("e813"), 8, 0), "a line before the first");
    }

    @Test
    void noTableMakesItThrow() {
        long seed = Long.getLong("racewitness.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] table = new byte[random.nextInt(40)];
            random.nextBytes(table);
            if (table.length > 0) {
                table[0] |= (byte) 0x80;
            }
            int offset = random.nextInt(100);
            assertDoesNotThrow(
                    () -> LineTable.find(table, random.nextInt(), offset), () -> "-Dracewitness.seed=" + seed);
        }
    }
}
