package org.racewitness.collector.os;

/** A terminal as far as a line at its foot needs it. Thread-safe. */
public interface Terminal {

    int rows();

    int columns();

    /**
     * Whether a line of ours disturbs nobody: lines are typed and echoed (no editor, pager or prompt has the terminal to itself), and the command
     * is in the foreground.
     */
    boolean isShared();

    /** Writes printable text and control sequences, at once and whole: the command writes to the same terminal. */
    void write(String text);
}
