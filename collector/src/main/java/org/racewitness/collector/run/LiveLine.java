package org.racewitness.collector.run;

import java.time.Duration;
import java.util.function.Supplier;
import org.racewitness.collector.os.Signals;
import org.racewitness.collector.os.Terminal;

/**
 * One line at the foot of the terminal while a command runs. The command writes to the same terminal, so the line has a row of its own: the
 * scrolling region (DECSTBM) ends above it, and what the command prints scrolls there. Each redraw is one write that saves the cursor and
 * brings it back. The row is given back when the run ends, when the tool is stopped or ended by a signal, and while another program has the terminal to itself.
 *
 * <p>Thread-safe; one daemon thread redraws.
 */
public final class LiveLine implements AutoCloseable {
    /** A run that is over sooner shows no line. */
    static final Duration DELAY = Duration.ofSeconds(1);

    private static final Duration PERIOD = Duration.ofMillis(500);
    private static final int MIN_ROWS = 4;
    private static final int MIN_COLUMNS = 30;

    private static final String SAVE = "\u001b7";
    private static final String RESTORE = "\u001b8";
    private static final String WHOLE_SCREEN = "\u001b[r";
    private static final String ERASE_LINE = "\u001b[2K";
    private static final String FAINT = "\u001b[2m";
    private static final String PLAIN = "\u001b[0m";
    /** Down one row, scrolling at the foot, and up again: the cursor's row moves off the foot, its column stays. */
    private static final String OFF_THE_FOOT = "\u001bD\u001b[A";

    private final Terminal terminal;
    private final Supplier<String> text;
    private final Thread thread = new Thread(this::redrawUntilClosed, "live-line");
    private final Thread atExit = new Thread(this::hide, "live-line-exit");

    /** Row on which the line stands, 0 for none; guarded by this. */
    private int row;

    /** Guarded by this. */
    private boolean closed;

    /** @param text what the line says now; called on several threads */
    public LiveLine(Terminal terminal, Supplier<String> text) {
        this.terminal = terminal;
        this.text = text;
        thread.setDaemon(true);
    }

    /** Begins to show the line; once. */
    public void start() {
        Runtime.getRuntime().addShutdownHook(atExit);
        Signals.handle("WINCH", signal -> redraw());
        Signals.handle("TSTP", signal -> {
            hide();
            Signals.stopThisProcess();
        });
        Signals.handle("CONT", signal -> redraw());
        thread.start();
    }

    private void redrawUntilClosed() {
        long wait = DELAY.toMillis();
        try {
            while (waitUnlessClosed(wait)) {
                redraw();
                wait = PERIOD.toMillis();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return whether it was closed */
    private synchronized boolean waitUnlessClosed(long millis) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        for (long left = millis; !closed && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
            wait(left);
        }
        return !closed;
    }

    /** Draws the line as it is now, on the row that is now the last. */
    synchronized void redraw() {
        int rows = terminal.rows();
        int columns = terminal.columns();
        if (closed || rows < MIN_ROWS || columns < MIN_COLUMNS || !terminal.isShared()) {
            hide();
            return;
        }
        StringBuilder out = new StringBuilder();
        if (row != rows) {
            if (row != 0) {
                out.append(leaveRow(rows));
            }
            out.append(OFF_THE_FOOT)
                    .append(SAVE)
                    .append("\u001b[1;")
                    .append(rows - 1)
                    .append('r')
                    .append(RESTORE);
            row = rows;
        }
        String line = text.get();
        String shown = line.length() < columns ? line : line.substring(0, columns - 1);
        out.append(SAVE)
                .append(toRow(row))
                .append(ERASE_LINE)
                .append(FAINT)
                .append(shown)
                .append(PLAIN)
                .append(RESTORE);
        terminal.write(out.toString());
    }

    /** Gives the row back. */
    private synchronized void hide() {
        if (row != 0) {
            terminal.write(leaveRow(terminal.rows()));
            row = 0;
        }
    }

    private String leaveRow(int rows) {
        // a terminal that became smaller has no such row any more
        String erased = row <= rows ? toRow(row) + ERASE_LINE : "";
        return SAVE + erased + WHOLE_SCREEN + RESTORE;
    }

    private static String toRow(int row) {
        return "\u001b[" + row + ";1H";
    }

    /** Takes the line away for good. */
    @Override
    public void close() {
        synchronized (this) {
            hide();
            closed = true;
            notifyAll();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // on the way out already, where the line is taken away too
        }
    }
}
