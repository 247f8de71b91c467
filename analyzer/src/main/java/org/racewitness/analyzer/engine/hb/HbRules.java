package org.racewitness.analyzer.engine.hb;

import org.racewitness.analyzer.engine.Operation;
import org.racewitness.analyzer.engine.Operation.Facet;
import org.racewitness.analyzer.engine.Operation.Mode;
import org.racewitness.analyzer.engine.RaceSink;
import org.racewitness.analyzer.engine.RuleCounts;
import org.racewitness.analyzer.engine.StackSets;
import org.racewitness.analyzer.engine.state.Containers.Container;
import org.racewitness.analyzer.engine.state.History;
import org.racewitness.analyzer.engine.state.Interval;
import org.racewitness.analyzer.engine.state.LocationTable;
import org.racewitness.analyzer.engine.state.Sites;
import org.racewitness.analyzer.engine.state.ThreadState;
import org.racewitness.analyzer.wire.LocationKey;

/**
 * The rules for accesses under happens-before, after FastTrack (Flanagan and Freund, PLDI 2009): an access is compared with what the other
 * threads did last at each location that it touches. Unlike FastTrack, the reads and writes of all threads and program points are kept after a
 * race and after an ordered write, so that each pair of program points is found and not only the first.
 *
 * <p>An access is judged in three steps, each over all of its locations: compare, then order (a matter of the subclasses), then enter. The
 * locations of one operation do not hide each other's races that way. Belongs to its engine.
 */
public class HbRules {
    /** Read by whoever reports on the engine; written here. */
    final RuleCounts counts = new RuleCounts();

    private final HbState state;
    private final LocationTable locations;
    private final Sites sites;
    private final StackSets stackSets;
    private final RaceSink sink;
    private final RaceTeller teller;
    private final Parts parts;

    // the access being judged
    private ThreadState thread;
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

    public HbRules(HbState state, RaceSink sink) {
        this.state = state;
        this.locations = state.locations;
        this.sites = state.sites;
        this.stackSets = state.stackSets;
        this.sink = sink;
        this.teller = new RaceTeller(state, sink);
        this.parts = new Parts(state);
    }

    /** Judges the current event of the thread, an access to {@code count} keys from {@code key} on. */
    final void access(ThreadState by, Operation op, long target, long key, long count, int stackNumber) {
        thread = by;
        now = by.interval();
        time = by.clock.time();
        operation = op;
        object = target;
        stack = stackNumber;
        site = sites.of(op, stackNumber);
        Container container = state.containers.find(target);
        if (count == 1 && container == null && op.isAtKeyOnly()) {
            accessOne(key);
        } else {
            counts.composite++;
            if (isInOrder(key, count, container)) {
                return;
            }
            state.beforeGrowth();
            begin();
            if (op.isWhole()) {
                accessAll();
            } else {
                accessKeys(key, count, container);
            }
        }
    }

    /**
     * Judges what the thread did so many moments before its latest event. It is held against what its thread knew then; what others did since may be
     * entered already, and is held against what they knew of it. No read is told late that sees a write of another thread, so it learns nothing.
     */
    final void late(ThreadState by, long back, Operation op, long target, long key, long count, int stackNumber) {
        thread = by;
        now = by.intervalAt(by.clock.timeBefore(back));
        time = Math.max(now.start, by.clock.timeBefore(back));
        now = now.reaching(time);
        operation = op;
        object = target;
        stack = stackNumber;
        site = sites.of(op, stackNumber);
        counts.late++;
        isLate = true;
        state.beforeGrowth();
        begin();
        if (op.isWhole()) {
            accessAll();
        } else {
            accessKeys(key, count, state.containers.find(target));
        }
        isLate = false;
    }

    private void begin() {
        shapeReads = 0;
        allReads = 0;
        raced = false;
    }

    // ---- one location ----

    private void accessOne(long key) {
        int record = locations.find(object, key);
        if (record == 0) {
            counts.first++;
            state.beforeGrowth();
            record = locations.add(object, key);
            state.locationCount++;
        } else if (isInOrder(record, operation.atKey())) {
            counts.inOrder++;
            return;
        } else {
            counts.compared++;
        }
        begin();
        History history = locations.open(record);
        int reads = ownReads(history, Facet.KEY, 0);
        compare(history, Facet.KEY, operation.atKey(), reads, key, 1);
        if ((operation.atKey() & Mode.READ) != 0) {
            readsFrom(history, null);
        }
        enter(history, reads, true);
        locations.close(record, history);
    }

    private boolean isInOrder(int record, int mode) {
        return switch (mode) {
            case Mode.READ -> locations.readInOrder(record, now, time, site);
            case Mode.WRITE -> locations.writeInOrder(record, thread, now, time, site, object);
            default -> false;
        };
    }

    // ---- operations at keys and shape ----

    /** Whether the access was in order at its item or run of items, at the shape and with accesses to all items; it is entered then. */
    private boolean isInOrder(long key, long count, Container container) {
        int atKey = operation.atKey();
        int atShape = operation.atShape();
        if (operation.isWhole() || atKey == Mode.BOTH) {
            return false;
        }
        int shape = atShape == Mode.NONE ? 0 : locations.find(object, LocationKey.SHAPE);
        int item = atKey == Mode.NONE ? 0 : item(key, count, container);
        boolean areKnown = (shape != 0 || atShape == Mode.NONE) && (item != 0 || atKey == Mode.NONE);
        return areKnown
                && (container == null || atKey == Mode.NONE || isBehind(container.allItems))
                && (shape == 0 || isInOrder(shape, atShape))
                && (item == 0 || isInOrder(item, atKey));
    }

    /** The record of just these keys, 0 where they have none or several. */
    private int item(long key, long count, Container container) {
        boolean isInRun = container != null && container.ranges != null;
        if (isInRun && LocationKey.kind(key) != LocationKey.KIND_SPECIAL) {
            return container.ranges.recordOf(key, key + count);
        }
        return count == 1 ? locations.find(object, key) : 0;
    }

    /** Whether all accesses to all items happen before, none of them one that the current write may be the consequence of. */
    private boolean isBehind(int all) {
        return all == 0 || locations.open(all).isBehind(now, thread, object, operation.writes(), sites);
    }

    private void accessKeys(long key, long count, Container known) {
        int atKey = operation.atKey();
        int atShape = operation.atShape();
        int shape = atShape == Mode.NONE ? 0 : record(LocationKey.SHAPE);
        if (shape != 0) {
            History history = locations.open(shape);
            shapeReads = ownReads(history, Facet.SHAPE, 0);
            compare(history, Facet.SHAPE, atShape, shapeReads, LocationKey.SHAPE, 1);
            locations.close(shape, history);
        }
        int all = 0;
        if (atKey != Mode.NONE) {
            Container container = count > 1 ? state.containers.get(object) : known;
            all = container == null ? 0 : container.allItems;
            parts.set(object, key, count, container);
            compareWithKeys(all);
        }
        order(shape, atKey == Mode.NONE ? 0 : parts.size(), all);
        if (shape != 0) {
            enter(shape, shapeReads);
        }
        for (int part = 0; part < parts.size() && atKey != Mode.NONE; part++) {
            History history = parts.open(part);
            enter(history, ownReads(history, Facet.KEY, allReads), true);
            if (parts.count(part) > 1) {
                history.keepFewest(sites);
            }
            parts.close(part, history);
        }
        if (count > 1) {
            state.containers.get(object).ranges.mergeEqual(key, key + count);
        }
    }

    private void compareWithKeys(int all) {
        int atKey = operation.atKey();
        if (all != 0) {
            History history = locations.open(all);
            allReads = ownReads(history, Facet.ALL_ITEMS, 0);
            locations.close(all, history);
        }
        for (int part = 0; part < parts.size(); part++) {
            long key = parts.key(part);
            long count = parts.count(part);
            History history = parts.open(part);
            int reads = ownReads(history, Facet.KEY, allReads);
            compare(history, Facet.KEY, atKey, reads, key, count);
            parts.close(part, history);
            if (all != 0) {
                History whole = locations.open(all);
                compare(whole, Facet.ALL_ITEMS, atKey, reads, key, count);
                locations.close(all, whole);
            }
        }
    }

    private void order(int shape, int keyParts, int all) {
        if (shape != 0 && (operation.atShape() & Mode.READ) != 0) {
            readsFrom(locations.open(shape), null);
        }
        if (((operation.atKey() | operation.atAll()) & Mode.READ) != 0) {
            History whole = all == 0 ? null : wholeWrites(all);
            for (int part = 0; part < keyParts; part++) {
                readsFrom(parts.open(part), whole);
            }
        }
        now = isLate ? now : thread.interval();
    }

    /** A copy, so that it stays while others are opened; null where nothing was written. */
    private History wholeWrites(int all) {
        History history = locations.open(all);
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
        parts.setAll(object, container);
        History history = locations.open(shape);
        shapeReads = ownReads(history, Facet.SHAPE, 0);
        compare(history, Facet.SHAPE, operation.atShape(), shapeReads, LocationKey.SHAPE, 1);
        locations.close(shape, history);
        history = locations.open(all);
        int wholeReads = ownReads(history, Facet.ALL_ITEMS, 0);
        locations.close(all, history);
        allReads = wholeReads;
        for (int part = 0; part < parts.size(); part++) {
            history = parts.open(part);
            allReads = ownReads(history, Facet.KEY, allReads);
            int reads = ownReads(history, Facet.KEY, wholeReads);
            compare(history, Facet.KEY, operation.atAll(), reads, parts.key(part), parts.count(part));
            if ((operation.atAll() & Mode.WRITE) != 0) {
                history.setWrittenLast(false);
            }
            parts.close(part, history);
        }
        history = locations.open(all);
        compare(history, Facet.ALL_ITEMS, operation.atAll(), allReads, LocationKey.ALL_ITEMS, 1);
        locations.close(all, history);
        if ((operation.atAll() & Mode.READ) != 0) {
            readsFrom(locations.open(all), null);
        }
        order(shape, parts.size(), all);
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

    /** Tells the races of the current access with what other threads did at a location, or at each of {@code count}. */
    private void compare(History history, Facet facet, int mode, int readsBefore, long meeting, long count) {
        for (int i = 0; i < history.size(); i++) {
            if (!isOrdered(history.interval(i), history.time(i)) && history.conflicts(i, facet, mode, sites)) {
                history.setRaced(i);
                raced = true;
                if (isUnordered(history.interval(i), history.time(i))) {
                    teller.earlier(history, i);
                    teller.later(thread, now, time, operation, stack, readsBefore);
                    teller.tell(object, meeting, count);
                }
            }
        }
    }

    /** Whether happens-before orders the access and one that was entered before. */
    private boolean isOrdered(Interval other, long otherTime) {
        return now.covers(other, otherTime) || (isLate && other.covers(now, time));
    }

    private boolean isUnordered(Interval other, long otherTime) {
        return isUnordered(other, otherTime, now) && !(isLate && !isUnordered(now, time, other));
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
            if (history.interval(i).thread == thread.number
                    && (isLate ? history.time(i) >= now.start : thread.nothingSince(history.time(i), object))
                    && (sites.operation(read).at(facet) & Mode.READ) != 0
                    && sites.isReadBeforeWrite(read)) {
                reads = stackSets.with(reads, sites.stack(read));
                writtenAfter(history, i);
            }
        }
        return reads;
    }

    private void writtenAfter(History history, int read) {
        int readSite = history.site(read);
        int writes = stackSets.with(sites.writesAfter(readSite), stack);
        if (writes != sites.writesAfter(readSite)) {
            history.setSite(read, sites.with(readSite, sites.readsBefore(readSite), writes));
        }
        if (history.hasRaced(read)) { // also by a read whose place had that write behind it before it ever raced
            sink.readThenWrite(sites.stack(readSite), stack);
        }
    }

    private void enter(int record, int readsBefore) {
        History history = locations.open(record);
        enter(history, readsBefore, false);
        locations.close(record, history);
    }

    private void enter(History history, int readsBefore, boolean isItem) {
        if (isLate) {
            history.enterLate(now, time, sites.with(site, readsBefore, 0), raced, sites);
            return;
        }
        if (operation.writes() && isItem) {
            history.setWrittenLast(true);
        }
        now = thread.interval();
        history.enter(now, time, sites.with(site, readsBefore, 0), raced, sites);
    }

    /** The access reads an item: of the writes to it by its key and together with all others, the later one was seen. */
    private void readsFrom(History history, History wholeOrNull) {
        boolean wholeIsLater = wholeOrNull != null && !history.isWrittenLast();
        History last = wholeIsLater ? wholeOrNull : history;
        if (!isLate && last.lastWrite() != null && !now.covers(last.lastWrite(), last.lastWriteTime())) {
            readsFrom(last.lastWrite(), last.lastWriteTime(), thread);
        }
    }

    /** Whether the engine's order leaves an earlier access unordered with what begins the later interval; happens-before does. */
    protected boolean isUnordered(Interval earlier, long earlierTime, Interval later) {
        return true;
    }

    /** The current event sees a write that happens-before does not order before it. Plain happens-before draws no edge from that. */
    protected void readsFrom(Interval write, long writeTime, ThreadState reader) {}
}
