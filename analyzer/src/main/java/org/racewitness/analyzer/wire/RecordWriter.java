package org.racewitness.analyzer.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Appends records to a buffer that grows; the layout is {@link RecordDescriptor}'s. For tools, tests and golden bytes: agents have their
 * own encoder. Not thread-safe. Numbers are written as given, also those that the format forbids.
 */
public final class RecordWriter {
    private static final byte[] NONE = new byte[0];

    private ByteBuffer out = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
    private int count;

    /** How many records were appended since the last {@link #take}. */
    public int count() {
        return count;
    }

    public int bytes() {
        return out.position();
    }

    /** The records appended since the last call, in a buffer of their own. */
    public ByteBuffer take() {
        ByteBuffer taken =
                ByteBuffer.wrap(Arrays.copyOf(out.array(), out.position())).order(ByteOrder.LITTLE_ENDIAN);
        out.clear();
        count = 0;
        return taken;
    }

    public RecordWriter access(int operation, int stack, long object, int deltaTicks, long key) {
        return record(
                RecordDescriptor.TAG_ACCESS, operation, stack, NONE, RecordDescriptor.event(object, deltaTicks), key);
    }

    public RecordWriter accessRange(int operation, int stack, long object, int deltaTicks, long key, long keys) {
        return record(
                RecordDescriptor.TAG_ACCESS_RANGE,
                operation,
                stack,
                NONE,
                RecordDescriptor.event(object, deltaTicks),
                key,
                keys);
    }

    /** @param keys 1, or number and distance as of an ACCESS_RANGE; @param back moments before the thread's latest event */
    public RecordWriter accessLate(
            int operation, int stack, long object, int deltaTicks, long key, long keys, long back) {
        return record(
                RecordDescriptor.TAG_ACCESS_LATE,
                operation,
                stack,
                NONE,
                RecordDescriptor.event(object, deltaTicks),
                key,
                keys,
                back);
    }

    public RecordWriter step(int deltaTicks) {
        return record(RecordDescriptor.TAG_STEP, 0, 0, NONE, RecordDescriptor.event(0, deltaTicks));
    }

    public RecordWriter sync(int kind, int stack, long object, int deltaTicks, long stamp, long token) {
        return record(
                RecordDescriptor.TAG_SYNC, kind, stack, NONE, RecordDescriptor.event(object, deltaTicks), stamp, token);
    }

    public RecordWriter dead(long object, int deltaTicks) {
        return record(RecordDescriptor.TAG_DEAD, 0, 0, NONE, RecordDescriptor.event(object, deltaTicks));
    }

    public RecordWriter time(long ticks) {
        return record(RecordDescriptor.TAG_TIME, 0, 0, NONE, ticks);
    }

    public RecordWriter string(int number, String text) {
        return text(RecordDescriptor.TAG_STRING, number, text);
    }

    public RecordWriter type(int number, String qualifiedName) {
        return text(RecordDescriptor.TAG_TYPE, number, qualifiedName);
    }

    public RecordWriter key(long key, String text) {
        byte[] bytes = utf8(text);
        return record(RecordDescriptor.TAG_KEY, 0, bytes.length, bytes, key);
    }

    public RecordWriter object(long object, int kind, int type, int stack, int label) {
        return record(RecordDescriptor.TAG_OBJECT, kind, type, NONE, object, RecordDescriptor.pair(stack, label));
    }

    /** The CODE record alone, see {@link #codeBytes}. */
    public RecordWriter code(
            int number,
            int firstLine,
            int flags,
            int file,
            int function,
            int bytecodeBytes,
            int lineTableBytes,
            int exceptionTableBytes,
            int locals) {
        return record(
                RecordDescriptor.TAG_CODE,
                0,
                number,
                NONE,
                RecordDescriptor.pair(firstLine, flags),
                RecordDescriptor.pair(file, function),
                RecordDescriptor.pair(bytecodeBytes, lineTableBytes),
                RecordDescriptor.pair(exceptionTableBytes, locals));
    }

    public RecordWriter codeBytes(int part, int code, int offset, byte[] bytes) {
        return record(RecordDescriptor.TAG_CODE_BYTES, part, code, bytes, RecordDescriptor.pair(offset, bytes.length));
    }

    public RecordWriter stack(int number, int parent, int code, int byteOffset) {
        return record(
                RecordDescriptor.TAG_STACK,
                0,
                number,
                NONE,
                RecordDescriptor.pair(parent, code),
                RecordDescriptor.pair(byteOffset, 0));
    }

    public RecordWriter thread(long identifier, int nativeId, int flags, String name) {
        byte[] bytes = utf8(name);
        return record(
                RecordDescriptor.TAG_THREAD,
                0,
                bytes.length,
                bytes,
                identifier,
                RecordDescriptor.pair(nativeId, flags));
    }

    public RecordWriter note(int kind, String text) {
        byte[] bytes = utf8(text);
        return record(RecordDescriptor.TAG_NOTE, kind, bytes.length, bytes);
    }

    public RecordWriter counter(String name, long value) {
        byte[] bytes = utf8(name);
        return record(RecordDescriptor.TAG_COUNTER, 0, bytes.length, bytes, value);
    }

    /** Any record: the first word, {@code words}, and {@code tail} padded with zeros to a word. */
    public RecordWriter record(int tag, int op, int arg, byte[] tail, long... words) {
        int length = 1 + words.length + RecordDescriptor.wordsFor(tail.length);
        reserve(length * Long.BYTES);
        out.putLong(RecordDescriptor.header(tag, op, length, arg));
        for (long word : words) {
            out.putLong(word);
        }
        out.put(tail).put(new byte[-tail.length & 7]);
        count++;
        return this;
    }

    private RecordWriter text(int tag, int number, String text) {
        byte[] bytes = utf8(text);
        return record(tag, 0, number, bytes, RecordDescriptor.pair(bytes.length, 0));
    }

    private void reserve(int bytes) {
        if (out.remaining() < bytes) {
            int capacity = Math.max(out.capacity() * 2, out.position() + bytes);
            out = ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN).put(out.flip());
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
