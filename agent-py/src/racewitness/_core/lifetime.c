/* The beginning and end of objects: PyRefTracer_SetTracer (public since 3.13) calls back when an object is made, and
 * when one is about to be destroyed, before its __del__ and weakref callbacks when its last reference went away, and
 * before its memory can be used again.
 *
 * What __del__ does with its object comes after the callback and gives the object a number once more; the next object
 * at the address finds and clears it. The callback runs in whatever thread makes or destroys, anywhere, also under
 * locks of the program and of the interpreter: it takes none itself. An object without a number costs two loads.
 */
#include "compat.h"

#include "filter.h"
#include "lifetime.h"
#include "shadow.h"
#include "thread.h"

#include <internal/pycore_weakref.h>

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
    uint64_t value = atomic_exchange_explicit(word, 0, memory_order_acq_rel);
    rw_thread *self;
    if ((value & RW_SHADOW_NUMBER) == 0 || (value & RW_SHADOW_ALIAS) != 0 || (self = rw_thread_self()) == NULL) {
        return;
    }
    if (ends && rw_lifetime_end_is_seen(object)) {
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
    return 0;
}

int
rw_lifetime_start(void)
{
    return PyRefTracer_SetTracer(on_reference_event, NULL);
}
