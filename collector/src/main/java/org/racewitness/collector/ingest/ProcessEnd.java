package org.racewitness.collector.ingest;

/**
 * How a process ended, as far as the collector can tell.
 *
 * @param endedBy {@code exit}, {@code signal}, {@code exec} or {@code unknown}, as in the STATUS frame of the wire format
 * @param exitStatus 0 to 255, null unknown or not by exit
 * @param signal number of the signal, null unknown or none
 * @param note a sentence for the reader, null when there is nothing to add
 */
public record ProcessEnd(String endedBy, Integer exitStatus, Integer signal, String note) {
    public static final ProcessEnd EXIT = new ProcessEnd("exit", null, null, null);
    public static final ProcessEnd EXEC = new ProcessEnd("exec", null, null, null);
    public static final ProcessEnd UNKNOWN = new ProcessEnd("unknown", null, null, null);
    public static final ProcessEnd STILL_RUNNING = new ProcessEnd(
            "unknown", null, null, "still running when the run ended: what it did later was not observed");

    /** Ended with that exit status, 0 to 255. */
    public static ProcessEnd exited(int status) {
        return new ProcessEnd("exit", status, null, null);
    }

    /** Ended by the signal of that number. */
    public static ProcessEnd killed(int signal) {
        return new ProcessEnd("signal", null, signal, null);
    }

    /** The same with one more sentence. */
    ProcessEnd withNote(String more) {
        return new ProcessEnd(endedBy, exitStatus, signal, note == null ? more : note + "; " + more);
    }
}
