package org.racewitness.analyzer.engine.hb;

import org.racewitness.analyzer.engine.Operation;
import org.racewitness.analyzer.engine.Operation.Facet;
import org.racewitness.analyzer.engine.Operation.Mode;
import org.racewitness.analyzer.engine.RuleCounts;
import org.racewitness.analyzer.engine.state.Containers.Container;
import org.racewitness.analyzer.engine.state.History;
import org.racewitness.analyzer.engine.state.Interval;
import org.racewitness.analyzer.engine.state.Items;
import org.racewitness.analyzer.engine.state.LocationTable;
import org.racewitness.analyzer.engine.state.Parts;
import org.racewitness.analyzer.engine.state.Pasts;
import org.racewitness.analyzer.engine.state.Sites;
import org.racewitness.analyzer.wire.LocationKey;
import org.racewitness.analyzer.wire.RecordDescriptor;

/**
 * The rules for accesses under happens-before, after FastTrack (Flanagan and Freund, PLDI 2009): an access is compared with what the other
 * threads did last at each location that it touches. Unlike FastTrack, the reads and writes of all threads and program points are kept after a
 * race and after an ordered write, so that each pair of program points is found and not only the first.
 *
 * <p>An access is judged in three steps, each over all of its locations: compare, then order (a matter of who takes the {@link Findings}), then
 * enter. The locations of one operation do not hide each other's races that way. Belongs to whoever judges the objects of its state.
 */
final class HbRules {
    /** In the place of a part: a single location. */
    private static final int ONE_KEY = -1;

    /** Read by whoever reports on the engine; written here. */
    final RuleCounts counts = new RuleCounts();

    private final LocationState state;
    private final Runnable beforeGrowth;
    private final LocationTable locations;
    private final Pasts pasts;
    private final Sites sites;
    private final Findings findings;
    private final Findings.Side earlier = new Findings.Side();
    private final Findings.Side later = new Findings.Side();
    private final Parts parts;

    // the access being judged
    private Interval now;
    private long time;
    private Operation operation;
    private long object;
    private int stack;
    private int site;
    private int shapeReads;
    private int allReads;
    private boolean raced;

    /** It was made before the thread's latest events. */
    private boolean isLate;

    /** What its thread did to the object after that local time has no synchronisation between it and the access. */
    private long quietSince;

    /** @param beforeGrowth called before an access whose locations are not looked up yet: it may forget some */
    HbRules(LocationState state, Findings findings, Runnable beforeGrowth) {
        this.state = state;
        this.beforeGrowth = beforeGrowth;
        this.locations = state.locations;
        this.pasts = state.locations.pasts;
        this.sites = state.sites;
        this.findings = findings;
        this.parts = new Parts(locations);
    }

    /**
     * Judges an access to one or several keys, the latest event of its thread.
     *
     * @param at its local time, which the interval reaches
     * @param quiet what its thread did to the object after that local time has no synchronisation between it and the access
     * @param keys how many and how far apart, as {@link org.racewitness.analyzer.trace.TraceEvents#access} says
     */
    void access(
            Interval interval, long at, long quiet, Operation op, long target, long key, long keys, int stackNumber) {
        isLate = false;
        judge(interval, at, quiet, op, target, key, keys, stackNumber);
    }

    /**
     * Judges what its thread did before its latest event. It is held against what its thread knew then; what others did since may be
     * entered already, and is held against what they knew of it. No read is told late that sees a write of another thread, so it learns nothing.
     */
    void late(Interval interval, long at, long quiet, Operation op, long target, long key, long keys, int stackNumber) {
        isLate = true;
        counts.late++;
        judge(interval, at, quiet, op, target, key, keys, stackNumber);
    }

    private void judge(
            Interval interval, long at, long quiet, Operation op, long target, long key, long keys, int stackNumber) {
        now = interval;
        time = at;
        quietSince = quiet;
        operation = op;
        object = target;
        stack = stackNumber;
        site = sites.of(op, stackNumber);
        Container container = state.containers.find(target);
        if (keys == 1 && op.isAtKeyOnly() && (container == null || container.allItems == 0)) {
            accessOne(key, container);
        } else {
            counts.composite += isLate ? 0 : 1;
            beforeGrowth.run();
            shapeReads = 0;
            allReads = 0;
            raced = false;
            if (op.isWhole()) {
                accessAll();
            } else {
                accessKeys(key, keys, container);
            }
        }
    }

    // ---- one location ----

    private void accessOne(long key, Container container) {
        Items items = itemsOf(container, key);
        int record = items == null ? locations.find(object, key) : items.find(key);
        if (record != 0 && items != null && locations.keys(record) > 1) {
            beforeGrowth.run(); // which may forget it
            record = items.find(key) == 0 ? 0 : items.own(key);
        }
        if (record == 0) {
            counts.first += isLate ? 0 : 1;
            beforeGrowth.run();
            record = items == null ? locations.add(object, key) : items.own(key);
            state.locationCount++;
        } else if (isInOrder(record, operation.atKey())) {
            counts.inOrder += isLate ? 0 : 1;
            return;
        } else {
            counts.compared += isLate ? 0 : 1;
        }
        raced = false;
        History history = pasts.open(record);
        int reads = ownReads(history, Facet.KEY, 0);
        compare(history, Facet.KEY, operation.atKey(), reads, key, ONE_KEY);
        if ((operation.atKey() & Mode.READ) != 0) {
            readsFrom(history, null);
        }
        enter(history, reads, true);
        pasts.close(record, history);
    }

    /** Where the records of a container's items are that had ranges accessed; null where they are found by object and key. */
    private static Items itemsOf(Container container, long key) {
        boolean isThere = container != null && LocationKey.kind(key) != LocationKey.KIND_SPECIAL;
        return isThere ? container.items : null;
    }

    private boolean isInOrder(int record, int mode) {
        if (isLate && !pasts.isBefore(record, now.slot, time)) {
            return false;
        }
        return switch (mode) {
            case Mode.READ -> pasts.readInOrder(record, now, time, site);
            case Mode.WRITE -> pasts.writeInOrder(record, now, time, site, quietSince);
            default -> false;
        };
    }

    // ---- operations at keys and shape ----

    private void accessKeys(long key, long keys, Container known) {
        int shape = operation.atShape() == Mode.NONE ? 0 : record(LocationKey.SHAPE);
        int all = setParts(key, keys, known);
        if (!areInOrder(shape, all)) {
            compareAndEnter(shape, all);
        }
        parts.settle();
    }

    /** Looks up what the access does at keys. @return the record of accesses to all items that may conflict with that, 0 for none */
    private int setParts(long key, long keys, Container known) {
        if (operation.atKey() == Mode.NONE) {
            parts.clear();
            return 0;
        }
        Container container = keys == 1 ? known : withItems();
        Items items = itemsOf(container, key);
        if (items != null) {
            state.locationCount +=
                    parts.setRange(items, key, RecordDescriptor.rangeCount(keys), RecordDescriptor.rangeStride(keys));
        } else {
            parts.setKey(key, record(key));
        }
        return container == null ? 0 : container.allItems;
    }

    private Container withItems() {
        Container container = state.containers.get(object);
        if (container.items == null) {
            container.items = new Items(locations);
            locations.moveTo(container.items, object);
        }
        return container;
    }

    /**
     * Whether the access was in order at its items, at the shape and with accesses to all items; it is entered then. Where not all are, it may be entered at
     * some, which changes nothing of what it is compared with.
     */
    private boolean areInOrder(int shape, int all) {
        boolean areIn = operation.atKey() != Mode.BOTH
                && (all == 0 || isBehind(all))
                && (shape == 0 || isInOrder(shape, operation.atShape()));
        for (int part = 0; part < parts.size() && areIn; part++) {
            areIn = isInOrder(parts.record(part), operation.atKey());
        }
        return areIn;
    }

    /** Whether all accesses to all items happen before, none of them one that the current write may be the consequence of. */
    private boolean isBehind(int all) {
        History history = pasts.open(all);
        return history.isBehind(now, quietSince, operation.writes(), sites)
                && (!isLate || history.isBefore(now.slot, time));
    }

    private void compareAndEnter(int shape, int all) {
        if (shape != 0) {
            History history = pasts.open(shape);
            shapeReads = ownReads(history, Facet.SHAPE, 0);
            compare(history, Facet.SHAPE, operation.atShape(), shapeReads, LocationKey.SHAPE, ONE_KEY);
            pasts.close(shape, history);
        }
        compareWithKeys(all);
        order(shape, all);
        if (shape != 0) {
            enter(shape, shapeReads);
        }
        for (int part = 0; part < parts.size(); part++) {
            History history = parts.open(part);
            enter(history, ownReads(history, Facet.KEY, allReads), true);
            if (parts.count(part) > 1) {
                history.keepFewest(sites);
            }
            parts.close(part, history);
        }
    }

    private void compareWithKeys(int all) {
        int atKey = operation.atKey();
        if (all != 0) {
            History history = pasts.open(all);
            allReads = ownReads(history, Facet.ALL_ITEMS, 0);
            pasts.close(all, history);
        }
        for (int part = 0; part < parts.size(); part++) {
            History history = parts.open(part);
            int reads = ownReads(history, Facet.KEY, allReads);
            compare(history, Facet.KEY, atKey, reads, 0, part);
            parts.close(part, history);
            if (all != 0) {
                History whole = pasts.open(all);
                compare(whole, Facet.ALL_ITEMS, atKey, reads, 0, part);
                pasts.close(all, whole);
            }
        }
    }

    private void order(int shape, int all) {
        if (shape != 0 && (operation.atShape() & Mode.READ) != 0) {
            readsFrom(pasts.open(shape), null);
        }
        if (((operation.atKey() | operation.atAll()) & Mode.READ) != 0) {
            History whole = all == 0 ? null : wholeWrites(all);
            for (int part = 0; part < parts.size(); part++) {
                readsFrom(parts.open(part), whole);
            }
        }
    }

    /** A copy, so that it stays while others are opened; null where nothing was written. */
    private History wholeWrites(int all) {
        History history = pasts.open(all);
        return history.lastWrite() == null ? null : history.copy();
    }

    // ---- operations on all items ----

    private void accessAll() {
        int shape = record(LocationKey.SHAPE);
        Container container = state.containers.get(object);
        if (container.allItems == 0) {
            container.allItems = record(LocationKey.ALL_ITEMS);
        }
        int all = container.allItems;
        if (operation.writes()) {
            parts.setAll(object, container);
        } else {
            parts.setAllUnlessWrittenBefore(object, container, now);
        }
        History history = pasts.open(shape);
        shapeReads = ownReads(history, Facet.SHAPE, 0);
        compare(history, Facet.SHAPE, operation.atShape(), shapeReads, LocationKey.SHAPE, ONE_KEY);
        pasts.close(shape, history);
        history = pasts.open(all);
        int wholeReads = ownReads(history, Facet.ALL_ITEMS, 0);
        pasts.close(all, history);
        allReads = wholeReads;
        for (int part = 0; part < parts.size(); part++) {
            history = parts.open(part);
            allReads = ownReads(history, Facet.KEY, allReads);
            int reads = ownReads(history, Facet.KEY, wholeReads);
            compare(history, Facet.KEY, operation.atAll(), reads, 0, part);
            if ((operation.atAll() & Mode.WRITE) != 0) {
                history.setWrittenLast(false);
            }
            parts.close(part, history);
        }
        history = pasts.open(all);
        compare(history, Facet.ALL_ITEMS, operation.atAll(), allReads, LocationKey.ALL_ITEMS, ONE_KEY);
        pasts.close(all, history);
        if ((operation.atAll() & Mode.READ) != 0) {
            readsFrom(pasts.open(all), null);
        }
        order(shape, all);
        enter(shape, shapeReads);
        enter(all, allReads);
    }

    // ---- steps at one location ----

    private int record(long key) {
        int record = locations.find(object, key);
        if (record == 0) {
            record = locations.add(object, key);
            state.locationCount++;
        }
        return record;
    }

    /** Tells the races of the current access with what other threads did at a location: one of that key, or all of that part. */
    private void compare(History history, Facet facet, int mode, int readsBefore, long key, int part) {
        if (history.isToldEnough()) {
            return;
        }
        for (int i = 0; i < history.size(); i++) {
            if (!isOrdered(history.interval(i), history.time(i)) && history.conflicts(i, facet, mode, sites)) {
                history.setRaced(i);
                raced = true;
                setSides(history, i, readsBefore);
                if (findings.pair(earlier, later, isLate)) {
                    tell(key, part);
                    if (facet == Facet.KEY && part == ONE_KEY && !sites.wantsEachPair()) {
                        history.tellOne();
                    }
                }
            }
        }
    }

    private void setSides(History history, int entry, int readsBefore) {
        int other = history.site(entry);
        earlier.set(
                history.interval(entry),
                history.time(entry),
                sites.operation(other),
                sites.stack(other),
                state.stackSets.stacks(sites.readsBefore(other)),
                state.stackSets.stacks(sites.writesAfter(other)));
        later.set(now, time, operation, stack, state.stackSets.stacks(readsBefore), state.stackSets.stacks(0));
    }

    private void tell(long key, int part) {
        if (part == ONE_KEY) {
            findings.meeting(object, key, 1);
        } else {
            parts.tellKeys(
                    part, state.containers.find(object), (first, count) -> findings.meeting(object, first, count));
        }
    }

    /** Whether happens-before orders the access and one that was entered before. */
    private boolean isOrdered(Interval other, long otherTime) {
        return now.covers(other, otherTime) || (isLate && other.covers(now, time));
    }

    /**
     * Of an access that writes: the set of {@code others} and of the thread's own reads of a location that nothing synchronised the thread
     * since. Such a read learns of the write after it. An iteration is no such read: it has a verdict of its own.
     */
    private int ownReads(History history, Facet facet, int others) {
        if (!operation.writes() || stack == 0) {
            return others;
        }
        int reads = others;
        for (int i = 0; i < history.size(); i++) {
            int read = history.site(i);
            if (history.interval(i).thread == now.thread
                    && history.time(i) > quietSince
                    && (sites.operation(read).at(facet) & Mode.READ) != 0
                    && sites.isReadBeforeWrite(read)) {
                reads = sites.addTo(reads, read);
                writtenAfter(history, i);
            }
        }
        return reads;
    }

    private void writtenAfter(History history, int read) {
        int readSite = history.site(read);
        int writes = sites.addTo(sites.writesAfter(readSite), site);
        if (writes != sites.writesAfter(readSite)) {
            history.setSite(read, sites.with(readSite, sites.readsBefore(readSite), writes));
        }
        if (history.hasRaced(read)) { // also by a read whose place had that write behind it before it ever raced
            findings.readThenWrite(sites.stack(readSite), stack);
        }
    }

    private void enter(int record, int readsBefore) {
        History history = pasts.open(record);
        enter(history, readsBefore, false);
        pasts.close(record, history);
    }

    private void enter(History history, int readsBefore, boolean isItem) {
        if (isLate) {
            history.enterLate(now, time, sites.with(site, readsBefore, 0), raced, sites);
            return;
        }
        if (operation.writes() && isItem) {
            history.setWrittenLast(true);
        }
        history.enter(now, time, sites.with(site, readsBefore, 0), raced, sites);
    }

    /** The access reads an item: of the writes to it by its key and together with all others, the later one was seen. */
    private void readsFrom(History history, History wholeOrNull) {
        boolean wholeIsLater = wholeOrNull != null && !history.isWrittenLast();
        History last = wholeIsLater ? wholeOrNull : history;
        if (!isLate && last.lastWrite() != null && !now.covers(last.lastWrite(), last.lastWriteTime())) {
            findings.readsFrom(now, time, last.lastWrite(), last.lastWriteTime());
        }
    }
}
