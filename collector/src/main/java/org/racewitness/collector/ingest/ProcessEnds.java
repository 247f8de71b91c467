package org.racewitness.collector.ingest;

import java.util.concurrent.CompletionStage;

/** Finds out how processes ended. Thread-safe. */
public interface ProcessEnds {

    /** A process has begun a session, and waits for the answer that lets it go on. */
    void began(long session, long pid);

    /** Asked when the connection of a process has closed; answers when it is known, within a second or so. */
    CompletionStage<ProcessEnd> of(ClosedSession session);
}
