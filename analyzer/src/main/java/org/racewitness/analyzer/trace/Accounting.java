package org.racewitness.analyzer.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Counts what becomes of a session's records. The law: {@code received = analysed + dropped + malformed + waiting} at any time, and
 * {@code waiting = 0} once the session was finished. Each number is counted where it happens, none is computed from the others.
 *
 * <p>Owned by the thread that owns the session.
 */
public final class Accounting {
    private static final int MAX_FAULTS = 20;
    private static final int MAX_NOTES = 100;

    // All in records of the wire format.
    long received;
    long analysed;
    long duplicates;
    long unknownTags;
    long untimed;
    long malformed;
    long waiting;

    long recovered;
    long gaps;
    long gapBytes;
    long streamBytes;
    long malformedBytes;

    long missingStamps;
    long lateStamps;
    long unknownThreads;
    long unknownStacks;
    long forced;

    /** Whether a NOTE said that a module switched the GIL on. */
    boolean gilEnabled;

    private final List<String> faults = new ArrayList<>();
    private long faultCount;
    private final List<String> notes = new ArrayList<>();

    /** Writes down something that can not be, with its place; the first {@value #MAX_FAULTS} are kept, all are counted. */
    public void fault(String line) {
        if (faultCount++ < MAX_FAULTS) {
            faults.add(line);
        }
    }

    /** Counts records that arrived and could not be understood. */
    public void malformed(long records, long bytes, String line) {
        received += records;
        malformed += records;
        malformedBytes += bytes;
        fault(line);
    }

    /** Counts records that came from a buffer file; they were counted as received before. */
    public void recovered(long records) {
        recovered += records;
    }

    public boolean gilWasEnabled() {
        return gilEnabled;
    }

    /** Keeps a line for the reader of the report, at most {@value #MAX_NOTES} of them. */
    void note(String line) {
        if (notes.size() < MAX_NOTES && !notes.contains(line)) {
            notes.add(line);
        }
    }

    /**
     * @param written records that the agent says it has written, -1 unknown
     * @param agentLost records that the agent says it could not keep
     * @param tracedLost what an earlier reader of the same trace said of both, 0 unknown
     */
    public SessionCounters snapshot(long written, long agentLost, long tracedLost) {
        return new SessionCounters(
                received,
                analysed,
                duplicates + unknownTags + untimed,
                malformed,
                waiting,
                Math.max(lost(written) + agentLost, tracedLost),
                recovered,
                streamBytes,
                describe());
    }

    /**
     * Records that were written and never arrived. What the agent counted decides; without its count, the gaps in the threads' streams are
     * taken at the average size of the records that did arrive, at least one for each gap, less what arrived damaged.
     */
    private long lost(long written) {
        if (written >= 0) {
            return Math.max(0, written - (received - duplicates));
        }
        if (gaps == 0) {
            return 0;
        }
        double recordBytes = received == 0 ? 24 : Math.max(8, (double) streamBytes / received);
        return Math.max(gaps, Math.round(Math.max(0, gapBytes - malformedBytes) / recordBytes));
    }

    private List<String> describe() {
        List<String> lines = new ArrayList<>(notes);
        add(lines, gaps, "%,d gap(s) in the threads' record streams, %,d bytes missing", gaps, gapBytes);
        add(lines, duplicates, "%,d record(s) arrived twice; the second ones were dropped", duplicates);
        add(lines, unknownTags, "%,d record(s) of unknown kinds were dropped", unknownTags);
        add(lines, untimed, "%,d event(s) behind a gap were dropped, up to the next one whose time is known", untimed);
        add(
                lines,
                missingStamps,
                "%,d synchronisation event(s) missing; what lies before and after them counts as ordered",
                missingStamps);
        add(lines, lateStamps, "%,d synchronisation event(s) out of order", lateStamps);
        add(
                lines,
                unknownThreads,
                "%,d synchronisation event(s) name a thread that is not in the trace",
                unknownThreads);
        add(lines, unknownStacks, "%,d event(s) refer to a stack that is not in the trace", unknownStacks);
        add(lines, forced, "%,d event(s) were ordered early to stay within the memory bound", forced);
        lines.addAll(faults);
        add(lines, faultCount - faults.size(), "and %,d more fault(s)", faultCount - faults.size());
        return List.copyOf(lines);
    }

    private static void add(List<String> lines, long count, String format, Object... arguments) {
        if (count > 0) {
            lines.add(String.format(Locale.ROOT, format, arguments));
        }
    }
}
