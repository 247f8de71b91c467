package org.racewitness.analyzer.engine.state;

import org.racewitness.analyzer.clock.Moment;

/** One lock: the moment of its last release, and who holds it. Belongs to its engine. */
public final class LockState {
    private Moment released = Moment.NONE;
    private ThreadState holder;
    private int depth;

    /** L := C. */
    public void releasedAt(Moment moment) {
        released = moment;
    }

    /** L. */
    public Moment released() {
        return released;
    }

    /** The thread that holds it, as far as the trace says; null for none. */
    public ThreadState holder() {
        return holder;
    }

    /** One level more; the thread is the holder from now on. Answers whether it was not before. */
    public boolean enter(ThreadState thread) {
        boolean news = holder != thread;
        depth = news ? 1 : depth + 1;
        holder = thread;
        return news;
    }

    /** One level less; a release by another thread than the holder ends its holding. Answers whether nobody holds it now. */
    public boolean leave(ThreadState thread) {
        depth = holder == thread ? depth - 1 : 0;
        if (depth <= 0) {
            holder = null;
            depth = 0;
        }
        return holder == null;
    }
}
