/* Locks: _thread.lock and _thread.RLock, and so everything in the standard library that is built on them.
 *
 * Each method's C function is replaced behind its descriptor (Modules/_threadmodule.c: lock_methods, rlock_methods),
 * which also catches bound methods and locks made before the agent started. A method that fails, or answers False,
 * orders nothing.
 */
#include "sync.h"

/* The functions that are stood in front of. Set by rw_sync_lock_start() before any replacement can be called, immutable
 * afterwards. */
static PyCFunction lock_acquire, lock_acquire_lock, lock_enter, lock_release, lock_release_lock, lock_exit, lock_locked;
static PyCFunction rlock_acquire, rlock_enter, rlock_release, rlock_exit, rlock_release_save, rlock_acquire_restore,
    rlock_is_owned;
static PyCFunction allocate_lock, allocate;
static newfunc lock_new, rlock_new;

/* Number of a lock, or 0 when it orders nothing. */
static uint64_t
number_of(rw_thread *self, PyObject *lock)
{
    rw_shadow *word = rw_shadow_find(lock);
    uint64_t value = word == NULL ? 0 : atomic_load_explicit(word, memory_order_acquire);
    if (value & RW_SHADOW_IGNORED) {
        return 0;
    }
    if (value & RW_SHADOW_NUMBER) {
        return value & RW_SHADOW_NUMBER;
    }
    /* Made before the agent started: who uses it first tells what it is for. */
    if (rw_bookkeeping_creation()) {
        rw_bookkeeping_mark(lock);
        return 0;
    }
    return rw_object(self, lock, RW_KIND_LOCK, 0);
}

static void
record(PyObject *lock, enum rw_sync_kind kind)
{
    rw_thread *self = rw_thread_self();
    uint64_t number = self == NULL ? 0 : number_of(self, lock);
    if (number != 0) {
        rw_sync(self, kind, number, 0, rw_stack(self));
    }
}

/* Whether the calling thread, which holds the lock, holds it several times over: the inner levels let nobody in and
 * keep nobody out. */
static bool
is_held_again(PyObject *lock, PyCFunction held)
{
    return held == rlock_is_owned && ((rw_rlock *)lock)->rlock_count > 1;
}

static PyObject *
acquire(PyObject *lock, PyObject *args, PyObject *kwargs, PyCFunction original, PyCFunction held)
{
    PyObject *result = ((PyCFunctionWithKeywords)(void (*)(void))original)(lock, args, kwargs);
    if (result == Py_True && !is_held_again(lock, held)) {
        record(lock, RW_SYNC_ACQUIRE);
    }
    return result;
}

/* A release that is about to fail is none: `held` is the method that says whether it will succeed, as far as this
 * thread can know. */
static PyObject *
release(PyObject *lock, PyObject *args, PyCFunction original, PyCFunction held)
{
    if (rw_thread_self() != NULL && held(lock, NULL) == Py_True && !is_held_again(lock, held)) {
        record(lock, RW_SYNC_RELEASE);
    }
    return original(lock, args);
}

#define ACQUIRE(method, held)                                                                                          \
    static PyObject *on_##method(PyObject *lock, PyObject *args, PyObject *kwargs)                                     \
    {                                                                                                                  \
        return acquire(lock, args, kwargs, method, held);                                                              \
    }
ACQUIRE(lock_acquire, lock_locked)
ACQUIRE(lock_acquire_lock, lock_locked)
ACQUIRE(lock_enter, lock_locked)
ACQUIRE(rlock_acquire, rlock_is_owned)
ACQUIRE(rlock_enter, rlock_is_owned)

#define RELEASE(method, held)                                                                                          \
    static PyObject *on_##method(PyObject *lock, PyObject *args)                                                       \
    {                                                                                                                  \
        return release(lock, args, method, held);                                                                      \
    }
RELEASE(lock_release, lock_locked)
RELEASE(lock_release_lock, lock_locked)
RELEASE(lock_exit, lock_locked)
RELEASE(rlock_release, rlock_is_owned)
RELEASE(rlock_exit, rlock_is_owned)

/* Condition.wait gives up all levels at once and takes them back. */
static PyObject *
on_rlock_release_save(PyObject *lock, PyObject *unused)
{
    if (rw_thread_self() != NULL && rlock_is_owned(lock, NULL) == Py_True) {
        record(lock, RW_SYNC_RELEASE);
    }
    return rlock_release_save(lock, unused);
}

static PyObject *
on_rlock_acquire_restore(PyObject *lock, PyObject *args)
{
    PyObject *result = rlock_acquire_restore(lock, args);
    if (result != NULL) {
        record(lock, RW_SYNC_ACQUIRE);
    }
    return result;
}

/* ---- creation: where a lock was made is what reports call it by ---- */

static PyObject *
created(PyObject *lock)
{
    rw_thread *self = lock == NULL ? NULL : rw_thread_self();
    if (self == NULL) {
        return lock;
    }
    if (rw_bookkeeping_creation()) {
        rw_bookkeeping_mark(lock);
    }
    else {
        rw_object(self, lock, RW_KIND_LOCK, 0);
    }
    return lock;
}

static PyObject *
on_allocate_lock(PyObject *module, PyObject *unused)
{
    return created(allocate_lock(module, unused));
}

static PyObject *
on_allocate(PyObject *module, PyObject *unused)
{
    return created(allocate(module, unused));
}

static PyObject *
on_lock_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    return created(lock_new(type, args, kwargs));
}

static PyObject *
on_rlock_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    return created(rlock_new(type, args, kwargs));
}

/* ---- start ---- */

#define KEYWORDS (METH_VARARGS | METH_KEYWORDS)
#define CAST(function) ((PyCFunction)(void (*)(void))(function))

static const rw_patch lock_patches[] = {
    {"acquire", KEYWORDS, CAST(on_lock_acquire), &lock_acquire},
    {"acquire_lock", KEYWORDS, CAST(on_lock_acquire_lock), &lock_acquire_lock},
    {"__enter__", KEYWORDS, CAST(on_lock_enter), &lock_enter},
    {"release", METH_NOARGS, on_lock_release, &lock_release},
    {"release_lock", METH_NOARGS, on_lock_release_lock, &lock_release_lock},
    {"__exit__", METH_VARARGS, on_lock_exit, &lock_exit},
    {"locked", METH_NOARGS, NULL, &lock_locked},
};

static const rw_patch rlock_patches[] = {
    {"acquire", KEYWORDS, CAST(on_rlock_acquire), &rlock_acquire},
    {"__enter__", KEYWORDS, CAST(on_rlock_enter), &rlock_enter},
    {"release", METH_NOARGS, on_rlock_release, &rlock_release},
    {"__exit__", METH_VARARGS, on_rlock_exit, &rlock_exit},
    {"_release_save", METH_NOARGS, on_rlock_release_save, &rlock_release_save},
    {"_acquire_restore", METH_VARARGS, on_rlock_acquire_restore, &rlock_acquire_restore},
    {"_is_owned", METH_NOARGS, NULL, &rlock_is_owned},
};

static const rw_patch function_patches[] = {
    {"allocate_lock", METH_NOARGS, on_allocate_lock, &allocate_lock},
    {"allocate", METH_NOARGS, on_allocate, &allocate},
};

/* Both types are immutable to Python code; nothing derives from them yet (RLock can be subclassed). */
static int
patch_type(PyObject *thread_dict, const char *name, const rw_patch *patches, size_t count, newfunc replacement,
           newfunc *original)
{
    PyObject *type = PyDict_GetItemString(thread_dict, name);
    if (type == NULL || !PyType_Check(type) || ((PyTypeObject *)type)->tp_new == NULL) {
        PyErr_Format(PyExc_RuntimeError, "racewitness: module _thread has no type %s", name);
        return -1;
    }
    if (rw_patch_methods((PyTypeObject *)type, patches, count) < 0) {
        return -1;
    }
    *original = ((PyTypeObject *)type)->tp_new;
    ((PyTypeObject *)type)->tp_new = replacement;
    return 0;
}

int
rw_sync_lock_start(PyObject *thread_dict)
{
    if (patch_type(thread_dict, "lock", lock_patches, Py_ARRAY_LENGTH(lock_patches), on_lock_new, &lock_new) < 0 ||
        patch_type(thread_dict, "RLock", rlock_patches, Py_ARRAY_LENGTH(rlock_patches), on_rlock_new, &rlock_new) < 0) {
        return -1;
    }
    return rw_patch_functions(thread_dict, function_patches, Py_ARRAY_LENGTH(function_patches));
}
