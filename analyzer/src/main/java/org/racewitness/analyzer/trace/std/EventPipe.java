package org.racewitness.analyzer.trace.std;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.racewitness.analyzer.trace.TraceEvents;
import org.racewitness.analyzer.wire.LocationKey;
import org.racewitness.analyzer.wire.SyncKind;

/**
 * Takes the events of a text from the thread that reads it to the thread that judges them, in order, in batches: the two work at the same
 * time. A queue of bounded length holds the faster one back. The producer calls the methods of {@link TraceEvents} and then {@link #end},
 * the consumer {@link #deliver}.
 */
final class EventPipe implements TraceEvents {
    private static final int BATCHES = 8;
    private static final int BATCH_EVENTS = 4096;
    private static final int WORDS = 2;
    /** Numbers of threads are below this. */
    static final int MAX_THREADS = 1 << 24;

    private static final int CODE_BITS = 8;
    private static final int CODE_MASK = (1 << CODE_BITS) - 1;

    /** Set in the code of a SYNC event. */
    private static final int SYNC = 0x80;

    /**
     * Events of one batch, of which an access is always one to a cell. Belongs to whoever took it from a queue.
     *
     * <pre>
     *  +---------------------------------------------------------------+
     *  | object of an access or lock, thread that a FORK or JOIN names |
     *  +-------------------------------+-----------------------+-------+
     *  | stack                         | thread (24)           | code  |
     *  +-------------------------------+-----------------------+-------+
     * </pre>
     */
    private static final class Batch {
        final long[] words = new long[WORDS * BATCH_EVENTS];
        int end;
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
    public void access(int thread, int operation, long object, long key, long keys, int stack) {
        add(thread, operation, object, stack);
    }

    @Override
    public void sync(int thread, int kind, long object, long token, int stack) {
        add(thread, kind | SYNC, SyncKind.namesThread(kind) ? token : object, stack);
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
            deliver(batch, events);
            last = batch.last;
            batch.end = 0;
            empty.put(batch);
        }
    }

    private static void deliver(Batch batch, TraceEvents events) {
        for (int at = 0; at < batch.end; at += WORDS) {
            long operand = batch.words[at];
            int thread = (int) batch.words[at + 1] >>> CODE_BITS;
            int code = (int) batch.words[at + 1] & CODE_MASK;
            int stack = (int) (batch.words[at + 1] >>> Integer.SIZE);
            if ((code & SYNC) == 0) {
                events.access(thread, code, operand, LocationKey.CELL, 1, stack);
            } else {
                int kind = code & ~SYNC;
                boolean isThread = SyncKind.namesThread(kind);
                events.sync(thread, kind, isThread ? 0 : operand, isThread ? operand : 0, stack);
            }
        }
    }

    private void add(int thread, int code, long operand, int stack) {
        Batch batch = filling;
        int at = batch.end;
        batch.words[at] = operand;
        batch.words[at + 1] = (long) stack << Integer.SIZE | (long) thread << CODE_BITS | code;
        batch.end = at + WORDS;
        if (batch.end == batch.words.length) {
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
