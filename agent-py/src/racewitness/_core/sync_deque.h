/* Between sync_deque.c (the hooks) and sync_deque_items.c (what a deque holds, and whether it counts). */
#ifndef RW_SYNC_DEQUE_H
#define RW_SYNC_DEQUE_H

#include "sync.h"

enum { RW_BLOCK_ITEMS = 64 };

/* Modules/_collectionsmodule.c: block, dequeobject (its first fields). */
typedef struct rw_block {
    struct rw_block *leftlink;
    PyObject *data[RW_BLOCK_ITEMS];
    struct rw_block *rightlink;
} rw_block;

typedef struct {
    PyObject_VAR_HEAD rw_block *leftblock;
    rw_block *rightblock;
    Py_ssize_t leftindex;
    Py_ssize_t rightindex;
    size_t state;
    Py_ssize_t maxlen; /* -1: unbounded; set by __init__ */
} rw_deque;

/* The items of a deque at one moment, from the left. */
typedef struct {
    uint64_t *tokens; /* malloc, NULL when there are none */
    Py_ssize_t count;
} rw_deque_contents;

rw_deque_contents rw_deque_look_into(PyObject *deque);
void rw_deque_contents_free(rw_deque_contents seen);

/* Tells what has come and what has gone between two looks. Frees both. */
void rw_deque_tell_difference(rw_thread *self, uint64_t number, rw_deque_contents before, rw_deque_contents after);

/* Number of a deque whose hand-overs are being told, 0 for any other. */
uint64_t rw_deque_told(PyObject *deque);

/* The same for a thread that is about to put something in: from now on the deque's hand-overs are told, if they count.
 * `self` may be NULL: then 0. */
uint64_t rw_deque_told_from_now(rw_thread *self, PyObject *deque);

#endif
