/* Weakref callbacks that the cycle collector calls: the last use of an object by any thread comes before them.
 *
 * An object whose last reference goes away tells so when it is destroyed, before its callbacks (lifetime.c). The cycle
 * collector clears the weak references first, calls the callbacks, and destroys long after (Python/gc_free_threading.c:
 * gc_collect_internal): by then a weakref no longer says whose it was. So each weakref with a callback keeps its
 * referent's number in its own shadow word from the beginning, and the code of the callback is watched for its start.
 * What threads keep back of the referent (kept.h) is told before; nobody can reach it any more.
 *
 * Weakrefs of the exact type only (weakref.finalize makes these too): others have attributes, whose locations are their
 * own.
 */
#include "sync.h"

#include "define.h"
#include "held.h"
#include "kept.h"

static newfunc new_weakref; /* set by rw_sync_weakref_start(), immutable afterwards */
static Py_ssize_t extra_index =
    -1; /* like new_weakref; marks code that is a weakref callback's with a non-NULL value */

/* The code that runs when the callable is called; borrowed, NULL where that is not Python code. */
static PyCodeObject *
code_of(PyObject *callable)
{
    if (PyMethod_Check(callable)) {
        callable = PyMethod_GET_FUNCTION(callable);
    }
    if (!PyFunction_Check(callable)) {
        callable = _PyType_Lookup(Py_TYPE(callable), &_Py_ID(__call__)); /* Objects/typeobject.c: runs no code */
    }
    return callable != NULL && PyFunction_Check(callable) ? (PyCodeObject *)PyFunction_GET_CODE(callable) : NULL;
}

static PyObject *
on_new_weakref(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *reference = new_weakref(type, args, kwargs);
    rw_thread *self = reference != NULL && PyTuple_GET_SIZE(args) == 2 && PyWeakref_CheckRefExact(reference)
                          ? rw_thread_self()
                          : NULL;
    PyCodeObject *code = self == NULL ? NULL : code_of(PyTuple_GET_ITEM(args, 1));
    if (code != NULL && PyUnstable_Code_SetExtra((PyObject *)code, extra_index, code) == 0) {
        PyObject *referent = PyTuple_GET_ITEM(args, 0);
        uint64_t number = rw_object(self, referent, rw_kind_of(referent), 0);
        rw_shadow *word = number == 0 ? NULL : rw_shadow_make(reference);
        uint64_t none = 0;
        if (word != NULL) {
            atomic_compare_exchange_strong_explicit(word, &none, number | RW_SHADOW_ALIAS, memory_order_acq_rel,
                                                    memory_order_relaxed);
        }
    }
    else if (code != NULL) {
        PyErr_Clear();
    }
    return reference;
}

bool
rw_sync_weakref_is_callback(PyCodeObject *code)
{
    void *mark = NULL;
    return extra_index >= 0 && PyUnstable_Code_GetExtra((PyObject *)code, extra_index, &mark) == 0 && mark != NULL;
}

void
rw_sync_weakref_callback(rw_thread *self, _PyInterpreterFrame *frame)
{
    PyCodeObject *code = _PyFrame_GetCode(frame);
    bool by_interpreter = frame->previous != NULL && frame->previous->owner == FRAME_OWNED_BY_CSTACK;
    if (!by_interpreter || rw_sync_alone(self)) {
        return;
    }
    for (int i = 0; i < 2 && i < code->co_argcount; i++) { /* callback(reference), method(self, reference) */
        PyObject *argument = frame->localsplus[i];
        if (argument != NULL && PyCell_Check(argument) &&
            (_PyLocals_GetKind(code->co_localspluskinds, i) & CO_FAST_CELL) != 0) {
            argument = PyCell_GET(argument);
        }
        rw_shadow *word = argument != NULL && PyWeakref_CheckRefExact(argument) ? rw_shadow_find(argument) : NULL;
        uint64_t value = word == NULL ? 0 : atomic_load_explicit(word, memory_order_acquire);
        if ((value & RW_SHADOW_ALIAS) != 0) {
            rw_held_pull_all(self, value & RW_SHADOW_NUMBER);
            rw_kept_tell_of_all(NULL, value & RW_SHADOW_NUMBER, RW_KEY_ALL);
            rw_sync(self, RW_SYNC_LAST_USE, value & RW_SHADOW_NUMBER, 0, 0);
            return;
        }
    }
}

int
rw_sync_weakref_start(void)
{
    extra_index = PyUnstable_Eval_RequestCodeExtraIndex(NULL);
    new_weakref = _PyWeakref_RefType.tp_new;
    _PyWeakref_RefType.tp_new = on_new_weakref; /* a static type: what weakref.ref(...) calls */
    return 0;
}
