package org.racewitness.analyzer.trace.std;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import org.racewitness.analyzer.trace.TraceEvents;

/** Reads a text in a thread of its own while the caller's judges what was read. */
public final class StdReading {
    private final EventPipe pipe = new EventPipe();
    private final StdReader reader;

    /** Written by the reading thread before it ends, read by others after they have joined it. */
    private Throwable failure;

    /** @param faults called by the reading thread only */
    public StdReading(StdModel model, StdReader.FaultHandler faults) {
        this.reader = new StdReader(model, pipe, faults);
    }

    /**
     * Hands every event to {@code events}, in this thread, and returns when there are no more. Called once.
     *
     * @throws IOException of the stream, never for what it delivers
     */
    public void run(InputStream in, TraceEvents events) throws IOException {
        Thread thread = new Thread(() -> read(in), "std-reader");
        thread.setDaemon(true);
        thread.start();
        try {
            pipe.deliver(events);
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a trace was read");
        } finally {
            thread.interrupt(); // in vain unless the events were not taken to their end
        }
        if (failure instanceof IOException io) {
            throw io;
        }
        if (failure != null) {
            throw new IllegalStateException(failure);
        }
    }

    /** The counters of what has been read; complete once {@link #run} is over. */
    public StdReader reader() {
        return reader;
    }

    private void read(InputStream in) {
        try {
            reader.read(in);
        } catch (Throwable e) { // handed on to the thread that waits
            failure = e;
        } finally {
            endOfEvents();
        }
    }

    private void endOfEvents() {
        try {
            pipe.end();
        } catch (IllegalStateException e) {
            failure = failure == null ? e : failure; // nobody waits any more
        }
    }
}
