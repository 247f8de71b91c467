/* The end of objects: PyRefTracer_SetTracer (public since 3.13) calls back when an object is about to be destroyed,
 * before __del__ and weakref callbacks of an object whose last reference went away, and before its memory can be used
 * again.
 *
 * The callback runs in the destroying thread, anywhere, also under locks of the program and of the interpreter: it
 * takes none itself. An object without a number costs two loads. */
#include "compat.h"

#include "lifetime.h"
#include "shadow.h"
#include "thread.h"

static int
on_reference_event(PyObject *object, PyRefTracerEvent event, void *data)
{
    (void)data;
    if (event != PyRefTracer_DESTROY) {
        return 0;
    }
    rw_shadow *word = rw_shadow_find(object);
    if (word == NULL || atomic_load_explicit(word, memory_order_relaxed) == 0) {
        return 0;
    }
    uint64_t value = atomic_exchange_explicit(word, 0, memory_order_acq_rel);
    rw_thread *self;
    if ((value & RW_SHADOW_NUMBER) == 0 || (value & RW_SHADOW_ALIAS) != 0 || (self = rw_thread_self()) == NULL) {
        return 0;
    }
    if (rw_begin_event(self, RW_DEAD, 0, 2, 0, value & RW_SHADOW_NUMBER) != NULL) {
        rw_commit_event(self, 2);
    }
    return 0;
}

int
rw_lifetime_start(void)
{
    return PyRefTracer_SetTracer(on_reference_event, NULL);
}
