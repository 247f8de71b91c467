package org.racewitness.collector.ingest;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.racewitness.analyzer.wire.FramePayload;
import org.racewitness.analyzer.wire.Pairs;
import org.racewitness.analyzer.wire.WireFormatException;

/**
 * How a process ended, as far as the collector can tell.
 *
 * @param endedBy {@code exit}, {@code signal}, {@code exec} or {@code unknown}, as in the STATUS frame of the wire format
 * @param exitStatus 0 to 255, null unknown or not by exit
 * @param signal number of the signal, null unknown or none
 * @param note a sentence for the reader, null when there is nothing to add
 */
public record ProcessEnd(String endedBy, Integer exitStatus, Integer signal, String note) {
    private static final Set<String> KNOWN = Set.of("exit", "signal", "exec", "unknown");

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

    /** What a STATUS frame says; as {@link #UNKNOWN} where it is not understood. */
    static ProcessEnd of(ByteBuffer frame) {
        try {
            Map<String, String> pairs = Pairs.read(FramePayload.of(frame));
            String how = pairs.getOrDefault("endedBy", "");
            int status = (int) Pairs.number(pairs, "exitStatus", -1);
            int signal = (int) Pairs.number(pairs, "signal", 0);
            return new ProcessEnd(
                    KNOWN.contains(how) ? how : UNKNOWN.endedBy,
                    status < 0 || status > 255 ? null : (Integer) status,
                    signal < 1 || signal > 64 ? null : (Integer) signal,
                    pairs.get("note"));
        } catch (WireFormatException malformed) {
            return UNKNOWN;
        }
    }

    /** The pairs that {@link #of} reads. */
    public Map<String, String> pairs() {
        Map<String, String> pairs = new LinkedHashMap<>();
        pairs.put("endedBy", endedBy);
        if (exitStatus != null) {
            pairs.put("exitStatus", exitStatus.toString());
        }
        if (signal != null) {
            pairs.put("signal", signal.toString());
        }
        if (note != null) {
            pairs.put("note", note);
        }
        return pairs;
    }

    /** The same with one more sentence. */
    ProcessEnd withNote(String more) {
        return new ProcessEnd(endedBy, exitStatus, signal, note == null ? more : note + "; " + more);
    }
}
