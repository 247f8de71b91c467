package org.racewitness.analyzer.trace;

import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Set;
import org.racewitness.analyzer.wire.FrameDescriptor;
import org.racewitness.analyzer.wire.RecordDescriptor;
import org.racewitness.analyzer.wire.WireLimits;

/**
 * The record streams of one process: takes payloads thread by thread, keeps what they define, and hands the events to the
 * {@link Sequencer}. Whatever the bytes hold, nothing is thrown: what can not be understood is counted and told with its place.
 *
 * <p>Owned by one thread at a time.
 */
public final class SessionTrace {
    private final TraceModel model = new TraceModel();
    private final Accounting accounting;
    private final DefinitionReader definitionReader;

    /** By dense thread number, null for a thread of which nothing arrived yet. */
    private ThreadStream[] streams = new ThreadStream[16];

    private final SpareWords spare = new SpareWords();
    private final EventReader eventReader;
    private Sequencer sequencer;

    /** The words of the payload that is being read. */
    private long[] words = new long[0];

    public SessionTrace(Accounting accounting) {
        this.accounting = accounting;
        definitionReader = new DefinitionReader(model, accounting);
        eventReader = new EventReader(accounting);
    }

    /**
     * Says who receives the events; called once, before the first records.
     *
     * @param maxWaitingWords how many words of events may wait for their place in the order
     */
    public void start(TraceEvents events, long maxWaitingWords) {
        sequencer = new Sequencer(events, model.threads, accounting, maxWaitingWords);
    }

    /** Texts of keys take no more than that; called before the first records. */
    public void limitKeyTexts(long maxBytes) {
        model.definitions.limitKeyTexts(maxBytes);
    }

    /** Texts of keys that were given up to stay within the limit. */
    public long forgottenKeyTexts() {
        return model.definitions.forgottenKeyTexts();
    }

    /** What the definitions of objects and keys take. */
    public long definitionBytes() {
        return model.definitions.bytes();
    }

    public SessionModel model() {
        return model;
    }

    /** Time of the synchronisation that is just being told, in ticks. */
    public long syncTicks() {
        return sequencer.syncTicks();
    }

    /** Files of the application code that the session defines. */
    public Set<String> applicationFiles() {
        return model.applicationFiles();
    }

    /**
     * What this session does not define itself is looked up in the one of the process that it was forked from. The parent may be owned by
     * another thread.
     */
    public void inheritFrom(SessionTrace parent) {
        model.definitions.inheritFrom(parent.model.definitions);
    }

    /** Position behind the last byte that arrived of a thread's record stream, 0 where none did. */
    public long received(int threadUid) {
        int thread = model.threads.find(threadUid & 0xFFFF_FFFFL);
        return thread < 0 || thread >= streams.length || streams[thread] == null ? 0 : streams[thread].position;
    }

    /**
     * Takes a payload of a thread's records.
     *
     * @param position of its first byte in the thread's record stream; what arrived before is skipped, what is missing is counted
     * @param declared how many records it is said to hold, used only where they can not be counted
     * @param records little-endian; valid during the call only
     * @return how many records were taken, skipped ones included
     */
    public long records(int threadUid, long position, long declared, ByteBuffer records) {
        ByteBuffer payload = FrameDescriptor.littleEndian(records);
        int start = payload.position();
        if (threadUid == 0 || position < 0) {
            return malformed(
                    threadUid, position, payload, start, 0, declared, "records of thread 0 or before the beginning");
        }
        ThreadStream stream = stream(model.threads.define(threadUid));
        int waitingBefore = stream.waitingWords();
        long end = position + payload.remaining();
        if (position > stream.position) {
            gap(stream, position - stream.position);
        }
        long fresh = stream.position;
        stream.expect(payload.remaining() >>> 3);
        readWords(payload);
        int at = start;
        long count = 0;
        int wordCount = payload.remaining() >>> 3;
        while (at < payload.limit()) {
            int accesses = stream.untimed || position + (at - start) < fresh
                    ? 0
                    : plainAccesses(stream, at - start, wordCount);
            if (accesses > 0) {
                count += accesses;
                at += accesses * ThreadStream.ACCESS_WORDS * Long.BYTES;
                continue;
            }
            long header = at + Long.BYTES <= payload.limit() ? payload.getLong(at) : 0;
            int words = RecordDescriptor.words(header);
            long recordPosition = position + (at - start);
            boolean duplicate = recordPosition < fresh;
            if (words == 0
                    || words > WireLimits.MAX_RECORD_WORDS
                    || words * Long.BYTES > payload.limit() - at
                    || (duplicate && recordPosition + words * 8L > fresh)) {
                count += malformed(threadUid, recordPosition, payload, at, words, declared - count, null);
                mayMissEvents(stream);
                break;
            }
            count++;
            if (duplicate) {
                accounting.received++;
                accounting.duplicates++;
            } else {
                record(stream, threadUid, recordPosition, payload, at, header);
            }
            at += words * Long.BYTES;
        }
        if (end > fresh) {
            accounting.streamBytes += end - fresh;
            stream.position = end;
        }
        sequencer.appended(stream, stream.waitingWords() - waitingBefore);
        return count;
    }

    /** Every record with a time at or before the watermark (in ticks) has been taken. */
    public void mark(long watermark) {
        sequencer.advanceTo(watermark);
    }

    /** Nothing will be taken any more. */
    public void finish() {
        sequencer.finish();
    }

    private void readWords(ByteBuffer payload) {
        LongBuffer whole = payload.asLongBuffer();
        if (words.length < whole.remaining()) {
            words = new long[Math.max(whole.remaining(), words.length * 2)];
        }
        whole.get(words, 0, whole.remaining());
    }

    /** @return how many accesses the payload has in a row from that byte of it on */
    private int plainAccesses(ThreadStream stream, int offset, int end) {
        int accesses = stream.appendAccesses(words, offset >>> 3, end, accounting);
        accounting.received += accesses;
        accounting.waiting += accesses;
        return accesses;
    }

    private void record(ThreadStream stream, int uid, long position, ByteBuffer payload, int at, long header) {
        int tag = RecordDescriptor.tag(header);
        int minimum = RecordDescriptor.minimumWords(tag);
        accounting.received++;
        String fault;
        if (minimum == 0) {
            accounting.unknownTags++;
            return;
        } else if (RecordDescriptor.words(header) < minimum) {
            fault = RecordDescriptor.words(header) + " words, at least " + minimum;
        } else if (tag <= RecordDescriptor.TAG_STEP) {
            fault = eventReader.read(stream, payload, at, header);
        } else {
            fault = definitionReader.read(stream, payload, at, header);
        }
        if (fault != null) {
            accounting.malformed++;
            accounting.fault(place(uid, position) + ": malformed " + RecordDescriptor.tagName(tag) + ": " + fault);
        }
    }

    private void gap(ThreadStream stream, long bytes) {
        accounting.gaps++;
        accounting.gapBytes += bytes;
        stream.position += bytes;
        mayMissEvents(stream);
    }

    /** Events may be missing from here to the next record that tells the time. */
    private static void mayMissEvents(ThreadStream stream) {
        if (!stream.untimed) {
            stream.untimed = true;
            stream.appendGap();
        }
    }

    /** The rest of a payload can not be cut into records: counts as many as it is said to hold, at least one. */
    private long malformed(
            int uid, long position, ByteBuffer payload, int at, int words, long declared, String otherFault) {
        int rest = payload.limit() - at;
        long records = Math.max(1, Math.min(declared, rest / Long.BYTES));
        String fault = otherFault != null
                ? otherFault
                : rest < Math.max(1, words) * Long.BYTES
                        ? "Truncated: length " + Math.max(1, words) * Long.BYTES + " > bytes available " + rest
                                + " reading a record"
                        : "a record of " + words + " words, or one that begins before what arrived and ends behind it";
        accounting.malformed(
                records, rest, place(uid, position) + ": " + fault + "; " + records + " record(s) were skipped");
        return records;
    }

    private static String place(int uid, long position) {
        return "thread " + Integer.toUnsignedString(uid) + ", stream byte " + position;
    }

    private ThreadStream stream(int thread) {
        if (thread >= streams.length) {
            streams = Arrays.copyOf(streams, Math.max(thread + 1, streams.length * 2));
        }
        if (streams[thread] == null) {
            streams[thread] = new ThreadStream(thread, spare);
        }
        return streams[thread];
    }
}
