package org.racewitness.collector.ingest;

import io.netty.channel.Channel;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stops reading a connection while too much of it waits for the analysis. The socket then fills, the agent's sender blocks, its buffers fill, and the
 * program's threads wait: nothing is dropped.
 */
final class BackPressure {
    private final Channel channel;
    private final IngestLimits limits;
    private final IngestStats stats;
    /** Bytes of this connection that wait; added to by the event loop, taken from by the analysis thread. */
    private final AtomicLong pending = new AtomicLong();
    /** The same over all connections of the run, shared by them. */
    private final AtomicLong total;
    /** Written by the event loop; read by the analysis thread, which may see an old value: see {@link #arrived}. */
    private volatile boolean paused;

    BackPressure(Channel channel, IngestLimits limits, IngestStats stats, AtomicLong total) {
        this.channel = channel;
        this.limits = limits;
        this.stats = stats;
        this.total = total;
    }

    /** On the event loop, before the bytes are handed to the analysis. */
    void arrived(int bytes) {
        long mine = pending.addAndGet(bytes);
        long all = total.addAndGet(bytes);
        if (!paused && (mine > limits.highWaterBytes() || all > limits.totalBytes())) {
            paused = true;
            stats.paused();
            channel.config().setAutoRead(false);
            // the analysis may have drained everything before it could see the flag
            resumeIfDrained();
        }
    }

    /** On the analysis thread, when the bytes are done with. */
    void done(int bytes) {
        total.addAndGet(-bytes);
        long mine = pending.addAndGet(-bytes);
        if (paused && mine <= limits.lowWaterBytes()) {
            channel.eventLoop().execute(this::resumeIfDrained);
        }
    }

    private void resumeIfDrained() {
        long mine = pending.get();
        boolean roomForAll = total.get() <= limits.totalBytes() || mine == 0;
        if (paused && mine <= limits.lowWaterBytes() && roomForAll) {
            paused = false;
            channel.config().setAutoRead(true);
        }
    }
}
