package org.racewitness.analyzer.trace.std;

import java.io.IOException;
import java.io.InputStream;
import org.racewitness.analyzer.trace.TraceEvents;
import org.racewitness.analyzer.wire.LocationKey;
import org.racewitness.analyzer.wire.OperationCode;
import org.racewitness.analyzer.wire.SyncKind;

/**
 * Reads RAPID's STD text, {@code thread|operation(operand)|location} on each line, from the bytes, and calls {@link TraceEvents} line by
 * line: the order of the lines is the order of the trace.
 *
 * <p>Operations are {@code r}, {@code w}, {@code acq}, {@code rel}, {@code fork} and {@code join}; {@code begin}, {@code end}, {@code enter},
 * {@code exit}, {@code branch} and {@code dummy} are understood and mean nothing. The location may be missing. Empty lines do not count. Any
 * other line is told to the {@link FaultHandler} and stepped over. Not thread-safe.
 */
public final class StdReader {
    /** Longer lines are malformed; the bound keeps memory bounded. */
    static final int MAX_LINE_BYTES = 1 << 16;

    private static final int UNKNOWN = 0;
    private static final int NOTHING = 1;
    private static final int READ = 2;
    private static final int WRITE = 3;
    private static final int ACQUIRE = 4;
    private static final int RELEASE = 5;
    private static final int FORK = 6;
    private static final int JOIN = 7;

    /** Hears of lines that are no events. */
    @FunctionalInterface
    public interface FaultHandler {
        /** @param line 1-based @param fault what is wrong, without the place */
        void malformed(long line, String fault);
    }

    private final StdModel model;
    private final TraceEvents events;
    private final FaultHandler faults;

    private final byte[] buffer = new byte[4 * MAX_LINE_BYTES];
    private long line;
    private long bytes;
    private long analysed;
    private long malformed;

    public StdReader(StdModel model, TraceEvents events, FaultHandler faults) {
        this.model = model;
        this.events = events;
        this.faults = faults;
    }

    /** Lines that were events or mean nothing. */
    public long analysed() {
        return analysed;
    }

    /** Lines that could not be understood. */
    public long malformed() {
        return malformed;
    }

    public long bytes() {
        return bytes;
    }

    /** @throws IOException of the stream, never for what it delivers */
    public void read(InputStream in) throws IOException {
        int kept = 0;
        boolean skipping = false;
        while (true) {
            int count = in.read(buffer, kept, buffer.length - kept);
            if (count < 0) {
                break;
            }
            bytes += count;
            int limit = kept + count;
            int start = 0;
            for (int at = kept; at < limit; at++) {
                if (buffer[at] == '\n') {
                    line++;
                    if (skipping || at - start > MAX_LINE_BYTES) {
                        fault("longer than " + MAX_LINE_BYTES + " bytes");
                    } else {
                        line(start, at);
                    }
                    skipping = false;
                    start = at + 1;
                }
            }
            kept = limit - start;
            if (skipping || kept > MAX_LINE_BYTES) {
                skipping = true;
                kept = 0;
            }
            System.arraycopy(buffer, start, buffer, 0, kept);
        }
        if (skipping || kept > 0) {
            line++;
            if (skipping) {
                fault("longer than " + MAX_LINE_BYTES + " bytes");
            } else {
                line(0, kept);
            }
        }
    }

    /** One line, without its end, in the buffer between {@code start} and {@code stop}. */
    private void line(int lineStart, int stop) {
        int start = line == 1 ? behindByteOrderMark(lineStart, stop) : lineStart;
        int end = stop > start && buffer[stop - 1] == '\r' ? stop - 1 : stop;
        if (start == end) {
            return;
        }
        int bar = find('|', start, end);
        int open = find('(', bar + 1, end);
        int close = find(')', open + 1, end);
        if (bar == end || open == end || close == end || bar == start) {
            fault("expected thread|operation(operand)|location");
            return;
        }
        boolean located = close + 1 < end;
        if (located && buffer[close + 1] != '|') {
            fault("expected | behind the closing bracket");
            return;
        }
        int operation = operation(bar + 1, open);
        if (operation == UNKNOWN) {
            fault("unknown operation " + excerpt(bar + 1, open));
        } else if (operation == NOTHING) {
            analysed++;
        } else if (open + 1 == close) {
            fault("no operand");
        } else {
            int thread = model.thread(buffer, start, bar);
            int stack = located && close + 2 < end ? model.location(buffer, close + 2, end) : 0;
            event(thread, operation, open + 1, close, stack);
        }
    }

    /** Some editors put U+FEFF in front of a text. */
    private int behindByteOrderMark(int start, int stop) {
        boolean marked = stop - start >= 3
                && buffer[start] == (byte) 0xEF
                && buffer[start + 1] == (byte) 0xBB
                && buffer[start + 2] == (byte) 0xBF;
        return marked ? start + 3 : start;
    }

    private void event(int thread, int operation, int from, int to, int stack) {
        switch (operation) {
            case READ ->
                events.access(thread, OperationCode.READ, model.variable(buffer, from, to), LocationKey.CELL, 1, stack);
            case WRITE ->
                events.access(
                        thread, OperationCode.WRITE, model.variable(buffer, from, to), LocationKey.CELL, 1, stack);
            case ACQUIRE -> events.sync(thread, SyncKind.ACQUIRE, model.lock(buffer, from, to), 0, stack);
            case RELEASE -> events.sync(thread, SyncKind.RELEASE, model.lock(buffer, from, to), 0, stack);
            default -> {
                int other = model.thread(buffer, from, to);
                if (other == thread) {
                    fault("a thread can not fork or join itself");
                    return;
                }
                if (operation == FORK) {
                    model.startedBy(other, thread, stack);
                }
                events.sync(thread, operation == FORK ? SyncKind.FORK : SyncKind.JOIN, 0, other, stack);
            }
        }
        analysed++;
    }

    private int operation(int from, int to) {
        if (to - from == 1) {
            return buffer[from] == 'r' ? READ : buffer[from] == 'w' ? WRITE : UNKNOWN;
        }
        if (is("acq", from, to)) {
            return ACQUIRE;
        }
        if (is("rel", from, to)) {
            return RELEASE;
        }
        if (is("fork", from, to)) {
            return FORK;
        }
        if (is("join", from, to)) {
            return JOIN;
        }
        boolean known = is("begin", from, to)
                || is("end", from, to)
                || is("enter", from, to)
                || is("exit", from, to)
                || is("branch", from, to)
                || is("dummy", from, to);
        return known ? NOTHING : UNKNOWN;
    }

    private boolean is(String word, int from, int to) {
        if (to - from != word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (buffer[from + i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Index of a character, or {@code end}; also when {@code from} lies behind it. */
    private int find(char wanted, int from, int end) {
        for (int at = from; at < end; at++) {
            if (buffer[at] == wanted) {
                return at;
            }
        }
        return end;
    }

    private String excerpt(int from, int to) {
        StringBuilder text = new StringBuilder("\"");
        for (int at = from; at < Math.min(to, from + 20); at++) {
            text.append(buffer[at] > ' ' && buffer[at] < 127 ? (char) buffer[at] : '?');
        }
        return text.append('"').toString();
    }

    private void fault(String what) {
        malformed++;
        faults.malformed(line, what);
    }
}
