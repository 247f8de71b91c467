package org.racewitness.analyzer.engine.state;

import java.util.Arrays;
import java.util.function.IntPredicate;
import org.racewitness.analyzer.trace.TraceEvents;
import org.racewitness.analyzer.wire.RecordDescriptor;

/**
 * Finds the records of {@link LocationTable} by object and key, and the latest one of each object, from which the others are chained. Open addressing
 * with linear probing over record numbers. Bits that a number leaves free hold some of the location's hash, so that records of other locations are hardly
 * ever looked at. Belongs to its table.
 */
final class LocationIndex {
    private static final long LOW = 0xFFFF_FFFFL;

    /** A table is full at four fifths: from there on most look-ups would have to go further than {@link #WINDOW}. */
    private static final long FULL_FACTOR = 4;

    private static final long FULL_DIVISOR = 5;

    /** Slots that are looked at together. */
    private static final int WINDOW = 4;

    private final Records records;
    private final IntPredicate isFound;

    /** In the low {@link #recordBits} a record's number, 0 free; above them the low bits of its location's hash. */
    private int[] index = new int[64];

    /** Enough for the number of any record that this capacity may hold; at most 31. */
    private int recordBits = 7;

    /** The latest record of each object, by a hash of the object alone; 0 free. */
    private int[] heads = new int[64];

    private int objects;

    /** @param isFound whether a record below {@link Records#end} is one of a location */
    LocationIndex(Records records, IntPredicate isFound) {
        this.records = records;
        this.isFound = isFound;
    }

    long bytes() {
        return 4L * (index.length + heads.length);
    }

    /** The record of that location, 0 for none. */
    int find(long object, long key) {
        int hash = hash(object, key);
        int slot = slot(hash, index.length);
        int entry = index[slot];
        while (entry != 0) {
            if ((entry ^ hash << recordBits) >>> recordBits == 0) {
                int record = number(entry);
                if (records.is(record, object, key)) {
                    return record;
                }
            }
            slot = after(slot, index.length);
            entry = index[slot];
        }
        return 0;
    }

    /** As {@link LocationTable#findAll} says. */
    void findAll(long[] words, int from, int count, int[] found, Containers containers) {
        lookUpAll(words, from, count, found);
        for (int i = 0; i < count; i++) {
            int at = from + i * TraceEvents.ACCESS_WORDS;
            long object = RecordDescriptor.object(words[at + 1]);
            if (containers.mayBe(object)) {
                found[i] = 0;
            } else if (!records.is(found[i], object, words[at + 2])) {
                found[i] = find(object, words[at + 2]);
            }
        }
    }

    /** Finds for each access the record that the index seems to have for it. Nothing is called and nothing waits for a record here, so that many look-ups are on their way at once. */
    private void lookUpAll(long[] words, int from, int count, int[] found) {
        int[] table = index;
        int bits = recordBits;
        int mask = (1 << bits) - 1;
        int lastWindow = table.length - WINDOW;
        for (int i = 0; i < count; i++) {
            int at = from + i * TraceEvents.ACCESS_WORDS;
            int hash = hash(RecordDescriptor.object(words[at + 1]), words[at + 2]);
            int slot = Math.min(slot(hash, table.length), lastWindow);
            found[i] =
                    mask & withHash(table[slot], table[slot + 1], table[slot + 2], table[slot + 3], hash << bits, bits);
        }
    }

    /** Of {@value #WINDOW} entries the first one with that part of a hash, chosen without a branch, since nobody could foretell which it is; else the third. */
    private static int withHash(int first, int second, int third, int fourth, int hashPart, int bits) {
        int inSecond = onesIfZero((second ^ hashPart) >>> bits);
        int inFirst = onesIfZero((first ^ hashPart) >>> bits);
        int inThird = onesIfZero((third ^ hashPart) >>> bits);
        int other = (third & inThird) | (fourth & ~inThird);
        other = (second & inSecond) | (other & ~inSecond);
        return (first & inFirst) | (other & ~inFirst);
    }

    /** @param number at least 0 */
    private static int onesIfZero(int number) {
        return (number - 1) >> (Integer.SIZE - 1);
    }

    private int number(int entry) {
        return entry & (1 << recordBits) - 1;
    }

    /** The latest record of the object, 0 for none. */
    int first(long object) {
        return heads[headSlot(object)];
    }

    /** Enters a record. @param live how many records there are with it */
    void add(int record, int live) {
        if (live * FULL_DIVISOR > index.length * FULL_FACTOR) {
            makeIndex(larger(index.length));
        } else if (record >>> recordBits != 0) {
            makeIndex(index.length);
        } else {
            place(record);
        }
        chain(record);
        if (objects * FULL_DIVISOR > heads.length * FULL_FACTOR) {
            growHeads();
        }
    }

    /** Puts it before the others of its object. */
    void chain(int record) {
        int head = headSlot(records.object(record));
        objects += heads[head] == 0 ? 1 : 0;
        records.setNext(record, heads[head]);
        heads[head] = record;
    }

    /** Forgets the chain of an object. @return its latest record, 0 for none */
    int unchain(long object) {
        int slot = headSlot(object);
        int first = heads[slot];
        if (first != 0) {
            removeHead(slot);
        }
        return first;
    }

    /** Makes index and chains again of the records that are found. */
    void makeAnew() {
        Arrays.fill(index, 0);
        Arrays.fill(heads, 0);
        objects = 0;
        for (int record = 1; record < records.end(); record++) {
            if (isFound.test(record)) {
                place(record);
                chain(record);
            }
        }
    }

    private int headSlot(long object) {
        int slot = slot(hash(object, 0), heads.length);
        while (heads[slot] != 0 && records.object(heads[slot]) != object) {
            slot = after(slot, heads.length);
        }
        return slot;
    }

    private void place(int record) {
        int hash = hash(record);
        place(index, hash, record | hash << recordBits);
    }

    private static void place(int[] table, int hash, int entry) {
        int slot = slot(hash, table.length);
        while (table[slot] != 0) {
            slot = after(slot, table.length);
        }
        table[slot] = entry;
    }

    /** In the order of the records, which lie in memory that way. */
    private void makeIndex(int capacity) {
        index = new int[capacity];
        recordBits = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(index.length, records.end()));
        for (int record = 1; record < records.end(); record++) {
            if (isFound.test(record)) {
                place(record);
            }
        }
    }

    private void growHeads() {
        int[] old = heads;
        heads = new int[larger(old.length)];
        for (int record : old) {
            if (record != 0) {
                place(heads, hash(records.object(record), 0), record);
            }
        }
    }

    /** Forgets where the record is; it must still hold its key. */
    void remove(int record) {
        int slot = slot(hash(record), index.length);
        while (number(index[slot]) != record) {
            slot = after(slot, index.length);
        }
        index[slot] = 0;
        for (int at = after(slot, index.length); index[at] != 0; at = after(at, index.length)) {
            slot = moveUp(index, slot, at, slot(hash(number(index[at])), index.length));
        }
    }

    private void removeHead(int slot) {
        int hole = slot;
        heads[hole] = 0;
        objects--;
        for (int at = after(hole, heads.length); heads[at] != 0; at = after(at, heads.length)) {
            hole = moveUp(heads, hole, at, slot(hash(records.object(heads[at]), 0), heads.length));
        }
    }

    /** One step of Knuth's algorithm 6.4 R (volume 3): the entry at {@code at} fills the hole unless its home lies behind that. @return the hole */
    private static int moveUp(int[] table, int hole, int at, int home) {
        boolean homeIsBetween = hole <= at ? hole < home && home <= at : hole < home || home <= at;
        if (homeIsBetween) {
            return hole;
        }
        table[hole] = table[at];
        table[at] = 0;
        return at;
    }

    /** Tables grow by a quarter, so that they are seven tenths full on average. */
    private static int larger(int capacity) {
        return (int) Math.min(Integer.MAX_VALUE - 8L, capacity + (capacity >> 2));
    }

    /** Where a hash belongs in a table of any capacity. */
    private static int slot(int hash, int capacity) {
        return (int) (((hash & LOW) * capacity) >>> Integer.SIZE);
    }

    private static int after(int slot, int capacity) {
        return slot + 1 == capacity ? 0 : slot + 1;
    }

    private int hash(int record) {
        return hash(records.object(record), records.key(record));
    }

    private static int hash(long object, long key) {
        long mixed = (object * 0x9E3779B97F4A7C15L ^ key) * 0xC2B2AE3D27D4EB4FL;
        return (int) (mixed >>> 32);
    }
}
