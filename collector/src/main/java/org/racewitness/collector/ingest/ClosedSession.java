package org.racewitness.collector.ingest;

import java.time.Instant;

/**
 * A session whose connection has closed, as far as it speaks for itself.
 *
 * @param id of the session
 * @param pid of its process
 * @param startedAt by the clock of the agent, which is this machine's
 * @param saidGoodbye whether the process sent its END frame
 * @param lastWord how the process said it was about to end, or a collector that passed its session on says it did; null when nothing was said
 */
public record ClosedSession(long id, long pid, Instant startedAt, boolean saidGoodbye, ProcessEnd lastWord) {}
