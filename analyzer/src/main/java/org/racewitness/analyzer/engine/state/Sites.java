package org.racewitness.analyzer.engine.state;

import java.util.Arrays;
import org.racewitness.analyzer.engine.Operation;
import org.racewitness.analyzer.engine.StackSets;
import org.racewitness.analyzer.trace.SessionModel;

/**
 * Numbers what is known of an access besides its moment: operation, stack, the reads before it and the writes after it (sets of the engine's
 * {@link StackSets}). A site without either set is a <em>bare</em> one. There are few sites, however many accesses: one number stands for
 * all of it in the history of a location. Belongs to its engine.
 */
public final class Sites {
    /** Numbers stay below this; where a program has more, further ones lose their sets and at last their stacks. */
    public static final int LIMIT = 1 << 24;

    private static final int OPERATION_BITS = 5;

    /** Codes of operations are below. */
    static final int OPERATIONS = 1 << OPERATION_BITS;

    private static final int OPERATION_MASK = (1 << OPERATION_BITS) - 1;
    private static final int WRITES = 1;
    private static final int READS_BEFORE_WRITE = 2;

    private final boolean eachPair;
    private final StackSets stackSets;
    private final ProgramPoints points;

    /** Stack and operation, and the two sets. */
    private final PairTable sites = new PairTable(LIMIT - 1);

    // By site number:
    private int[] bare = new int[64];
    /** Program point and operation; not kept where not each pair is wanted. */
    private int[] place = new int[64];

    /** {@link #WRITES}, {@link #READS_BEFORE_WRITE}. */
    private byte[] nature = new byte[64];

    /** Bare sites by operation code and stack, 0 not yet known; null for operations that nobody has used. */
    private final int[][] bareOf = new int[OPERATIONS][];

    // By site number, its latest answer of with(), 0 for none, and the sets that were asked for.
    private int[] withResult = new int[64];
    private long[] withSets = new long[64];

    /** The latest read site that {@link #linked} named with it. */
    private int[] readLinked = new int[64];

    public Sites(SessionModel model, StackSets stackSets) {
        this.eachPair = model.wantsEachPair();
        this.stackSets = stackSets;
        this.points = new ProgramPoints(model);
        for (Operation operation : Operation.values()) {
            internBare(operation.code(), 0); // the last resort when the table is full
        }
    }

    /** The bare site of that operation and stack. */
    public int of(Operation operation, int stackOrNegative) {
        int stack = Math.max(0, stackOrNegative);
        return of(operation.code(), stack);
    }

    /** The bare site of the operation of that code and that stack, at least 0. */
    int of(int operation, int stack) {
        int[] byStack = bareOf[operation];
        int site = byStack != null && stack < byStack.length ? byStack[stack] : 0;
        return site != 0 ? site : internBare(operation, stack);
    }

    private int internBare(int operation, int stack) {
        int site = addBare(operation, stack);
        int[] byStack = bareOf[operation];
        if (byStack == null || stack >= byStack.length) {
            int capacity = Math.max(stack + 1, byStack == null ? 64 : byStack.length * 2);
            byStack = byStack == null ? new int[capacity] : Arrays.copyOf(byStack, capacity);
            bareOf[operation] = byStack;
        }
        byStack[stack] = site;
        return site;
    }

    private int addBare(int operation, int stack) {
        int site = sites.add((long) stack << OPERATION_BITS | operation, 0);
        if (site == 0) {
            return bareOf[operation][0];
        }
        describe(site, site);
        return site;
    }

    /** The site with those sets instead of its own. */
    public int with(int site, int readsBefore, int writesAfter) {
        if (readsBefore == readsBefore(site) && writesAfter == writesAfter(site)) {
            return site;
        }
        long sets = (long) readsBefore << Integer.SIZE | writesAfter;
        if (withResult[site] == 0 || withSets[site] != sets) {
            int result = (readsBefore | writesAfter) == 0 ? bare[site] : intern(site, readsBefore, writesAfter);
            withSets[site] = sets;
            withResult[site] = result;
        }
        return withResult[site];
    }

    private int intern(int same, int readsBefore, int writesAfter) {
        int known = sites.size();
        int site = sites.intern(sites.first(same), (long) readsBefore << Integer.SIZE | writesAfter);
        if (site > known) {
            describe(site, bare[same]);
        }
        return site == 0 ? bare[same] : site;
    }

    private void describe(int site, int itsBare) {
        if (site >= bare.length) {
            int capacity = Math.max(site + 1, bare.length * 2);
            bare = Arrays.copyOf(bare, capacity);
            place = eachPair ? Arrays.copyOf(place, capacity) : place;
            withResult = Arrays.copyOf(withResult, capacity);
            withSets = Arrays.copyOf(withSets, capacity);
            readLinked = Arrays.copyOf(readLinked, capacity);
            nature = Arrays.copyOf(nature, capacity);
        }
        bare[site] = itsBare;
        nature[site] = natureOf(operation(site), stack(site));
        if (eachPair) {
            place[site] =
                    points.of(stack(site)) << OPERATION_BITS | operation(site).code();
        }
    }

    /** The site without its sets. */
    public int bare(int site) {
        return bare[site];
    }

    public Operation operation(int site) {
        return Operation.ofCode((int) sites.first(site) & OPERATION_MASK);
    }

    public int stack(int site) {
        return (int) (sites.first(site) >>> OPERATION_BITS);
    }

    public int readsBefore(int site) {
        return (int) (sites.second(site) >>> Integer.SIZE);
    }

    public int writesAfter(int site) {
        return (int) sites.second(site);
    }

    /** The set with that site's stack. */
    public int addTo(int set, int site) {
        return stackSets.with(set, stack(site));
    }

    /** The site of a read, with the write's stack among those that come after it. */
    int writtenAfterBy(int readSite, int writeSite) {
        return with(readSite, readsBefore(readSite), addTo(writesAfter(readSite), writeSite));
    }

    /** Says that such a write with that read before it leaves both sites as they are. */
    void linked(int readSite, int writeSite) {
        readLinked[writeSite] = readSite;
    }

    /** Whether {@link #linked} was said of the two; at times it is forgotten. */
    boolean areLinked(int readSite, int writeSite) {
        return readLinked[writeSite] == readSite;
    }

    /** The set that holds this site's stack only. */
    public int alone(int site) {
        return stackSets.with(0, stack(site));
    }

    /**
     * Whether an access makes an earlier one at the same location superfluous that happens before it: whatever races with the earlier races with the
     * later as well. That takes one that conflicts with as much; and the same operation at the same program point, where each pair of those is wanted.
     */
    boolean standsFor(int site, int earlier) {
        return eachPair ? place[site] == place[earlier] : writes(site) || !writes(earlier);
    }

    /** Whether two sites are of one operation at one stack; never where not each pair is wanted. */
    boolean haveOneStack(int bareSite, int other) {
        return eachPair && bare[other] == bareSite;
    }

    public boolean wantsEachPair() {
        return eachPair;
    }

    private byte natureOf(Operation operation, int stack) {
        boolean readsBeforeWrite = eachPair && operation.reads() && !operation.iterates() && stack != 0;
        return (byte) ((operation.writes() ? WRITES : 0) | (readsBeforeWrite ? READS_BEFORE_WRITE : 0));
    }

    /** Whether its operation writes anything. */
    boolean writes(int site) {
        return (nature[site] & WRITES) != 0;
    }

    /** Whether a later write of the same thread counts it as a read that the write may be the consequence of. */
    public boolean isReadBeforeWrite(int site) {
        return (nature[site] & READS_BEFORE_WRITE) != 0;
    }
}
