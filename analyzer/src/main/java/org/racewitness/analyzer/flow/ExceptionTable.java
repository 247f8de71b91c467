package org.racewitness.analyzer.flow;

import java.util.Arrays;

/**
 * Which instruction handles what another one raises: {@code co_exceptiontable} decoded as {@code Objects/exception_handling_notes.txt} of CPython
 * describes it. A corrupt table ends where it stops making sense. Immutable.
 */
final class ExceptionTable {
    private static final int NONE = -1;
    private static final int UNIT_BYTES = 2;

    private final int[] handlers;
    private final int[] depths;
    private final boolean[] lastInstructions;

    ExceptionTable(byte[] table, Bytecode code) {
        handlers = new int[code.count()];
        depths = new int[code.count()];
        lastInstructions = new boolean[code.count()];
        Arrays.fill(handlers, NONE);
        new Reader(table).read(code);
    }

    /** The handler of what the instruction raises, -1 for none. */
    int handler(int instruction) {
        return handlers[instruction];
    }

    /** Values that stay on the stack when the handler is entered. */
    int depth(int instruction) {
        return depths[instruction];
    }

    /** Values pushed for the handler on top of those: the instruction that raised, if the handler wants it, and the exception. */
    int pushed(int instruction) {
        return lastInstructions[instruction] ? 2 : 1;
    }

    /** Reads entries of four numbers: start, length and target in code units, and depth with the flag for the instruction that raised. */
    private final class Reader {
        private final byte[] table;
        private int at;

        Reader(byte[] table) {
            this.table = table;
        }

        void read(Bytecode code) {
            while (at < table.length) {
                long start = varint();
                long end = start + varint();
                long target = varint();
                long depthAndFlag = varint();
                if (depthAndFlag < 0
                        || end > Integer.MAX_VALUE / UNIT_BYTES
                        || target > Integer.MAX_VALUE / UNIT_BYTES) {
                    return;
                }
                enter(code, (int) start, (int) end, (int) target, (int) Math.min(depthAndFlag, Integer.MAX_VALUE));
            }
        }

        private void enter(Bytecode code, int start, int end, int target, int depthAndFlag) {
            int first = code.at(start * UNIT_BYTES);
            int handler = code.at(target * UNIT_BYTES);
            if (first < 0 || handler < 0) {
                return;
            }
            int last = code.at((end - 1) * UNIT_BYTES);
            for (int i = first; i <= (last < 0 ? code.count() - 1 : last); i++) {
                handlers[i] = handler;
                depths[i] = depthAndFlag >> 1;
                lastInstructions[i] = (depthAndFlag & 1) != 0;
            }
        }

        /** Six bits a byte, most significant first; 0x40 says that another byte follows. -1 at the end of the table. */
        private long varint() {
            long value = 0;
            while (at < table.length) {
                int b = table[at++] & 0xFF;
                value = value << 6 | (b & 0x3F);
                if ((b & 0x40) == 0) {
                    return value;
                }
                if (value > Integer.MAX_VALUE) {
                    return -1;
                }
            }
            return -1;
        }
    }
}
