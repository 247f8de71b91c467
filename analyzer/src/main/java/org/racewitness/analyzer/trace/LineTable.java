package org.racewitness.analyzer.trace;

/**
 * Decodes CPython 3.13's location table ({@code Objects/locations.md}, {@code advance_with_locations} in {@code Objects/codeobject.c}).
 *
 * <p>The table is a program's own data and may be anything: whatever is not a well-formed entry ends the table, and instructions behind
 * that point have no known source.
 */
public final class LineTable {
    private static final int CODE_UNIT_BYTES = 2;

    private static final int FORM_ONE_LINE_FIRST = 10;
    private static final int FORM_ONE_LINE_LAST = 12;
    private static final int FORM_NO_COLUMNS = 13;
    private static final int FORM_LONG = 14;
    private static final int FORM_NONE = 15;

    private final byte[] table;
    private int at;
    private boolean corrupt;

    private LineTable(byte[] table) {
        this.table = table;
    }

    /** The source of the instruction at a byte offset of a code object's bytecode; {@link SourceRange#UNKNOWN} where the table has none. */
    public static SourceRange find(CodeObject code, int byteOffset) {
        return find(code.lineTable(), code.firstLine(), byteOffset);
    }

    /** @param firstLine {@code co_firstlineno} */
    public static SourceRange find(byte[] table, int firstLine, int byteOffset) {
        return byteOffset < 0 ? SourceRange.UNKNOWN : new LineTable(table).search(firstLine, byteOffset);
    }

    private SourceRange search(int firstLine, int byteOffset) {
        long line = firstLine;
        long entryEnd = 0;
        while (at < table.length) {
            int first = table[at++] & 0xFF;
            int form = (first >>> 3) & 15;
            entryEnd += ((first & 7) + 1L) * CODE_UNIT_BYTES;
            if ((first & 0x80) == 0) {
                return SourceRange.UNKNOWN;
            }
            line += lineDelta(form);
            boolean wanted = byteOffset < entryEnd;
            SourceRange range = range(form, line, wanted);
            if (corrupt || line < 0 || line > Integer.MAX_VALUE) {
                return SourceRange.UNKNOWN;
            }
            if (wanted) {
                return range;
            }
        }
        return SourceRange.UNKNOWN;
    }

    private long lineDelta(int form) {
        if (form == FORM_LONG || form == FORM_NO_COLUMNS) {
            return signedVarint();
        }
        return form >= FORM_ONE_LINE_FIRST && form <= FORM_ONE_LINE_LAST ? form - FORM_ONE_LINE_FIRST : 0;
    }

    /** Reads the rest of an entry; makes its range only when it is {@code wanted}. */
    private SourceRange range(int form, long line, boolean wanted) {
        long endLine = line;
        long column = -1;
        long endColumn = -1;
        switch (form) {
            case FORM_NONE -> {
                return SourceRange.UNKNOWN;
            }
            case FORM_LONG -> {
                endLine += varint();
                column = varint() - 1;
                endColumn = varint() - 1;
            }
            case FORM_NO_COLUMNS -> {}
            case FORM_ONE_LINE_FIRST, FORM_ONE_LINE_FIRST + 1, FORM_ONE_LINE_LAST -> {
                column = unsignedByte();
                endColumn = unsignedByte();
            }
            default -> {
                int second = unsignedByte();
                column = form * 8L + ((second >> 4) & 7);
                endColumn = column + (second & 15);
            }
        }
        if (!wanted || line == 0) {
            return SourceRange.UNKNOWN;
        }
        return new SourceRange((int) line, clamp(endLine), clamp(column), clamp(endColumn));
    }

    private static int clamp(long value) {
        return (int) Math.min(value, Integer.MAX_VALUE);
    }

    private int unsignedByte() {
        if (at >= table.length) {
            corrupt = true;
            return 0;
        }
        return table[at++] & 0xFF;
    }

    /** Chunks of 6 bits, least significant first, bit 6 set on all but the last; at most 32 bits are kept. */
    private long varint() {
        long value = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += 6) {
            int next = unsignedByte();
            value |= (next & 63L) << shift;
            if ((next & 64) == 0) {
                return value & 0xFFFF_FFFFL;
            }
        }
        corrupt = true;
        return 0;
    }

    private long signedVarint() {
        long value = varint();
        return (value & 1) != 0 ? -(value >>> 1) : value >>> 1;
    }
}
