package org.racewitness.analyzer.engine.hb;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.racewitness.analyzer.clock.ClockSlots;
import org.racewitness.analyzer.clock.Epoch;
import org.racewitness.analyzer.clock.Moment;
import org.racewitness.analyzer.engine.LockSets;
import org.racewitness.analyzer.engine.StackSets;
import org.racewitness.analyzer.engine.StateBudget;
import org.racewitness.analyzer.engine.state.Containers;
import org.racewitness.analyzer.engine.state.Containers.Container;
import org.racewitness.analyzer.engine.state.History;
import org.racewitness.analyzer.engine.state.LocationTable;
import org.racewitness.analyzer.engine.state.LongTable;
import org.racewitness.analyzer.engine.state.Parts;
import org.racewitness.analyzer.engine.state.Sites;
import org.racewitness.analyzer.engine.state.SyncObject;
import org.racewitness.analyzer.engine.state.ThreadState;
import org.racewitness.analyzer.trace.SessionModel;

/** Clocks, locations and interned sets of one process. Belongs to its engine. */
public final class HbState {
    /** No object of a trace has this number. */
    private static final long NO_OBJECT = 0;

    /** New locations between two looks at the budget. */
    private static final long CHECKED_EVERY = 1000;

    final LockSets lockSets = new LockSets();
    final StackSets stackSets = new StackSets();
    final Sites sites;
    final LocationTable locations;
    final Containers containers = new Containers();
    private final LongTable<SyncObject> syncObjects = new LongTable<>();
    private final ClockSlots slots = new ClockSlots();
    private ThreadState[] threads = new ThreadState[16];

    /** One number: intervals begun so far, see {@link ThreadState}. */
    private final long[] intervals = new long[1];

    /** Whether accesses may be told late; set before the first thread. */
    boolean keepsPast;

    private final StateBudget budget;
    private long bookedBytes;
    private long nextCheck = CHECKED_EVERY;

    /** Locations ever made. */
    long locationCount;

    /** Locations whose past was given up. */
    long forgotten;

    /** The object that was synchronised through last, which is often the next one as well; null for none. */
    private SyncObject recent;

    HbState(SessionModel model, StateBudget budget) {
        this.budget = budget;
        this.sites = new Sites(model, stackSets);
        this.locations = new LocationTable(sites);
    }

    /** The thread of that dense number, made at its first mention; null where a number is out of range. */
    ThreadState threadOrNull(long number) {
        if (number < 0 || number > Epoch.MAX_SLOT) {
            return null;
        }
        int index = (int) number;
        if (index >= threads.length) {
            threads = Arrays.copyOf(threads, Math.max(index + 1, threads.length * 2));
        }
        if (threads[index] == null) {
            threads[index] = new ThreadState(index, intervals);
            if (keepsPast) {
                threads[index].keepPast();
            }
        }
        return threads[index];
    }

    /** The thread at its next event, which begins; null where its number is out of range. */
    ThreadState next(int number) {
        ThreadState thread = number >= 0 && number < threads.length ? threads[number] : null;
        if (thread == null || !thread.hasSlot) {
            thread = threadOrNull(number);
            if (thread == null || !slots.assign(thread.clock)) {
                return null;
            }
            thread.gotSlot();
        }
        thread.beforeNext();
        thread.clock.tick();
        return thread;
    }

    /** The threads that have a place in the clocks: those that have done something and have not been joined since. */
    List<ThreadState> threadsInClocks() {
        List<ThreadState> found = new ArrayList<>();
        for (ThreadState thread : threads) {
            if (thread != null && thread.hasSlot) {
                found.add(thread);
            }
        }
        return found;
    }

    void giveSlotBack(ThreadState thread) {
        if (thread.hasSlot) {
            thread.hasSlot = false;
            thread.joined();
            slots.giveBack(thread.clock);
        }
    }

    /** Slots of the longest clock. */
    int clockSlots() {
        return slots.used();
    }

    /** Before an access whose locations are not looked up yet: sees from time to time that the tables stay within the budget. */
    void beforeGrowth() {
        if (locations.added() >= nextCheck) {
            nextCheck = locations.added() + CHECKED_EVERY;
            keepWithinBudget();
        }
    }

    /** The object of that number as a lock, queue or channel, made at its first mention. */
    SyncObject syncObject(long number) {
        SyncObject object = syncObjectOrNull(number);
        if (object == null) {
            object = new SyncObject(number);
            syncObjects.put(number, object);
            recent = object;
        }
        return object;
    }

    SyncObject syncObjectOrNull(long number) {
        if (recent == null || recent.number != number) {
            SyncObject found = syncObjects.get(number);
            if (found == null) {
                return null;
            }
            recent = found;
        }
        return recent;
    }

    void forget(long object) {
        locations.forget(object);
        containers.forget(object);
        if (syncObjects.size() > 0) {
            syncObjects.remove(object);
            recent = null;
        }
    }

    /** Books what the table has grown; where that is more than there is, gives up the past of locations. */
    private void keepWithinBudget() {
        if (!bookGrowth()) {
            forget(locations.knownTo(knownToAll()));
            if (!bookGrowth()) {
                forget(locations.oldest());
                bookGrowth();
            }
        }
    }

    private void forget(IntPredicate isUseless) {
        forgotten += containers.forgetWhere(isUseless);
        forgotten += locations.forgetWhere(isUseless);
    }

    private boolean bookGrowth() {
        long bytes = locations.neededBytes();
        boolean within = budget.book(bytes - bookedBytes);
        bookedBytes = bytes;
        return within;
    }

    /** The memory is somebody else's from now on. */
    void close() {
        budget.book(-bookedBytes);
        bookedBytes = 0;
    }

    /** By slot, the local time up to which all threads know it that still run. */
    private long[] knownToAll() {
        long[] floor = new long[slots.used()];
        Arrays.fill(floor, Long.MAX_VALUE);
        for (ThreadState thread : threads) {
            boolean runs = thread != null && (thread.hasSlot || !thread.clock.hasBegun());
            for (int slot = 0; runs && slot < floor.length; slot++) {
                floor[slot] = Math.min(floor[slot], thread.clock.timeOf(slot));
            }
        }
        return floor;
    }

    /** The moments of accesses to the object after which all accesses to it happened or which they were. */
    void forEachAccess(long object, Consumer<Moment> accesses) {
        for (int record = locations.first(object); record != 0; record = locations.next(record)) {
            forEachEntry(locations.open(record), accesses);
        }
        Container container = containers.find(object);
        if (container != null && container.items != null) {
            Parts parts = new Parts(locations);
            parts.setAll(NO_OBJECT, container);
            for (int part = 0; part < parts.size(); part++) {
                forEachEntry(parts.open(part), accesses);
            }
        }
    }

    private static void forEachEntry(History history, Consumer<Moment> accesses) {
        for (int entry = 0; entry < history.size(); entry++) {
            accesses.accept(history.moment(entry));
        }
    }
}
