package org.racewitness.analyzer.engine;

/** What the verdict needs to know of an operation at one of its locations (table "Operations" of {@code docs/wire-format.md}). */
public enum Nature {
    /** An ordinary read or write of one value. */
    PLAIN,
    /** Part of an update that CPython documents as atomic on a shared container. */
    ATOMIC,
    /** One step of an iteration that lasts longer than the access. */
    ITERATE,
    /** Many steps, that others can see half-done. */
    TORN
}
