/* asyncio's Future and Task looked at from a thread that does not run their loop: completion comes before a done() or
 * cancelled() that answered True, a result() and an exception(). Source: Modules/_asynciomodule.c.
 *
 * Within the loop's thread program order says the same. A Task completes inside C code, without any of these methods,
 * right after its coroutine has: the end of a coroutine that C code drives is the signal, and the coroutine its
 * channel.
 */
#include "sync.h"

typedef PyObject *(*with_class)(PyObject *, PyTypeObject *, PyObject *const *, Py_ssize_t, PyObject *);

/* Set by rw_sync_future_look() before the replacements can be called, immutable afterwards. */
static PyCFunction set_result, set_exception, cancel, done, cancelled, result, exception, get_coro;
static PyCFunction coroutine_throw;
static sendfunc coroutine_send;
static _Atomic(PyTypeObject *) task_type; /* set once, by hook_task(); borrowed from its module */

/* Keeps what is being raised. */
static void
completing(PyObject *channel)
{
    rw_thread *self = rw_thread_self();
    if (self != NULL && !rw_sync_alone(self)) {
        PyObject *raised = PyErr_GetRaisedException();
        rw_sync_signal_state(self, channel, RW_KIND_CHANNEL);
        PyErr_SetRaisedException(raised);
    }
}

/* A Task's coroutine, new reference; NULL: it is no Task, or has none any more. */
static PyObject *
coroutine_of(PyObject *future)
{
    PyTypeObject *task = atomic_load_explicit(&task_type, memory_order_acquire);
    return task != NULL && get_coro != NULL && PyObject_TypeCheck(future, task) ? get_coro(future, NULL) : NULL;
}

/* Keeps what is being raised. */
static void
completed(PyObject *future)
{
    rw_thread *self = rw_thread_self();
    if (self == NULL) {
        return;
    }
    PyObject *raised = PyErr_GetRaisedException();
    rw_sync_observe_state(self, future);
    PyObject *coroutine = coroutine_of(future);
    if (coroutine != NULL) {
        rw_sync_observe_state(self, coroutine);
        Py_DECREF(coroutine);
    }
    PyErr_SetRaisedException(raised);
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

#define ANSWERS(method)                                                                                                \
    static PyObject *on_##method(PyObject *future, PyObject *unused)                                                   \
    {                                                                                                                  \
        PyObject *answer = method(future, unused);                                                                     \
        if (answer == Py_True) {                                                                                       \
            completed(future);                                                                                         \
        }                                                                                                              \
        return answer;                                                                                                 \
    }
ANSWERS(done)
ANSWERS(cancelled)

/* A result that is an exception has come all the same; one that is not there yet raises InvalidStateError, after which
 * nothing has been signalled that could be observed. */
static PyObject *
on_result(PyObject *future, PyObject *unused)
{
    PyObject *answer = result(future, unused);
    completed(future);
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

/* ---- a Task's coroutine ---- */

/* PyIter_Send(): a Task's step. `await` in Python does not come here (Python/bytecodes.c: SEND). */
static PySendResult
on_send(PyObject *coroutine, PyObject *value, PyObject **sent)
{
    PySendResult status = coroutine_send(coroutine, value, sent);
    if (status != PYGEN_NEXT) {
        completing(coroutine);
    }
    return status;
}

/* The step of a Task that is being cancelled, or whose awaited future failed. */
static PyObject *
on_throw(PyObject *coroutine, PyObject *const *args, Py_ssize_t count)
{
    typedef PyObject *(*throw_function)(PyObject *, PyObject *const *, Py_ssize_t);
    PyObject *yielded = ((throw_function)(void (*)(void))coroutine_throw)(coroutine, args, count);
    if (yielded == NULL) {
        completing(coroutine);
    }
    return yielded;
}

static void
hook_task(PyTypeObject *task)
{
    static const rw_patch of_coroutine[] = {{"throw", METH_FASTCALL, CAST(on_throw), &coroutine_throw}};
    PyAsyncMethods *slots = PyCoro_Type.tp_as_async;
    if (rw_patch_methods(&PyCoro_Type, of_coroutine, 1) == 0) {
        coroutine_send = slots->am_send;
        __atomic_store_n(&slots->am_send, on_send, __ATOMIC_RELEASE);
    }
    PyErr_Clear();
    atomic_store_explicit(&task_type, task, memory_order_release);
}

static const rw_patch of_future[] = {
    {"set_result", WITH_CLASS, CAST(on_set_result), &set_result},
    {"set_exception", WITH_CLASS, CAST(on_set_exception), &set_exception},
    {"cancel", WITH_CLASS, CAST(on_cancel), &cancel},
    {"done", METH_NOARGS, on_done, &done},
    {"cancelled", METH_NOARGS, on_cancelled, &cancelled},
    {"result", METH_NOARGS, on_result, &result},
    {"exception", WITH_CLASS, CAST(on_exception), &exception},
};

/* The same C functions, in a table of its own; what completes it from outside goes through cancel() and a step. */
static const rw_patch of_task[] = {
    {"get_coro", METH_NOARGS, NULL, &get_coro},
    {"done", METH_NOARGS, on_done, &done},
    {"cancelled", METH_NOARGS, on_cancelled, &cancelled},
    {"result", METH_NOARGS, on_result, &result},
    {"exception", WITH_CLASS, CAST(on_exception), &exception},
};

void
rw_sync_future_look(PyObject *modules)
{
    static const rw_late_type types[] = {
        {"_asyncio", "Future", of_future, Py_ARRAY_LENGTH(of_future), NULL},
        {"_asyncio", "Task", of_task, Py_ARRAY_LENGTH(of_task), hook_task},
    };
    static _Atomic bool claimed[Py_ARRAY_LENGTH(types)]; /* see rw_patch_late() */
    for (size_t i = 0; i < Py_ARRAY_LENGTH(types); i++) {
        rw_patch_late(modules, &types[i], &claimed[i]);
    }
}
