package org.racewitness.analyzer.engine;

/**
 * One side of a racing pair, as an engine hands it out. Mutable and reused from one pair to the next; belongs to the engine and its thread.
 */
public final class RacingAccess {
    private static final int[] NONE = {};

    private final LockSets lockSets;
    private int thread;
    private long moment;
    private Operation operation = Operation.READ;
    private int stack;
    private int lockSet;
    private int[] readsBefore = NONE;
    private int[] writesAfter = NONE;
    private long knownOfOther;
    private long heardOfOther;

    public RacingAccess(LockSets lockSets) {
        this.lockSets = lockSets;
    }

    /** Makes this the given access, with no {@link #readsBefore} and no {@link #writesAfter}; {@code lockSet} is a number of the engine's sets. */
    public void set(int thread, Operation operation, int stack, int lockSet) {
        this.thread = thread;
        this.operation = operation;
        this.stack = stack;
        this.lockSet = lockSet;
        this.moment = 0;
        this.readsBefore = NONE;
        this.writesAfter = NONE;
        this.knownOfOther = -1;
        this.heardOfOther = -1;
    }

    /** Local time of the event at which it was made; 0 where the engine keeps none. */
    public void setMoment(long time) {
        this.moment = time;
    }

    /**
     * What the access knew of the other one's thread.
     *
     * @param known see {@link #knownOfOther}
     * @param heard see {@link #heardOfOther}
     */
    public void setKnowledge(long known, long heard) {
        this.knownOfOther = known;
        this.heardOfOther = heard;
    }

    /** The two sets, each in an array that nobody changes. */
    public void setLinks(int[] readsBefore, int[] writesAfter) {
        this.readsBefore = readsBefore;
        this.writesAfter = writesAfter;
    }

    /** Dense number of the thread. */
    public int thread() {
        return thread;
    }

    public long moment() {
        return moment;
    }

    public Operation operation() {
        return operation;
    }

    /** Session-wide stack number, 0 for none. */
    public int stack() {
        return stack;
    }

    /** Objects of the locks held, outermost first; a new array. */
    public long[] locks() {
        return lockSets.locks(lockSet);
    }

    /**
     * Of an access that writes: stacks of the thread's reads of the same location before it, with no synchronisation in between. Not to be changed; often the same
     * array for the same set.
     */
    public int[] readsBefore() {
        return readsBefore;
    }

    /**
     * Of an access that reads: stacks of the thread's writes to the same location known so far to have come after a read at this place, with no
     * synchronisation in between; those that come later are told by {@link RaceSink#readThenWrite}. As {@link #readsBefore}.
     */
    public int[] writesAfter() {
        return writesAfter;
    }

    /** Local time up to which the other access's thread was known here, 0 for not at all; -1 where the engine does not know. */
    public long knownOfOther() {
        return knownOfOther;
    }

    /** Local time of this thread at which that became known; 0 before its first event, -1 for never or where the engine does not know. */
    public long heardOfOther() {
        return heardOfOther;
    }
}
