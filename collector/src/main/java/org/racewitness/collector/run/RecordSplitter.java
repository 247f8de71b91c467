package org.racewitness.collector.run;

import java.nio.ByteBuffer;
import org.racewitness.analyzer.wire.RecordDescriptor;
import org.racewitness.analyzer.wire.WireLimits;

/** Cuts a thread's record stream into pieces of whole records, each short enough for one frame. Not thread-safe. */
final class RecordSplitter {
    private final ByteBuffer records;
    private int at;
    private int count;

    RecordSplitter(ByteBuffer records) {
        this.records = records;
        this.at = records.position();
    }

    /** The next piece, null at the end. What cannot be cut into records, because it is damaged, comes as it is. */
    ByteBuffer next() {
        int start = at;
        count = 0;
        while (at < records.limit()) {
            int bytes = recordBytes();
            if (at + bytes - start > WireLimits.MAX_PAYLOAD_BYTES) {
                break;
            }
            at += bytes;
            count++;
        }
        return at == start ? null : records.slice(start, at - start);
    }

    /** Records in the piece that {@link #next} returned last. */
    int count() {
        return count;
    }

    private int recordBytes() {
        int rest = records.limit() - at;
        int bytes = rest < Long.BYTES ? 0 : RecordDescriptor.words(records.getLong(at)) * Long.BYTES;
        boolean damaged = bytes == 0 || bytes > rest || bytes > WireLimits.MAX_RECORD_WORDS * Long.BYTES;
        return damaged ? Math.min(rest, WireLimits.MAX_PAYLOAD_BYTES) : bytes;
    }
}
