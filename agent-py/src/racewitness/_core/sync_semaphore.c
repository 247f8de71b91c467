/* _multiprocessing.SemLock, and so multiprocessing's Lock, RLock, Semaphore, Condition, Event and Queue, between
 * threads of one process. Source: Modules/_multiprocessing/semaphore.c.
 *
 * One that lets a single owner in is a lock. One that lets several in is a channel: who gets in comes after everybody
 * who has let somebody in before. Other processes that share it have memory of their own.
 */
#include "sync.h"

typedef PyObject *(*fast_keywords)(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
typedef PyObject *(*fast)(PyObject *, PyObject *const *, Py_ssize_t);

/* Set by rw_sync_semaphore_look() before the replacements can be called, immutable afterwards. */
static PyCFunction acquire, release, enter, leave, is_mine, is_zero;

enum { RECURSIVE_MUTEX = 0 };

/* semaphore.c: SemLockObject; its fields but `count` are set when it is made. */
typedef struct {
    PyObject_HEAD void *handle;
    unsigned long last_tid;
    int count;
    int maxvalue;
    int kind;
} semaphore;

static bool
has_one_owner(PyObject *object)
{
    return ((semaphore *)object)->kind == RECURSIVE_MUTEX || ((semaphore *)object)->maxvalue == 1;
}

static void
record(PyObject *object, enum rw_sync_kind of_lock, enum rw_sync_kind of_channel)
{
    rw_thread *self = rw_thread_self();
    if (self != NULL && has_one_owner(object)) {
        rw_sync(self, of_lock, rw_object(self, object, RW_KIND_LOCK, 0), 0, rw_stack(self));
    }
    else if (self != NULL) {
        rw_sync(self, of_channel, rw_object(self, object, RW_KIND_CHANNEL, 0), RW_CHANNEL_STATE, rw_stack(self));
    }
}

static PyObject *
acquired(PyObject *object, PyObject *result)
{
    if (result == Py_True) {
        record(object, RW_SYNC_ACQUIRE, RW_SYNC_OBSERVE);
    }
    return result;
}

/* A release that is about to fail is none: of a lock that is not held, or held by another thread. */
static void
releasing(PyObject *object)
{
    PyCFunction held = ((semaphore *)object)->kind == RECURSIVE_MUTEX ? is_mine : is_zero;
    if (rw_thread_self() == NULL) {
        return;
    }
    PyObject *answer = has_one_owner(object) ? held(object, NULL) : Py_True;
    if (answer == Py_True) {
        record(object, RW_SYNC_RELEASE, RW_SYNC_SIGNAL);
    }
    PyErr_Clear();
}

static PyObject *
on_acquire(PyObject *object, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return acquired(object, ((fast_keywords)(void (*)(void))acquire)(object, args, count, names));
}

static PyObject *
on_enter(PyObject *object, PyObject *unused)
{
    return acquired(object, enter(object, unused));
}

static PyObject *
on_release(PyObject *object, PyObject *unused)
{
    releasing(object);
    return release(object, unused);
}

static PyObject *
on_leave(PyObject *object, PyObject *const *args, Py_ssize_t count)
{
    releasing(object);
    return ((fast)(void (*)(void))leave)(object, args, count);
}

#define CAST(function) ((PyCFunction)(void (*)(void))(function))

static const rw_patch patches[] = {
    {"acquire", METH_FASTCALL | METH_KEYWORDS, CAST(on_acquire), &acquire},
    {"__enter__", METH_NOARGS, on_enter, &enter},
    {"release", METH_NOARGS, on_release, &release},
    {"__exit__", METH_FASTCALL, CAST(on_leave), &leave},
    {"_is_mine", METH_NOARGS, NULL, &is_mine},
    {"_is_zero", METH_NOARGS, NULL, &is_zero},
};

void
rw_sync_semaphore_look(PyObject *modules)
{
    static const rw_late_type type = {"_multiprocessing", "SemLock", patches, Py_ARRAY_LENGTH(patches), NULL};
    static _Atomic bool claimed; /* see rw_patch_late() */
    rw_patch_late(modules, &type, &claimed);
}
