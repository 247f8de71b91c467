package org.racewitness.collector.ingest;

import java.util.concurrent.CompletionStage;

/** Finds out how processes ended. Thread-safe. */
@FunctionalInterface
public interface ProcessEnds {

    /**
     * Asked when the connection of a process has closed; answers when it is known, within a second or so.
     *
     * @param saidGoodbye whether the process sent its END frame
     */
    CompletionStage<ProcessEnd> of(long pid, boolean saidGoodbye);
}
