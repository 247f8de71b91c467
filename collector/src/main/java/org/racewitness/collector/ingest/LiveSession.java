package org.racewitness.collector.ingest;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.racewitness.analyzer.wire.FrameDescriptor;
import org.racewitness.analyzer.wire.Hello;

/**
 * A process that was let in. The event loop calls {@link #frame}, {@link #damage} and {@link #ended}; what they ask for happens on the analysis thread,
 * in that order.
 */
final class LiveSession {
    private final Hello hello;
    private final RunSessions run;
    private final AnalysisLoop loop;
    private final BackPressure pressure;
    private final IngestStats stats;
    private final Clock clock;
    /** Set on the event loop, by an END frame. */
    private boolean saidGoodbye;
    /** What another collector says of the process's end; set on the event loop, by a STATUS frame. */
    private ProcessEnd relayedEnd;
    /** Set by the first task on the analysis thread and used there only; null when opening it failed. */
    private SessionSink sink;

    LiveSession(
            Hello hello,
            Channel channel,
            RunSessions run,
            AnalysisLoop loop,
            IngestLimits limits,
            IngestStats stats,
            AtomicLong totalPending,
            Clock clock) {
        this.hello = hello;
        this.run = run;
        this.loop = loop;
        this.stats = stats;
        this.clock = clock;
        this.pressure = new BackPressure(channel, limits, stats, totalPending);
    }

    long pid() {
        return Integer.toUnsignedLong(hello.pid());
    }

    RunSessions run() {
        return run;
    }

    void open(RunSink runSink) {
        loop.submit(() -> sink = runSink.open(hello.session()));
    }

    /** Takes over the reference to the frame. */
    void frame(ByteBuf frame) {
        int bytes = frame.readableBytes();
        ByteBuffer view = littleEndian(frame);
        int type = FrameDescriptor.type(view, 0);
        boolean foreign = type == FrameDescriptor.TYPE_STATUS && !run.takesStatus();
        if (foreign || FrameDescriptor.session(view, 0) != hello.session()) {
            damage(new FrameDecoder.Damage(
                    frame, -1, "a " + FrameDescriptor.typeName(type) + " frame of another session"));
            return;
        }
        saidGoodbye |= type == FrameDescriptor.TYPE_END;
        if (type == FrameDescriptor.TYPE_STATUS) {
            relayedEnd = ProcessEnd.of(view);
        }
        pressure.arrived(bytes);
        loop.submit(() -> analyse(frame, view, bytes));
    }

    /** Takes over the reference to the bytes. */
    void damage(FrameDecoder.Damage damage) {
        int bytes = damage.bytes().readableBytes();
        pressure.arrived(bytes);
        loop.submit(() -> {
            try {
                if (sink != null) {
                    sink.damaged(damage.offset(), littleEndian(damage.bytes()), damage.fault());
                }
            } finally {
                damage.bytes().release();
                pressure.done(bytes);
            }
        });
    }

    private void analyse(ByteBuf frame, ByteBuffer view, int bytes) throws IOException {
        try {
            long ticks = stats.wantsLag() ? FrameDescriptor.time(view, 0) : 0;
            if (sink != null) {
                sink.frame(view);
            }
            boolean holdsRecords = FrameDescriptor.type(view, 0) == FrameDescriptor.TYPE_RECORDS;
            stats.analysed(bytes, holdsRecords ? FrameDescriptor.records(view, 0) : 0);
            if (stats.wantsLag()) {
                stats.lag(now() - sentAt(ticks));
            }
        } finally {
            frame.release();
            pressure.done(bytes);
        }
    }

    /**
     * The connection has closed. Once it is known how the process ended, what it left in its buffer file is taken too.
     *
     * @param bufferDirectory where agents keep buffer files, null when not on this machine
     * @return completed on the analysis thread when nothing is left to do
     */
    CompletableFuture<Void> ended(ProcessEnds ends, Path bufferDirectory) {
        CompletableFuture<Void> finished = new CompletableFuture<>();
        BufferFile buffer = bufferDirectory == null ? null : BufferFile.of(bufferDirectory, hello.session());
        ProcessEnd lastWord = relayedEnd != null || buffer == null ? relayedEnd : buffer.lastWord();
        ends.of(new ClosedSession(hello.session(), pid(), startedAt(), saidGoodbye, lastWord))
                .whenComplete((end, failure) -> loop.submit(() -> {
                    try {
                        finish(failure == null ? end : ProcessEnd.UNKNOWN, buffer);
                    } finally {
                        finished.complete(null);
                    }
                }));
        return finished;
    }

    private void finish(ProcessEnd end, BufferFile buffer) throws IOException {
        if (sink == null) {
            return;
        }
        String fault = null;
        try {
            fault = buffer == null ? null : buffer.recover(sink);
        } catch (IOException e) {
            fault = "what its buffer file holds could not be read: " + e.getMessage();
        } finally {
            sink.finish(fault == null ? end : end.withNote(fault));
        }
    }

    private Instant startedAt() {
        return Instant.ofEpochSecond(0, hello.unixNanosAtStart());
    }

    private static ByteBuffer littleEndian(ByteBuf bytes) {
        return bytes.nioBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A time of the agent's clock in nanoseconds since 1970. */
    private long sentAt(long ticks) {
        double seconds = (double) (ticks - hello.ticksAtStart()) / hello.ticksPerSecond();
        return hello.unixNanosAtStart() + (long) (seconds * 1e9);
    }

    private long now() {
        Instant now = clock.instant();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }
}
