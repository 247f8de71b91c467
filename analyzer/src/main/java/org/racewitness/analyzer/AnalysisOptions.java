package org.racewitness.analyzer;

import org.racewitness.analyzer.engine.Engines;
import org.racewitness.analyzer.engine.StateBudget;

/**
 * How a run is analysed.
 *
 * @param order one of {@link Engines#ORDERS}
 * @param maxWaitingBytes events of one process that may wait for their place in the order, in bytes of the wire format; beyond it they are
 *     ordered without what has not come, and the report says so
 * @param maxStateBytes what the tables of locations of all processes may take; beyond it the least useful are forgotten, and the report says so
 * @param cores that the analysis of a stored trace may keep busy; what it finds does not depend on it
 */
public record AnalysisOptions(String order, long maxWaitingBytes, long maxStateBytes, int cores) {
    private static final long DEFAULT_MAX_WAITING_BYTES = 256L << 20;

    /** The default order, 256 MiB of waiting events, tables of two fifths of the heap, all cores. */
    public static AnalysisOptions defaults() {
        return new AnalysisOptions(
                Engines.SHB,
                DEFAULT_MAX_WAITING_BYTES,
                StateBudget.defaultBytes(),
                Runtime.getRuntime().availableProcessors());
    }

    public AnalysisOptions withOrder(String newOrder) {
        return new AnalysisOptions(newOrder, maxWaitingBytes, maxStateBytes, cores);
    }

    /** @param newMaxWaitingBytes at least 8 */
    public AnalysisOptions withMaxWaitingBytes(long newMaxWaitingBytes) {
        return new AnalysisOptions(order, newMaxWaitingBytes, maxStateBytes, cores);
    }

    /** @param newMaxStateBytes at least 1 */
    public AnalysisOptions withMaxStateBytes(long newMaxStateBytes) {
        return new AnalysisOptions(order, maxWaitingBytes, newMaxStateBytes, cores);
    }

    /** @param newCores at least 1 */
    public AnalysisOptions withCores(int newCores) {
        return new AnalysisOptions(order, maxWaitingBytes, maxStateBytes, newCores);
    }
}
