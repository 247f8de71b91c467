/* Plans of a code object's instructions: which handler runs before each, and how deep the frame's stack is there.
 *
 * The depth is found by walking the control flow from the entry and from each exception handler; CPython's compiler
 * guarantees that every path to an instruction has the same depth (Python/flowgraph.c: calculate_stackdepth).
 */
#include "plan.h"

#include <opcode_ids.h>
#include <stdlib.h>
#include <string.h>

/* Inline cache entries behind an instruction (Include/internal/pycore_opcode_metadata.h: _PyOpcode_Caches, 3.13). */
unsigned
rw_plan_caches(unsigned opcode)
{
    switch (opcode) {
        case LOAD_ATTR: return 9;
        case LOAD_GLOBAL:
        case STORE_ATTR: return 4;
        case TO_BOOL:
        case CALL: return 3;
        case BINARY_SUBSCR:
        case STORE_SUBSCR:
        case BINARY_OP:
        case COMPARE_OP:
        case CONTAINS_OP:
        case FOR_ITER:
        case JUMP_BACKWARD:
        case LOAD_SUPER_ATTR:
        case POP_JUMP_IF_FALSE:
        case POP_JUMP_IF_TRUE:
        case POP_JUMP_IF_NONE:
        case POP_JUMP_IF_NOT_NONE:
        case SEND:
        case UNPACK_SEQUENCE: return 1;
        default: return 0;
    }
}

static enum rw_plan
plan_of(unsigned opcode)
{
    switch (opcode) {
        case LOAD_ATTR: return RW_PLAN_LOAD_ATTR;
        case STORE_ATTR: return RW_PLAN_STORE_ATTR;
        case DELETE_ATTR: return RW_PLAN_DELETE_ATTR;
        case LOAD_SUPER_ATTR: return RW_PLAN_LOAD_SUPER_ATTR;
        case LOAD_GLOBAL: return RW_PLAN_LOAD_GLOBAL;
        case LOAD_NAME: return RW_PLAN_LOAD_NAME;
        case STORE_GLOBAL: return RW_PLAN_STORE_GLOBAL;
        case DELETE_GLOBAL: return RW_PLAN_DELETE_GLOBAL;
        case STORE_NAME: return RW_PLAN_STORE_NAME;
        case DELETE_NAME: return RW_PLAN_DELETE_NAME;
        case LOAD_DEREF:
        case LOAD_FROM_DICT_OR_DEREF: return RW_PLAN_LOAD_DEREF;
        case STORE_DEREF: return RW_PLAN_STORE_DEREF;
        case DELETE_DEREF: return RW_PLAN_DELETE_DEREF;
        case LOAD_FROM_DICT_OR_GLOBALS: return RW_PLAN_LOAD_FROM_DICT_OR_GLOBALS;
        case BINARY_SUBSCR: return RW_PLAN_LOAD_SUBSCRIPT;
        case STORE_SUBSCR: return RW_PLAN_STORE_SUBSCRIPT;
        case DELETE_SUBSCR: return RW_PLAN_DELETE_SUBSCRIPT;
        case BINARY_SLICE: return RW_PLAN_LOAD_SLICE;
        case STORE_SLICE: return RW_PLAN_STORE_SLICE;
        case CONTAINS_OP: return RW_PLAN_CONTAINS;
        case COMPARE_OP: return RW_PLAN_COMPARE;
        case TO_BOOL: return RW_PLAN_TRUTH;
        case FOR_ITER: return RW_PLAN_FOR_ITER;
        case SEND: return RW_PLAN_SEND;
        case UNPACK_SEQUENCE:
        case UNPACK_EX: return RW_PLAN_UNPACK;
        case LIST_EXTEND:
        case SET_UPDATE:
        case DICT_UPDATE:
        case DICT_MERGE: return RW_PLAN_READ_WHOLE;
        case CONVERT_VALUE:
        case FORMAT_SIMPLE: return RW_PLAN_SHOW;
        case BINARY_OP: return RW_PLAN_BINARY_OP;
        case CALL:
        case CALL_KW: return RW_PLAN_CALL;
        case CALL_FUNCTION_EX: return RW_PLAN_CALL_EX;
        case GET_LEN: return RW_PLAN_LENGTH;
        case MATCH_KEYS: return RW_PLAN_MATCH_KEYS;
        case MATCH_CLASS: return RW_PLAN_MATCH_CLASS;
        case IMPORT_NAME: return RW_PLAN_IMPORT_NAME;
        case IMPORT_FROM: return RW_PLAN_IMPORT_FROM;
        default: return RW_PLAN_NONE;
    }
}

static bool
ends_block(unsigned opcode)
{
    return opcode == RETURN_VALUE || opcode == RETURN_CONST || opcode == RAISE_VARARGS || opcode == RERAISE ||
           opcode == INTERPRETER_EXIT;
}

/* Target of a jump in code units, -1 for an instruction that does not jump. `next` is the unit behind the instruction
 * and its caches. */
static Py_ssize_t
jump_target(unsigned opcode, uint32_t arg, Py_ssize_t next)
{
    switch (opcode) {
        case JUMP_FORWARD:
        case POP_JUMP_IF_FALSE:
        case POP_JUMP_IF_TRUE:
        case POP_JUMP_IF_NONE:
        case POP_JUMP_IF_NOT_NONE:
        case FOR_ITER:
        case SEND: return next + (Py_ssize_t)arg;
        case JUMP_BACKWARD:
        case JUMP_BACKWARD_NO_INTERRUPT: return next - (Py_ssize_t)arg;
        default: return -1;
    }
}

typedef struct {
    const unsigned char *bytecode;
    rw_code *info;
    Py_ssize_t *work; /* units whose depth is known and whose successors are not; each unit enters once */
    Py_ssize_t work_count;
    bool *seen;
} walk;

static void
reach(walk *w, Py_ssize_t unit, int depth)
{
    if (unit < 0 || unit >= w->info->count || w->seen[unit] || depth < 0 || depth > UINT16_MAX) {
        return;
    }
    w->seen[unit] = true;
    w->info->instructions[unit].depth = (uint16_t)depth;
    w->work[w->work_count++] = unit;
}

/* One entry's varint of the exception table: 6 bits a byte, bit 6 continues (Objects/exception_handling_notes.txt). */
static unsigned
table_varint(const unsigned char **at, const unsigned char *end)
{
    unsigned value = 0;
    unsigned char byte;
    do {
        if (*at >= end) {
            return value;
        }
        byte = *(*at)++;
        value = value << 6 | (byte & 63);
    } while (byte & 64);
    return value;
}

/* Makes the handlers whose protected range has a reached instruction reachable; true when there was a new one. */
static bool
reach_handlers(walk *w, PyObject *table)
{
    const unsigned char *at = (const unsigned char *)PyBytes_AS_STRING(table);
    const unsigned char *end = at + PyBytes_GET_SIZE(table);
    Py_ssize_t before = w->work_count;
    while (at < end) {
        unsigned start = table_varint(&at, end);
        unsigned length = table_varint(&at, end);
        unsigned target = table_varint(&at, end);
        unsigned depth_lasti = table_varint(&at, end);
        (void)start;
        (void)length;
        reach(w, (Py_ssize_t)target, (int)(depth_lasti >> 1) + (int)(depth_lasti & 1) + 1);
    }
    return w->work_count > before;
}

/* Walks a straight run from `unit` until it ends or meets what is known. */
static void
follow(walk *w, Py_ssize_t unit)
{
    uint32_t extended = 0;
    int depth = w->info->instructions[unit].depth;
    while (unit < w->info->count) {
        unsigned opcode = w->bytecode[unit * 2];
        uint32_t arg = extended << 8 | w->bytecode[unit * 2 + 1];
        Py_ssize_t next = unit + 1 + rw_plan_caches(opcode);
        rw_instruction *instruction = &w->info->instructions[unit];
        instruction->depth = (uint16_t)depth;
        w->seen[unit] = true;
        if (opcode == EXTENDED_ARG) {
            extended = arg;
            unit = next;
            continue;
        }
        extended = 0;
        instruction->arg = arg;
        instruction->plan = (uint8_t)plan_of(opcode);
        Py_ssize_t target = jump_target(opcode, arg, next);
        unsigned effect_arg = opcode >= BINARY_OP ? arg : 0; /* opcode_ids.h: HAVE_ARGUMENT is BINARY_OP - 1 */
        if (target >= 0) {
            reach(w, target, depth + PyCompile_OpcodeStackEffectWithJump((int)opcode, (int)effect_arg, 1));
        }
        if (ends_block(opcode) || opcode == JUMP_FORWARD || opcode == JUMP_BACKWARD ||
            opcode == JUMP_BACKWARD_NO_INTERRUPT) {
            return;
        }
        depth += PyCompile_OpcodeStackEffectWithJump((int)opcode, (int)effect_arg, 0);
        if (next >= w->info->count || depth < 0 || w->seen[next]) {
            return;
        }
        unit = next;
    }
}

/* Notes each IMPORT_NAME at the instruction behind it. */
static bool
plan_imports(walk *w)
{
    rw_code *info = w->info;
    uint32_t consts[2] = {UINT32_MAX, UINT32_MAX}; /* of the last two LOAD_CONST: level, then fromlist */
    uint32_t extended = 0;
    for (Py_ssize_t unit = 0; unit < info->count;) {
        unsigned opcode = w->bytecode[unit * 2];
        uint32_t arg = extended << 8 | w->bytecode[unit * 2 + 1];
        extended = opcode == EXTENDED_ARG ? arg : 0;
        Py_ssize_t next = unit + 1 + rw_plan_caches(opcode);
        if (opcode == LOAD_CONST) {
            consts[0] = consts[1];
            consts[1] = arg;
        }
        else if (opcode == IMPORT_NAME && next < info->count) {
            rw_import *imports = realloc(info->imports, (size_t)(info->import_count + 1) * sizeof(*imports));
            if (imports == NULL) {
                return false;
            }
            info->imports = imports;
            imports[info->import_count++] = (rw_import){(uint32_t)next, arg, consts[0]};
            info->instructions[next].after = RW_AFTER_IMPORT;
        }
        unit = next;
    }
    return true;
}

bool
rw_plan_code(PyCodeObject *code, const unsigned char *bytecode, rw_code *info)
{
    walk w = {bytecode, info, calloc((size_t)info->count + 1, sizeof(Py_ssize_t)), 0,
              calloc((size_t)info->count + 1, sizeof(bool))};
    bool done = w.work != NULL && w.seen != NULL;
    if (done) {
        Py_ssize_t next = 0;
        reach(&w, 0, 0);
        do {
            while (next < w.work_count) {
                follow(&w, w.work[next++]);
            }
        } while (reach_handlers(&w, code->co_exceptiontable));
        done = plan_imports(&w);
    }
    free(w.work);
    free(w.seen);
    return done;
}
