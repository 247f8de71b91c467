package org.racewitness.analyzer.explain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.racewitness.analyzer.engine.RacingAccess;

/**
 * Explains the racing pairs of one process while its events are judged. At most {@link #MAX_EXPLAINED} pairs are explained. Belongs to the thread
 * that drives the engine.
 */
public final class Explanations {
    static final int MAX_EXPLAINED = 1 << 14;

    private final SyncHistory history = new SyncHistory();

    /** Accesses whose thread, by dense number, has not synchronised since. */
    private final Map<Integer, List<RawExplanation.Side>> waiting = new HashMap<>();

    private int explained;

    /** The latest event of a thread, a synchronisation. @param ticks when, by the process's clock */
    public void synchronised(int thread, long time, int kind, long object, long token, int stack, long ticks) {
        history.add(thread, time, kind, object, token, stack, ticks);
        List<RawExplanation.Side> sides = waiting.isEmpty() ? null : waiting.remove(thread);
        if (sides != null) {
            RawSync sync = history.atOrBefore(thread, time);
            sides.forEach(side -> side.complete(sync));
        }
    }

    /** Explains a pair of which the later access is the current event; null where too many were explained or the engine keeps no moments. */
    public RawExplanation explain(RacingAccess first, RacingAccess second, boolean firstIsEarlier) {
        if (explained >= MAX_EXPLAINED || first.moment() == 0 || second.moment() == 0) {
            return null;
        }
        explained++;
        RawExplanation explanation = new RawExplanation(first, second, firstIsEarlier, history);
        expect(explanation.first);
        expect(explanation.second);
        return explanation;
    }

    private void expect(RawExplanation.Side side) {
        if (side.after() == null) {
            waiting.computeIfAbsent(side.thread, thread -> new ArrayList<>()).add(side);
        }
    }
}
