package org.racewitness.analyzer.trace;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.racewitness.analyzer.wire.RecordDescriptor;
import org.racewitness.analyzer.wire.WireLimits;

/**
 * Puts one code object together from its CODE and CODE_BYTES records. Memory follows the bytes that arrived, not the lengths that were
 * announced. Not thread-safe: guarded by the {@link Definitions} that owns it.
 */
final class CodeBuilder {
    private static final byte[] EMPTY = new byte[0];

    private final int number;
    private final byte[][] parts = {EMPTY, EMPTY, EMPTY, EMPTY};

    int file;
    int function;
    private boolean defined;
    private int firstLine;
    private int flags;
    private int locals;

    /** What {@link #build} made, until something changes; the parts' arrays are its own from then on. */
    private CodeObject built;

    CodeBuilder(int number) {
        this.number = number;
    }

    void define(int newFirstLine, int newFlags, int newFile, int newFunction, int newLocals) {
        defined = true;
        firstLine = newFirstLine;
        flags = newFlags;
        file = newFile;
        function = newFunction;
        locals = newLocals;
        built = null;
    }

    /** Whether the CODE record has come. */
    boolean isDefined() {
        return defined;
    }

    /**
     * Places bytes of a part.
     *
     * @return whether they lie within the bounds of the format; nothing is kept where they do not
     */
    boolean put(int part, int offset, ByteBuffer bytes) {
        long end = (offset & 0xFFFF_FFFFL) + bytes.remaining();
        if (part < RecordDescriptor.PART_BYTECODE
                || part > RecordDescriptor.PART_EXCEPTION_TABLE
                || end > WireLimits.MAX_CODE_PART_BYTES
                || offset > parts[part].length) {
            return false;
        }
        if (end > parts[part].length || built != null) {
            parts[part] = Arrays.copyOf(parts[part], Math.max((int) end, parts[part].length));
        }
        bytes.get(parts[part], offset, bytes.remaining());
        built = null;
        return true;
    }

    CodeObject build(String fileName, String functionName) {
        if (built == null || !built.file().equals(fileName) || !built.function().equals(functionName)) {
            built = new CodeObject(
                    number,
                    fileName,
                    functionName,
                    firstLine,
                    (flags & RecordDescriptor.CODE_APPLICATION) != 0,
                    (flags & RecordDescriptor.CODE_GENERATED) != 0,
                    parts[RecordDescriptor.PART_BYTECODE],
                    parts[RecordDescriptor.PART_LINE_TABLE],
                    parts[RecordDescriptor.PART_EXCEPTION_TABLE],
                    locals);
        }
        return built;
    }
}
