package org.racewitness.analyzer.engine.hb;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.racewitness.analyzer.clock.ClockSlots;
import org.racewitness.analyzer.clock.Epoch;
import org.racewitness.analyzer.engine.LockSets;
import org.racewitness.analyzer.engine.state.Beyond;
import org.racewitness.analyzer.engine.state.Intervals;
import org.racewitness.analyzer.engine.state.LongTable;
import org.racewitness.analyzer.engine.state.SyncObject;
import org.racewitness.analyzer.engine.state.ThreadState;

/** Clocks and what threads synchronise through in one process. Belongs to its engine. */
public final class HbState {
    final LockSets lockSets;
    private final Beyond beyond;
    private final LongTable<SyncObject> syncObjects = new LongTable<>();
    private final ClockSlots slots = new ClockSlots();
    private ThreadState[] threads = new ThreadState[16];

    private final Intervals intervals = new Intervals();

    /** Whether accesses may be told late; set before the first thread. */
    boolean keepsPast;

    /** The object that was synchronised through last, which is often the next one as well; null for none. */
    private SyncObject recent;

    /** @param beyond learns of each interval and each change of slot */
    HbState(LockSets lockSets, Beyond beyond) {
        this.lockSets = lockSets;
        this.beyond = beyond;
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
            threads[index] = new ThreadState(index, intervals, beyond);
            if (keepsPast) {
                threads[index].keepPast();
            }
        }
        return threads[index];
    }

    /** The thread at its next event, which begins; null where its number is out of range. */
    ThreadState next(int number) {
        ThreadState thread = ready(number);
        if (thread != null) {
            thread.next();
        }
        return thread;
    }

    /** The thread, ready for its next event; null where its number is out of range. */
    ThreadState ready(int number) {
        ThreadState thread = number >= 0 && number < threads.length ? threads[number] : null;
        if (thread == null || !thread.hasSlot) {
            thread = threadOrNull(number);
            if (thread == null || !slots.assign(thread.clock)) {
                return null;
            }
            thread.gotSlot();
        }
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
        if (syncObjects.size() > 0) {
            syncObjects.remove(object);
            recent = null;
        }
    }

    /** By slot, the local time up to which all threads know it that still run. */
    long[] knownToAll() {
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
}
