/* The beginning and end of objects: PyRefTracer_SetTracer (public since 3.13) calls back when an object is made, and
 * when one is about to be destroyed, before its __del__ and weakref callbacks when its last reference went away, and
 * before its memory can be used again.
 *
 * What __del__ does with its object comes after the callback and gives the object a number once more; the next object
 * at the address finds and clears it. The callback runs in whatever thread makes or destroys, anywhere, also under
 * locks of the program and of the interpreter: it takes none of those, nor waits for a thread that could be waiting for
 * one. (The lock of a stream is held for the time of a record, by code that calls nothing of either.) An object without
 * a number costs two loads.
 */
#include "compat.h"

#include "cell.h"
#include "filter.h"
#include "held.h"
#include "known_posts.h"
#include "lifetime.h"
#include "shadow.h"
#include "sync.h"
#include "thread.h"

#include <internal/pycore_runtime.h>
#include <internal/pycore_weakref.h>

/* The tracer that someone else has set, before us or over us (tracemalloc); it is called after ours. Any thread may
 * change it, by rw_lifetime_keep(), and call it: `tracer` is stored last. */
static struct {
    _Atomic(PyRefTracer) tracer;
    _Atomic(void *) data;
} other;

bool
rw_lifetime_end_is_seen(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    if ((type->tp_flags & Py_TPFLAGS_HEAPTYPE) && !(type->tp_flags & Py_TPFLAGS_IMMUTABLETYPE) &&
        (type->tp_finalize != NULL || type->tp_del != NULL)) {
        return true;
    }
    if (!_PyType_SUPPORTS_WEAKREFS(type)) {
        return false;
    }
    PyWeakReference **list = _PyObject_GET_WEAKREFS_LISTPTR_FROM_OFFSET(object);
    return list != NULL && *list != NULL;
}

static void
forget(PyObject *object, rw_shadow *word, bool ends)
{
    uint64_t value = atomic_load_explicit(word, memory_order_acquire);
    rw_thread *self = (value & RW_SHADOW_NUMBER) == 0 || (value & RW_SHADOW_ALIAS) != 0 ? NULL : rw_thread_self();
    bool seen = self != NULL && ends && rw_lifetime_end_is_seen(object);
    if (seen) {
        rw_cell_share(object, value & RW_SHADOW_NUMBER);
    }
    value = atomic_exchange_explicit(word, 0, memory_order_acq_rel);
    if (self == NULL) {
        return;
    }
    rw_cell_end(object, value & RW_SHADOW_NUMBER);
    if (rw_shadow_kind(value) == RW_KIND_CHANNEL || rw_shadow_kind(value) == RW_KIND_DEQUE) {
        rw_posts_end(value & RW_SHADOW_NUMBER);
    }
    if ((value & RW_SHADOW_UNTOLD) != 0) {
        return; /* nothing has ever been recorded of it, nor will be */
    }
    rw_held_pull_all(self, value & RW_SHADOW_NUMBER);
    if (seen) {
        rw_sync(self, RW_SYNC_LAST_USE, value & RW_SHADOW_NUMBER, 0, 0);
        rw_filter_order_all();
    }
    if (rw_begin_event(self, RW_DEAD, 0, 2, 0, value & RW_SHADOW_NUMBER) != NULL) {
        rw_commit_event(self, 2);
    }
}

static int
on_reference_event(PyObject *object, PyRefTracerEvent event, void *data)
{
    (void)data;
    rw_shadow *word = rw_shadow_find(object);
    if (word != NULL && atomic_load_explicit(word, memory_order_relaxed) != 0) {
        forget(object, word, event == PyRefTracer_DESTROY);
    }
    PyRefTracer next = atomic_load_explicit(&other.tracer, memory_order_acquire);
    return next == NULL ? 0 : next(object, event, atomic_load_explicit(&other.data, memory_order_relaxed));
}

bool
rw_lifetime_kept(void)
{
    return _PyRuntime.ref_tracer.tracer_func == on_reference_event;
}

void
rw_lifetime_keep(void)
{
    void *data;
    PyRefTracer tracer = PyRefTracer_GetTracer(&data);
    if (tracer != on_reference_event) {
        atomic_store_explicit(&other.data, data, memory_order_relaxed);
        atomic_store_explicit(&other.tracer, tracer, memory_order_release);
        PyRefTracer_SetTracer(on_reference_event, NULL);
    }
}

typedef PyObject *(*start_function)(PyObject *, PyObject *const *, Py_ssize_t);

static PyCFunction start_tracemalloc, stop_tracemalloc;

/* tracemalloc sets a tracer of its own when it starts, and none when it stops (Python/tracemalloc.c): the tracer is put
 * back at once. */
static PyObject *
on_tracemalloc_start(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    PyObject *result = ((start_function)(void (*)(void))start_tracemalloc)(module, args, count);
    rw_lifetime_keep();
    return result;
}

static PyObject *
on_tracemalloc_stop(PyObject *module, PyObject *ignored)
{
    PyObject *result = stop_tracemalloc(module, ignored);
    rw_lifetime_keep();
    return result;
}

/* The module is built in, and its table of functions is static: it is loaded for a moment, to reach the table. */
static int
hook_tracemalloc(void)
{
    static const rw_patch patches[] = {
        {"start", METH_FASTCALL, (PyCFunction)(void (*)(void))on_tracemalloc_start, &start_tracemalloc},
        {"stop", METH_NOARGS, on_tracemalloc_stop, &stop_tracemalloc},
    };
    PyObject *modules = PyImport_GetModuleDict();
    bool loaded = PyDict_GetItemString(modules, "_tracemalloc") != NULL;
    PyObject *module = PyImport_ImportModule("_tracemalloc");
    if (module == NULL) {
        return -1;
    }
    int status = rw_patch_functions(PyModule_GetDict(module), patches, Py_ARRAY_LENGTH(patches));
    if (status == 0 && !loaded) {
        status = PyDict_DelItemString(modules, "_tracemalloc");
    }
    Py_DECREF(module);
    return status;
}

int
rw_lifetime_start(void)
{
    rw_lifetime_keep();
    return hook_tracemalloc();
}
