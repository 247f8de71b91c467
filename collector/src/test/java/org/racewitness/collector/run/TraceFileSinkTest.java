package org.racewitness.collector.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.racewitness.analyzer.wire.FrameDescriptor;
import org.racewitness.analyzer.wire.FramePayload;
import org.racewitness.analyzer.wire.FrameReader;
import org.racewitness.analyzer.wire.FrameWriter;
import org.racewitness.analyzer.wire.Pairs;
import org.racewitness.analyzer.wire.RecordWriter;
import org.racewitness.analyzer.wire.TraceFile;
import org.racewitness.analyzer.wire.WireLimits;
import org.racewitness.collector.ingest.ProcessEnd;
import org.racewitness.collector.ingest.SessionSink;

class TraceFileSinkTest {
    @TempDir
    Path directory;

    private static ByteBuffer records(int count) {
        RecordWriter records = new RecordWriter();
        for (int i = 0; i < count; i++) {
            records.access(2, 0, 1, 0, i);
        }
        return records.take();
    }

    private static List<ByteBuffer> read(Path file, List<String> damage) throws IOException {
        List<ByteBuffer> frames = new ArrayList<>();
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer header = ByteBuffer.allocate(TraceFile.HEADER_BYTES);
            channel.read(header);
            assertEquals(true, TraceFile.isHeader(header.flip()));
            FrameReader reader =
                    new FrameReader(channel, (offset, bytes, fault) -> damage.add(bytes.remaining() + " bytes"));
            for (ByteBuffer frame = reader.next(); frame != null; frame = reader.next()) {
                frames.add(ByteBuffer.allocate(frame.remaining())
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .put(frame.duplicate())
                        .flip());
            }
        }
        return frames;
    }

    @Test
    void framesAsTheyCameThenWhatEachSessionBecame() throws Exception {
        Path file = directory.resolve("t.rwtrace");
        Files.writeString(file, "an old trace that is much longer than nothing");
        FrameWriter first = new FrameWriter(1);
        FrameWriter second = new FrameWriter(2);
        ByteBuffer one = first.records(7, 0, 55, 3, records(3));
        ByteBuffer two = second.mark(9);
        try (TraceFileSink sink = TraceFileSink.create(file)) {
            SessionSink a = sink.open(1);
            SessionSink b = sink.open(2);
            a.frame(one);
            b.frame(two);
            assertEquals(72, a.received(7));
            assertEquals(0, a.received(8));
            a.damaged(72, ByteBuffer.wrap(new byte[] {1, 2, 3}), "not a frame");
            a.recovered(7, 72, records(2));
            assertEquals(120, a.received(7));
            a.finish(new ProcessEnd("signal", null, 11, null));
            b.finish(new ProcessEnd("exit", 4, null, null));
        }
        List<String> damage = new ArrayList<>();
        List<ByteBuffer> frames = read(file, damage);
        assertEquals(List.of("3 bytes"), damage);
        assertEquals(5, frames.size());
        assertEquals(one, frames.get(0));
        assertEquals(two, frames.get(1));
        assertEquals(FrameDescriptor.TYPE_RECORDS, FrameDescriptor.type(frames.get(2), 0));
        assertEquals(72, FrameDescriptor.sequence(frames.get(2), 0));
        assertEquals(2, FrameDescriptor.records(frames.get(2), 0));
        assertEquals(records(2), FramePayload.of(frames.get(2)));
        assertEquals(
                Map.of("endedBy", "signal", "signal", "11", "recovered", "2"),
                Pairs.read(FramePayload.of(frames.get(3))));
        assertEquals(
                Map.of("endedBy", "exit", "exitStatus", "4", "recovered", "0"),
                Pairs.read(FramePayload.of(frames.get(4))));
    }

    @Test
    void recoveredRecordsAreCutBetweenRecords() throws Exception {
        Path file = directory.resolve("t.rwtrace");
        int count = 100_000; // 2.4 MB: three frames
        try (TraceFileSink sink = TraceFileSink.create(file)) {
            SessionSink session = sink.open(1);
            session.recovered(1, 240, records(count));
            session.finish(ProcessEnd.UNKNOWN);
        }
        List<ByteBuffer> frames = read(file, new ArrayList<>());
        assertEquals(4, frames.size());
        long position = 240;
        long total = 0;
        for (ByteBuffer frame : frames.subList(0, 3)) {
            assertEquals(position, FrameDescriptor.sequence(frame, 0));
            assertFalse(FrameDescriptor.payloadBytes(frame, 0) > WireLimits.MAX_PAYLOAD_BYTES);
            assertEquals(0, FrameDescriptor.payloadBytes(frame, 0) % 24);
            position += FrameDescriptor.payloadBytes(frame, 0);
            total += FrameDescriptor.records(frame, 0);
        }
        assertEquals(count, total);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFullDiskIsTold() {
        IOException full = assertThrows(IOException.class, () -> TraceFileSink.create(Path.of("/dev/full")));
        assertEquals("No space left on device", full.getMessage());
    }
}
