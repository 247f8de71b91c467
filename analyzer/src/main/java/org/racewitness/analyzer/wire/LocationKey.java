package org.racewitness.analyzer.wire;

/** Location keys: the upper 4 bits of a u64 say what the other 60 are. */
public final class LocationKey {
    public static final int KIND_INDEX = 0;
    public static final int KIND_INTEGER = 1;
    public static final int KIND_NAME = 2;
    public static final int KIND_VALUE = 3;
    public static final int KIND_OBJECT = 4;
    public static final int KIND_SPECIAL = 15;

    private static final long VALUE_MASK = (1L << 60) - 1;

    public static final long SHAPE = key(KIND_SPECIAL, 0);
    public static final long ALL_ITEMS = key(KIND_SPECIAL, 1);
    public static final long CELL = key(KIND_SPECIAL, 2);

    private LocationKey() {}

    public static long key(int kind, long value) {
        return (long) kind << 60 | (value & VALUE_MASK);
    }

    public static int kind(long key) {
        return (int) (key >>> 60);
    }

    /** The other 60 bits, unsigned. */
    public static long value(long key) {
        return key & VALUE_MASK;
    }

    /** The value of an integer key: two's complement in 60 bits. */
    public static long integer(long key) {
        return key << 4 >> 4;
    }

    /** The key as the format sees it, for dumps and for keys whose text never came: {@code [3]}, {@code int 7}, {@code name 0x1f}. */
    public static String describe(long key) {
        return switch (kind(key)) {
            case KIND_INDEX -> "[" + value(key) + "]";
            case KIND_INTEGER -> "int " + integer(key);
            case KIND_NAME -> "name 0x" + Long.toHexString(value(key));
            case KIND_VALUE -> "value 0x" + Long.toHexString(value(key));
            case KIND_OBJECT -> "object " + value(key);
            case KIND_SPECIAL -> special(key);
            default -> "key 0x" + Long.toHexString(key);
        };
    }

    private static String special(long key) {
        if (key == SHAPE) {
            return "shape";
        }
        if (key == ALL_ITEMS) {
            return "items";
        }
        return key == CELL ? "cell" : "special " + value(key);
    }
}
