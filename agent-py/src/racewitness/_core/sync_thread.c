/* Threads of Python code: start, end, join. Source: Modules/_threadmodule.c, Lib/threading.py.
 *
 * The function of a new thread is handed over inside a starter (sync_starter.c). Where a thread was joined is known
 * from its handle; threads that the interpreter joins by itself when it ends are remembered by number.
 */
#include "stores.h"
#include "sync.h"
#include "sync_starter.h"

#include <string.h>

/* What is stood in front of; set by rw_sync_thread_start() before any replacement can be called, immutable afterwards.
 */
static PyCFunction start_new_thread, start_new, start_joinable_thread, shutdown_threads, handle_join, handle_is_done,
    handle_set_done;
static destructor handle_dealloc;
static PyTypeObject
    *handle_type; /* of the main interpreter, borrowed from its module: the one whose objects tell when they die */

/* ---- start ---- */

static void
fork_edge(rw_thread *self, const rw_starter *start)
{
    atomic_store_explicit(&rw_sync_threads, true, memory_order_relaxed);
    if (atomic_fetch_add_explicit(&rw_sync_unjoined, 1, memory_order_relaxed) == 0) {
        rw_stores_first_thread();
    }
    rw_sync(self, RW_SYNC_FORK, 0, start->uid, rw_stack(self));
}

/* NULL, the result of a start that failed: there is no thread to be joined. */
static void
not_started(const PyObject *result)
{
    if (result == NULL) {
        atomic_fetch_sub_explicit(&rw_sync_unjoined, 1, memory_order_relaxed);
    }
}

/* `args` with the starter in place of its first item; new reference. */
static PyObject *
with_starter(PyObject *args, rw_starter *start)
{
    PyObject *changed = PyTuple_New(PyTuple_GET_SIZE(args));
    for (Py_ssize_t i = 0; changed != NULL && i < PyTuple_GET_SIZE(args); i++) {
        PyTuple_SET_ITEM(changed, i, Py_NewRef(i == 0 ? (PyObject *)start : PyTuple_GET_ITEM(args, i)));
    }
    return changed;
}

/* Arguments that the function will refuse go to it as they are. */
static bool
is_good_start(PyObject *args)
{
    Py_ssize_t count = PyTuple_GET_SIZE(args);
    return (count == 2 || count == 3) && PyCallable_Check(PyTuple_GET_ITEM(args, 0)) &&
           PyTuple_Check(PyTuple_GET_ITEM(args, 1)) && (count == 2 || PyDict_Check(PyTuple_GET_ITEM(args, 2)));
}

static PyObject *
start_detached(PyObject *module, PyObject *args, PyCFunction original)
{
    rw_thread *self = is_good_start(args) ? rw_thread_self() : NULL;
    if (self == NULL) {
        return original(module, args);
    }
    rw_starter *start = rw_starter_make(self, PyTuple_GET_ITEM(args, 0), RW_THREAD_DAEMON);
    PyObject *changed = start == NULL ? NULL : with_starter(args, start);
    PyObject *result = NULL;
    if (changed != NULL) {
        fork_edge(self, start);
        result = original(module, changed);
        not_started(result);
    }
    Py_XDECREF(changed);
    Py_XDECREF(start);
    return result;
}

static PyObject *
on_start_new_thread(PyObject *module, PyObject *args)
{
    return start_detached(module, args, start_new_thread);
}

static PyObject *
on_start_new(PyObject *module, PyObject *args)
{
    return start_detached(module, args, start_new);
}

/* An argument by position or by keyword, borrowed; NULL when it was left out. */
static PyObject *
argument(PyObject *args, PyObject *kwargs, Py_ssize_t position, const char *name)
{
    if (position < PyTuple_GET_SIZE(args)) {
        return PyTuple_GET_ITEM(args, position);
    }
    return kwargs == NULL ? NULL : PyDict_GetItemString(kwargs, name);
}

/* RW_THREAD_DAEMON when the interpreter will not wait for the thread. Only builtin values are asked for their truth; of
 * others it is taken as said. */
static uint32_t
daemon_flag(PyObject *daemon)
{
    bool false_value = daemon == Py_False || daemon == Py_None ||
                       (daemon != NULL && PyLong_CheckExact(daemon) && PyObject_Not(daemon) == 1);
    return false_value ? 0 : RW_THREAD_DAEMON;
}

static PyObject *
call_with_starter(PyObject *module, PyObject *args, PyObject *kwargs, rw_starter *start)
{
    PyCFunctionWithKeywords original = (PyCFunctionWithKeywords)(void (*)(void))start_joinable_thread;
    PyObject *result = NULL;
    if (PyTuple_GET_SIZE(args) > 0) {
        PyObject *changed = with_starter(args, start);
        result = changed == NULL ? NULL : original(module, changed, kwargs);
        Py_XDECREF(changed);
        return result;
    }
    PyObject *changed = PyDict_Copy(kwargs);
    if (changed != NULL && PyDict_SetItemString(changed, "function", (PyObject *)start) == 0) {
        result = original(module, args, changed);
    }
    Py_XDECREF(changed);
    return result;
}

static PyObject *
on_start_joinable_thread(PyObject *module, PyObject *args, PyObject *kwargs)
{
    PyObject *function = argument(args, kwargs, 0, "function");
    PyObject *handle = argument(args, kwargs, 1, "handle");
    rw_thread *self = function != NULL && PyCallable_Check(function) ? rw_thread_self() : NULL;
    if (self == NULL) {
        return ((PyCFunctionWithKeywords)(void (*)(void))start_joinable_thread)(module, args, kwargs);
    }
    rw_starter *start = rw_starter_make(self, function, daemon_flag(argument(args, kwargs, 2, "daemon")));
    if (start == NULL) {
        return NULL;
    }
    /* Remembered before the thread can end and be joined, where the caller has the handle already. */
    bool known = handle != NULL && Py_IS_TYPE(handle, handle_type) && rw_handle_remember(handle, start->uid);
    fork_edge(self, start);
    PyObject *result = call_with_starter(module, args, kwargs, start);
    not_started(result);
    if (result == NULL && known) {
        rw_handle_forget(handle);
    }
    else if (result != NULL && !known && Py_IS_TYPE(result, handle_type)) {
        rw_handle_remember(result, start->uid);
    }
    Py_DECREF(start);
    return result;
}

/* ---- end ---- */

/* The thread of that handle is over: everything it did comes before what follows. A handle that was declared done (the
 * main thread's) stands for itself. */
static void
join_edge(PyObject *handle)
{
    rw_thread *self = rw_thread_self();
    uint32_t uid = self == NULL ? 0 : rw_handle_uid(handle);
    if (uid != 0) {
        rw_sync(self, RW_SYNC_JOIN, 0, uid, rw_stack(self));
        if (rw_handle_joined(handle)) {
            atomic_fetch_sub_explicit(&rw_sync_unjoined, 1, memory_order_release);
        }
        if (self->uid == 1) {
            rw_ended_forget(uid);
        }
    }
    else if (self != NULL) {
        rw_sync_observe_state(self, handle);
    }
}

static PyObject *
on_handle_join(PyObject *handle, PyObject *args)
{
    PyObject *result = handle_join(handle, args);
    if (result != NULL && handle_is_done(handle, NULL) == Py_True) { /* it answers None as well when the time was up */
        join_edge(handle);
    }
    return result;
}

static PyObject *
on_handle_is_done(PyObject *handle, PyObject *unused)
{
    PyObject *result = handle_is_done(handle, unused);
    if (result == Py_True) {
        join_edge(handle);
    }
    return result;
}

static PyObject *
on_handle_set_done(PyObject *handle, PyObject *unused)
{
    rw_thread *self = rw_thread_self();
    if (self != NULL && rw_handle_uid(handle) == 0) {
        rw_sync_signal_state(self, handle, RW_KIND_CHANNEL);
    }
    return handle_set_done(handle, unused);
}

static void
on_handle_dealloc(PyObject *handle)
{
    rw_handle_forget(handle);
    handle_dealloc(handle);
}

/* threading._shutdown: the interpreter has waited for all threads that are no daemons. Of a wait that was interrupted,
 * those that have ended count. */
static PyObject *
on_shutdown(PyObject *module, PyObject *unused)
{
    PyObject *result = shutdown_threads(module, unused);
    rw_thread *self = rw_thread_self();
    for (uint32_t uid = 0; self != NULL && (uid = rw_ended_next(uid)) != 0;) {
        rw_sync(self, RW_SYNC_JOIN, 0, uid, 0);
        rw_ended_forget(uid);
    }
    return result;
}

/* ---- start of this part ---- */

#define CAST(function) ((PyCFunction)(void (*)(void))(function))

static const rw_patch function_patches[] = {
    {"start_new_thread", METH_VARARGS, on_start_new_thread, &start_new_thread},
    {"start_new", METH_VARARGS, on_start_new, &start_new},
    {"start_joinable_thread", METH_VARARGS | METH_KEYWORDS, CAST(on_start_joinable_thread), &start_joinable_thread},
    {"_shutdown", METH_NOARGS, on_shutdown, &shutdown_threads},
};

static const rw_patch handle_patches[] = {
    {"join", METH_VARARGS, on_handle_join, &handle_join},
    {"is_done", METH_NOARGS, on_handle_is_done, &handle_is_done},
    {"_set_done", METH_NOARGS, on_handle_set_done, &handle_set_done},
};

int
rw_sync_thread_start(PyObject *thread_dict)
{
    PyObject *type = PyDict_GetItemString(thread_dict, "_ThreadHandle");
    if (type == NULL || !PyType_Check(type)) {
        PyErr_SetString(PyExc_RuntimeError, "racewitness: module _thread has no type _ThreadHandle");
        return -1;
    }
    if (PyType_Ready(&rw_starter_type) < 0 ||
        rw_patch_methods((PyTypeObject *)type, handle_patches, Py_ARRAY_LENGTH(handle_patches)) < 0 ||
        rw_patch_functions(thread_dict, function_patches, Py_ARRAY_LENGTH(function_patches)) < 0) {
        return -1;
    }
    handle_type = (PyTypeObject *)type;
    handle_dealloc = handle_type->tp_dealloc;
    handle_type->tp_dealloc = on_handle_dealloc;
    return 0;
}

void
rw_sync_thread_after_fork_child(void)
{
    rw_handles_after_fork_child();
}
