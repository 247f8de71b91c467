package org.racewitness.analyzer.engine.state;

import java.util.function.Consumer;
import org.racewitness.analyzer.clock.ClockSum;
import org.racewitness.analyzer.clock.ThreadClock;

/** What an engine keeps of one object, be it container, lock or channel, until it dies. Belongs to its engine. */
public final class ObjectState {
    public final long number;

    /** Histories by location key; of the shape and of accesses to all items apart. */
    private final LongTable<History> items = new LongTable<>();

    private History shape;
    private History allItems;
    private final LastUses lastUses = new LastUses();

    /** Set when it is used as a lock. */
    private LockState lock;

    /** By token; null until used. */
    private LongTable<ClockSum> channels;

    private LongTable<Handover> handovers;

    public ObjectState(long number) {
        this.number = number;
    }

    /** The history of that key, null if it was never accessed. */
    public History itemOrNull(long key) {
        return items.get(key);
    }

    public LongTable<History> items() {
        return items;
    }

    public void putItem(long key, History history) {
        items.put(key, history);
    }

    public History shape() {
        return shape;
    }

    public void setShape(History history) {
        shape = history;
    }

    /** Accesses that took in all items at once. */
    public History allItems() {
        return allItems;
    }

    public void setAllItems(History history) {
        allItems = history;
    }

    public void used(ThreadClock clock) {
        lastUses.add(clock);
    }

    public void joinLastUses(ThreadClock clock) {
        lastUses.joinInto(clock);
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

    /** The thread's current event puts the item in. */
    public void post(long item, ThreadClock clock) {
        handover(item).post(clock);
    }

    /** The item came in without any order. */
    public void place(long item) {
        handover(item).place();
    }

    private Handover handover(long item) {
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

    /** The thread takes the item out. */
    public void take(long item, ThreadClock clock) {
        change(item, handover -> handover.take(clock));
    }

    /** The item that was put in last did not get in. */
    public void drop(long item) {
        change(item, Handover::drop);
    }

    /** The item that was put in first left without being taken. */
    public void evict(long item) {
        change(item, Handover::evict);
    }

    private void change(long item, Consumer<Handover> change) {
        Handover handover = handovers == null ? null : handovers.get(item);
        if (handover != null) {
            change.accept(handover);
            if (handover.isEmpty()) {
                handovers.remove(item);
            }
        }
    }
}
