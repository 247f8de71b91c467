package org.racewitness.analyzer.trace;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.racewitness.analyzer.wire.LocationKey;
import org.racewitness.analyzer.wire.OperationCode;
import org.racewitness.analyzer.wire.RecordDescriptor;
import org.racewitness.analyzer.wire.SyncKind;

/**
 * One record as a line of text: every field as the wire has it, and behind {@code #} the names that are known by then. The record must be
 * whole and have the least number of words of its tag. Not thread-safe.
 */
final class RecordText {
    private final TraceModel model;

    RecordText(TraceModel model) {
        this.model = model;
    }

    String line(ThreadStream stream, ByteBuffer payload, int at) {
        long header = payload.getLong(at);
        int tag = RecordDescriptor.tag(header);
        String name = RecordDescriptor.tagName(tag);
        int words = RecordDescriptor.words(header);
        if (RecordDescriptor.minimumWords(tag) == 0) {
            return name + " " + words + " words, skipped";
        }
        if (words < RecordDescriptor.minimumWords(tag)) {
            return name + " malformed: " + words + " words, at least " + RecordDescriptor.minimumWords(tag);
        }
        return name + " " + fields(stream, payload, at, header, tag);
    }

    private static String range(long word) {
        long stride = RecordDescriptor.rangeStride(word);
        return " count=" + RecordDescriptor.rangeCount(word) + (stride == 1 ? "" : " stride=" + stride);
    }

    private String fields(ThreadStream stream, ByteBuffer payload, int at, long header, int tag) {
        int op = RecordDescriptor.op(header);
        int arg = RecordDescriptor.arg(header);
        long word1 = words(header) > 1 ? payload.getLong(at + 8) : 0;
        switch (tag) {
            case RecordDescriptor.TAG_ACCESS, RecordDescriptor.TAG_ACCESS_RANGE, RecordDescriptor.TAG_ACCESS_LATE -> {
                long key = payload.getLong(at + 16);
                String count = tag == RecordDescriptor.TAG_ACCESS ? "" : range(payload.getLong(at + 24));
                count += tag == RecordDescriptor.TAG_ACCESS_LATE ? " back=" + payload.getLong(at + 32) : "";
                return OperationCode.name(op) + " " + event(word1) + " key=" + hex(key) + count + " stack=" + arg
                        + " # " + object(word1) + " " + key(key) + stack(stream, arg);
            }
            case RecordDescriptor.TAG_SYNC -> {
                return SyncKind.name(op) + " " + event(word1) + " stamp=" + payload.getLong(at + 16) + " token="
                        + Long.toUnsignedString(payload.getLong(at + 24)) + " stack=" + arg + " # " + object(word1)
                        + stack(stream, arg);
            }
            case RecordDescriptor.TAG_DEAD, RecordDescriptor.TAG_STEP -> {
                return event(word1) + " # " + object(word1);
            }
            case RecordDescriptor.TAG_TIME -> {
                return Long.toUnsignedString(word1);
            }
            case RecordDescriptor.TAG_STRING, RecordDescriptor.TAG_TYPE -> {
                return Integer.toUnsignedString(arg) + " " + text(payload, at, header, 2, (int) word1);
            }
            case RecordDescriptor.TAG_KEY -> {
                return hex(word1) + " " + text(payload, at, header, 2, arg);
            }
            case RecordDescriptor.TAG_STACK -> {
                return Integer.toUnsignedString(arg) + " parent=" + low(word1) + " code=" + high(word1) + " offset="
                        + payload.getInt(at + 16);
            }
            case RecordDescriptor.TAG_NOTE -> {
                return "kind=" + op + " " + text(payload, at, header, 1, arg);
            }
            case RecordDescriptor.TAG_COUNTER -> {
                return text(payload, at, header, 2, arg) + " " + Long.toUnsignedString(word1);
            }
            default -> {
                return definition(payload, at, header, tag);
            }
        }
    }

    private String definition(ByteBuffer payload, int at, long header, int tag) {
        int op = RecordDescriptor.op(header);
        int arg = RecordDescriptor.arg(header);
        long word1 = payload.getLong(at + 8);
        switch (tag) {
            case RecordDescriptor.TAG_OBJECT -> {
                long pair = payload.getLong(at + 16);
                return word1 + " kind=" + op + " type=" + arg + " stack=" + low(pair) + " label=" + high(pair) + " # "
                        + model.definitions.typeName(arg);
            }
            case RecordDescriptor.TAG_CODE -> {
                long names = payload.getLong(at + 16);
                long sizes = payload.getLong(at + 24);
                long rest = payload.getLong(at + 32);
                return arg + " firstLine=" + low(word1) + " flags=" + high(word1) + " file=" + low(names) + " function="
                        + high(names) + " bytecode=" + low(sizes) + " lineTable=" + high(sizes) + " exceptionTable="
                        + low(rest) + " locals=" + high(rest) + " # " + string(RecordDescriptor.low(names)) + " "
                        + string(RecordDescriptor.high(names));
            }
            case RecordDescriptor.TAG_CODE_BYTES -> {
                int length = Math.max(0, Math.min(RecordDescriptor.high(word1), (words(header) - 2) * Long.BYTES));
                byte[] bytes = new byte[length];
                payload.get(at + 16, bytes);
                return arg + " part=" + op + " offset=" + low(word1) + " length=" + high(word1) + " "
                        + HexFormat.of().formatHex(bytes);
            }
            default -> {
                long rest = payload.getLong(at + 16);
                return "identifier=" + Long.toUnsignedString(word1) + " nativeId=" + low(rest) + " flags=" + high(rest)
                        + " " + text(payload, at, header, 3, arg);
            }
        }
    }

    private static int words(long header) {
        return RecordDescriptor.words(header);
    }

    private static String event(long word1) {
        return "object=" + RecordDescriptor.object(word1) + " time=+" + RecordDescriptor.deltaTicks(word1);
    }

    private static String hex(long key) {
        return String.format("0x%016x", key);
    }

    private static String low(long pair) {
        return Integer.toUnsignedString(RecordDescriptor.low(pair));
    }

    private static String high(long pair) {
        return Integer.toUnsignedString(RecordDescriptor.high(pair));
    }

    private String object(long word1) {
        long object = RecordDescriptor.object(word1);
        if (object == 0) {
            return "-";
        }
        String label = model.objectLabel(object);
        return model.objectType(object) + (label.isEmpty() ? "" : " " + Quoted.of(label));
    }

    private String key(long key) {
        String text = model.definitions.findKey(key);
        return text == null ? LocationKey.describe(key) : Quoted.of(text);
    }

    private String stack(ThreadStream stream, int number) {
        int stack = stream.stackNumbers.get(number);
        if (stack == 0) {
            return "";
        }
        CodeObject code = model.code(model.stackCode(stack));
        SourceRange source = LineTable.find(code, model.stackOffset(stack));
        return " at " + Quoted.of(code.file()) + ":" + source.line() + " in " + Quoted.of(code.function());
    }

    private String string(int number) {
        String text = model.definitions.findString(number);
        return text == null ? "?" : Quoted.of(text);
    }

    private static String text(ByteBuffer payload, int at, long header, int before, int length) {
        int available = (words(header) - before) * Long.BYTES;
        byte[] bytes = new byte[Math.max(0, Math.min(length, available))];
        payload.get(at + before * Long.BYTES, bytes);
        return Quoted.of(new String(bytes, StandardCharsets.UTF_8));
    }
}
