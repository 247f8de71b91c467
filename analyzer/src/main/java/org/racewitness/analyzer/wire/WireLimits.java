package org.racewitness.analyzer.wire;

/** The bounds that {@code docs/wire-format.md} puts on everything a reader accepts. */
public final class WireLimits {
    public static final int VERSION = 1;

    public static final int MAX_PAYLOAD_BYTES = 1 << 20;

    /** In words of 8 bytes, the record's first word included. */
    public static final int MAX_RECORD_WORDS = 4096;

    public static final int MAX_SESSIONS = 65_536;

    public static final int MAX_TEXT_BYTES = 4096;

    /** Of the bytecode, the line table and the exception table of one code object, each. */
    public static final int MAX_CODE_PART_BYTES = 16 << 20;

    private WireLimits() {}
}
