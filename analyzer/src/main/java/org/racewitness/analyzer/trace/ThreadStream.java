package org.racewitness.analyzer.trace;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.racewitness.analyzer.wire.OperationCode;
import org.racewitness.analyzer.wire.RecordDescriptor;
import org.racewitness.analyzer.wire.SyncKind;

/**
 * The events of one thread that have arrived and wait for their place in the order: words as they came, but with session-wide stack
 * numbers. {@link SessionTrace} appends, {@link Sequencer} takes; both run in the thread that owns the session.
 */
final class ThreadStream {
    /** Stands where records are missing, with an empty second word as of an event at the time of the one before. Never on the wire. */
    static final int TAG_GAP = 0xF0;

    /** A NOTE that holds for what the thread does next, as of the time of the event before it; its text is in {@link #notes}. */
    static final int TAG_NOTE = 0xF1;

    /** Times are cut to this, so that a key has a bit to spare. */
    static final long MAX_TIME = (1L << 62) - 1;

    /** A drained stream gives a longer array back. */
    private static final int KEPT_WORDS = 512;

    private static final long[] NONE = new long[0];

    private final SpareWords spare;

    final int thread;
    final IntIntMap stackNumbers = new IntIntMap();

    /** Stamps of the SYNC events in {@link #words}. */
    final LongQueue stamps = new LongQueue();

    /** Texts of the notes in {@link #words}; null before the first. */
    private ArrayDeque<String> notes;

    /** Position behind the last byte that arrived of this thread's record stream. */
    long position;

    /** Events told of this thread, an access to n keys being n. */
    long told;

    /** {@link #told} when all threads were last declared ordered, -1 never. */
    long toldAtBarrier = -1;

    /** Whether nobody knows the time, because records are missing since the last TIME record. */
    boolean untimed;

    /** Words of an access to one key. */
    static final int ACCESS_WORDS = TraceEvents.ACCESS_WORDS;

    /** Stands where an ACCESS_LATE was taken out. Never on the wire. */
    private static final int TAG_HOLE = 0xF2;

    /**
     * An ACCESS_LATE that may be told as soon as its time has come.
     *
     * @param time at which it was told, in ticks
     * @param eventsBefore events of the thread that were recorded before it, an access to n keys being n
     */
    record Late(long time, long eventsBefore, long header, long object, long key, long keys, long back) {}

    /** In order of time. Others write such records into a thread's stream: they say nothing of when its reads were made. */
    final ArrayDeque<Late> late = new ArrayDeque<>(1);

    /** How many ACCESS_LATE there are in {@link #words}. */
    private int lateWaiting;

    /** Up to where in {@link #words} they have been looked for, and the time and number of events there. */
    private int looked;

    private long lookedTime;
    private long lookedEvents;

    /** Tag and length of a record's first word, and what they are of an access to one key without further words. */
    private static final int ACCESS_MASK = 0xFFFF00FF;

    private static final int ACCESS_HEADER = ACCESS_WORDS << 16 | RecordDescriptor.TAG_ACCESS;

    /** Whether the thread's last event was let through. */
    private boolean ended;

    private long[] words = NONE;
    private int head;
    private int tail;

    /** Time of the event before the head, in ticks. */
    private long base;

    // Of the head, set by settle():
    private long header;
    private long event;
    private long headTime;
    private long key;

    /** @param spare where long arrays come from and go back to */
    ThreadStream(int thread, SpareWords spare) {
        this.thread = thread;
        this.spare = spare;
    }

    int waitingWords() {
        return tail - head;
    }

    /** Makes room for what a payload can bring, so that the appends that follow do not grow the array step by step. */
    void expect(int count) {
        reserve(count);
    }

    /** Marks that events may be missing here. */
    void appendGap() {
        append(RecordDescriptor.header(TAG_GAP, 0, 2, 0), 0);
    }

    void appendNote(int kind, String text) {
        append(RecordDescriptor.header(TAG_NOTE, kind, 2, 0), 0);
        notes = notes == null ? new ArrayDeque<>(1) : notes;
        notes.add(text);
    }

    /** The text of the head, a note. */
    String takeNote() {
        return notes.remove();
    }

    /** The thread was joined: what only its further records would need is given up where it has said that it ends. */
    void joined() {
        if (ended && isEmpty()) {
            stackNumbers.clear();
            stamps.clear();
            notes = null;
        }
    }

    void append(long word0, long word1) {
        reserve(2);
        words[tail++] = word0;
        words[tail++] = word1;
    }

    /**
     * Appends the accesses to one key that a payload has in a row, with session-wide stacks. Stops before
     * anything else, a malformed access included. This is where most records come in.
     *
     * @param records words of the payload
     * @param from index of the first one
     * @param end of the payload
     * @return how many accesses
     */
    int appendAccesses(long[] records, int from, int end, Accounting accounting) {
        reserve(end - from);
        long[] into = words;
        int to = tail - from;
        int last = end - ACCESS_WORDS;
        int at = from;
        for (; at <= last; at += ACCESS_WORDS) {
            long header = records[at];
            long event = records[at + 1];
            if (!isPlainAccess(header, event)) {
                break;
            }
            into[to + at] = RecordDescriptor.withArg(header, sessionWide(RecordDescriptor.arg(header), accounting));
            into[to + at + 1] = event;
            into[to + at + 2] = records[at + 2];
        }
        tail = to + at;
        return (at - from) / ACCESS_WORDS;
    }

    private static boolean isPlainAccess(long header, long event) {
        return ((int) header & ACCESS_MASK) == ACCESS_HEADER
                && OperationCode.isKnown(RecordDescriptor.op(header))
                && RecordDescriptor.object(event) != 0;
    }

    /** The session's number of a stack that the thread calls by that number; 0 for none and for one that was never defined. */
    int sessionWide(int number, Accounting accounting) {
        int stack = stackNumbers.get(number);
        if (stack == 0 && number != 0) {
            accounting.unknownStacks++;
        }
        return stack;
    }

    /** Appends the words of an access behind its first two. */
    void appendRest(int tag, ByteBuffer payload, int at) {
        int rest = eventWords(tag) - 2;
        reserve(rest);
        for (int i = 0; i < rest; i++) {
            words[tail++] = payload.getLong(at + i * Long.BYTES);
        }
        lateWaiting += tag == RecordDescriptor.TAG_ACCESS_LATE ? 1 : 0;
    }

    void append(long word0, long word1, long word2, long word3) {
        reserve(4);
        words[tail++] = word0;
        words[tail++] = word1;
        words[tail++] = word2;
        words[tail++] = word3;
    }

    /** Takes out what was told late and has nothing but reads before it: those may wait for long. */
    private void takeLate() {
        if (looked <= head) {
            looked = head;
            lookedTime = base;
            lookedEvents = told;
        }
        while (looked < tail && lateWaiting > 0) {
            long first = words[looked];
            int tag = RecordDescriptor.tag(first);
            if (tag == RecordDescriptor.TAG_TIME) {
                lookedTime = clamp(words[looked + 1]);
            } else if (tag == RecordDescriptor.TAG_ACCESS_LATE) {
                lookedTime = timeAt(looked, lookedTime);
                late.add(new Late(
                        lookedTime,
                        lookedEvents,
                        first,
                        RecordDescriptor.object(words[looked + 1]),
                        words[looked + 2],
                        words[looked + 3],
                        words[looked + 4]));
                words[looked] = RecordDescriptor.header(TAG_HOLE, 0, 5, 0);
                lateWaiting--;
            } else if (tag == TAG_HOLE || isPureRead(first)) {
                lookedTime = timeAt(looked, lookedTime);
                lookedEvents += tag == RecordDescriptor.TAG_ACCESS_RANGE
                        ? RecordDescriptor.rangeCount(words[looked + 3])
                        : tag == TAG_HOLE ? 0 : 1;
            } else {
                return;
            }
            looked += eventWords(tag);
        }
    }

    private static boolean isPureRead(long header) {
        return RecordDescriptor.tag(header) <= RecordDescriptor.TAG_ACCESS_RANGE
                && OperationCode.isPureRead(RecordDescriptor.op(header));
    }

    /**
     * Looks at the head and gives it its key: twice its effective time, and one more for a read, so that of equal times the write comes
     * first. TIME records before it are consumed.
     *
     * @return how many TIME records were consumed
     */
    int settle() {
        if (lateWaiting > 0) {
            takeLate();
        }
        int times = 0;
        while (head < tail && isPassedOver(words[head])) {
            if (RecordDescriptor.tag(words[head]) == TAG_HOLE) {
                base = timeAt(head, base);
                head += eventWords(TAG_HOLE);
            } else {
                base = clamp(words[head + 1]);
                head += 2;
                times++;
            }
        }
        if (head == tail) {
            rewind();
            return times;
        }
        header = words[head];
        event = words[head + 1];
        headTime = timeAt(head, base);
        key = isPureRead() ? nextTime() << 1 | 1 : headTime << 1;
        return times;
    }

    boolean isEmpty() {
        return head == tail;
    }

    /** Key of the head in the order of all threads; {@link Long#MAX_VALUE} for a read behind which nothing has come yet. */
    long key() {
        return key;
    }

    int tag() {
        return RecordDescriptor.tag(header);
    }

    int op() {
        return RecordDescriptor.op(header);
    }

    int stack() {
        return RecordDescriptor.arg(header);
    }

    long object() {
        return RecordDescriptor.object(event);
    }

    /** A word of the head behind its first two, from 2. */
    long word(int index) {
        return words[head + index];
    }

    /** Own time of the head, in ticks. */
    long time() {
        return headTime;
    }

    boolean isSync() {
        return tag() == RecordDescriptor.TAG_SYNC;
    }

    boolean isPureRead() {
        return isPureRead(header);
    }

    /**
     * Gives a SYNC at the head the key of the time at which the thread went on: by then the event had happened for certain, however long it had
     * waited for its lock before.
     *
     * @return whether that is later than its key so far
     */
    boolean defer() {
        long before = key;
        key = Math.max(before, nextTime() << 1);
        return key > before;
    }

    /** Takes {@link #defer} back. */
    void recall() {
        key = headTime << 1;
    }

    boolean isPlainAccess() {
        return tag() == RecordDescriptor.TAG_ACCESS;
    }

    /**
     * Hands out the head, an access to one key, and what follows it as long as it is the same kind of event and its key is below {@code limit}; {@link
     * #settle} must follow. This is where most events go.
     *
     * @return how many events, at least 1
     */
    int deliverAccesses(TraceEvents events, long limit) {
        int from = head;
        int count = accessesBelow(limit);
        events.accesses(thread, words, from, count);
        told += count;
        return count;
    }

    /** Moves the head behind itself and the accesses that follow it, the keys of which are below that; answers how many there are with it. */
    private int accessesBelow(long limit) {
        long[] from = words;
        int at = head;
        int end = tail - 2 * ACCESS_WORDS; // the next event must be whole, and the beginning of the one after it
        long last = headTime;
        long now = last;
        long surely = (Math.min(limit, MAX_TIME) >> 1)
                - 1; // whatever comes before an event of that time has a key below the limit
        while (true) {
            at += ACCESS_WORDS;
            last = now;
            while (at <= end
                    && RecordDescriptor.tag(from[at]) == RecordDescriptor.TAG_ACCESS
                    && RecordDescriptor.tag(from[at + ACCESS_WORDS]) == RecordDescriptor.TAG_ACCESS) {
                now = last + RecordDescriptor.deltaTicks(from[at + 1]);
                if (now + RecordDescriptor.deltaTicks(from[at + ACCESS_WORDS + 1]) > surely) {
                    break;
                }
                last = now;
                at += ACCESS_WORDS;
            }
            now = last;
            if (at > end || RecordDescriptor.tag(from[at]) != RecordDescriptor.TAG_ACCESS) {
                break;
            }
            now = Math.min(MAX_TIME, now + RecordDescriptor.deltaTicks(from[at + 1]));
            long itsKey = now << 1;
            if (OperationCode.isPureRead(RecordDescriptor.op(from[at]))) {
                if (isPassedOver(from[at + ACCESS_WORDS])) {
                    break;
                }
                long next = now + RecordDescriptor.deltaTicks(from[at + ACCESS_WORDS + 1]);
                itsKey = Math.min(MAX_TIME, next) << 1 | 1;
            }
            if (itsKey >= limit) {
                break;
            }
        }
        int count = (at - head) / ACCESS_WORDS;
        head = at;
        base = last;
        return count;
    }

    /** Leaves the head behind; {@link #settle} must follow. */
    void advance() {
        base = headTime;
        ended |= isSync() && op() == SyncKind.END;
        head += eventWords(tag());
    }

    /** Words that an event takes here, whatever it took on the wire. */
    static int eventWords(int tag) {
        return switch (tag) {
            case RecordDescriptor.TAG_ACCESS -> 3;
            case RecordDescriptor.TAG_ACCESS_RANGE, RecordDescriptor.TAG_SYNC -> 4;
            case RecordDescriptor.TAG_ACCESS_LATE, TAG_HOLE -> 5;
            default -> 2;
        };
    }

    private long nextTime() {
        long from = headTime;
        int at = head + eventWords(tag());
        while (at < tail) {
            int tag = RecordDescriptor.tag(words[at]);
            if (!isPassedOver(words[at])) {
                return timeAt(at, from);
            }
            from = tag == RecordDescriptor.TAG_TIME ? clamp(words[at + 1]) : timeAt(at, from);
            at += eventWords(tag);
        }
        return MAX_TIME;
    }

    /** No event that the thread made then. */
    private static boolean isPassedOver(long header) {
        int tag = RecordDescriptor.tag(header);
        return tag == RecordDescriptor.TAG_TIME || tag == TAG_HOLE || tag == RecordDescriptor.TAG_ACCESS_LATE;
    }

    private long timeAt(int at, long from) {
        return Math.min(MAX_TIME, from + RecordDescriptor.deltaTicks(words[at + 1]));
    }

    /** Times are unsigned; what is more than any clock shows counts as the latest. */
    private static long clamp(long time) {
        return time < 0 || time > MAX_TIME ? MAX_TIME : time;
    }

    private void rewind() {
        looked = 0;
        head = 0;
        tail = 0;
        if (ended || words.length > KEPT_WORDS) {
            spare.give(words);
            words = NONE;
        }
    }

    private void reserve(int count) {
        if (tail + count <= words.length) {
            return;
        }
        int length = tail - head;
        boolean tight = length + count > words.length >> 1;
        long[] target = tight ? spare.take(Math.max(length + count, Math.max(64, words.length * 2))) : words;
        System.arraycopy(words, head, target, 0, length);
        words = target;
        looked = Math.max(0, looked - head);
        head = 0;
        tail = length;
    }
}
