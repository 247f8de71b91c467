package org.racewitness.collector.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TerminalTextTest {
    @Test
    void countsColumns() {
        assertEquals(3, TerminalText.width("abc"));
        assertEquals(4, TerminalText.width("\u5909\u6570"));
        assertEquals(2, TerminalText.width("\ud83d\udc0d"));
        assertEquals(1, TerminalText.width("e\u0301"));
    }

    @Test
    void clipsPathsAtTheFrontAndTextAtTheEnd() {
        assertEquals("\u2026/app/counter.py:12", TerminalText.clipStart("/home/someone/project/app/counter.py:12", 19));
        assertEquals("short.py:1", TerminalText.clipStart("short.py:1", 19));
        assertEquals("self.total\u2026", TerminalText.clipEnd("self.total_amount += 1", 11));
        assertEquals("\u5909\u2026", TerminalText.clipEnd("\u5909\u6570\u540d", 4));
    }

    @Test
    void wrapsAtSpacesAndBreaksWhatIsTooLong() {
        assertEquals(List.of("one two", "three"), TerminalText.wrap("one two three", 8));
        assertEquals(List.of("ab", "cdefg", "hi j"), TerminalText.wrap("ab cdefghi j", 5));
        assertEquals(List.of(""), TerminalText.wrap("", 5));
    }

    @Test
    void neverExceedsTheColumnsAndLosesNothing() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String alphabet = "ab c d\u5909\ud83d\udc0de\u0301   ";
        int[] points = alphabet.codePoints().toArray();
        for (int round = 0; round < 2000; round++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(60); n > 0; n--) {
                text.appendCodePoint(points[random.nextInt(points.length)]);
            }
            int columns = 2 + random.nextInt(30);
            String what = "seed " + seed + ", round " + round + ", columns " + columns + ": \"" + text + "\"";
            List<String> lines = TerminalText.wrap(text.toString(), columns);
            assertTrue(lines.stream().allMatch(line -> TerminalText.width(line) <= columns), what);
            assertEquals(
                    text.toString().replace(" ", ""), String.join("", lines).replace(" ", ""), what);
            assertTrue(TerminalText.width(TerminalText.clipEnd(text.toString(), columns)) <= columns, what);
            assertTrue(TerminalText.width(TerminalText.clipStart(text.toString(), columns)) <= columns, what);
        }
    }
}
