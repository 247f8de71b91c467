package org.racewitness.collector.ingest;

import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;

/**
 * What {@code --stats} shows of the way from the socket to the analysis. Counters may be read at any time; the histogram once the run is over.
 */
public final class IngestStats {
    private static final long HIGHEST_LAG_NANOS = 3_600_000_000_000L;
    private static final int SIGNIFICANT_DIGITS = 3;

    private final LongAdder frames = new LongAdder();
    private final LongAdder records = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder pauses = new LongAdder();
    private final LongAdder refused = new LongAdder();
    /** Written by the analysis thread only; null when nobody asked for it. */
    private final Histogram lagNanos;

    /** When the first and the last frame was analysed, System.nanoTime(); written by the analysis thread only. */
    private long firstNanos;

    private long lastNanos;

    public IngestStats(boolean withLag) {
        lagNanos = withLag ? new Histogram(1, HIGHEST_LAG_NANOS, SIGNIFICANT_DIGITS) : null;
    }

    boolean wantsLag() {
        return lagNanos != null;
    }

    /** One frame with that many records is through; called by the analysis thread. */
    void analysed(int frameBytes, long frameRecords) {
        records.add(frameRecords);
        lastNanos = System.nanoTime();
        firstNanos = frames.sum() == 0 ? lastNanos : firstNanos;
        frames.increment();
        bytes.add(frameBytes);
    }

    /** Time from the making of a frame in the agent to the end of its analysis; called by the analysis thread. */
    void lag(long nanos) {
        lagNanos.recordValue(Math.min(Math.max(nanos, 1), HIGHEST_LAG_NANOS));
    }

    void paused() {
        pauses.increment();
    }

    void refusedConnection() {
        refused.increment();
    }

    public long frames() {
        return frames.sum();
    }

    /** As the frames' headers say: good for a number that moves, not for the books. */
    public long records() {
        return records.sum();
    }

    public long bytes() {
        return bytes.sum();
    }

    /** How often a connection was not read because the analysis did not keep up. */
    public long pauses() {
        return pauses.sum();
    }

    public long refused() {
        return refused.sum();
    }

    /** Time between the first and the last analysed frame in seconds, at least a microsecond. */
    public double seconds() {
        return Math.max(lastNanos - firstNanos, 1_000) / 1e9;
    }

    /** Null unless asked for at construction. */
    public Histogram lagNanos() {
        return lagNanos;
    }
}
