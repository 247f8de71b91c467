package org.racewitness.collector.ingest;

import java.io.IOException;

/** Where the sessions of a run go. */
@FunctionalInterface
public interface RunSink {

    /** Called on the analysis thread, once for each session that was let in, before its HELLO frame is handed over. */
    SessionSink open(long session) throws IOException;
}
