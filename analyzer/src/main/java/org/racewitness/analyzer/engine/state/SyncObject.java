package org.racewitness.analyzer.engine.state;

import org.racewitness.analyzer.clock.ClockSum;

/** What an engine keeps of one object that threads synchronise through, be it lock, queue or channel, until it dies. Belongs to its engine. */
public final class SyncObject {
    public final long number;

    /** Set when it is used as a lock. */
    private LockState lock;

    /** By token; null until used. */
    private LongTable<ClockSum> channels;

    /** By item; null until used. */
    private LongTable<Handover> handovers;

    public SyncObject(long number) {
        this.number = number;
    }

    /** The lock that this object is, made at its first use. */
    public LockState lock() {
        if (lock == null) {
            lock = new LockState();
        }
        return lock;
    }

    public LockState lockOrNull() {
        return lock;
    }

    /** The channel of that token, made at its first signal. */
    public ClockSum channel(long token) {
        if (channels == null) {
            channels = new LongTable<>();
        }
        ClockSum channel = channels.get(token);
        if (channel == null) {
            channel = new ClockSum();
            channels.put(token, channel);
        }
        return channel;
    }

    public ClockSum channelOrNull(long token) {
        return channels == null ? null : channels.get(token);
    }

    /** The queue of that item, made when it is put in first. */
    public Handover handover(long item) {
        if (handovers == null) {
            handovers = new LongTable<>();
        }
        Handover handover = handovers.get(item);
        if (handover == null) {
            handover = new Handover();
            handovers.put(item, handover);
        }
        return handover;
    }

    public Handover handoverOrNull(long item) {
        return handovers == null ? null : handovers.get(item);
    }

    /** Forgets the item's queue when nothing waits in it. */
    public void tidy(long item, Handover handover) {
        if (handover.isEmpty()) {
            handovers.remove(item);
        }
    }
}
