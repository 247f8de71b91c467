package org.racewitness.analyzer.engine;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many accesses were decided by which rule; plain counters of the thread that drives the engine. Each access counts once. The names follow
 * FastTrack where it has them.
 */
public final class RuleCounts {
    /** The first access to its location. */
    public long first;

    /** One location, whose accesses so far are in order with this one and are known by their latest read and write. */
    public long inOrder;

    /** One location, all others: several accesses unordered with each other, other program points, races. */
    public long compared;

    /** Several locations at once: items and shape, a range, all items. */
    public long composite;

    /** Told after later events of its thread, see {@link org.racewitness.analyzer.trace.TraceEvents#late}. */
    public long late;

    /** The counts by the names of the rules, in the order of this class. */
    public Map<String, Long> byName() {
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("first", first);
        counts.put("in order", inOrder);
        counts.put("compared", compared);
        counts.put("composite", composite);
        counts.put("late", late);
        return counts;
    }

    /** Counts what another one has counted, too. */
    public void add(RuleCounts other) {
        first += other.first;
        inOrder += other.inOrder;
        compared += other.compared;
        composite += other.composite;
        late += other.late;
    }

    public long total() {
        return first + inOrder + compared + composite + late;
    }
}
