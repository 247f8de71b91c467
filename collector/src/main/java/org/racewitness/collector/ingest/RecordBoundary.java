package org.racewitness.collector.ingest;

import java.nio.ByteBuffer;
import org.racewitness.analyzer.wire.RecordDescriptor;
import org.racewitness.analyzer.wire.WireLimits;

/** Where one record of a thread's stream ends and the next begins, without looking into them. */
public final class RecordBoundary {
    private RecordBoundary() {}

    /**
     * Length of the whole records that lie between {@code at} and {@code at + maxBytes}, 0 when not even one does: because it is longer, cut off, or
     * no record.
     *
     * @param records little-endian
     */
    public static int wholeBytes(ByteBuffer records, int at, int maxBytes) {
        int end = Math.min(records.limit(), at + maxBytes);
        int next = at;
        while (next < end) {
            int bytes = recordBytes(records, next, end);
            if (bytes == 0) {
                break;
            }
            next += bytes;
        }
        return next - at;
    }

    /** How many records the {@code bytes} bytes hold that {@link #wholeBytes} measured. */
    public static int count(ByteBuffer records, int at, int bytes) {
        int count = 0;
        for (int next = at; next < at + bytes; next += recordBytes(records, next, at + bytes)) {
            count++;
        }
        return count;
    }

    private static int recordBytes(ByteBuffer records, int at, int end) {
        if (end - at < Long.BYTES) {
            return 0;
        }
        int words = RecordDescriptor.words(records.getLong(at));
        return words > WireLimits.MAX_RECORD_WORDS || words * Long.BYTES > end - at ? 0 : words * Long.BYTES;
    }
}
