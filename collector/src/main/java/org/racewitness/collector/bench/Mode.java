package org.racewitness.collector.bench;

/** How a workload is run. */
enum Mode {
    /** Python as it is. */
    ALONE,
    /** Instrumented, the agent's callbacks return at once: what the technique costs before anything is observed. */
    FLOOR,
    /** Observed and analysed, as a user does it. */
    TRACED
}
