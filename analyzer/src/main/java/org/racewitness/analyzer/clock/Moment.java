package org.racewitness.analyzer.clock;

/** What a thread knew at one of its events: what a release leaves behind for whoever acquires. Belongs to its engine. */
public final class Moment {
    /** No event at all; who joins it learns nothing. */
    public static final Moment NONE = new Moment(Times.NOTHING, 0);

    /** What it knew of the other threads by happens-before. */
    public final Times known;

    /** The event itself. */
    public final long epoch;

    /** What it knew by an order that has more edges than happens-before, null where that is the same. */
    public Times beyond;

    public Moment(Times known, long epoch) {
        this.known = known;
        this.epoch = epoch;
    }
}
