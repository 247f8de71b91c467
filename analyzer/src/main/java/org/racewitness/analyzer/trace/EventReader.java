package org.racewitness.analyzer.trace;

import java.nio.ByteBuffer;
import org.racewitness.analyzer.wire.LocationKey;
import org.racewitness.analyzer.wire.OperationCode;
import org.racewitness.analyzer.wire.RecordDescriptor;
import org.racewitness.analyzer.wire.SyncKind;

/**
 * Checks event records in place and appends their words to the thread's stream. Behind a gap, events are dropped up to the next TIME record:
 * without knowing when they happened they can not be put in order with the other threads' events. Owned by the thread that owns the session.
 */
final class EventReader {
    /** Largest number of keys that one ACCESS_RANGE may name. */
    static final long MAX_RANGE_KEYS = 1L << 28;

    /** Largest distance between two keys of one ACCESS_RANGE. */
    static final long MAX_RANGE_STRIDE = 1L << 30;

    private final Accounting accounting;

    EventReader(Accounting accounting) {
        this.accounting = accounting;
    }

    /**
     * Takes the record at {@code at}, which is whole and long enough for its tag.
     *
     * @return what is wrong with it, or null
     */
    String read(ThreadStream stream, ByteBuffer payload, int at, long header) {
        long word1 = payload.getLong(at + 8);
        if (stream.untimed && RecordDescriptor.tag(header) != RecordDescriptor.TAG_TIME) {
            accounting.untimed++;
            return null;
        }
        int tag = RecordDescriptor.tag(header);
        switch (tag) {
            case RecordDescriptor.TAG_ACCESS, RecordDescriptor.TAG_ACCESS_RANGE, RecordDescriptor.TAG_ACCESS_LATE -> {
                String fault = accessFault(tag, header, word1, payload, at);
                if (fault != null) {
                    return fault;
                }
                stream.append(sessionWide(stream, header), word1);
                stream.appendRest(tag, payload, at + 2 * Long.BYTES);
            }
            case RecordDescriptor.TAG_SYNC -> {
                long stamp = payload.getLong(at + 16);
                if (!SyncKind.isKnown(RecordDescriptor.op(header)) || stamp < 1) {
                    return "kind " + RecordDescriptor.op(header) + ", stamp " + Long.toUnsignedString(stamp);
                }
                stream.append(sessionWide(stream, header), word1, stamp, payload.getLong(at + 24));
                stream.stamps.add(stamp);
            }
            case RecordDescriptor.TAG_STEP -> stream.append(header, word1);
            case RecordDescriptor.TAG_DEAD -> {
                if (RecordDescriptor.object(word1) == 0) {
                    return "object 0";
                }
                stream.append(header, word1);
            }
            default -> time(stream, header, word1);
        }
        accounting.waiting++;
        return null;
    }

    /** What is wrong with an access of any kind, null for nothing. */
    private static String accessFault(int tag, long header, long word1, ByteBuffer payload, int at) {
        if (!OperationCode.isKnown(RecordDescriptor.op(header)) || RecordDescriptor.object(word1) == 0) {
            return "operation " + RecordDescriptor.op(header) + ", object " + RecordDescriptor.object(word1);
        }
        if (tag == RecordDescriptor.TAG_ACCESS) {
            return null;
        }
        long key = payload.getLong(at + 16);
        long keys = payload.getLong(at + 24);
        boolean isOne = tag == RecordDescriptor.TAG_ACCESS_LATE && keys == 1;
        if (!isOne && !isRange(key, keys)) {
            return Long.toUnsignedString(RecordDescriptor.rangeCount(keys)) + " keys from " + LocationKey.describe(key)
                    + ", stride " + RecordDescriptor.rangeStride(keys);
        }
        boolean isTooEarly =
                tag == RecordDescriptor.TAG_ACCESS_LATE && payload.getLong(at + 32) <= -TraceEvents.MOMENTS;
        return isTooEarly ? payload.getLong(at + 32) + " moments back" : null;
    }

    private static boolean isRange(long key, long keys) {
        long count = RecordDescriptor.rangeCount(keys);
        return count >= 1
                && count <= MAX_RANGE_KEYS
                && RecordDescriptor.rangeStride(keys) <= MAX_RANGE_STRIDE
                && LocationKey.kind(key) == LocationKey.KIND_INDEX;
    }

    private static void time(ThreadStream stream, long header, long time) {
        stream.append(header, time);
        if (stream.untimed) {
            stream.untimed = false;
            stream.appendGap();
        }
    }

    private long sessionWide(ThreadStream stream, long header) {
        return RecordDescriptor.withArg(header, stream.sessionWide(RecordDescriptor.arg(header), accounting));
    }
}
