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

    private static final int BUFFER_BYTES = 16 * MAX_LINE_BYTES;

    private static final int UNKNOWN = 0;
    private static final int NOTHING = 1;
    private static final int READ = 2;
    private static final int WRITE = 3;
    private static final int ACQUIRE = 4;
    private static final int RELEASE = 5;
    private static final int FORK = 6;
    private static final int JOIN = 7;

    private static final long READ_LETTERS = Field.headOf("r");
    private static final long WRITE_LETTERS = Field.headOf("w");
    private static final long ACQUIRE_LETTERS = Field.headOf("acq");
    private static final long RELEASE_LETTERS = Field.headOf("rel");
    private static final long FORK_LETTERS = Field.headOf("fork");
    private static final long JOIN_LETTERS = Field.headOf("join");

    /** Hears of lines that are no events. */
    @FunctionalInterface
    public interface FaultHandler {
        /** @param line 1-based @param fault what is wrong, without the place */
        void malformed(long line, String fault);
    }

    private final StdModel model;
    private final TraceEvents events;
    private final FaultHandler faults;

    private final byte[] buffer = new byte[BUFFER_BYTES + Field.PADDING];
    private final Field threadField = new Field();
    private final Field operationField = new Field();
    private final Field operandField = new Field();
    private final Field locationField = new Field();
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
            int count = in.read(buffer, kept, BUFFER_BYTES - kept);
            if (count < 0) {
                break;
            }
            bytes += count;
            int limit = kept + count;
            int start = 0;
            int end = behindLastNewline(kept, limit);
            if (skipping && end > 0) {
                start = find('\n', 0, end) + 1;
                line++;
                tooLong();
                skipping = false;
            }
            start = lines(start, Math.max(start, end));
            kept = skipping ? 0 : limit - start;
            if (kept > MAX_LINE_BYTES) {
                skipping = true;
                kept = 0;
            }
            System.arraycopy(buffer, start, buffer, 0, kept);
        }
        if (skipping || kept > 0) {
            line++;
            if (skipping) {
                tooLong();
            } else {
                line(0, kept);
            }
        }
    }

    private int behindLastNewline(int from, int limit) {
        int end = limit;
        while (end > from && buffer[end - 1] != '\n') {
            end--;
        }
        return end == from ? 0 : end;
    }

    /** Whole lines with their ends; answers {@code end}. */
    private int lines(int start, int end) {
        int at = start;
        while (at < end) {
            line++;
            int next = usualLine(at);
            if (next < 0) {
                int stop = find('\n', at, end);
                if (stop - at > MAX_LINE_BYTES) {
                    tooLong();
                } else {
                    line(at, stop);
                }
                next = stop + 1;
            }
            at = next;
        }
        return end;
    }

    private void tooLong() {
        fault("longer than " + MAX_LINE_BYTES + " bytes");
    }

    /**
     * A line that is an event as nearly all are; answers where the next one begins, -1 when {@link #line} has to look at it, which understands the
     * same lines in the same way and all others.
     */
    private int usualLine(int start) {
        if (!threadField.find(buffer, start, '|')
                || !operationField.find(buffer, threadField.end + 1, '(')
                || !operandField.find(buffer, operationField.end + 1, ')')) {
            return -1;
        }
        int end = operandField.end + 1;
        boolean located = buffer[end] == '|';
        if (located) {
            locationField.find(buffer, end + 1, '\n');
            end = locationField.end;
        }
        int operation = operationField.length() <= 4 ? usualOperation(operationField.head) : UNKNOWN;
        if (operation == UNKNOWN
                || line == 1
                || buffer[end] != '\n'
                || buffer[operationField.end - 1] == 0
                || buffer[end - 1] == '\r'
                || threadField.length() == 0
                || operandField.length() == 0
                || end - start > MAX_LINE_BYTES) {
            return -1;
        }
        int thread = model.threadNamed(threadField.number(buffer, model.threadNames));
        int stack = located && locationField.length() > 0 ? locationField.number(buffer, model.locations) : 0;
        event(thread, operation, operandField.number(buffer, names(operation)), stack);
        return end + 1;
    }

    /** Of the operands of that operation. */
    private NameTable names(int operation) {
        return operation <= WRITE ? model.variables : operation <= RELEASE ? model.locks : model.threadNames;
    }

    private static int usualOperation(long letters) {
        if (letters == READ_LETTERS) {
            return READ;
        }
        if (letters == WRITE_LETTERS) {
            return WRITE;
        }
        if (letters == ACQUIRE_LETTERS) {
            return ACQUIRE;
        }
        if (letters == RELEASE_LETTERS) {
            return RELEASE;
        }
        return letters == FORK_LETTERS ? FORK : letters == JOIN_LETTERS ? JOIN : UNKNOWN;
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
            int thread = model.threadNamed(model.threadNames.intern(buffer, start, bar));
            int stack = located && close + 2 < end ? model.locations.intern(buffer, close + 2, end) : 0;
            event(thread, operation, names(operation).intern(buffer, open + 1, close), stack);
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

    /** @param operand number of the variable, lock or thread */
    private void event(int thread, int operation, int operand, int stack) {
        if (thread < 0 || thread >= EventPipe.MAX_THREADS || operand == 0) {
            fault("more names than there is room for");
            return;
        }
        switch (operation) {
            case READ -> access(thread, OperationCode.READ, operand, stack);
            case WRITE -> access(thread, OperationCode.WRITE, operand, stack);
            case ACQUIRE -> events.sync(thread, SyncKind.ACQUIRE, StdModel.lock(operand), 0, stack);
            case RELEASE -> events.sync(thread, SyncKind.RELEASE, StdModel.lock(operand), 0, stack);
            default -> {
                int other = model.threadNamed(operand);
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

    private void access(int thread, int operation, int variable, int stack) {
        events.access(thread, operation, StdModel.variable(variable), LocationKey.CELL, 1, stack);
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
