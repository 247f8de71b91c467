/* What the agent knows of a code object: its number, whether it is application code, and for application code a plan
 * for each instruction.
 *
 * Kept in the code object's extra slot (PyUnstable_Code_SetExtra). Immutable once it is there, but for the attribute
 * plans, which are published by a release-store of a pointer and never freed while the code object lives.
 */
#ifndef RW_CODE_H
#define RW_CODE_H

#include "compat.h"

#include "thread.h"

/* What to do before an instruction; one handler each (access_*.c). */
enum rw_plan {
    RW_PLAN_NONE = 0, /* no access: the instruction's event is switched off for good */
    RW_PLAN_LOAD_ATTR,
    RW_PLAN_STORE_ATTR,
    RW_PLAN_DELETE_ATTR,
    RW_PLAN_LOAD_SUPER_ATTR,
    RW_PLAN_LOAD_GLOBAL,
    RW_PLAN_LOAD_NAME,
    RW_PLAN_STORE_GLOBAL,
    RW_PLAN_DELETE_GLOBAL,
    RW_PLAN_STORE_NAME,
    RW_PLAN_DELETE_NAME,
    RW_PLAN_LOAD_DEREF,
    RW_PLAN_STORE_DEREF,
    RW_PLAN_DELETE_DEREF,
    RW_PLAN_LOAD_FROM_DICT_OR_GLOBALS,
    RW_PLAN_LOAD_SUBSCRIPT,
    RW_PLAN_STORE_SUBSCRIPT,
    RW_PLAN_DELETE_SUBSCRIPT,
    RW_PLAN_LOAD_SLICE,
    RW_PLAN_STORE_SLICE,
    RW_PLAN_CONTAINS,
    RW_PLAN_COMPARE,
    RW_PLAN_TRUTH,
    RW_PLAN_FOR_ITER,
    RW_PLAN_SEND,
    RW_PLAN_UNPACK,
    RW_PLAN_READ_WHOLE, /* the container on top is read item by item: [*x], {**x} */
    RW_PLAN_SHOW,       /* the container on top is formatted: f"{x}" */
    RW_PLAN_BINARY_OP,
    RW_PLAN_CALL, /* seen at the callable (call_hook.h) */
    RW_PLAN_CALL_EX,
    RW_PLAN_LENGTH, /* the container on top is asked for its length by a sequence pattern */
    RW_PLAN_MATCH_KEYS,
    RW_PLAN_MATCH_CLASS,
    RW_PLAN_IMPORT_NAME,
    RW_PLAN_IMPORT_FROM,
    RW_PLAN_COUNT,
};

/* What the instruction before this one left to be looked at once it has run. */
enum rw_after { RW_AFTER_NONE = 0, RW_AFTER_IMPORT };

/* An IMPORT_NAME, found again at the instruction behind it. */
typedef struct {
    uint32_t after; /* code unit of the instruction behind it */
    uint32_t name;  /* index in co_names */
    uint32_t level; /* index in co_consts, UINT32_MAX unknown */
} rw_import;

typedef struct {
    uint8_t plan;   /* enum rw_plan */
    uint8_t after;  /* enum rw_after */
    uint16_t depth; /* values on the frame's stack before the instruction */
    uint32_t arg;   /* oparg, EXTENDED_ARG included */
} rw_instruction;

struct rw_attribute_plan;
struct rw_call_rule;
struct rw_scope;

typedef struct rw_code {
    uint32_t number;
    bool application; /* frames of it head a reported stack */
    bool generated;   /* compiled from a string: no file of its own */
    bool observed;    /* instructions are planned */
    bool transparent; /* library code, observed where it works for the application: rw_frame_is_observed() */
    bool module_body;
    _Atomic bool asked;                 /* its local events are set; stored (release) only once they are */
    const struct rw_call_rule *library; /* what a function of the standard library does for its caller, or NULL */
    const struct rw_scope *scope;       /* stores.h; NULL: nothing of it is ever switched off. Lives with the code */
    Py_ssize_t count;                   /* code units */
    rw_instruction *instructions;
    rw_import *imports;
    Py_ssize_t import_count;
    _Atomic(struct rw_attribute_plan *) *attributes; /* one for each code unit, NULL until used; made with the code */
} rw_code;

/* Index of the extra slot; set once by rw_code_start(). */
extern Py_ssize_t rw_code_extra;

int rw_code_start(PyObject *options);

/* What is known of `code`, without making it. Its maker published it by a release-store, for the interpreter's orders
 * nothing. */
static inline rw_code *
rw_code_known(PyCodeObject *code)
{
    rw_code_extras *extra = code->co_extra;
    return extra == NULL || extra->ce_size <= rw_code_extra
               ? NULL
               : __atomic_load_n(&extra->ce_extras[rw_code_extra], __ATOMIC_ACQUIRE);
}

/* Whether a frame that runs this code is observed. Not where it is older than the agent, whatever its code. */
static inline bool
rw_code_is_observed(const rw_code *info)
{
    return info != NULL && info->observed && atomic_load_explicit(&info->asked, memory_order_relaxed);
}

/* Whether library code has been called by the application's, and not by other library code for its own ends. */
static inline bool
rw_frame_works_for_application(const _PyInterpreterFrame *frame)
{
    while ((frame = frame->previous) != NULL) {
        rw_code *info = rw_frame_is_python((_PyInterpreterFrame *)frame)
                            ? rw_code_known(_PyFrame_GetCode((_PyInterpreterFrame *)frame))
                            : NULL;
        if (rw_frame_is_python((_PyInterpreterFrame *)frame) && (info == NULL || !info->transparent)) {
            return info != NULL && info->observed;
        }
    }
    return false;
}

/* The same for the frame itself. */
static inline bool
rw_frame_is_observed(const _PyInterpreterFrame *frame, const rw_code *info)
{
    return rw_code_is_observed(info) && (!info->transparent || rw_frame_works_for_application(frame));
}

enum { RW_PLACE_CALLERS = 2 };

/* The instruction that the frame is about to run and the calls that led to it, mixed: what a verdict looks at is told
 * apart. */
static inline uint64_t
rw_place(const _PyInterpreterFrame *frame)
{
    uint64_t place = 0;
    for (int i = 0; i <= RW_PLACE_CALLERS && frame != NULL; frame = frame->previous) {
        if (frame->owner != FRAME_OWNED_BY_CSTACK) {
            place = (place ^ (uint64_t)(uintptr_t)frame->instr_ptr) * UINT64_C(0x9E3779B97F4A7C15);
            i++;
        }
    }
    return place;
}

/* What is known of `code`, made and described (CODE records) when it is not there. `globals` tells the module for
 * include and exclude patterns, NULL when unknown. NULL without memory. */
rw_code *rw_code_of(rw_thread *self, PyCodeObject *code, PyObject *globals);

void rw_code_after_fork_child(void);

/* Number in the CODE records, 0 without memory. */
uint32_t rw_code_number(rw_thread *self, PyCodeObject *code);

#endif
