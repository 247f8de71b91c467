package org.racewitness.collector.run;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.racewitness.analyzer.wire.TraceFile;
import org.racewitness.collector.ingest.RunSink;
import org.racewitness.collector.ingest.SessionSink;

/**
 * Keeps the frames of a run as they arrive, behind the header of a trace file, and a STATUS frame for each session at the end. It is written in place, so
 * that what had arrived is there whatever happens to this process.
 *
 * <p>Used by the analysis thread, and closed by another once that has ended.
 */
public final class TraceFileSink implements RunSink, Closeable {
    private final FileChannel file;
    private final List<ByteBuffer> statusFrames = new ArrayList<>();
    /** The first failure, of a full disk for instance: nothing is written behind it, so that the file ends with a whole frame or a cut one. */
    private IOException failure;

    private TraceFileSink(FileChannel file) {
        this.file = file;
    }

    /** Begins the file, in place of one that may be there. */
    public static TraceFileSink create(Path path) throws IOException {
        FileChannel file = FileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        TraceFileSink sink = new TraceFileSink(file);
        try {
            sink.write(TraceFile.header());
            return sink;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    @Override
    public SessionSink open(long session) {
        return new FramedSession(session, new FramedSession.Output() {
            @Override
            public void frame(ByteBuffer bytes) throws IOException {
                write(bytes);
            }

            @Override
            public void status(ByteBuffer bytes) {
                statusFrames.add(bytes);
            }
        });
    }

    /** Writes the STATUS frames and closes the file. */
    @Override
    public void close() throws IOException {
        try (file) {
            for (ByteBuffer status : statusFrames) {
                write(status);
            }
        }
    }

    private void write(ByteBuffer bytes) throws IOException {
        if (failure != null) {
            return;
        }
        try {
            ByteBuffer left = bytes.duplicate();
            while (left.hasRemaining()) {
                file.write(left);
            }
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }
}
