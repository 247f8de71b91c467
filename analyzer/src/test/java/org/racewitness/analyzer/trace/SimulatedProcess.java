package org.racewitness.analyzer.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.racewitness.analyzer.wire.OperationCode;
import org.racewitness.analyzer.wire.RecordWriter;
import org.racewitness.analyzer.wire.SyncKind;

/**
 * A made-up execution of which everything is known: when each event began (the time that is recorded) and when it really happened, which
 * write each read saw, and in which order the stamps were drawn. Real times are one global sequence; an event really happens after it began
 * and before the next event of its thread begins, as the format says.
 */
final class SimulatedProcess {
    /** One event; {@code began} and {@code happened} are different ticks of one clock. {@code saw} is the event of the write, null for none. */
    static final class Event {
        final int uid;
        final int operation;
        final long object;
        final long number;
        final long began;
        long happened;
        long nextBegan = Long.MAX_VALUE;
        long stamp;
        Event saw;

        Event(int uid, int operation, long object, long number, long began) {
            this.uid = uid;
            this.operation = operation;
            this.object = object;
            this.number = number;
            this.began = began;
        }

        boolean isSync() {
            return operation == SYNC;
        }

        boolean isDead() {
            return operation == DEAD;
        }

        boolean isWrite() {
            return operation == OperationCode.WRITE;
        }

        boolean isRead() {
            return operation == OperationCode.READ;
        }
    }

    /** Locks have numbers of their own. */
    static final long FIRST_LOCK = 1000;

    static final int SYNC = 100;
    static final int DEAD = 101;

    /** By thread uid - 1. */
    final List<List<Event>> threads = new ArrayList<>();

    private final Random random;
    private final int objects;
    private final Event[] lastWrite;
    private final boolean[] dead;
    private long clock = 1000;
    private long stamp;
    private long number;

    SimulatedProcess(Random random, int threadCount, int objects, int steps) {
        this.random = random;
        this.objects = objects;
        lastWrite = new Event[objects + 1];
        dead = new boolean[objects + 1];
        Event[] pending = new Event[threadCount];
        for (int t = 0; t < threadCount; t++) {
            threads.add(new ArrayList<>());
        }
        for (int step = 0; step < steps; step++) {
            int t = random.nextInt(threadCount);
            clock += 1 + random.nextInt(5);
            if (pending[t] != null) {
                happen(pending[t]);
                pending[t] = null;
            } else {
                pending[t] = begin(t);
            }
        }
        for (Event event : pending) {
            if (event != null) {
                clock++;
                happen(event);
            }
        }
    }

    private Event begin(int thread) {
        long object = 1L + random.nextInt(objects);
        int kind = random.nextInt(20);
        int operation = kind < 9 ? OperationCode.READ : kind < 14 ? OperationCode.WRITE : SYNC;
        if (dead[(int) object]) {
            operation = SYNC;
        } else if (kind == 19 && random.nextInt(10) == 0 && nobodyUses(object)) {
            operation = DEAD;
            dead[(int) object] = true;
        }
        Event event = new Event(thread + 1, operation, object, ++number, clock);
        List<Event> events = threads.get(thread);
        if (!events.isEmpty()) {
            events.get(events.size() - 1).nextBegan = clock;
        }
        events.add(event);
        return event;
    }

    /** Whether no access to the object has begun and not yet happened. */
    private boolean nobodyUses(long object) {
        for (List<Event> events : threads) {
            if (!events.isEmpty()) {
                Event last = events.get(events.size() - 1);
                if (last.happened == 0 && last.object == object && !last.isSync()) {
                    return false;
                }
            }
        }
        return true;
    }

    private void happen(Event event) {
        event.happened = clock;
        if (event.isSync()) {
            event.stamp = ++stamp;
        } else if (event.isWrite()) {
            lastWrite[(int) event.object] = event;
        } else if (event.isRead()) {
            event.saw = lastWrite[(int) event.object];
        }
    }

    /** Appends an event's record; its number goes into the key or the token. */
    static void write(RecordWriter w, Event event, long previousBegan) {
        write(w, event, previousBegan, event.number);
    }

    /** Appends an event's record with that location key. @param previousBegan of the event before it in its thread, -1 for none */
    static void write(RecordWriter w, Event event, long previousBegan, long key) {
        boolean absolute = previousBegan < 0 || event.began - previousBegan > 60;
        if (absolute) {
            w.time(event.began);
        }
        int delta = absolute ? 0 : (int) (event.began - previousBegan);
        if (event.isSync()) {
            int kind = event.number % 2 == 0 ? SyncKind.RELEASE : SyncKind.ACQUIRE;
            w.sync(kind, 0, FIRST_LOCK + event.object % 3, delta, event.stamp, event.number);
        } else if (event.isDead()) {
            w.dead(event.object, delta);
        } else {
            w.access(event.operation, 0, event.object, delta, key);
        }
    }
}
