package org.racewitness.collector.cli;

/** Formats of stored traces, as they are written on the command line. */
enum TraceFormat {
    trace,
    std
}
