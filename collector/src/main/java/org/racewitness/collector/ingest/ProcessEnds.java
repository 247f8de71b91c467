package org.racewitness.collector.ingest;

import java.util.concurrent.CompletionStage;

/** Finds out how processes ended. Thread-safe. */
@FunctionalInterface
public interface ProcessEnds {

    /** Asked when the connection of a process has closed; answers when it is known, within a second or so. */
    CompletionStage<ProcessEnd> of(ClosedSession session);
}
