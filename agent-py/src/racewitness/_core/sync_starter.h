/* The callable that a new thread calls in place of the function that it was started with (sync_starter.c). */
#ifndef RW_SYNC_STARTER_H
#define RW_SYNC_STARTER_H

#include "sync.h"

typedef struct {
    PyObject_HEAD PyObject *function; /* owned */
    uint32_t uid;                     /* reserved for the thread that calls this first */
    uint32_t parent;
    uint32_t flags;      /* enum rw_thread_flag */
    _Atomic bool called; /* set by the first call */
} rw_starter;

extern PyTypeObject rw_starter_type;

/* New reference; NULL with an exception set. The calling thread is the parent. */
rw_starter *rw_starter_make(rw_thread *self, PyObject *function, uint32_t flags);

#endif
