package org.racewitness.analyzer.engine.state;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * The items of one container of which ranges were accessed: by key, the record in the {@link LocationTable} that holds the item's history. Items that have been treated
 * alike share a record, wherever they lie; who accesses only some of those gives them one of their own ({@link Parts}). All items of such a container are here.
 *
 * <p>A radix tree over the key's bits, 6 a level, as high as its largest key needs. An entry is a record for all keys below it, 0 where they have none, or a node: a leaf
 * of 64 keys costs 256 bytes, and 64 keys and more that lie side by side and share a record cost one entry. Belongs to its engine.
 */
public final class Items {
    private static final int BITS = 6;
    private static final int NODE = 1 << BITS;
    private static final int MASK = NODE - 1;

    /** Blocks from this size on, as a power of two, are larger than any range. */
    private static final int BEYOND_RANGES = 62;

    private final LocationTable locations;

    /** Node n at 64 n: records, and the complements of nodes' numbers. The first word of a free node is the complement of the next free one. */
    private int[] entries = {};

    private int nodes;

    /** Complement of the first free node's number, 0 for none. */
    private int free;

    private int root;

    /** Levels of nodes that there may be below {@link #root}; it stands for the keys below 64 to the power of this. */
    private int height = 1;

    /** Where the leaf that was looked at last begins, and the upper bits of its keys; -1 for none. */
    private int leaf;

    private long leafKeys = -1;

    /** Behind the last key that is known to have the same record as the one looked for last; 0 for the end of all keys. */
    private long blockEnd;

    public Items(LocationTable locations) {
        this.locations = locations;
    }

    /** The record of that item, 0 for none. */
    public int find(long key) {
        if (key >>> BITS == leafKeys) {
            blockEnd = key + 1;
            return entries[leaf + ((int) key & MASK)];
        }
        return descend(key);
    }

    /** Behind the last key that is known to have the record that {@link #find} has just answered; 0 for the end of all keys. */
    long blockEnd() {
        return blockEnd;
    }

    /** As {@link #blockEnd}, with a look at what follows the key in its leaf. */
    long runEnd() {
        long key = blockEnd - 1;
        if (key >>> BITS != leafKeys) {
            return blockEnd;
        }
        int at = leaf + ((int) key & MASK);
        int record = entries[at];
        int end = at + 1;
        while (end < leaf + NODE && entries[end] == record) {
            end++;
        }
        return key + end - at;
    }

    private int descend(long key) {
        if (!reaches(key)) {
            blockEnd = 0;
            return 0;
        }
        int entry = root;
        int shift = height * BITS;
        while (entry < 0) {
            shift -= BITS;
            int at = (~entry << BITS) + ((int) (key >>> shift) & MASK);
            entry = entries[at];
            if (shift == 0) {
                leafKeys = key >>> BITS;
                leaf = at & ~MASK;
            }
        }
        blockEnd = shift >= Long.SIZE ? 0 : ((key >>> shift) + 1) << shift;
        return entry;
    }

    /** The record of that item alone, made where it has none or shares one. */
    public int own(long key) {
        int record = find(key);
        if (record == 0) {
            record = locations.addRun(1);
        } else if (locations.keys(record) > 1) {
            record = locations.splitRun(record, 1);
        } else {
            return record;
        }
        set(key, record);
        return record;
    }

    void set(long key, int record) {
        if (key >>> BITS != leafKeys) {
            openLeaf(key);
        }
        entries[leaf + ((int) key & MASK)] = record;
    }

    private void openLeaf(long key) {
        raiseTo(key);
        if (root >= 0) {
            root = newNode(root);
        }
        int node = ~root << BITS;
        for (int shift = (height - 1) * BITS; shift > 0; shift -= BITS) {
            int at = node + ((int) (key >>> shift) & MASK);
            if (entries[at] >= 0) {
                int split = newNode(entries[at]);
                entries[at] = split;
            }
            node = ~entries[at] << BITS;
        }
        leaf = node;
        leafKeys = key >>> BITS;
    }

    private boolean reaches(long key) {
        return height * BITS >= Long.SIZE || key >>> (height * BITS) == 0;
    }

    private void raiseTo(long key) {
        while (!reaches(key)) {
            if (root != 0) {
                int lower = root;
                root = newNode(0);
                entries[~root << BITS] = lower;
            }
            height++;
        }
    }

    /** Gives the keys from {@code first} to {@code end} the records that take the place of theirs. */
    void replace(long first, long end, Parts parts) {
        raiseTo(end - 1);
        leafKeys = -1;
        root = replaced(root, height * BITS, 0, first, end, parts);
    }

    /** What takes the place of an entry. @param shift its keys are the 2 to the power of this from {@code base} on; some of them are meant */
    private int replaced(int entry, int shift, long base, long first, long end, Parts parts) {
        long last = shift >= BEYOND_RANGES ? Long.MAX_VALUE : base + (1L << shift) - 1;
        boolean isWhole = first <= base && last < end;
        int node = entry;
        if (entry >= 0) {
            int record = parts.replacement(entry);
            if (isWhole || record == entry) {
                return record;
            }
            node = newNode(entry);
        }
        int at = ~node << BITS;
        int below = shift - BITS;
        int from = first <= base ? 0 : (int) (first >>> below) & MASK;
        int to = last < end ? MASK : (int) ((end - 1) >>> below) & MASK;
        for (int i = from; i <= to; i++) {
            int old = entries[at + i];
            int now = below == 0
                    ? parts.replacement(old)
                    : replaced(old, below, base + ((long) i << below), first, end, parts);
            entries[at + i] = now;
        }
        return isWhole ? joined(node) : node;
    }

    /** The record that all keys of a node have, which is free then; else the node. */
    private int joined(int node) {
        int at = ~node << BITS;
        int record = entries[at];
        boolean isOne = record >= 0;
        for (int i = 1; i < NODE && isOne; i++) {
            isOne = entries[at + i] == record;
        }
        if (isOne) {
            entries[at] = free;
            free = node;
        }
        return isOne ? record : node;
    }

    /** Forgets the items that have such records; answers how many. */
    public long removeWhere(IntPredicate isUseless) {
        leafKeys = -1;
        long before = removed;
        root = pruned(root, height * BITS, isUseless);
        return removed - before;
    }

    private long removed;

    private int pruned(int entry, int shift, IntPredicate isUseless) {
        if (entry >= 0) {
            if (entry == 0 || !isUseless.test(entry)) {
                return entry;
            }
            removed += 1L << shift;
            locations.dropKeys(entry, 1L << shift);
            return 0;
        }
        int at = ~entry << BITS;
        for (int i = 0; i < NODE; i++) {
            entries[at + i] = pruned(entries[at + i], shift - BITS, isUseless);
        }
        return joined(entry);
    }

    /** The container is gone. */
    void clear() {
        removeWhere(record -> true);
        locations.bookRuns(-(long) Integer.BYTES * entries.length);
        entries = new int[0];
    }

    /** @return the complement of its number */
    private int newNode(int content) {
        int node = free;
        if (node == 0) {
            node = ~nodes++;
            int needed = nodes << BITS;
            if (needed > entries.length) {
                int capacity = Math.max(needed, (entries.length + (entries.length >> 1)) & ~MASK);
                locations.bookRuns((long) Integer.BYTES * (capacity - entries.length));
                entries = Arrays.copyOf(entries, capacity);
            }
        } else {
            free = entries[~node << BITS];
        }
        int at = ~node << BITS;
        Arrays.fill(entries, at, at + NODE, content);
        return node;
    }
}
