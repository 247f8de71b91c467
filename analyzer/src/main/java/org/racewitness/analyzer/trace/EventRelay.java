package org.racewitness.analyzer.trace;

import java.util.ArrayDeque;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.LongSupplier;

/**
 * Passes events on to another thread, in their order, so that events are decoded and ordered on one core while those before them are judged on
 * another. What is judged, and in which order, is the same as without; short traces never leave the caller's thread.
 *
 * <p>{@link TraceEvents} methods and {@link #finish} belong to one thread. The receiver belongs to the caller until the relay's own thread starts, to
 * that thread until {@code finish} returns, and to the caller again after that; thread start, queue and join order the hand-overs.
 */
public final class EventRelay implements TraceEvents {
    /** A trace of fewer events is not worth a thread. */
    public static final int INLINE_EVENTS = 100_000;

    /** Events of one chunk. */
    private static final int CHUNK_EVENTS = 4096;

    /** Chunks on the way: a bound on how far the judgement may lag, and on memory. */
    private static final int CHUNKS = 8;

    private static final int WORDS = 6;
    private static final int ACCESS = 0;
    private static final int SYNC = 1;
    private static final int DEAD = 2;
    private static final int NOTE = 3;
    private static final int LATE = 4;
    private static final int STEP = 5;

    /** Events as words; owned by whoever took it out of a queue. */
    private static final class Chunk {
        private final long[] words = new long[CHUNK_EVENTS * WORDS];
        private final ArrayDeque<String> texts = new ArrayDeque<>();
        private int end;

        /** Whether it is the last one. */
        private boolean last;
    }

    private final TraceEvents receiver;
    private final LongSupplier ticksNow;
    private final int inlineEvents;

    /** Of the synchronisation that the receiver was told last; written and read by the thread that the receiver belongs to. */
    private long syncTicks;

    /** Thread-safe; from the caller's thread to the relay's. */
    private final ArrayBlockingQueue<Chunk> full = new ArrayBlockingQueue<>(CHUNKS);

    /** Thread-safe; back. */
    private final ArrayBlockingQueue<Chunk> empty = new ArrayBlockingQueue<>(CHUNKS);

    /** Null while events go straight to the receiver. */
    private Thread thread;

    private Chunk filling;
    private int inline;

    /** Written by the relay's thread, read after it was joined. */
    private RuntimeException failure;

    private long busyNanos;

    /**
     * @param ticksNow time of the synchronisation that is being told to the relay, in ticks of the process's clock
     * @param inlineEvents how many events the caller's thread passes on itself before another one takes over
     */
    public EventRelay(TraceEvents receiver, LongSupplier ticksNow, int inlineEvents) {
        this.ticksNow = ticksNow;
        this.receiver = receiver;
        this.inlineEvents = inlineEvents;
    }

    @Override
    public void access(int by, int operation, long object, long key, long keys, int stack) {
        if (isInline()) {
            receiver.access(by, operation, object, key, keys, stack);
        } else {
            add(ACCESS, by, operation, object, key, keys, stack);
        }
    }

    @Override
    public void late(int by, long back, int operation, long object, long key, long keys, int stack) {
        if (isInline()) {
            receiver.late(by, back, operation, object, key, keys, stack);
        } else {
            add(LATE, by, operation, object, key, keys, stack);
            filling.words[filling.end - 1] = back;
        }
    }

    @Override
    public void step(int by) {
        if (isInline()) {
            receiver.step(by);
        } else {
            add(STEP, by, 0, 0, 0, 0, 0);
        }
    }

    @Override
    public void sync(int by, int kind, long object, long token, int stack) {
        if (isInline()) {
            syncTicks = ticksNow.getAsLong();
            receiver.sync(by, kind, object, token, stack);
        } else {
            add(SYNC, by, kind, object, token, ticksNow.getAsLong(), stack);
        }
    }

    @Override
    public void note(int by, int kind, String text) {
        if (isInline()) {
            receiver.note(by, kind, text);
        } else {
            add(NOTE, by, kind, 0, 0, 0, 0);
            filling.texts.add(text);
        }
    }

    @Override
    public void dead(int by, long object) {
        if (isInline()) {
            receiver.dead(by, object);
        } else {
            add(DEAD, by, 0, object, 0, 0, 0);
        }
    }

    private boolean isInline() {
        if (thread != null) {
            return false;
        }
        if (inline < inlineEvents) {
            inline++;
            return true;
        }
        for (int i = 0; i < CHUNKS; i++) {
            empty.add(new Chunk());
        }
        filling = empty.remove();
        thread = new Thread(this::judge, "racewitness-judge");
        thread.setDaemon(true);
        thread.start();
        return false;
    }

    private void add(int what, int by, int code, long object, long key, long keys, int stack) {
        if (filling.end == filling.words.length) {
            send();
            filling = take(empty);
        }
        long[] words = filling.words;
        int at = filling.end;
        words[at] = (long) by << 32 | (long) code << 8 | what;
        words[at + 1] = object;
        words[at + 2] = key;
        words[at + 3] = keys;
        words[at + 4] = stack;
        filling.end = at + WORDS;
    }

    private void send() {
        full.add(filling); // there are no more chunks than it has room for
    }

    /** Time of the synchronisation that the receiver is just being told, in ticks; for the receiver to ask. */
    public long syncTicks() {
        return syncTicks;
    }

    /** Returns when everything was judged. A defect that the receiver threw is thrown here. */
    public void finish() {
        if (thread == null) {
            return;
        }
        filling.last = true;
        send();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException stop) {
                interrupted = true; // the report needs all of it; whoever wants to stop sees the flag behind us
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Time that the relay's thread spent on judging; after {@link #finish}. */
    public long busyNanos() {
        return busyNanos;
    }

    private void judge() {
        boolean last = false;
        while (!last) {
            Chunk chunk = take(full);
            last = chunk.last;
            long start = System.nanoTime();
            try {
                if (failure == null) {
                    replay(chunk);
                }
            } catch (RuntimeException defect) {
                failure = defect; // kept for the caller, who must not wait for room for ever
            }
            busyNanos += System.nanoTime() - start;
            chunk.texts.clear();
            chunk.end = 0;
            empty.add(chunk);
        }
    }

    private void replay(Chunk chunk) {
        long[] words = chunk.words;
        for (int at = 0; at < chunk.end; at += WORDS) {
            int by = (int) (words[at] >>> 32);
            int code = (int) (words[at] >>> 8) & 0xFF;
            int stack = (int) words[at + 4];
            switch ((int) words[at] & 0xFF) {
                case ACCESS -> receiver.access(by, code, words[at + 1], words[at + 2], words[at + 3], stack);
                case SYNC -> {
                    syncTicks = words[at + 3];
                    receiver.sync(by, code, words[at + 1], words[at + 2], stack);
                }
                case LATE -> receiver.late(by, words[at + 5], code, words[at + 1], words[at + 2], words[at + 3], stack);
                case STEP -> receiver.step(by);
                case DEAD -> receiver.dead(by, words[at + 1]);
                default -> receiver.note(by, code, chunk.texts.remove());
            }
        }
    }

    private static Chunk take(ArrayBlockingQueue<Chunk> queue) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return queue.take();
                } catch (InterruptedException stop) {
                    interrupted = true; // nothing here may be lost; the flag is set again behind us
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
