package org.racewitness.analyzer.engine.state;

import java.util.function.IntPredicate;

/**
 * The objects of which more than one item was accessed at once: a range, or all of them. Whether an object is none of them is told in nearly
 * all cases without a look-up. Belongs to its engine.
 */
public final class Containers {
    private static final int FILTER_BITS = 16;

    /** One container's further state. */
    public static final class Container {
        /** Null until a range was accessed. */
        public Items items;

        /** Record of the accesses to all items at once, 0 for none. */
        public int allItems;
    }

    private final LongTable<Container> containers = new LongTable<>();

    /** A Bloom filter with one hash: objects whose bit is not set are none of them. */
    private final long[] filter = new long[(1 << FILTER_BITS) / Long.SIZE];

    private int made;

    /** Null for an object that is none. */
    public Container find(long object) {
        return mayBe(object) ? containers.get(object) : null;
    }

    /** Whether an object may be one of them: false is certain. */
    boolean mayBe(long object) {
        int bit = bit(object);
        return (filter[bit >>> 6] >>> bit & 1) != 0;
    }

    /** How many there ever were. */
    public int made() {
        return made;
    }

    /** The container's state, made at its first access of that kind. */
    public Container get(long object) {
        Container container = find(object);
        if (container == null) {
            container = new Container();
            made++;
            containers.put(object, container);
            int bit = bit(object);
            filter[bit >>> 6] |= 1L << bit;
        }
        return container;
    }

    /** Forgets the items of ranges that have such records; answers how many. */
    public long forgetWhere(IntPredicate isUseless) {
        long items = 0;
        for (int slot = 0; slot < containers.capacity(); slot++) {
            Container container = containers.valueAt(slot);
            items += container == null || container.items == null ? 0 : container.items.removeWhere(isUseless);
        }
        return items;
    }

    public void forget(long object) {
        Container container = find(object);
        if (container != null) {
            if (container.items != null) {
                container.items.clear();
            }
            containers.remove(object);
        }
    }

    private static int bit(long object) {
        return (int) ((object * 0x9E3779B97F4A7C15L) >>> (Long.SIZE - FILTER_BITS));
    }
}
