package org.racewitness.analyzer.engine;

import java.util.Arrays;
import org.racewitness.analyzer.trace.TraceEvents;
import org.racewitness.analyzer.wire.RecordDescriptor;

/** Tells the accesses to one key each that a thread makes in a row together, as a trace's threads deliver them. {@link #flush} must come last. */
final class InRuns implements TraceEvents {
    private final TraceEvents events;
    private long[] words = new long[ACCESS_WORDS];
    private int count;
    private int thread;

    /** How many accesses were told together with others. */
    int together;

    InRuns(TraceEvents events) {
        this.events = events;
    }

    @Override
    public void access(int by, int operation, long object, long key, long keys, int stack) {
        if (keys != 1) {
            flush();
            events.access(by, operation, object, key, keys, stack);
            return;
        }
        if (by != thread) {
            flush();
        }
        thread = by;
        int at = count++ * ACCESS_WORDS;
        if (at == words.length) {
            words = Arrays.copyOf(words, 2 * at);
        }
        words[at] = RecordDescriptor.header(RecordDescriptor.TAG_ACCESS, operation, ACCESS_WORDS, stack);
        words[at + 1] = RecordDescriptor.event(object, 1);
        words[at + 2] = key;
    }

    @Override
    public void late(int by, long back, int operation, long object, long key, long keys, int stack) {
        flush();
        events.late(by, back, operation, object, key, keys, stack);
    }

    @Override
    public void step(int by) {
        flush();
        events.step(by);
    }

    @Override
    public void sync(int by, int kind, long object, long token, int stack) {
        flush();
        events.sync(by, kind, object, token, stack);
    }

    @Override
    public void dead(int by, long object) {
        flush();
        events.dead(by, object);
    }

    void flush() {
        if (count > 0) {
            together += count - 1;
            events.accesses(thread, words, 0, count);
            count = 0;
        }
    }
}
