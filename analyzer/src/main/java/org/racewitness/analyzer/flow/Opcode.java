package org.racewitness.analyzer.flow;

/**
 * The instruction set of CPython 3.13: numbers, inline cache lengths and stack effects, as {@code Include/opcode_ids.h} and {@code
 * Include/internal/pycore_opcode_metadata.h} of 3.13 give them ({@code _PyOpcode_num_popped}, {@code _PyOpcode_num_pushed}, {@code
 * _PyOpcode_Caches}). Instructions that no code object holds before specialisation and instrumentation are left out.
 *
 * <p>The effects here are those of the metadata, where an instruction that looks deeper into the stack (COPY, SWAP, LIST_APPEND, ...) pops and
 * pushes again what lies between.
 */
final class Opcode {
    static final int BEFORE_ASYNC_WITH = 1;
    static final int BEFORE_WITH = 2;
    static final int BINARY_SLICE = 4;
    static final int BINARY_SUBSCR = 5;
    static final int CHECK_EG_MATCH = 6;
    static final int CHECK_EXC_MATCH = 7;
    static final int CLEANUP_THROW = 8;
    static final int DELETE_SUBSCR = 9;
    static final int END_ASYNC_FOR = 10;
    static final int END_FOR = 11;
    static final int END_SEND = 12;
    static final int EXIT_INIT_CHECK = 13;
    static final int FORMAT_SIMPLE = 14;
    static final int FORMAT_WITH_SPEC = 15;
    static final int GET_AITER = 16;
    static final int GET_ANEXT = 18;
    static final int GET_ITER = 19;
    static final int GET_LEN = 20;
    static final int GET_YIELD_FROM_ITER = 21;
    static final int INTERPRETER_EXIT = 22;
    static final int LOAD_ASSERTION_ERROR = 23;
    static final int LOAD_BUILD_CLASS = 24;
    static final int LOAD_LOCALS = 25;
    static final int MAKE_FUNCTION = 26;
    static final int MATCH_KEYS = 27;
    static final int MATCH_MAPPING = 28;
    static final int MATCH_SEQUENCE = 29;
    static final int NOP = 30;
    static final int POP_EXCEPT = 31;
    static final int POP_TOP = 32;
    static final int PUSH_EXC_INFO = 33;
    static final int PUSH_NULL = 34;
    static final int RETURN_GENERATOR = 35;
    static final int RETURN_VALUE = 36;
    static final int SETUP_ANNOTATIONS = 37;
    static final int STORE_SLICE = 38;
    static final int STORE_SUBSCR = 39;
    static final int TO_BOOL = 40;
    static final int UNARY_INVERT = 41;
    static final int UNARY_NEGATIVE = 42;
    static final int UNARY_NOT = 43;
    static final int WITH_EXCEPT_START = 44;
    static final int BINARY_OP = 45;
    static final int BUILD_CONST_KEY_MAP = 46;
    static final int BUILD_LIST = 47;
    static final int BUILD_MAP = 48;
    static final int BUILD_SET = 49;
    static final int BUILD_SLICE = 50;
    static final int BUILD_STRING = 51;
    static final int BUILD_TUPLE = 52;
    static final int CALL = 53;
    static final int CALL_FUNCTION_EX = 54;
    static final int CALL_INTRINSIC_1 = 55;
    static final int CALL_INTRINSIC_2 = 56;
    static final int CALL_KW = 57;
    static final int COMPARE_OP = 58;
    static final int CONTAINS_OP = 59;
    static final int CONVERT_VALUE = 60;
    static final int COPY = 61;
    static final int COPY_FREE_VARS = 62;
    static final int DELETE_ATTR = 63;
    static final int DELETE_DEREF = 64;
    static final int DELETE_FAST = 65;
    static final int DELETE_GLOBAL = 66;
    static final int DELETE_NAME = 67;
    static final int DICT_MERGE = 68;
    static final int DICT_UPDATE = 69;
    static final int EXTENDED_ARG = 71;
    static final int FOR_ITER = 72;
    static final int GET_AWAITABLE = 73;
    static final int IMPORT_FROM = 74;
    static final int IMPORT_NAME = 75;
    static final int IS_OP = 76;
    static final int JUMP_BACKWARD = 77;
    static final int JUMP_BACKWARD_NO_INTERRUPT = 78;
    static final int JUMP_FORWARD = 79;
    static final int LIST_APPEND = 80;
    static final int LIST_EXTEND = 81;
    static final int LOAD_ATTR = 82;
    static final int LOAD_CONST = 83;
    static final int LOAD_DEREF = 84;
    static final int LOAD_FAST = 85;
    static final int LOAD_FAST_AND_CLEAR = 86;
    static final int LOAD_FAST_CHECK = 87;
    static final int LOAD_FAST_LOAD_FAST = 88;
    static final int LOAD_FROM_DICT_OR_DEREF = 89;
    static final int LOAD_FROM_DICT_OR_GLOBALS = 90;
    static final int LOAD_GLOBAL = 91;
    static final int LOAD_NAME = 92;
    static final int LOAD_SUPER_ATTR = 93;
    static final int MAKE_CELL = 94;
    static final int MAP_ADD = 95;
    static final int MATCH_CLASS = 96;
    static final int POP_JUMP_IF_FALSE = 97;
    static final int POP_JUMP_IF_NONE = 98;
    static final int POP_JUMP_IF_NOT_NONE = 99;
    static final int POP_JUMP_IF_TRUE = 100;
    static final int RAISE_VARARGS = 101;
    static final int RERAISE = 102;
    static final int RETURN_CONST = 103;
    static final int SEND = 104;
    static final int SET_ADD = 105;
    static final int SET_FUNCTION_ATTRIBUTE = 106;
    static final int SET_UPDATE = 107;
    static final int STORE_ATTR = 108;
    static final int STORE_DEREF = 109;
    static final int STORE_FAST = 110;
    static final int STORE_FAST_LOAD_FAST = 111;
    static final int STORE_FAST_STORE_FAST = 112;
    static final int STORE_GLOBAL = 113;
    static final int STORE_NAME = 114;
    static final int SWAP = 115;
    static final int UNPACK_EX = 116;
    static final int UNPACK_SEQUENCE = 117;
    static final int YIELD_VALUE = 118;
    static final int RESUME = 149;

    private Opcode() {}

    /** Code units of inline cache behind the instruction. */
    static int caches(int opcode) {
        return switch (opcode) {
            case BINARY_SUBSCR,
                    STORE_SUBSCR,
                    BINARY_OP,
                    COMPARE_OP,
                    CONTAINS_OP,
                    FOR_ITER,
                    JUMP_BACKWARD,
                    LOAD_SUPER_ATTR,
                    POP_JUMP_IF_FALSE,
                    POP_JUMP_IF_NONE,
                    POP_JUMP_IF_NOT_NONE,
                    POP_JUMP_IF_TRUE,
                    SEND,
                    UNPACK_SEQUENCE -> 1;
            case TO_BOOL, CALL -> 3;
            case LOAD_GLOBAL, STORE_ATTR -> 4;
            case LOAD_ATTR -> 9;
            default -> 0;
        };
    }

    /** Values taken off the stack. */
    static int popped(int opcode, int arg) {
        return switch (opcode) {
            case BINARY_SUBSCR,
                    CHECK_EG_MATCH,
                    CHECK_EXC_MATCH,
                    DELETE_SUBSCR,
                    END_ASYNC_FOR,
                    END_SEND,
                    FORMAT_WITH_SPEC,
                    MATCH_KEYS,
                    BINARY_OP,
                    CALL_INTRINSIC_2,
                    COMPARE_OP,
                    CONTAINS_OP,
                    IMPORT_NAME,
                    IS_OP,
                    SEND,
                    SET_FUNCTION_ATTRIBUTE,
                    STORE_ATTR,
                    STORE_FAST_STORE_FAST -> 2;
            case BINARY_SLICE, CLEANUP_THROW, STORE_SUBSCR, LOAD_SUPER_ATTR, MATCH_CLASS -> 3;
            case STORE_SLICE, WITH_EXCEPT_START -> 4;
            case BUILD_LIST, BUILD_SET, BUILD_STRING, BUILD_TUPLE, RAISE_VARARGS, COPY, SWAP -> arg;
            case BUILD_CONST_KEY_MAP, RERAISE, LIST_APPEND, LIST_EXTEND, SET_ADD, SET_UPDATE, DICT_UPDATE -> 1 + arg;
            case MAP_ADD, CALL -> 2 + arg;
            case CALL_KW -> 3 + arg;
            case DICT_MERGE -> 4 + arg;
            case BUILD_MAP -> 2 * arg;
            case BUILD_SLICE -> arg == 3 ? 3 : 2;
            case CALL_FUNCTION_EX -> 3 + (arg & 1);
            case LOAD_ASSERTION_ERROR,
                    LOAD_BUILD_CLASS,
                    LOAD_LOCALS,
                    NOP,
                    PUSH_NULL,
                    RETURN_GENERATOR,
                    SETUP_ANNOTATIONS,
                    COPY_FREE_VARS,
                    DELETE_DEREF,
                    DELETE_FAST,
                    DELETE_GLOBAL,
                    DELETE_NAME,
                    EXTENDED_ARG,
                    JUMP_BACKWARD,
                    JUMP_BACKWARD_NO_INTERRUPT,
                    JUMP_FORWARD,
                    LOAD_CONST,
                    LOAD_DEREF,
                    LOAD_FAST,
                    LOAD_FAST_AND_CLEAR,
                    LOAD_FAST_CHECK,
                    LOAD_FAST_LOAD_FAST,
                    LOAD_GLOBAL,
                    LOAD_NAME,
                    MAKE_CELL,
                    RETURN_CONST,
                    RESUME -> 0;
            default -> isKnown(opcode) ? 1 : 0;
        };
    }

    /** Values put on the stack. */
    static int pushed(int opcode, int arg) {
        return switch (opcode) {
            case DELETE_SUBSCR,
                    END_ASYNC_FOR,
                    END_FOR,
                    EXIT_INIT_CHECK,
                    INTERPRETER_EXIT,
                    NOP,
                    POP_EXCEPT,
                    POP_TOP,
                    RETURN_VALUE,
                    SETUP_ANNOTATIONS,
                    STORE_SLICE,
                    STORE_SUBSCR,
                    COPY_FREE_VARS,
                    DELETE_ATTR,
                    DELETE_DEREF,
                    DELETE_FAST,
                    DELETE_GLOBAL,
                    DELETE_NAME,
                    EXTENDED_ARG,
                    JUMP_BACKWARD,
                    JUMP_BACKWARD_NO_INTERRUPT,
                    JUMP_FORWARD,
                    MAKE_CELL,
                    POP_JUMP_IF_FALSE,
                    POP_JUMP_IF_NONE,
                    POP_JUMP_IF_NOT_NONE,
                    POP_JUMP_IF_TRUE,
                    RAISE_VARARGS,
                    RETURN_CONST,
                    STORE_ATTR,
                    STORE_DEREF,
                    STORE_FAST,
                    STORE_FAST_STORE_FAST,
                    STORE_GLOBAL,
                    STORE_NAME,
                    RESUME -> 0;
            case BEFORE_ASYNC_WITH,
                    BEFORE_WITH,
                    CHECK_EG_MATCH,
                    CHECK_EXC_MATCH,
                    CLEANUP_THROW,
                    GET_ANEXT,
                    GET_LEN,
                    MATCH_MAPPING,
                    MATCH_SEQUENCE,
                    PUSH_EXC_INFO,
                    FOR_ITER,
                    IMPORT_FROM,
                    LOAD_FAST_LOAD_FAST,
                    SEND -> 2;
            case MATCH_KEYS -> 3;
            case WITH_EXCEPT_START -> 5;
            case LOAD_ATTR, LOAD_GLOBAL, LOAD_SUPER_ATTR -> 1 + (arg & 1);
            case COPY -> 1 + arg;
            case SWAP, LIST_APPEND, LIST_EXTEND, SET_ADD, SET_UPDATE, DICT_UPDATE, MAP_ADD, RERAISE, UNPACK_SEQUENCE ->
                arg;
            case DICT_MERGE -> 3 + arg;
            case UNPACK_EX -> 1 + (arg >> 8) + (arg & 0xFF);
            default -> isKnown(opcode) ? 1 : 0;
        };
    }

    /** Whether version 3.13 has it, outside specialised and instrumented code. */
    static boolean isKnown(int opcode) {
        return opcode == RESUME
                || (opcode >= BEFORE_ASYNC_WITH
                        && opcode <= YIELD_VALUE
                        && opcode != 3
                        && opcode != 17
                        && opcode != 70);
    }

    /** Whether control never goes on to the next instruction. */
    static boolean ends(int opcode) {
        return switch (opcode) {
            case RETURN_VALUE, RETURN_CONST, RAISE_VARARGS, RERAISE, INTERPRETER_EXIT -> true;
            default -> false;
        };
    }

    static boolean isUnconditionalJump(int opcode) {
        return opcode == JUMP_FORWARD || isBackwardJump(opcode);
    }

    static boolean isBackwardJump(int opcode) {
        return opcode == JUMP_BACKWARD || opcode == JUMP_BACKWARD_NO_INTERRUPT;
    }

    /** Whether it jumps if the value on top of the stack says so, and takes that value. */
    static boolean isConditionalJump(int opcode) {
        return opcode >= POP_JUMP_IF_FALSE && opcode <= POP_JUMP_IF_TRUE;
    }

    /** Whether it may go on at another place than behind itself, exceptions aside. */
    static boolean jumps(int opcode) {
        return isUnconditionalJump(opcode) || isConditionalJump(opcode) || opcode == FOR_ITER || opcode == SEND;
    }
}
