package org.racewitness.collector.ingest;

import java.time.Duration;
import org.racewitness.analyzer.wire.WireLimits;

/**
 * Bounds on what the outside can make the collector hold.
 *
 * @param maxSessions sessions of one run
 * @param highWaterBytes a connection is not read while more than this many bytes of it wait for the analysis ...
 * @param lowWaterBytes ... and read again when no more than this many do
 * @param totalBytes while all connections together have more than this waiting, each may have one frame only
 * @param handshakeTimeout a connection that shows no HELLO for so long is closed
 */
public record IngestLimits(
        int maxSessions, long highWaterBytes, long lowWaterBytes, long totalBytes, Duration handshakeTimeout) {
    public static final IngestLimits DEFAULT =
            new IngestLimits(WireLimits.MAX_SESSIONS, 8L << 20, 2L << 20, 128L << 20, Duration.ofSeconds(10));
}
