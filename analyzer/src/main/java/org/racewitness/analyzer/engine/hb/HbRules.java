package org.racewitness.analyzer.engine.hb;

import org.racewitness.analyzer.clock.Epoch;
import org.racewitness.analyzer.clock.ThreadClock;
import org.racewitness.analyzer.engine.Operation;
import org.racewitness.analyzer.engine.Operation.Facet;
import org.racewitness.analyzer.engine.Operation.Mode;
import org.racewitness.analyzer.engine.RaceSink;
import org.racewitness.analyzer.engine.RacingAccess;
import org.racewitness.analyzer.engine.StackSets;
import org.racewitness.analyzer.engine.state.History;
import org.racewitness.analyzer.engine.state.LongTable;
import org.racewitness.analyzer.engine.state.ObjectState;
import org.racewitness.analyzer.engine.state.ThreadPast;
import org.racewitness.analyzer.engine.state.ThreadState;
import org.racewitness.analyzer.wire.LocationKey;

/**
 * The rules for accesses under happens-before, after FastTrack (Flanagan and Freund, PLDI 2009): an access is compared with what the other
 * threads did last at each location that it touches. Unlike FastTrack, the reads and writes of all threads are kept after a race and after an
 * ordered write, so that each pair of program points is found and not only the first.
 *
 * <p>An access is judged in three steps, each over all of its locations: compare, then order (a matter of the subclasses), then enter. The
 * locations of one operation do not hide each other's races that way. Belongs to its engine.
 */
public class HbRules {
    /** An ACCESS_RANGE is judged on its first keys only, up to this many. */
    public static final int MAX_RANGE = 1 << 20;

    protected final HbState state;
    private final RaceSink sink;
    private final StackSets stackSets;
    private final RacingAccess earlier;
    private final RacingAccess later;

    // the access being judged
    private ThreadState thread;
    private ThreadClock clock;
    private Operation operation;
    private ObjectState object;
    private int stack;
    private int point;
    private int shapeReads;
    private int allReads;
    private boolean raced;

    public HbRules(HbState state, RaceSink sink) {
        this.state = state;
        this.sink = sink;
        this.stackSets = state.stackSets;
        this.earlier = new RacingAccess(state.lockSets, state.stackSets);
        this.later = new RacingAccess(state.lockSets, state.stackSets);
    }

    /** Judges the current event of the thread, an access to {@code count} keys from {@code key} on. */
    final void access(ThreadState by, Operation op, ObjectState container, long key, long count, int stackNumber) {
        thread = by;
        clock = by.clock;
        operation = op;
        object = container;
        stack = stackNumber;
        point = state.points.of(stackNumber);
        shapeReads = 0;
        allReads = 0;
        raced = false;
        if (op.isWhole()) {
            compareWithAll();
            enterAll();
        } else {
            compareWithKeys(key, count);
            enterKeys(key, count);
        }
        container.used(clock);
    }

    // ---- operations at keys and shape ----

    private void compareWithKeys(long key, long count) {
        if (operation.atShape() != Mode.NONE) {
            History shape = state.shape(object);
            shapeReads = ownReads(shape, Facet.SHAPE, 0);
            compare(shape, Facet.SHAPE, operation.atShape(), shapeReads, LocationKey.SHAPE);
        }
        if (operation.atKey() == Mode.NONE) {
            return;
        }
        History all = object.allItems();
        allReads = all == null ? 0 : ownReads(all, Facet.ALL_ITEMS, 0);
        for (long i = 0; i < count; i++) {
            History item = state.item(object, key + i);
            int reads = ownReads(item, Facet.KEY, allReads);
            compare(item, Facet.KEY, operation.atKey(), reads, key + i);
            if (all != null) {
                compare(all, Facet.ALL_ITEMS, operation.atKey(), reads, key + i);
            }
        }
    }

    private void enterKeys(long key, long count) {
        int atKey = operation.atKey();
        int atShape = operation.atShape();
        if ((atShape & Mode.READ) != 0) {
            readsFrom(clock, object.shape(), null);
        }
        if ((atKey & Mode.READ) != 0) {
            for (long i = 0; i < count; i++) {
                readsFrom(clock, state.item(object, key + i), object.allItems());
            }
        }
        if (atShape != Mode.NONE) {
            enter(object.shape(), atShape, shapeReads);
        }
        if (atKey != Mode.NONE) {
            for (long i = 0; i < count; i++) {
                History item = state.item(object, key + i);
                enter(item, atKey, ownReads(item, Facet.KEY, allReads));
            }
        }
    }

    // ---- operations on all items ----

    private void compareWithAll() {
        History shape = state.shape(object);
        History all = state.allItems(object);
        LongTable<History> items = object.items();
        shapeReads = ownReads(shape, Facet.SHAPE, 0);
        compare(shape, Facet.SHAPE, operation.atShape(), shapeReads, LocationKey.SHAPE);
        int wholeReads = ownReads(all, Facet.ALL_ITEMS, 0);
        allReads = wholeReads;
        for (int slot = 0; slot < items.capacity(); slot++) {
            History item = items.valueAt(slot);
            if (item != null) {
                allReads = ownReads(item, Facet.KEY, allReads);
                compare(item, Facet.KEY, operation.atAll(), ownReads(item, Facet.KEY, wholeReads), items.keyAt(slot));
            }
        }
        compare(all, Facet.ALL_ITEMS, operation.atAll(), allReads, LocationKey.ALL_ITEMS);
    }

    private void enterAll() {
        History all = object.allItems();
        if ((operation.atAll() & Mode.READ) != 0) {
            LongTable<History> items = object.items();
            readsFrom(clock, object.shape(), null);
            readsFrom(clock, all, null);
            for (int slot = 0; slot < items.capacity(); slot++) {
                if (items.valueAt(slot) != null) {
                    readsFrom(clock, items.valueAt(slot), all);
                }
            }
        }
        enter(object.shape(), operation.atShape(), shapeReads);
        enter(all, operation.atAll(), allReads);
    }

    // ---- one location ----

    /** Tells the races of the current access with what other threads did at a location. */
    private void compare(History history, Facet facet, int mode, int readsBefore, long meeting) {
        for (int i = 0; i < history.threads(); i++) {
            if (history.mayRace(i, clock, mode) && history.thread(i) != thread.number) {
                compareWith(history.past(i), history.thread(i), facet, mode, readsBefore, meeting);
            }
        }
    }

    private void compareWith(ThreadPast past, int by, Facet facet, int mode, int readsBefore, long meeting) {
        for (int i = 0; i < past.size(); i++) {
            if (Mode.conflict(mode, past.operation(i).at(facet)) && !clock.covers(past.epoch(i))) {
                earlier.set(by, past.operation(i), past.stack(i), past.lockSet(i));
                earlier.setMoment(past.epoch(i));
                earlier.setLinks(past.readsBefore(i), past.writesAfter(i));
                later.set(thread.number, operation, stack, thread.lockSet);
                later.setMoment(clock.epoch());
                later.setLinks(readsBefore, 0);
                tellKnowledge(by);
                past.setRaced(i);
                raced = true;
                sink.race(object.number, meeting, earlier, later);
            }
        }
    }

    private void tellKnowledge(int by) {
        later.setKnowledge(clock.timeOf(by), clock.heardOf(by));
        ThreadClock other = state.threadOrNull(by).clock;
        long heard = other.heardOf(thread.number);
        // what the other thread heard after its access it did not know at it
        if (heard <= Epoch.time(earlier.moment())) {
            earlier.setKnowledge(other.timeOf(thread.number), heard);
        }
    }

    /**
     * Of an access that writes: the set of {@code others} and of the thread's own reads of a location that nothing synchronised the thread
     * since. Such a read learns of the write after it. An iteration is no such read: it has a verdict of its own.
     */
    private int ownReads(History history, Facet facet, int others) {
        if (!operation.writes() || stack == 0) {
            return others;
        }
        ThreadPast past = history.pastOf(thread.number);
        int reads = others;
        for (int i = 0; past != null && i < past.size(); i++) {
            if (thread.nothingSince(past.syncs(i), object.number)
                    && (past.operation(i).at(facet) & Mode.READ) != 0
                    && !past.operation(i).iterates()
                    && past.stack(i) != 0) {
                reads = stackSets.with(reads, past.stack(i));
                writtenAfter(past, i);
            }
        }
        return reads;
    }

    private void writtenAfter(ThreadPast past, int read) {
        int writes = stackSets.with(past.writesAfter(read), stack);
        if (writes != past.writesAfter(read)) {
            past.setWritesAfter(read, writes);
            if (past.hasRaced(read)) {
                sink.readThenWrite(past.stack(read), stack);
            }
        }
    }

    private void enter(History history, int mode, int readsBefore) {
        history.record(thread, operation, stack, point, readsBefore, raced);
        if ((mode & Mode.WRITE) != 0) {
            wrote(clock, history);
        }
    }

    /**
     * The current event reads a location, after it was compared. Plain happens-before draws no edge from that.
     *
     * @param wholeOrNull accesses to all items, when the location is one of them and they may have written it
     */
    protected void readsFrom(ThreadClock reader, History history, History wholeOrNull) {}

    /** The current event wrote a location. */
    protected void wrote(ThreadClock writer, History history) {}
}
