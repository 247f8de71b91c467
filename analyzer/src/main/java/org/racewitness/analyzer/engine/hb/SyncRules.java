package org.racewitness.analyzer.engine.hb;

import org.racewitness.analyzer.clock.ClockSum;
import org.racewitness.analyzer.clock.ThreadClock;
import org.racewitness.analyzer.engine.LockSets;
import org.racewitness.analyzer.engine.state.LockState;
import org.racewitness.analyzer.engine.state.ObjectState;
import org.racewitness.analyzer.engine.state.ThreadState;
import org.racewitness.analyzer.wire.SyncKind;

/**
 * One rule for each kind of SYNC (table "Kinds of SYNC" of {@code docs/wire-format.md}); C is the thread's clock. Names of rules as in
 * FastTrack where it has them.
 */
final class SyncRules {
    private final HbState state;
    private final LockSets lockSets;

    SyncRules(HbState state) {
        this.state = state;
        this.lockSets = state.lockSets;
    }

    void apply(ThreadState thread, int kind, long object, long token) {
        ThreadClock clock = thread.clock;
        switch (kind) {
            case SyncKind.ACQUIRE -> acquire(thread, state.object(object));
            case SyncKind.RELEASE -> release(thread, state.object(object));
            case SyncKind.FORK -> fork(thread, token);
            case SyncKind.BEGIN, SyncKind.END -> thread.synchronised();
            case SyncKind.JOIN -> join(thread, token);
            case SyncKind.POST -> {
                state.object(object).post(token, clock);
                thread.synchronisedThrough(object);
            }
            case SyncKind.TAKE -> {
                state.object(object).take(token, clock);
                thread.synchronisedThrough(object);
            }
            case SyncKind.DROP -> {
                state.object(object).drop(token);
                thread.synchronisedThrough(object);
            }
            case SyncKind.EVICT -> {
                state.object(object).evict(token);
                thread.synchronisedThrough(object);
            }
            case SyncKind.PLACE -> {
                state.object(object).place(token);
                thread.synchronisedThrough(object);
            }
            case SyncKind.SIGNAL -> {
                state.object(object).channel(token).add(clock.share(), clock.epoch());
                thread.synchronised();
            }
            case SyncKind.OBSERVE -> observe(thread, object, token);
            case SyncKind.LAST_USE -> lastUse(thread, object);
            default -> {
                // a kind of a later version: it orders nothing that this version knows of
            }
        }
    }

    /** C := C ⊔ L. */
    private void acquire(ThreadState thread, ObjectState object) {
        LockState lock = object.lock();
        lock.joinInto(thread.clock);
        ThreadState before = lock.holder();
        if (lock.enter(thread)) {
            forget(before, object.number);
            thread.lockSet = lockSets.with(thread.lockSet, object.number);
        }
        thread.synchronised();
    }

    /** L := C. A thread may release what another one acquired, as locks used as signals do. */
    private void release(ThreadState thread, ObjectState object) {
        LockState lock = object.lock();
        lock.releasedBy(thread.clock);
        ThreadState holder = lock.holder();
        if (lock.leave(thread)) {
            forget(holder, object.number);
        }
        thread.synchronised();
    }

    private void forget(ThreadState holder, long lock) {
        if (holder != null) {
            holder.lockSet = lockSets.without(holder.lockSet, lock);
        }
    }

    /** The child's clock begins as C. */
    private void fork(ThreadState thread, long child) {
        ThreadState started = state.threadOrNull(child);
        if (started != null && started != thread) {
            started.clock.join(thread.clock.share(), thread.clock.epoch());
        }
        thread.synchronised();
    }

    /** C := C ⊔ clock of the ended thread. */
    private void join(ThreadState thread, long other) {
        ThreadState ended = state.threadOrNull(other);
        if (ended != null && ended != thread) {
            if (ended.clock.hasBegun()) {
                thread.clock.join(ended.clock.share(), ended.clock.epoch());
            } else {
                thread.clock.joinTimes(ended.clock.share());
            }
        }
        thread.synchronised();
    }

    private void observe(ThreadState thread, long object, long token) {
        ObjectState signalled = state.objectOrNull(object);
        ClockSum channel = signalled == null ? null : signalled.channelOrNull(token);
        if (channel != null) {
            thread.clock.joinTimes(channel.times());
        }
        thread.synchronised();
    }

    /** Not counted as a synchronisation of the thread's: objects die in the middle of statements. */
    private void lastUse(ThreadState thread, long object) {
        ObjectState used = state.objectOrNull(object);
        if (used != null) {
            used.joinLastUses(thread.clock);
        }
    }

    /** The object ends; that orders nothing by itself, a LAST_USE comes before where program code sees the end. */
    void dead(ThreadState thread, long object) {
        ObjectState dying = state.objectOrNull(object);
        if (dying == null) {
            return;
        }
        LockState lock = dying.lockOrNull();
        if (lock != null) {
            forget(lock.holder(), object);
        }
        state.forget(object);
    }
}
