package org.racewitness.analyzer.trace;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.racewitness.analyzer.wire.RecordDescriptor;
import org.racewitness.analyzer.wire.WireLimits;

/** Reads definition records into the model. Owned by the thread that owns the session. */
final class DefinitionReader {
    private static final int MAX_COUNTERS = 1000;

    private final TraceModel model;
    private final Accounting accounting;
    private final NoteTexts noteTexts = new NoteTexts();

    DefinitionReader(TraceModel model, Accounting accounting) {
        this.model = model;
        this.accounting = accounting;
    }

    /**
     * Takes the record at {@code at}, which is whole and long enough for its tag.
     *
     * @return what is wrong with it, or null
     */
    String read(ThreadStream stream, ByteBuffer payload, int at, long header) {
        String fault = switch (RecordDescriptor.tag(header)) {
            case RecordDescriptor.TAG_STRING, RecordDescriptor.TAG_TYPE -> numbered(payload, at, header);
            case RecordDescriptor.TAG_KEY -> key(payload, at, header);
            case RecordDescriptor.TAG_OBJECT -> object(stream, payload, at, header);
            case RecordDescriptor.TAG_CODE -> code(payload, at, header);
            case RecordDescriptor.TAG_CODE_BYTES -> codeBytes(payload, at, header);
            case RecordDescriptor.TAG_STACK -> stack(stream, payload, at, header);
            case RecordDescriptor.TAG_THREAD -> thread(stream, payload, at, header);
            case RecordDescriptor.TAG_NOTE -> note(stream, payload, at, header);
            default -> counter(payload, at, header);
        };
        if (fault == null) {
            accounting.analysed++;
        }
        return fault;
    }

    private String numbered(ByteBuffer payload, int at, long header) {
        int number = RecordDescriptor.arg(header);
        String text = text(payload, at, header, 2, payload.getInt(at + 8));
        if (text == null) {
            return textFault(payload.getInt(at + 8));
        }
        if (RecordDescriptor.tag(header) == RecordDescriptor.TAG_STRING) {
            model.definitions.string(number, text);
        } else {
            model.definitions.type(number, text);
        }
        return null;
    }

    private String key(ByteBuffer payload, int at, long header) {
        String text = text(payload, at, header, 2, RecordDescriptor.arg(header));
        if (text == null) {
            return textFault(RecordDescriptor.arg(header));
        }
        model.definitions.key(payload.getLong(at + 8), text);
        return null;
    }

    private String object(ThreadStream stream, ByteBuffer payload, int at, long header) {
        long object = payload.getLong(at + 8);
        long pair = payload.getLong(at + 16);
        if (object < 1 || object > RecordDescriptor.MAX_OBJECT) {
            return "object " + Long.toUnsignedString(object);
        }
        int stack = stream.stackNumbers.get(RecordDescriptor.low(pair));
        model.definitions.object(
                object, RecordDescriptor.op(header), RecordDescriptor.arg(header), stack, RecordDescriptor.high(pair));
        return null;
    }

    private String code(ByteBuffer payload, int at, long header) {
        long lineAndFlags = payload.getLong(at + 8);
        long names = payload.getLong(at + 16);
        long locals = payload.getLong(at + 32);
        model.definitions.code(
                RecordDescriptor.arg(header),
                RecordDescriptor.low(lineAndFlags),
                RecordDescriptor.high(lineAndFlags),
                RecordDescriptor.low(names),
                RecordDescriptor.high(names),
                RecordDescriptor.high(locals));
        return null;
    }

    private String codeBytes(ByteBuffer payload, int at, long header) {
        int part = RecordDescriptor.op(header);
        int offset = payload.getInt(at + 8);
        int length = payload.getInt(at + 12);
        int available = (RecordDescriptor.words(header) - 2) * Long.BYTES;
        if (length < 0 || length > available) {
            return textFault(length);
        }
        boolean placed =
                model.definitions.codeBytes(RecordDescriptor.arg(header), part, offset, payload.slice(at + 16, length));
        return placed
                ? null
                : "part " + part + ", " + length + " bytes at " + Integer.toUnsignedString(offset)
                        + ", which is beyond the bound of " + WireLimits.MAX_CODE_PART_BYTES
                        + " or leaves a hole";
    }

    private String stack(ThreadStream stream, ByteBuffer payload, int at, long header) {
        int number = RecordDescriptor.arg(header);
        long pair = payload.getLong(at + 8);
        int offset = payload.getInt(at + 16);
        if (number == 0 || offset < 0) {
            return "number " + number + ", byte offset " + Integer.toUnsignedString(offset);
        }
        int parent = stream.stackNumbers.get(RecordDescriptor.low(pair));
        if (parent == 0 && RecordDescriptor.low(pair) != 0) {
            accounting.unknownStacks++;
        }
        stream.stackNumbers.put(number, model.stacks.intern(parent, RecordDescriptor.high(pair), offset));
        return null;
    }

    private String thread(ThreadStream stream, ByteBuffer payload, int at, long header) {
        String name = text(payload, at, header, 3, RecordDescriptor.arg(header));
        if (name == null) {
            return textFault(RecordDescriptor.arg(header));
        }
        int flags = payload.getInt(at + 20);
        model.threads.describe(
                stream.thread,
                name,
                (flags & RecordDescriptor.THREAD_MAIN) != 0,
                (flags & RecordDescriptor.THREAD_DAEMON) != 0);
        return null;
    }

    private String note(ThreadStream stream, ByteBuffer payload, int at, long header) {
        String text = text(payload, at, header, 1, RecordDescriptor.arg(header));
        if (text == null) {
            return textFault(RecordDescriptor.arg(header));
        }
        switch (RecordDescriptor.op(header)) {
            case RecordDescriptor.NOTE_GIL_ENABLED -> {
                accounting.gilEnabled = true;
                accounting.note("the GIL was switched on by " + text);
            }
            case RecordDescriptor.NOTE_SUB_INTERPRETER -> accounting.note("a sub-interpreter was not observed " + text);
            case RecordDescriptor.NOTE_TEST_BEGINS,
                    RecordDescriptor.NOTE_TEST_ENDS,
                    RecordDescriptor.NOTE_BENIGN_BEGINS,
                    RecordDescriptor.NOTE_BENIGN_ENDS ->
                stream.appendNote(RecordDescriptor.op(header), noteTexts.of(text));
            default -> accounting.note(text);
        }
        return null;
    }

    private String counter(ByteBuffer payload, int at, long header) {
        String name = text(payload, at, header, 2, RecordDescriptor.arg(header));
        if (name == null) {
            return textFault(RecordDescriptor.arg(header));
        }
        if (model.counters.size() < MAX_COUNTERS || model.counters.containsKey(name)) {
            model.counters.put(name, payload.getLong(at + 8));
        }
        return null;
    }

    /** {@code length} bytes of UTF-8 behind the record's first {@code before} words, or null where they do not fit in or exceed the bound. */
    private static String text(ByteBuffer payload, int at, long header, int before, int length) {
        int available = (RecordDescriptor.words(header) - before) * Long.BYTES;
        if (length < 0 || length > available || length > WireLimits.MAX_TEXT_BYTES) {
            return null;
        }
        byte[] bytes = new byte[length];
        payload.get(at + before * Long.BYTES, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String textFault(int length) {
        return "length of " + Integer.toUnsignedString(length)
                + " bytes does not fit into the record or exceeds the bound";
    }
}
