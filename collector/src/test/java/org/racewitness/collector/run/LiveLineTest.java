package org.racewitness.collector.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.racewitness.collector.os.Terminal;

/** What is written to the terminal; what a terminal makes of it is tested on a real one, end to end. */
class LiveLineTest {
    private static final class FakeTerminal implements Terminal {
        private final List<String> written = new ArrayList<>();
        private int rows = 24;
        private int columns = 80;
        private boolean shared = true;

        @Override
        public int rows() {
            return rows;
        }

        @Override
        public int columns() {
            return columns;
        }

        @Override
        public boolean isShared() {
            return shared;
        }

        @Override
        public void write(String text) {
            written.add(text);
        }

        private String next() {
            assertEquals(1, written.size(), "each change is one write: " + written);
            return written.remove(0);
        }
    }

    private final FakeTerminal terminal = new FakeTerminal();
    private final LiveLine line = new LiveLine(terminal, () -> "0123456789".repeat(8));

    @Test
    void theRegionEndsAboveTheLineAndTheCursorComesBack() {
        line.redraw();
        assertEquals(
                "\u001bD\u001b[A\u001b7\u001b[1;23r\u001b8\u001b7\u001b[24;1H\u001b[2K\u001b[2m"
                        + "0123456789".repeat(8).substring(0, 79) + "\u001b[0m\u001b8",
                terminal.next());
        line.redraw();
        assertFalse(terminal.next().contains("r\u001b8"), "the region is set once");
        line.close();
        assertEquals("\u001b7\u001b[24;1H\u001b[2K\u001b[r\u001b8", terminal.next());
        line.redraw();
        assertEquals(List.of(), terminal.written);
    }

    @Test
    void aNewSizeMovesTheLine() {
        line.redraw();
        terminal.next();
        terminal.rows = 30;
        line.redraw();
        assertTrue(terminal.next()
                .startsWith("\u001b7\u001b[24;1H\u001b[2K\u001b[r\u001b8\u001bD\u001b[A\u001b7\u001b[1;29r"));
        terminal.rows = 10;
        line.redraw();
        assertTrue(terminal.next().startsWith("\u001b7\u001b[r\u001b8\u001bD"), "row 30 is gone");
    }

    @Test
    void itGivesWayToOthersAndComesBack() {
        line.redraw();
        terminal.next();
        terminal.shared = false;
        line.redraw();
        assertEquals("\u001b7\u001b[24;1H\u001b[2K\u001b[r\u001b8", terminal.next());
        line.redraw();
        assertEquals(List.of(), terminal.written);
        terminal.shared = true;
        line.redraw();
        assertTrue(terminal.next().contains("\u001b[1;23r"));
    }

    @Test
    void aTerminalThatIsTooSmallHasNone() {
        terminal.rows = 3;
        line.redraw();
        terminal.rows = 24;
        terminal.columns = 20;
        line.redraw();
        assertEquals(List.of(), terminal.written);
    }

    @Test
    void itSaysHowLongHowMuchAndHowMany() {
        Progress none = new Progress(true, () -> 0);
        assertEquals("racewitness  0:07  12,345 events  no race so far", none.text(Duration.ofSeconds(7), 12_345));
        Progress two = new Progress(true, () -> 2);
        assertEquals("racewitness  1:01:01  0 events  2 races so far", two.text(Duration.ofSeconds(3661), 0));
        Progress recording = new Progress(true, null);
        assertEquals("racewitness  0:00  1 event recorded", recording.text(Duration.ZERO, 1));
    }
}
