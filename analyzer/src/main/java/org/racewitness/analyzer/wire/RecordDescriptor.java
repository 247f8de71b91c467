package org.racewitness.analyzer.wire;

/**
 * Layout of records, which are whole words of 8 bytes. The encoder in C is {@code agent-py/src/racewitness/_core/wire.h}.
 *
 * <pre>
 *            0     1    2           4                 8
 *           +-----+----+-----------+-----------------+
 *  word 0   | tag | op | words u16 | arg u32         |   every record; words counts this one too
 *           +-----+----+-----------+-----+-----------+
 *  word 1   | object u40                 | time u24  |   events: ACCESS, ACCESS_RANGE, ACCESS_LATE, SYNC, DEAD, STEP
 *           +----------------------------+-----------+
 * </pre>
 */
public final class RecordDescriptor {
    public static final int TAG_ACCESS = 0x01;
    public static final int TAG_ACCESS_RANGE = 0x02;
    public static final int TAG_SYNC = 0x03;
    public static final int TAG_DEAD = 0x04;
    public static final int TAG_TIME = 0x05;
    public static final int TAG_ACCESS_LATE = 0x06;
    public static final int TAG_STEP = 0x07;
    public static final int TAG_STRING = 0x20;
    public static final int TAG_KEY = 0x21;
    public static final int TAG_TYPE = 0x22;
    public static final int TAG_OBJECT = 0x23;
    public static final int TAG_CODE = 0x24;
    public static final int TAG_CODE_BYTES = 0x25;
    public static final int TAG_STACK = 0x26;
    public static final int TAG_THREAD = 0x27;
    public static final int TAG_NOTE = 0x28;
    public static final int TAG_COUNTER = 0x29;

    /** Largest object number; numbers are 40 bits wide. */
    public static final long MAX_OBJECT = (1L << 40) - 1;

    /** Largest time that an event's second word can hold, in ticks since the thread's event before it. */
    public static final int MAX_DELTA_TICKS = (1 << 24) - 1;

    public static final int CODE_APPLICATION = 1;
    public static final int CODE_GENERATED = 2;
    public static final int THREAD_MAIN = 1;
    public static final int THREAD_DAEMON = 2;

    public static final int PART_BYTECODE = 1;
    public static final int PART_LINE_TABLE = 2;
    public static final int PART_EXCEPTION_TABLE = 3;

    public static final int NOTE_GIL_ENABLED = 1;
    public static final int NOTE_SUB_INTERPRETER = 2;
    public static final int NOTE_TEST_BEGINS = 3;
    public static final int NOTE_TEST_ENDS = 4;
    public static final int NOTE_MESSAGE = 5;
    public static final int NOTE_BENIGN_BEGINS = 6;
    public static final int NOTE_BENIGN_ENDS = 7;

    private RecordDescriptor() {}

    public static long header(int tag, int op, int words, int arg) {
        return (tag & 0xFFL) | (op & 0xFFL) << 8 | (words & 0xFFFFL) << 16 | (long) arg << 32;
    }

    public static int tag(long header) {
        return (int) header & 0xFF;
    }

    public static int op(long header) {
        return (int) header >>> 8 & 0xFF;
    }

    /** 0 to 65,535; 0 and more than {@link WireLimits#MAX_RECORD_WORDS} are malformed. */
    public static int words(long header) {
        return (int) header >>> 16;
    }

    public static int arg(long header) {
        return (int) (header >>> 32);
    }

    /** The same record header with another {@code arg}. */
    public static long withArg(long header, int arg) {
        return (header & 0xFFFF_FFFFL) | (long) arg << 32;
    }

    public static long event(long object, int deltaTicks) {
        return (object & MAX_OBJECT) | (long) deltaTicks << 40;
    }

    public static long object(long event) {
        return event & MAX_OBJECT;
    }

    public static int deltaTicks(long event) {
        return (int) (event >>> 40);
    }

    /** One word of two numbers of 32 bits, {@code low} in the low half. */
    public static long pair(int low, int high) {
        return (low & 0xFFFF_FFFFL) | (long) high << 32;
    }

    public static int low(long pair) {
        return (int) pair;
    }

    public static int high(long pair) {
        return (int) (pair >>> 32);
    }

    /** The words that {@code bytes} bytes take when padded. */
    public static int wordsFor(int bytes) {
        return (bytes + 7) >>> 3;
    }

    /** The least number of words of a record with this tag, or 0 for a tag that version 1 does not know. */
    public static int minimumWords(int tag) {
        return switch (tag) {
            case TAG_DEAD, TAG_TIME, TAG_STEP, TAG_STRING, TAG_KEY, TAG_TYPE, TAG_CODE_BYTES, TAG_COUNTER -> 2;
            case TAG_ACCESS, TAG_OBJECT, TAG_STACK, TAG_THREAD -> 3;
            case TAG_ACCESS_RANGE, TAG_SYNC -> 4;
            case TAG_CODE, TAG_ACCESS_LATE -> 5;
            case TAG_NOTE -> 1;
            default -> 0;
        };
    }

    /** The name of a tag in dumps and messages. */
    public static String tagName(int tag) {
        return switch (tag) {
            case TAG_ACCESS -> "ACCESS";
            case TAG_ACCESS_RANGE -> "ACCESS_RANGE";
            case TAG_SYNC -> "SYNC";
            case TAG_DEAD -> "DEAD";
            case TAG_TIME -> "TIME";
            case TAG_ACCESS_LATE -> "ACCESS_LATE";
            case TAG_STEP -> "STEP";
            case TAG_STRING -> "STRING";
            case TAG_KEY -> "KEY";
            case TAG_TYPE -> "TYPE";
            case TAG_OBJECT -> "OBJECT";
            case TAG_CODE -> "CODE";
            case TAG_CODE_BYTES -> "CODE_BYTES";
            case TAG_STACK -> "STACK";
            case TAG_THREAD -> "THREAD";
            case TAG_NOTE -> "NOTE";
            case TAG_COUNTER -> "COUNTER";
            default -> String.format("TAG_0x%02x", tag);
        };
    }

    /** How many keys an ACCESS_RANGE names, from its fourth word: 0 to 2^32 - 1, unchecked. */
    public static long rangeCount(long word) {
        return word & 0xFFFF_FFFFL;
    }

    /** The distance between two keys of an ACCESS_RANGE, from its fourth word: at least 1. */
    public static long rangeStride(long word) {
        return Math.max(1, word >>> 32);
    }

    /** So many keys at that distance, as {@link #rangeCount} and {@link #rangeStride} read them; one that stands for a plain access is 1. */
    public static long rangeKeys(long count, long stride) {
        return count == 1 || stride == 1 ? count : count | stride << 32;
    }
}
