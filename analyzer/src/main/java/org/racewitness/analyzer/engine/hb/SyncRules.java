package org.racewitness.analyzer.engine.hb;

import org.racewitness.analyzer.clock.ClockSum;
import org.racewitness.analyzer.clock.Epoch;
import org.racewitness.analyzer.clock.Moment;
import org.racewitness.analyzer.engine.LockSets;
import org.racewitness.analyzer.engine.state.Beyond;
import org.racewitness.analyzer.engine.state.Handover;
import org.racewitness.analyzer.engine.state.Interval;
import org.racewitness.analyzer.engine.state.LockState;
import org.racewitness.analyzer.engine.state.SyncObject;
import org.racewitness.analyzer.engine.state.ThreadState;
import org.racewitness.analyzer.wire.SyncKind;

/**
 * One rule for each kind of SYNC (table "Kinds of SYNC" of {@code docs/wire-format.md}); C is the thread's clock. Names of rules as in
 * FastTrack where it has them. Belongs to its engine.
 */
final class SyncRules {
    private final HbState state;
    private final LockSets lockSets;
    private final Beyond beyond;
    private final Judging judging;

    SyncRules(HbState state, Judging judging, Beyond beyond) {
        this.judging = judging;
        this.state = state;
        this.lockSets = state.lockSets;
        this.beyond = beyond;
    }

    void apply(ThreadState thread, int kind, long object, long token) {
        switch (kind) {
            case SyncKind.ACQUIRE -> acquire(thread, state.syncObject(object));
            case SyncKind.RELEASE -> release(thread, state.syncObject(object));
            case SyncKind.FORK -> fork(thread, token);
            case SyncKind.BEGIN -> begin(thread, token);
            case SyncKind.END -> thread.synchronised();
            case SyncKind.JOIN -> join(thread, token);
            case SyncKind.POST -> put(thread, object, token, leave(thread));
            case SyncKind.PLACE -> put(thread, object, token, Moment.NONE);
            case SyncKind.TAKE -> take(thread, object, token);
            case SyncKind.DROP -> remove(thread, object, token, true);
            case SyncKind.EVICT -> remove(thread, object, token, false);
            case SyncKind.SIGNAL -> signal(thread, state.syncObject(object).channel(token));
            case SyncKind.OBSERVE -> observe(thread, object, token);
            case SyncKind.LAST_USE -> lastUse(thread, object);
            default -> {
                // a kind of a later version: it orders nothing that this version knows of
            }
        }
    }

    private Moment leave(ThreadState thread) {
        return with(thread, thread.clock.moment());
    }

    /** All that the thread has done by now, which it has told by now, too. */
    private Moment leaveBehind(ThreadState thread) {
        return with(thread, thread.hasSlot ? thread.clock.lastMoment() : thread.clock.moment());
    }

    private Moment with(ThreadState thread, Moment moment) {
        beyond.left(thread.number, moment);
        return moment;
    }

    private void learn(ThreadState thread, Moment moment) {
        if (thread.clock.join(moment)) {
            changed(thread);
        }
        beyond.learned(thread.number, thread.clock.time(), moment);
    }

    private void learn(ThreadState thread, Interval access, long time) {
        if (thread.clock.join(access.known, Epoch.of(access.slot, time))) {
            changed(thread);
        }
        beyond.learned(thread.number, thread.clock.time(), access, time);
    }

    private void learn(ThreadState thread, ClockSum sum) {
        if (thread.clock.joinTimes(sum.times())) {
            changed(thread);
        }
        beyond.learned(thread.number, thread.clock.time(), sum);
    }

    private void changed(ThreadState thread) {
        thread.changed();
        beyond.knows(thread.number, thread.clock.time(), thread.clock.known());
    }

    private void add(ClockSum sum, Moment moment) {
        sum.add(moment);
        beyond.gathered(sum, moment);
    }

    /** C := C ⊔ L. */
    private void acquire(ThreadState thread, SyncObject object) {
        LockState lock = object.lock();
        learn(thread, lock.released());
        ThreadState before = lock.holder();
        if (lock.enter(thread)) {
            forget(before, object.number);
            thread.lockSet = lockSets.with(thread.lockSet, object.number);
        }
        thread.synchronised();
    }

    /** L := C. A thread may release what another one acquired, as locks used as signals do. */
    private void release(ThreadState thread, SyncObject object) {
        LockState lock = object.lock();
        lock.releasedAt(leave(thread));
        ThreadState holder = lock.holder();
        if (lock.leave(thread)) {
            forget(holder, object.number);
        }
        thread.synchronised();
    }

    private void forget(ThreadState holder, long lock) {
        if (holder != null) {
            holder.lockSet = lockSets.without(holder.lockSet, lock);
            holder.changed();
        }
    }

    /** The child's clock begins as C. */
    private void fork(ThreadState thread, long child) {
        ThreadState started = state.threadOrNull(child);
        if (started != null && started != thread) {
            learn(started, leave(thread));
        }
        thread.synchronised();
    }

    /** C := C ⊔ the clocks of all threads, where nobody was seen to start it: any of them may have made it. */
    private void begin(ThreadState thread, long parent) {
        if (parent < 0) {
            for (ThreadState other : state.threadsInClocks()) {
                if (other != thread) {
                    learn(thread, leaveBehind(other));
                    other.clock.tick(); // what it keeps back from here on comes later
                }
            }
        }
        thread.synchronised();
    }

    /** C := C ⊔ clock of the ended thread, whose place in the clocks is free for another one from now on. */
    private void join(ThreadState thread, long other) {
        ThreadState ended = state.threadOrNull(other);
        if (ended != null && ended != thread) {
            learn(thread, leaveBehind(ended));
            state.giveSlotBack(ended);
        }
        thread.synchronised();
    }

    private void put(ThreadState thread, long container, long item, Moment moment) {
        ClockSum gathered = state.syncObject(container).handover(item).post(moment);
        if (gathered != null) {
            beyond.gathered(gathered, moment);
        }
        thread.synchronisedThrough(container);
    }

    private void take(ThreadState thread, long container, long item) {
        SyncObject queues = state.syncObjectOrNull(container);
        Handover handover = queues == null ? null : queues.handoverOrNull(item);
        if (handover != null) {
            learn(thread, handover.poll());
            if (handover.overflow() != null) {
                learn(thread, handover.overflow());
            }
            queues.tidy(item, handover);
        }
        thread.synchronisedThrough(container);
    }

    private void remove(ThreadState thread, long container, long item, boolean last) {
        SyncObject queues = state.syncObjectOrNull(container);
        Handover handover = queues == null ? null : queues.handoverOrNull(item);
        if (handover != null) {
            if (last) {
                handover.drop();
            } else {
                handover.poll();
            }
            queues.tidy(item, handover);
        }
        thread.synchronisedThrough(container);
    }

    private void signal(ThreadState thread, ClockSum channel) {
        add(channel, leave(thread));
        thread.synchronised();
    }

    private void observe(ThreadState thread, long object, long token) {
        SyncObject signalled = state.syncObjectOrNull(object);
        ClockSum channel = signalled == null ? null : signalled.channelOrNull(token);
        if (channel != null) {
            learn(thread, channel);
        }
        thread.synchronised();
    }

    /** C := C ⊔ the last accesses. Not counted as a synchronisation of the thread's: objects die in the middle of statements. */
    private void lastUse(ThreadState thread, long object) {
        judging.forEachAccess(object, (interval, time) -> learn(thread, interval, time));
    }

    /** The object ends; that orders nothing by itself, a LAST_USE comes before where program code sees the end. */
    void dead(long object) {
        SyncObject dying = state.syncObjectOrNull(object);
        if (dying != null && dying.lockOrNull() != null) {
            forget(dying.lockOrNull().holder(), object);
        }
        state.forget(object);
    }
}
