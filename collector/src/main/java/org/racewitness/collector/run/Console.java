package org.racewitness.collector.run;

import java.io.PrintStream;
import org.racewitness.collector.Problem;

/**
 * The tool's own lines on stderr, each whole and marked as its own, so that they never mix with a line of the program. Thread-safe.
 */
public final class Console {
    private final PrintStream stderr;

    public Console(PrintStream stderr) {
        this.stderr = stderr;
    }

    public void say(String line) {
        // one write for the whole line: the command writes to the same terminal
        stderr.print("racewitness: " + visible(line) + System.lineSeparator());
        stderr.flush();
    }

    /**
     * Goes to the beginning of a line where the command may have left the cursor within one. A terminal does not tell where its cursor is:
     * one blank less than a line has room for stays on the line when the cursor is at its beginning, and else reaches into the next.
     *
     * @param columns width of the terminal behind stderr
     */
    public void beginLine(int columns) {
        raw(" ".repeat(Math.max(0, columns - 1)) + "\r");
    }

    public void say(Problem problem) {
        say(problem.toString());
    }

    /** Prints text of which every line is whole and safe already. */
    public void raw(String text) {
        stderr.print(text);
        stderr.flush();
    }

    /** Names come from outside: a line stays one line and moves no cursor. */
    private static String visible(String line) {
        StringBuilder shown = new StringBuilder(line.length());
        line.codePoints().forEach(c -> {
            if (Character.isISOControl(c) || c == 0x2028 || c == 0x2029) {
                shown.append(String.format("\\x%02x", c));
            } else {
                shown.appendCodePoint(c);
            }
        });
        return shown.toString();
    }
}
