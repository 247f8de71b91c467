package org.racewitness.analyzer.engine.state;

/** Counts the intervals of one process. Belongs to its engine. */
public final class Intervals {
    private final int mostOlder;
    private long begun;
    private int older;

    public Intervals() {
        this(Past.OLDER_OF_ALL);
    }

    /** @param mostOlder how many {@link Past} may remember of all threads beside the latest ones */
    Intervals(int mostOlder) {
        this.mostOlder = mostOlder;
    }

    /** The serial number of an interval that begins: how many there are with it. */
    long next() {
        return ++begun;
    }

    /** Whether there is room for so many older ones more, which are taken then. */
    boolean takeOlder(int count) {
        if (count > mostOlder - older) {
            return false;
        }
        older += count;
        return true;
    }

    void giveOlder(int count) {
        older -= count;
    }
}
