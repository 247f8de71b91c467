package org.racewitness.analyzer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.LinkedHashSet;
import java.util.Set;
import org.racewitness.analyzer.wire.FrameDescriptor;
import org.racewitness.analyzer.wire.FrameReader;
import org.racewitness.analyzer.wire.TraceFile;

/** Drives a run's sessions from one trace file. */
final class TraceReplay {
    private final RunAnalysis run;
    private final String name;
    private final ReadableByteChannel channel;
    private final ProblemList problems = new ProblemList();
    private final Set<SessionAnalysis> opened = new LinkedHashSet<>();

    /** Session of the last whole frame: what is damaged behind it is most likely its own. Null before the first. */
    private SessionAnalysis current;

    TraceReplay(RunAnalysis run, String name, ReadableByteChannel channel) {
        this.run = run;
        this.name = name;
        this.channel = channel;
    }

    TraceReadResult run() throws IOException {
        ByteBuffer header = ByteBuffer.allocate(TraceFile.HEADER_BYTES);
        while (header.hasRemaining() && channel.read(header) >= 0) {
            // until the header is there or the file has ended
        }
        header.flip();
        ReadableByteChannel frames = channel;
        long before = header.remaining();
        if (!TraceFile.isHeader(header)) {
            problems.add(name + ": not a trace file: it does not begin with RWTRACE1");
            frames = new PrefixedChannel(header, channel);
            before = 0;
        }
        long headerBytes = before;
        FrameReader reader =
                new FrameReader(frames, (offset, bytes, fault) -> damaged(headerBytes + offset, bytes, fault));
        long count = 0;
        for (ByteBuffer frame = reader.next(); frame != null; frame = reader.next()) {
            count++;
            current = run.openStored(FrameDescriptor.session(frame, 0));
            opened.add(current);
            current.undamaged(frame);
        }
        opened.forEach(SessionAnalysis::finishAsTraced);
        return new TraceReadResult(name, headerBytes + reader.offset(), count, opened.size(), problems.lines());
    }

    private void damaged(long offset, ByteBuffer bytes, String fault) {
        String line = name + ", byte " + offset + ": " + fault + "; " + bytes.remaining() + " bytes were skipped";
        problems.add(line);
        SessionAnalysis owner = null;
        if (bytes.remaining() >= FrameDescriptor.HEADER_BYTES && FrameDescriptor.lengthFault(bytes, 0) == null) {
            owner = run.find(FrameDescriptor.session(bytes, 0));
        }
        if (owner == null) {
            owner = current;
        }
        if (owner != null) {
            owner.damaged(bytes, line);
        }
    }
}
