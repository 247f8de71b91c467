package org.racewitness.analyzer.wire;

import java.util.List;

/** The operation codes of ACCESS and ACCESS_RANGE records; what they mean is the table "Operations" of {@code docs/wire-format.md}. */
public final class OperationCode {
    public static final int READ = 1;
    public static final int WRITE = 2;
    public static final int DELETE = 3;
    public static final int INSERT = 4;
    public static final int REMOVE = 5;
    public static final int UPDATE_INSERT = 6;
    public static final int UPDATE_REMOVE = 7;
    public static final int UPDATE_KEEP = 8;
    public static final int APPEND = 9;
    public static final int POP_END = 10;
    public static final int SHAPE_READ = 11;
    public static final int POP_EMPTY = 12;
    public static final int ITERATE_STEP = 13;
    public static final int ITERATE = 14;
    public static final int READ_ALL = 15;
    public static final int TORN_ALL = 16;
    public static final int WRITE_ALL = 17;
    public static final int EXTEND = 18;

    /** The largest code of version 1; codes begin at 1. */
    public static final int LAST = 18;

    private static final List<String> NAMES = List.of(
            "?",
            "READ",
            "WRITE",
            "DELETE",
            "INSERT",
            "REMOVE",
            "UPDATE_INSERT",
            "UPDATE_REMOVE",
            "UPDATE_KEEP",
            "APPEND",
            "POP_END",
            "SHAPE_READ",
            "POP_EMPTY",
            "ITERATE_STEP",
            "ITERATE",
            "READ_ALL",
            "TORN_ALL",
            "WRITE_ALL",
            "EXTEND");

    /** Part of a facet: the operation reads it, see {@link #atKey}. */
    public static final int READS = 1;

    /** Part of a facet: the operation writes it. */
    public static final int WRITES = 2;

    /** By operation: what it does at the key, to the shape and to all items, in 2 bits each from the lowest. */
    private static final byte[] FACETS = {
        0,
        facets(READS, 0, 0),
        facets(WRITES, 0, 0),
        facets(WRITES, 0, 0),
        facets(WRITES, WRITES, 0),
        facets(WRITES, WRITES, 0),
        facets(READS | WRITES, WRITES, 0),
        facets(READS | WRITES, WRITES, 0),
        facets(READS, 0, 0),
        facets(WRITES, WRITES, 0),
        facets(READS | WRITES, WRITES, 0),
        facets(0, READS, 0),
        facets(0, READS, 0),
        facets(READS, READS, 0),
        facets(0, READS, 0),
        facets(0, READS, READS),
        facets(0, WRITES, WRITES),
        facets(0, WRITES, WRITES),
        facets(WRITES, WRITES, 0)
    };

    private static final int PURE_READS = 1 << READ
            | 1 << UPDATE_KEEP
            | 1 << SHAPE_READ
            | 1 << POP_EMPTY
            | 1 << ITERATE_STEP
            | 1 << ITERATE
            | 1 << READ_ALL;

    private OperationCode() {}

    public static boolean isKnown(int code) {
        return code >= 1 && code <= LAST;
    }

    /** Whether the operation writes nothing: not its key, not the shape, not the items. */
    public static boolean isPureRead(int code) {
        return code < Integer.SIZE && (PURE_READS >>> code & 1) != 0;
    }

    /** What a known operation does at its key: {@link #READS}, {@link #WRITES}, both, or 0. */
    public static int atKey(int code) {
        return FACETS[code] & 3;
    }

    /** What a known operation does to the container's shape. */
    public static int toShape(int code) {
        return FACETS[code] >> 2 & 3;
    }

    /** What a known operation does to each of the container's items. */
    public static int toAllItems(int code) {
        return FACETS[code] >> 4 & 3;
    }

    private static byte facets(int key, int shape, int allItems) {
        return (byte) (key | shape << 2 | allItems << 4);
    }

    /** The name in dumps, {@code OP_n} for an unknown code. */
    public static String name(int code) {
        return isKnown(code) ? NAMES.get(code) : "OP_" + code;
    }
}
