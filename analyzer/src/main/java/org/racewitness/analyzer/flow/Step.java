package org.racewitness.analyzer.flow;

import static org.racewitness.analyzer.flow.Opcode.*;

/**
 * What one instruction does to a {@link ValueState}: a result derives when an operand does. Instructions that move values, or add to a container
 * further down, are followed exactly; semantics as in {@code Python/bytecodes.c} of CPython 3.13.
 */
final class Step {
    private final boolean throughLocals;

    /** Without {@code throughLocals} a value is lost sight of when it is stored in a local: what is left are single expressions. */
    Step(boolean throughLocals) {
        this.throughLocals = throughLocals;
    }

    /**
     * Applies the instruction.
     *
     * @param source whether all of its results derive, whatever its operands are
     */
    void apply(ValueState state, int opcode, int arg, boolean source) {
        switch (opcode) {
            case COPY -> state.push(state.peek(arg - 1));
            case SWAP -> swap(state, arg - 1);
            case LOAD_FAST, LOAD_FAST_CHECK, LOAD_DEREF -> state.push(source || state.locals.get(arg));
            case LOAD_FAST_AND_CLEAR -> {
                state.push(source || state.locals.get(arg));
                state.locals.clear(arg);
            }
            case LOAD_FAST_LOAD_FAST -> {
                state.push(source || state.locals.get(arg >> 4));
                state.push(source || state.locals.get(arg & 15));
            }
            case STORE_FAST, STORE_DEREF -> store(state, arg);
            case STORE_FAST_STORE_FAST -> {
                store(state, arg >> 4);
                store(state, arg & 15);
            }
            case STORE_FAST_LOAD_FAST -> storeAndLoad(state, arg >> 4, arg & 15);
            case DELETE_FAST, DELETE_DEREF -> state.locals.clear(arg);
            case LIST_APPEND, SET_ADD, LIST_EXTEND, SET_UPDATE, DICT_UPDATE, DICT_MERGE ->
                state.mark(arg - 1, state.pop() | source);
            case MAP_ADD -> {
                boolean value = state.pop();
                boolean key = state.pop();
                state.mark(arg - 1, key | value | source);
            }
            case FOR_ITER, GET_ANEXT, IMPORT_FROM, GET_LEN, MATCH_MAPPING, MATCH_SEQUENCE ->
                state.push(source || state.peek(0));
            case SEND -> {
                boolean derives = source | state.pop() | state.peek(0);
                state.push(derives);
            }
            case PUSH_EXC_INFO -> {
                boolean exception = state.pop();
                state.push(false);
                state.push(exception);
            }
            case CHECK_EXC_MATCH -> {
                boolean derives = source | state.pop() | state.peek(0);
                state.push(derives);
            }
            default -> general(state, opcode, arg, source);
        }
    }

    private static void general(ValueState state, int opcode, int arg, boolean source) {
        boolean derives = state.pop(Opcode.popped(opcode, arg)) | source;
        state.push(Opcode.pushed(opcode, arg), derives);
    }

    private static void swap(ValueState state, int below) {
        boolean top = state.peek(0);
        state.set(0, state.peek(below));
        state.set(below, top);
    }

    private void store(ValueState state, int local) {
        state.locals.set(local & 0xFFFF, state.pop() && throughLocals);
    }

    /** The loop variable of a comprehension: the same expression goes on with it. */
    private void storeAndLoad(ValueState state, int stored, int loaded) {
        boolean derives = state.peek(0);
        store(state, stored);
        state.push(stored == loaded ? derives : state.locals.get(loaded));
    }

    /**
     * Whether the instruction, as a write or a call that leads to one, passes on a value that derives: as what it stores, as key or argument; the
     * object that is written to does not count.
     *
     * @param state before the instruction
     */
    static boolean passes(ValueState state, int opcode, int arg) {
        return switch (opcode) {
            case STORE_ATTR -> state.peek(1);
            case STORE_SUBSCR -> state.peek(2) || state.peek(0);
            case STORE_SLICE -> state.peek(3) || state.peek(1) || state.peek(0);
            case DELETE_SUBSCR, BINARY_OP, BINARY_SUBSCR -> state.peek(0);
            case DELETE_ATTR -> false;
            case CALL -> anyOf(state, 0, arg);
            case CALL_KW -> anyOf(state, 1, arg);
            case CALL_FUNCTION_EX -> anyOf(state, 0, 1 + (arg & 1));
            default -> anyOf(state, 0, Opcode.popped(opcode, arg));
        };
    }

    private static boolean anyOf(ValueState state, int from, int length) {
        for (int i = from; i < Math.min(from + length, state.depth); i++) {
            if (state.peek(i)) {
                return true;
            }
        }
        return false;
    }
}
