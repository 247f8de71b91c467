/* Calls: what a callable that has a rule (call_rules.c) is about to do. Runs in the callable's own place (call_hook.h),
 * for whoever calls it: an observed line by itself, or C code on behalf of that line.
 *
 * Functions of the standard library in Python are seen when they start.
 */
#include "call_hook.h"

#include "sync.h"

#include <internal/pycore_call.h>

/* Where the calling thread is. */
typedef struct {
    rw_thread *self; /* NULL: not in observed code, or nothing is to be recorded */
    _PyInterpreterFrame *frame;
    rw_code *info;
} caller;

/* Every call of a hooked callable pays for this. */
static inline caller
observed_caller(void)
{
    _PyInterpreterFrame *frame = _PyThreadState_GET()->current_frame;
    if (frame == NULL || !rw_frame_is_python(frame)) {
        return (caller){NULL, NULL, NULL};
    }
    rw_code *info = rw_code_known((PyCodeObject *)frame->f_executable);
    return (caller){rw_frame_is_observed(frame, info) ? rw_thread_self() : NULL, frame, info};
}

rw_thread *
rw_call_observed(void)
{
    return observed_caller().self;
}

static bool
is_at_call(const caller *from)
{
    switch (from->info->instructions[rw_frame_offset(from->frame) / sizeof(_Py_CODEUNIT)].plan) {
        case RW_PLAN_CALL:
        case RW_PLAN_CALL_EX: return true;
        default: return false;
    }
}

/* A call with the object as first argument: by a line of the program, or by C code on behalf of one. */
static inline void
before_unbound(const rw_hooked *hooked, const caller *from, PyTypeObject *owner, PyObject *const *args,
               Py_ssize_t count, PyObject *names)
{
    if (count >= 1 && PyObject_TypeCheck(args[0], owner) && (!hooked->special || is_at_call(from))) {
        rw_call call = {from->self, args[0], args + 1, count - 1, names};
        hooked->handle(&call);
    }
}

PyObject *
rw_call_method(PyObject *descriptor, PyObject *const *args, size_t nargsf, PyObject *names)
{
    const rw_hooked *hooked = rw_hooked_of(((PyMethodDescrObject *)descriptor)->d_method);
    caller from = observed_caller();
    if (from.self != NULL) {
        before_unbound(hooked, &from, PyDescr_TYPE(descriptor), args, PyVectorcall_NARGS(nargsf), names);
    }
    return hooked->unbound(descriptor, args, nargsf, names);
}

static PyObject *
call_behind(const rw_hooked *hooked, PyObject *callable, PyObject *const *args, size_t nargsf, PyObject *names)
{
    return hooked->called != NULL
               ? hooked->called(callable, args, nargsf, names)
               : _PyObject_MakeTpCall(_PyThreadState_GET(), callable, args, PyVectorcall_NARGS(nargsf), names);
}

/* sorted() makes a list and calls its sort(): nobody else knows that list. The frame for which the calling thread is in
 * sorted(), NULL when in none. Owned by the thread. */
static _Thread_local _PyInterpreterFrame *sorting;

static PyObject *
call_sorted(const rw_hooked *hooked, const caller *from, PyObject *callable, PyObject *const *args, size_t nargsf,
            PyObject *names)
{
    _PyInterpreterFrame *before = sorting;
    sorting = from->frame;
    PyObject *result = call_behind(hooked, callable, args, nargsf, names);
    sorting = before;
    return result;
}

/* Whether a bound method is called by what has told of the access already. */
static bool
is_told(const rw_hooked *hooked, const caller *from, PyObject *receiver)
{
    switch (hooked->role) {
        case RW_CALL_SORT: return sorting == from->frame && rw_object_known(receiver) == 0;
        case RW_CALL_REVERSED: return true;             /* reversed(), where it is no value of the program's */
        case RW_CALL_MISSING: return !is_at_call(from); /* a subscript */
        default: return false;
    }
}

PyObject *
rw_call_function(PyObject *function, PyObject *const *args, size_t nargsf, PyObject *names)
{
    PyCFunctionObject *called = (PyCFunctionObject *)function;
    const rw_hooked *hooked = rw_hooked_of(called->m_ml);
    caller from = observed_caller();
    if (from.self == NULL) {
        return call_behind(hooked, function, args, nargsf, names);
    }
    PyObject *receiver = called->m_self != NULL && PyModule_Check(called->m_self) ? NULL : called->m_self;
    if (!is_told(hooked, &from, receiver)) {
        rw_call call = {from.self, receiver, args, PyVectorcall_NARGS(nargsf), names};
        hooked->handle(&call);
    }
    return hooked->role == RW_CALL_SORTED ? call_sorted(hooked, &from, function, args, nargsf, names)
                                          : call_behind(hooked, function, args, nargsf, names);
}

PyObject *
rw_call_type(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *names)
{
    const rw_hooked *hooked = rw_hooked_of(type);
    caller from = observed_caller();
    if (from.self != NULL) {
        rw_call call = {from.self, NULL, args, PyVectorcall_NARGS(nargsf), names};
        hooked->handle(&call);
    }
    return call_behind(hooked, type, args, nargsf, names);
}

/* ---- slot wrappers: positional arguments are all there is ---- */

PyObject *
rw_call_slot_wrapper(PyObject *wrapper, PyObject *args, PyObject *keywords)
{
    caller from = observed_caller();
    const rw_hooked *hooked = from.self == NULL ? NULL : rw_hooked_of(wrapper);
    if (hooked != NULL) {
        before_unbound(hooked, &from, PyDescr_TYPE(wrapper), &PyTuple_GET_ITEM(args, 0), PyTuple_GET_SIZE(args), NULL);
    }
    return rw_slot_wrapper_called(wrapper, args, keywords);
}

PyObject *
rw_call_bound_slot_wrapper(PyObject *wrapper, PyObject *args, PyObject *keywords)
{
    rw_method_wrapper *bound = (rw_method_wrapper *)wrapper;
    caller from = observed_caller();
    const rw_hooked *hooked = from.self == NULL ? NULL : rw_hooked_of(bound->descr);
    if (hooked != NULL) {
        rw_call call = {from.self, bound->self, &PyTuple_GET_ITEM(args, 0), PyTuple_GET_SIZE(args), NULL};
        hooked->handle(&call);
    }
    return rw_bound_slot_wrapper_called(wrapper, args, keywords);
}

/* ---- what is not hooked ---- */

enum { ARGUMENTS_MAX = 8 };

static bool
is_observed(const _PyInterpreterFrame *frame)
{
    return rw_frame_is_observed(frame, rw_code_known(_PyFrame_GetCode((_PyInterpreterFrame *)frame)));
}

void
rw_on_library_start(rw_thread *self, const struct rw_call_rule *rule, _PyInterpreterFrame *frame)
{
    _PyInterpreterFrame *caller = rw_python_frame(frame->previous);
    while (caller != NULL && rw_library_rule_is_indirect(rule) && !is_observed(caller)) {
        caller = rw_python_frame(caller->previous);
    }
    if (caller == NULL || !is_observed(caller)) {
        return;
    }
    PyCodeObject *code = _PyFrame_GetCode(frame);
    PyObject *args[ARGUMENTS_MAX];
    int count = 0;
    while (count < ARGUMENTS_MAX && count < code->co_argcount &&
           (args[count] = rw_frame_argument(frame, count)) != NULL) {
        count++;
    }
    /* On behalf of the caller's line: the records' stack ends there. Nothing of the program runs meanwhile. */
    PyThreadState *tstate = _PyThreadState_GET();
    tstate->current_frame = caller;
    rw_call call = {self, NULL, args, count, NULL};
    rule->handle(&call);
    tstate->current_frame = frame;
}

/* `f(*list)` hands the list itself to CALL_FUNCTION_EX, which makes a tuple of it; [callable, NULL, arguments], and
 * with the low bit of the oparg a dict of keywords. */
void
rw_on_call_ex(const rw_site *site)
{
    rw_container_read_whole(site->self, site->top[-1 - (Py_ssize_t)(site->instruction->arg & 1)]);
}
