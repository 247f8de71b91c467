package org.racewitness.analyzer.trace.std;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.racewitness.analyzer.trace.TraceEvents;
import org.racewitness.analyzer.wire.LocationKey;

/**
 * Takes the events of a text from the thread that reads it to the thread that judges them, in order, in batches: the two work at the same
 * time. A queue of bounded length holds the faster one back. The producer calls the methods of {@link TraceEvents} and then {@link #end},
 * the consumer {@link #deliver}.
 */
final class EventPipe implements TraceEvents {
    private static final int BATCHES = 8;
    private static final int BATCH_EVENTS = 8192;

    /** Set in {@link Batch#codes} for a SYNC event. */
    private static final int SYNC = 0x100;

    /** Events of one batch, of which an access is always one to a cell. Belongs to whoever took it from a queue. */
    private static final class Batch {
        final int[] threads = new int[BATCH_EVENTS];
        final int[] codes = new int[BATCH_EVENTS];
        final long[] objects = new long[BATCH_EVENTS];
        final long[] tokens = new long[BATCH_EVENTS];
        final int[] stacks = new int[BATCH_EVENTS];
        int count;
        boolean last;
    }

    /** Both queues synchronise for themselves, and with them what is in the batches. */
    private final BlockingQueue<Batch> full = new ArrayBlockingQueue<>(BATCHES);

    private final BlockingQueue<Batch> empty = new ArrayBlockingQueue<>(BATCHES);

    /** Belongs to the producer. */
    private Batch filling = new Batch();

    EventPipe() {
        for (int i = 1; i < BATCHES; i++) {
            empty.add(new Batch());
        }
    }

    @Override
    public void access(int thread, int operation, long object, long key, long count, int stack) {
        add(thread, operation, object, 0, stack);
    }

    @Override
    public void sync(int thread, int kind, long object, long token, int stack) {
        add(thread, kind | SYNC, object, token, stack);
    }

    @Override
    public void dead(int thread, long object) {
        throw new IllegalStateException("no object of a text dies");
    }

    /** Nothing follows. */
    void end() {
        filling.last = true;
        pass();
    }

    /** Hands all events to {@code events} until the producer has said that there are no more. */
    void deliver(TraceEvents events) throws InterruptedException {
        boolean last = false;
        while (!last) {
            Batch batch = full.take();
            for (int i = 0; i < batch.count; i++) {
                deliver(batch, i, events);
            }
            last = batch.last;
            batch.count = 0;
            empty.put(batch);
        }
    }

    private static void deliver(Batch batch, int i, TraceEvents events) {
        int code = batch.codes[i];
        if ((code & SYNC) == 0) {
            events.access(batch.threads[i], code, batch.objects[i], LocationKey.CELL, 1, batch.stacks[i]);
        } else {
            events.sync(batch.threads[i], code & ~SYNC, batch.objects[i], batch.tokens[i], batch.stacks[i]);
        }
    }

    private void add(int thread, int code, long object, long token, int stack) {
        Batch batch = filling;
        int at = batch.count++;
        batch.threads[at] = thread;
        batch.codes[at] = code;
        batch.objects[at] = object;
        batch.tokens[at] = token;
        batch.stacks[at] = stack;
        if (batch.count == BATCH_EVENTS) {
            pass();
            try {
                filling = empty.take();
            } catch (InterruptedException e) {
                throw abandoned(e);
            }
        }
    }

    private void pass() {
        try {
            full.put(filling);
        } catch (InterruptedException e) {
            throw abandoned(e);
        }
    }

    /** The consumer has failed, and says so by an interrupt. */
    private static IllegalStateException abandoned(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("nobody takes the events any more", e);
    }
}
