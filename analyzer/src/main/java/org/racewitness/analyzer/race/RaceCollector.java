package org.racewitness.analyzer.race;

import java.util.ArrayList;
import java.util.List;
import org.racewitness.analyzer.report.Race;
import org.racewitness.analyzer.trace.SessionModel;

/**
 * The races of one run, over all its processes: racing pairs in, grouped and judged entries of the report out.
 *
 * <p>{@link #forSession} may be called from any thread. Each {@link SessionRaces} belongs to the thread that drives its engine; whoever calls
 * {@link #races} must have seen the end of all of them.
 */
public final class RaceCollector {
    /** One per process, in the order of arrival. Guarded by itself. */
    private final List<SessionRaces> sessions = new ArrayList<>();

    /** Where the engine of one process tells its racing pairs. */
    public SessionRaces forSession(SessionModel model, int pid) {
        SessionRaces races = new SessionRaces(model, pid);
        synchronized (sessions) {
            sessions.add(races);
        }
        return races;
    }

    /** Pairs of source lines that raced so far, over all processes; may be asked by any thread at any time. */
    public int soFar() {
        synchronized (sessions) {
            return sessions.stream().mapToInt(SessionRaces::racingLines).sum();
        }
    }

    /** The entries of the report, most severe first, with their ids. Every session must have been finished. */
    public List<Race> races() {
        List<SessionRaces> all;
        synchronized (sessions) {
            all = List.copyOf(sessions);
        }
        return new ReportBuilder().build(all);
    }
}
