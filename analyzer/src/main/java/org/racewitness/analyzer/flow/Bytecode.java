package org.racewitness.analyzer.flow;

import java.util.Arrays;

/**
 * The instructions of a code object, decoded: caches and EXTENDED_ARG prefixes belong to their instruction. Instructions are numbered from 0 in
 * the order of the code. Whatever the bytes are, decoding ends; a jump out of the code leads to {@link #NOWHERE}. Immutable.
 */
final class Bytecode {
    static final int NOWHERE = -1;

    private static final int UNIT_BYTES = 2;

    private final int count;
    private final int[] opcodes;
    private final int[] args;

    /** For each instruction the code unit behind it. */
    private final int[] nextUnits;

    /** For each code unit the instruction that it belongs to. */
    private final int[] instructionOfUnit;

    Bytecode(byte[] code) {
        int units = code.length / UNIT_BYTES;
        int[] ops = new int[units];
        int[] operands = new int[units];
        int[] ends = new int[units];
        instructionOfUnit = new int[units];
        int instructions = 0;
        int prefix = 0;
        int first = 0;
        for (int unit = 0; unit < units; ) {
            int opcode = code[unit * UNIT_BYTES] & 0xFF;
            int arg = prefix << 8 | (code[unit * UNIT_BYTES + 1] & 0xFF);
            int next = Math.min(units, unit + 1 + Opcode.caches(opcode));
            if (opcode == Opcode.EXTENDED_ARG && next < units) {
                prefix = arg;
            } else {
                ops[instructions] = opcode;
                operands[instructions] = arg;
                ends[instructions] = next;
                Arrays.fill(instructionOfUnit, first, next, instructions);
                instructions++;
                prefix = 0;
                first = next;
            }
            unit = next;
        }
        count = instructions;
        opcodes = Arrays.copyOf(ops, count);
        args = Arrays.copyOf(operands, count);
        nextUnits = Arrays.copyOf(ends, count);
    }

    int count() {
        return count;
    }

    int opcode(int instruction) {
        return opcodes[instruction];
    }

    /** The operand, prefixes included; taken for 0 where corrupt code makes it negative. */
    int arg(int instruction) {
        return Math.max(0, args[instruction]);
    }

    /** The instruction that the byte at that offset belongs to, {@link #NOWHERE} outside of the code. */
    int at(int byteOffset) {
        int unit = byteOffset / UNIT_BYTES;
        return byteOffset < 0 || unit >= instructionOfUnit.length ? NOWHERE : instructionOfUnit[unit];
    }

    /** Byte offset at which the instruction begins, its prefixes left out. */
    int offset(int instruction) {
        return (nextUnits[instruction] - 1 - Opcode.caches(opcodes[instruction])) * UNIT_BYTES;
    }

    /** The instruction behind this one, {@link #NOWHERE} at the end. */
    int next(int instruction) {
        return instruction + 1 < count ? instruction + 1 : NOWHERE;
    }

    /** Where a jump goes, {@link #NOWHERE} for an instruction that does not jump. */
    int target(int instruction) {
        int opcode = opcodes[instruction];
        if (!Opcode.jumps(opcode)) {
            return NOWHERE;
        }
        long distance = arg(instruction);
        long unit = nextUnits[instruction] + (Opcode.isBackwardJump(opcode) ? -distance : distance);
        return unit < 0 || unit >= instructionOfUnit.length ? NOWHERE : instructionOfUnit[(int) unit];
    }
}
