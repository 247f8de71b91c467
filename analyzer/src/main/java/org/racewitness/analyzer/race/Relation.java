package org.racewitness.analyzer.race;

/** What a read has to do with a write of the same location that the same thread made after it. */
enum Relation {
    NONE,
    /** Its outcome decides whether the write happens. */
    TESTS,
    /** What is written was computed from what was read, within one statement or expression. */
    FEEDS
}
