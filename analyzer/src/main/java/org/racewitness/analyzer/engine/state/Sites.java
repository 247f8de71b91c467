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
    private static final int OPERATION_MASK = (1 << OPERATION_BITS) - 1;
    private static final int CACHE_SIZE = 1 << 10;

    private final StackSets stackSets;
    private final ProgramPoints points;

    /** Stack and operation, and the two sets. */
    private final PairTable sites = new PairTable(LIMIT - 1);

    /** Program points and operations, so that two sites can be compared by one number each. */
    private final PairTable places = new PairTable(LIMIT);

    // By site number:
    private int[] bare = new int[64];
    private int[] place = new int[64];

    /** Number of the set of this site's stack alone, 0 not yet known. */
    private int[] alone = new int[64];

    // Bare sites of the latest stacks and operations.
    private final long[] cachedKeys = new long[CACHE_SIZE];
    private final int[] cachedSites = new int[CACHE_SIZE];

    // Latest answers of with().
    private final int[] withSites = new int[CACHE_SIZE];
    private final long[] withSets = new long[CACHE_SIZE];
    private final int[] withResults = new int[CACHE_SIZE];

    public Sites(SessionModel model, StackSets stackSets) {
        this.stackSets = stackSets;
        this.points = new ProgramPoints(model);
        for (Operation operation : Operation.values()) {
            intern(operation.code(), 0, 0); // the last resort when the table is full
        }
    }

    /** The bare site of that operation and stack. */
    public int of(Operation operation, int stack) {
        long key = (long) stack << OPERATION_BITS | operation.code();
        int line = (int) (key ^ key >>> 10) & CACHE_SIZE - 1;
        if (cachedKeys[line] != key) {
            cachedKeys[line] = key;
            cachedSites[line] = intern(key, 0, 0);
        }
        return cachedSites[line];
    }

    /** The site with those sets instead of its own. */
    public int with(int site, int readsBefore, int writesAfter) {
        if (readsBefore == readsBefore(site) && writesAfter == writesAfter(site)) {
            return site;
        }
        long sets = (long) readsBefore << Integer.SIZE | writesAfter;
        int line = (site * 31 + readsBefore * 7 + writesAfter) & (CACHE_SIZE - 1);
        if (withSites[line] != site || withSets[line] != sets) {
            withSites[line] = site;
            withSets[line] = sets;
            withResults[line] = intern(sites.first(site), readsBefore, writesAfter);
        }
        return withResults[line];
    }

    private int intern(long stackAndOperation, int readsBefore, int writesAfter) {
        int known = sites.size();
        int site = sites.intern(stackAndOperation, (long) readsBefore << Integer.SIZE | writesAfter);
        if (site == 0) {
            boolean isBare = (readsBefore | writesAfter) == 0;
            return isBare ? intern(stackAndOperation & OPERATION_MASK, 0, 0) : intern(stackAndOperation, 0, 0);
        }
        if (site > known) {
            add(site, (readsBefore | writesAfter) == 0 ? site : intern(stackAndOperation, 0, 0));
        }
        return site;
    }

    private void add(int site, int itsBare) {
        if (site >= bare.length) {
            int capacity = Math.max(site + 1, bare.length * 2);
            bare = Arrays.copyOf(bare, capacity);
            place = Arrays.copyOf(place, capacity);
            alone = Arrays.copyOf(alone, capacity);
        }
        bare[site] = itsBare;
        place[site] = places.intern(points.of(stack(site)), operation(site).code());
    }

    /** The site without its sets. */
    public int bare(int site) {
        return bare[site];
    }

    /** Equal for sites of one operation at one program point. */
    public int place(int site) {
        return place[site];
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
    int addTo(int set, int site) {
        return set == 0 ? alone(site) : stackSets.with(set, stack(site));
    }

    /** Whether the site of a write is known to come after that one. */
    boolean isWrittenAfterBy(int site, int writeSite) {
        int after = writesAfter(site);
        return after == alone(writeSite) || stackSets.with(after, stack(writeSite)) == after;
    }

    /** The set that holds this site's stack only. */
    public int alone(int site) {
        if (alone[site] == 0) {
            alone[site] = stackSets.with(0, stack(site));
        }
        return alone[site];
    }

    /** Whether a later write of the same thread counts it as a read that the write may be the consequence of. */
    public boolean isReadBeforeWrite(int site) {
        Operation operation = operation(site);
        return operation.reads() && !operation.iterates() && stack(site) != 0;
    }
}
