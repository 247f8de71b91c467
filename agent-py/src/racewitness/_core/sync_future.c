/* asyncio.Future looked at from a thread that does not run its loop: its completion comes before a done() that answered
 * True, a result() and an exception(). Source: Modules/_asynciomodule.c.
 *
 * Within the loop's thread program order says the same. A Task completes inside C code, without any of these methods:
 * what other threads see of it goes through call_soon_threadsafe() or a concurrent.futures.Future.
 */
#include "sync.h"

typedef PyObject *(*with_class)(PyObject *, PyTypeObject *, PyObject *const *, Py_ssize_t, PyObject *);

/* Set by rw_sync_future_look() before the replacements can be called, immutable afterwards. */
static PyCFunction set_result, set_exception, cancel, done, result, exception;

static void
completing(PyObject *future)
{
    rw_thread *self = rw_thread_self();
    if (self != NULL && !rw_sync_alone(self)) {
        uint64_t number = rw_object(self, future, RW_KIND_CHANNEL, 0);
        rw_sync(self, RW_SYNC_SIGNAL, number, RW_CHANNEL_STATE, rw_stack(self));
    }
}

static void
completed(PyObject *future)
{
    rw_thread *self = rw_thread_self();
    uint64_t number = self == NULL ? 0 : rw_object_known(future);
    if (number != 0) {
        rw_sync(self, RW_SYNC_OBSERVE, number, RW_CHANNEL_STATE, rw_stack(self));
    }
}

#define COMPLETES(method)                                                                                              \
    static PyObject *on_##method(PyObject *future, PyTypeObject *type, PyObject *const *args, Py_ssize_t count,        \
                                 PyObject *names)                                                                      \
    {                                                                                                                  \
        completing(future);                                                                                            \
        return ((with_class)(void (*)(void))method)(future, type, args, count, names);                                 \
    }
COMPLETES(set_result)
COMPLETES(set_exception)
COMPLETES(cancel)

static PyObject *
on_done(PyObject *future, PyObject *unused)
{
    PyObject *answer = done(future, unused);
    if (answer == Py_True) {
        completed(future);
    }
    return answer;
}

/* A result that is an exception has come all the same; one that is not there yet raises InvalidStateError, after which
 * nothing has been signalled that could be observed. */
static PyObject *
on_result(PyObject *future, PyObject *unused)
{
    PyObject *answer = result(future, unused);
    PyObject *raised = PyErr_GetRaisedException();
    completed(future);
    PyErr_SetRaisedException(raised);
    return answer;
}

static PyObject *
on_exception(PyObject *future, PyTypeObject *type, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    PyObject *answer = ((with_class)(void (*)(void))exception)(future, type, args, count, names);
    if (answer != NULL) {
        completed(future);
    }
    return answer;
}

#define CAST(function) ((PyCFunction)(void (*)(void))(function))
#define WITH_CLASS (METH_METHOD | METH_FASTCALL | METH_KEYWORDS)

static const rw_patch patches[] = {
    {"set_result", WITH_CLASS, CAST(on_set_result), &set_result},
    {"set_exception", WITH_CLASS, CAST(on_set_exception), &set_exception},
    {"cancel", WITH_CLASS, CAST(on_cancel), &cancel},
    {"done", METH_NOARGS, on_done, &done},
    {"result", METH_NOARGS, on_result, &result},
    {"exception", WITH_CLASS, CAST(on_exception), &exception},
};

void
rw_sync_future_look(PyObject *modules)
{
    static const rw_late_type type = {"_asyncio", "Future", patches, Py_ARRAY_LENGTH(patches), NULL};
    static _Atomic bool claimed; /* see rw_patch_late() */
    rw_patch_late(modules, &type, &claimed);
}
