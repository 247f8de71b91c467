package org.racewitness.analyzer.trace;

import java.util.Arrays;
import org.racewitness.analyzer.wire.RecordDescriptor;
import org.racewitness.analyzer.wire.SyncKind;

/**
 * Merges the threads of a session into one order and calls {@link TraceEvents} in it.
 *
 * <p>Events leave by effective time: of a write, a SYNC or a DEAD its own time, of a pure read the time of the next event in its thread,
 * since it can not have been made later. SYNC events leave strictly in the order of their stamps: a thread whose next SYNC has come up by
 * time but not by stamp steps aside until its turn, while the others go on by time. (Its stamp was drawn after those before it, so whatever
 * it does next is later than they are; to let the holder of the next stamp go ahead instead would take that one's reads out of time.) A read
 * whose effective time lies behind the end of its object leaves just before that end, which has no other way to wait for it.
 *
 * <p>While the session lives, what leaves is at or below the watermark. A stamp that never came is stepped over at the end, or when the
 * memory bound is reached; what lies before and after that point is then declared ordered, since nobody knows which edges the missing
 * event carried: a loss may hide a race but makes none.
 *
 * <p>Owned by the thread that owns the session.
 */
final class Sequencer {
    /** Events of each thread by which {@link #orderEverything} speaks. */
    private static final int BARRIER_EVENTS = 2;

    /** Keys between the first and the last one of an access to keys at a distance; from {@link #MAX_SPREAD} on a longer distance counts as that. */
    private static final long MAX_SPREAD_KEYS = 1L << 21;

    private static final long MAX_SPREAD = 256;

    /** Object number of the channel by which {@link #orderEverything} speaks; no object of a trace can have it. */
    static final long BARRIER_OBJECT = RecordDescriptor.MAX_OBJECT + 1;

    private final TraceEvents events;
    private final ThreadTable threads;
    private final Accounting accounting;
    private final long maxWaitingWords;

    private ThreadStream[] streams = new ThreadStream[16];

    /** Threads with a head, by its key; without those that stepped aside. */
    private final ThreadHeap heads = new ThreadHeap();

    /** Threads with a {@link ThreadStream#late} access, by the first one's key. */
    private final ThreadHeap lates = new ThreadHeap();

    /** Threads with a SYNC event, by the first one's stamp. */
    private final ThreadHeap stamps = new ThreadHeap();

    private long nextStamp = 1;
    /** Time of the SYNC event that was told last, in ticks. */
    private long syncTicks;

    private long barriers;
    private long waitingWords;

    /** Whether events leave whatever is missing. */
    private boolean forced;

    Sequencer(TraceEvents events, ThreadTable threads, Accounting accounting, long maxWaitingWords) {
        this.events = events;
        this.threads = threads;
        this.accounting = accounting;
        this.maxWaitingWords = maxWaitingWords;
    }

    /**
     * Words were appended to a stream.
     *
     * @param added how many
     */
    void appended(ThreadStream stream, int added) {
        int thread = stream.thread;
        if (thread >= streams.length) {
            streams = Arrays.copyOf(streams, Math.max(thread + 1, streams.length * 2));
        }
        streams[thread] = stream;
        waitingWords += added;
        settle(stream);
        if (!stream.stamps.isEmpty()) {
            stamps.put(thread, stream.stamps.first());
        }
        if (waitingWords > maxWaitingWords) {
            relieve();
        }
    }

    /** Time of the SYNC event that is just being told, or was last, in ticks. */
    long syncTicks() {
        return syncTicks;
    }

    /** Lets through what is known to be complete. @param watermark in ticks, every record at or before it has been appended */
    void advanceTo(long watermark) {
        run(watermark < 0 || watermark > ThreadStream.MAX_TIME ? Long.MAX_VALUE - 1 : watermark << 1 | 1, 0);
    }

    /** Lets everything through: nothing will be appended any more. */
    void finish() {
        forced = true;
        callBack();
        run(Long.MAX_VALUE, 0);
    }

    /** Too much waits: lets half of it through in the best order there is. */
    private void relieve() {
        long before = accounting.waiting;
        forced = true;
        callBack();
        run(Long.MAX_VALUE, maxWaitingWords / 2);
        forced = false;
        accounting.forced += before - accounting.waiting;
    }

    /** Lets events up to {@code lastKey} through until no more than {@code wordsToKeep} words wait. */
    private void run(long lastKey, long wordsToKeep) {
        while (waitingWords > wordsToKeep) {
            long lateUpTo = heads.size() == 0 ? lastKey : Math.min(lastKey, heads.firstKey());
            if (lates.size() > 0 && lates.firstKey() <= lateUpTo) {
                deliverLates(streams[lates.first()], lateUpTo);
                continue;
            }
            if (heads.size() == 0 && !(forced && callBack())) {
                return;
            }
            if (heads.firstKey() > lastKey) {
                return;
            }
            ThreadStream stream = streams[heads.first()];
            if (!isBlocked(stream)) {
                deliverWhileFirst(stream, lastKey);
            } else if (!forced || stamps.firstKey() <= nextStamp) {
                heads.remove(stream.thread);
            } else if (stream.defer()) {
                heads.put(stream.thread, stream.key());
            } else {
                stepOverMissing(stream.key() >>> 1);
            }
        }
    }

    private void deliverWhileFirst(ThreadStream stream, long lastKey) {
        do {
            if (stream.isPlainAccess()) {
                int delivered = stream.deliverAccesses(
                        events, Math.min(nextKey(), lastKey == Long.MAX_VALUE ? lastKey : lastKey + 1));
                waitingWords -= delivered * ThreadStream.ACCESS_WORDS;
                accounting.waiting -= delivered;
                accounting.analysed += delivered;
            } else {
                deliver(stream);
            }
            waitingWords -= settleHead(stream);
        } while (!stream.isEmpty() && stream.key() < nextKey() && stream.key() <= lastKey && !isBlocked(stream));
        if (!stream.isEmpty() && heads.first() == stream.thread) {
            heads.delayFirst(stream.key());
        } else {
            place(stream);
        }
    }

    /** Up to which key the first thread may go on. */
    private long nextKey() {
        return lates.size() == 0 ? heads.secondKey() : Math.min(heads.secondKey(), lates.firstKey());
    }

    private boolean isBlocked(ThreadStream stream) {
        return stream.isSync() && stream.word(2) > nextStamp;
    }

    /** All threads that stepped aside come up again. @return whether there are any */
    private boolean callBack() {
        for (ThreadStream stream : streams) {
            if (stream != null && !stream.isEmpty()) {
                heads.put(stream.thread, stream.key());
            }
        }
        return heads.size() > 0;
    }

    /** The thread that stepped aside for the stamp before comes up again. */
    private void callNext() {
        if (stamps.size() > 0 && stamps.firstKey() <= nextStamp) {
            ThreadStream next = streams[stamps.first()];
            if (next.isSync() && next.word(2) == stamps.firstKey()) {
                next.recall();
                heads.put(next.thread, next.key());
            }
        }
    }

    private void stepOverMissing(long now) {
        accounting.missingStamps += stamps.firstKey() - nextStamp;
        nextStamp = stamps.firstKey();
        orderEverything(now);
        callNext();
    }

    private void deliver(ThreadStream stream) {
        int tag = stream.tag();
        switch (tag) {
            case RecordDescriptor.TAG_ACCESS -> {
                events.access(stream.thread, stream.op(), stream.object(), stream.word(2), 1, stream.stack());
                stream.told++;
            }
            case RecordDescriptor.TAG_ACCESS_RANGE -> deliverRange(stream);
            case RecordDescriptor.TAG_SYNC -> deliverSync(stream);
            case RecordDescriptor.TAG_DEAD -> {
                deliverReadsOf(stream.object(), stream);
                events.dead(stream.thread, stream.object());
            }
            case RecordDescriptor.TAG_STEP -> {
                events.step(stream.thread);
                stream.told++;
            }
            case ThreadStream.TAG_NOTE -> events.note(stream.thread, stream.op(), stream.takeNote());
            default -> orderEverything(stream.time());
        }
        stream.advance();
        waitingWords -= ThreadStream.eventWords(tag);
        if (tag != ThreadStream.TAG_GAP && tag != ThreadStream.TAG_NOTE) {
            accounting.waiting--;
            accounting.analysed++;
        }
    }

    private void deliverRange(ThreadStream stream) {
        long key = stream.word(2);
        long keys = stream.word(3);
        long count = RecordDescriptor.rangeCount(keys);
        long stride = RecordDescriptor.rangeStride(keys);
        stream.told += count;
        long piece = largestPiece(count, stride);
        for (long from = 0; from < count; from += piece) {
            long some = RecordDescriptor.rangeKeys(Math.min(piece, count - from), stride);
            events.access(stream.thread, stream.op(), stream.object(), key + from * stride, some, stream.stack());
        }
    }

    /** How many keys at that distance are told as one access, so that what a receiver keeps of it stays bounded. */
    private static long largestPiece(long count, long stride) {
        return stride == 1 ? count : MAX_SPREAD_KEYS / Math.min(stride, MAX_SPREAD);
    }

    /** Tells the late accesses of the thread whose turn it is, up to that key. */
    private void deliverLates(ThreadStream stream, long lastKey) {
        long limit = lates.secondKey();
        long next;
        do {
            deliverLate(stream);
            next = stream.late.isEmpty() ? Long.MAX_VALUE : stream.late.peek().time() << 1;
        } while (next < limit && next <= lastKey);
        placeLate(stream);
    }

    /**
     * Tells the first late access of a thread. What was made before all threads were declared ordered counts as made just before: its distance
     * from there is not known.
     */
    private void deliverLate(ThreadStream stream) {
        ThreadStream.Late late = stream.late.remove();
        long count = RecordDescriptor.rangeCount(late.keys());
        long stride = RecordDescriptor.rangeStride(late.keys());
        int operation = RecordDescriptor.op(late.header());
        int stack = RecordDescriptor.arg(late.header());
        long back = late.back() + (stream.told - late.eventsBefore()) * TraceEvents.MOMENTS;
        long sinceBarrier = (stream.told - stream.toldAtBarrier) * TraceEvents.MOMENTS;
        if (stream.toldAtBarrier >= 0 && back > sinceBarrier) {
            back = sinceBarrier + BARRIER_EVENTS * TraceEvents.MOMENTS;
        }
        long piece = largestPiece(count, stride);
        for (long from = 0; from < count; from += piece) {
            long some = RecordDescriptor.rangeKeys(Math.min(piece, count - from), stride);
            events.late(stream.thread, back, operation, late.object(), late.key() + from * stride, some, stack);
        }
        waitingWords -= ThreadStream.eventWords(RecordDescriptor.TAG_ACCESS_LATE);
        accounting.waiting--;
        accounting.analysed++;
    }

    private void placeLate(ThreadStream stream) {
        if (stream.late.isEmpty()) {
            lates.remove(stream.thread);
        } else {
            lates.put(stream.thread, stream.late.peek().time() << 1);
        }
    }

    private void deliverSync(ThreadStream stream) {
        stream.told++;
        int kind = stream.op();
        if (kind == SyncKind.LAST_USE) {
            deliverReadsOf(stream.object(), stream);
        }
        long stamp = stream.word(2);
        if (stamp == nextStamp) {
            nextStamp++;
        } else {
            accounting.lateStamps++;
        }
        stream.stamps.removeFirst();
        if (stream.stamps.isEmpty()) {
            stamps.remove(stream.thread);
        } else {
            stamps.put(stream.thread, stream.stamps.first());
        }
        callNext();
        syncTicks = stream.time();
        long token = SyncKind.namesThread(kind) ? namedThread(stream, kind) : stream.word(3);
        if (kind == SyncKind.JOIN && token >= 0 && token < streams.length && streams[(int) token] != null) {
            streams[(int) token].joined();
        }
        events.sync(stream.thread, kind, stream.object(), token, stream.stack());
    }

    /** The dense number of the thread that a FORK, BEGIN or JOIN names, -1 unknown. */
    private long namedThread(ThreadStream stream, int kind) {
        long uid = stream.word(3);
        boolean possible = uid >= 1 && uid <= 0xFFFF_FFFFL;
        if (kind == SyncKind.FORK && possible) {
            int child = threads.define((int) uid);
            threads.startedBy(child, stream.thread, stream.stack());
            return child;
        }
        int named = threads.find(uid);
        if (named < 0 && !(kind == SyncKind.BEGIN && uid == 0)) {
            accounting.unknownThreads++;
        }
        return named;
    }

    /**
     * Lets those reads of an object through that are the heads of their threads and were begun by now: the object's end waits for every
     * access, but a read's own effective time may be any later.
     */
    private void deliverReadsOf(long object, ThreadStream ending) {
        for (int place = 0; place < heads.size(); place++) {
            ThreadStream stream = streams[heads.thread(place)];
            if (stream != ending
                    && stream.isPureRead()
                    && stream.object() == object
                    && stream.time() <= ending.time()) {
                deliver(stream);
                settle(stream);
                place = -1;
            }
        }
    }

    /**
     * Orders all that was let through before all that follows. Reads begun by now behind which nothing came go first: what came behind them may
     * be what is missing.
     */
    private void orderEverything(long now) {
        for (int place = 0; place < heads.size(); place++) {
            ThreadStream stream = streams[heads.thread(place)];
            if (stream.key() == Long.MAX_VALUE && stream.time() <= now) {
                deliver(stream);
                settle(stream);
                place = -1;
            }
        }
        long token = ++barriers;
        for (int thread = 0; thread < threads.size(); thread++) {
            events.sync(thread, SyncKind.SIGNAL, BARRIER_OBJECT, token, 0);
        }
        for (int thread = 0; thread < threads.size(); thread++) {
            events.sync(thread, SyncKind.OBSERVE, BARRIER_OBJECT, token, 0);
        }
        for (ThreadStream stream : streams) {
            if (stream != null) {
                stream.toldAtBarrier = stream.told;
            }
        }
    }

    private void settle(ThreadStream stream) {
        waitingWords -= settleHead(stream);
        place(stream);
    }

    /** @return words consumed */
    private int settleHead(ThreadStream stream) {
        int times = stream.settle();
        accounting.waiting -= times;
        accounting.analysed += times;
        if (!stream.late.isEmpty()) {
            placeLate(stream);
        }
        return 2 * times;
    }

    private void place(ThreadStream stream) {
        if (stream.isEmpty()) {
            heads.remove(stream.thread);
        } else {
            heads.put(stream.thread, stream.key());
        }
    }
}
