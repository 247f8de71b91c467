/* What the agent can tell of a container without running program code (container.c). */
#ifndef RW_CONTAINER_H
#define RW_CONTAINER_H

#include "access.h"

/* What kind of container the built-in code works on. */
enum rw_container { RW_NO_CONTAINER = 0, RW_SEQUENCE, RW_MAPPING, RW_ELEMENTS };

/* Ways to use a container, each behind one method that a subclass may replace. */
enum rw_use {
    RW_USE_LOAD = 0,
    RW_USE_STORE,
    RW_USE_DELETE,
    RW_USE_CONTAINS,
    RW_USE_ITERATE, /* also read whole by C code */
    RW_USE_LENGTH,
    RW_USES,
};

int rw_container_start(void);

/* A sequence (list, deque, bytearray, array), a mapping (dict and kin) or a set; RW_NO_CONTAINER for anything else, and
 * for one whose class in Python does this use by itself. */
enum rw_container rw_container_of(PyObject *object, enum rw_use use);

/* Items a sequence has now; a racing thread may change it at once. */
Py_ssize_t rw_container_length(PyObject *object);

/* The container as target; for the __dict__ of an object with the object's number. */
rw_target rw_container_target(rw_thread *self, PyObject *object);

enum rw_presence { RW_ABSENT = 0, RW_PRESENT = 1, RW_UNKNOWN = 2 };

/* Whether a dict or set has `key`; RW_UNKNOWN where only program code could tell. */
enum rw_presence rw_container_has(PyObject *object, PyObject *key);

/* Location key of index `index` (negative: from the end) in a sequence of `length` items. */
uint64_t rw_index_key(Py_ssize_t index, Py_ssize_t length);

/* The container behind a view, an iterator or the container itself; NULL for anything else. Borrowed. */
PyObject *rw_container_behind(PyObject *object);

/* The container (or what is behind the view or iterator) is read whole; anything else is left alone. */
void rw_container_read_whole(rw_thread *self, PyObject *object);

/* The same for code that shows it (repr, str, format) or its parts in a tuple; an iterator shows nothing of what it
 * iterates over. */
void rw_container_read_shown(rw_thread *self, PyObject *object);

/* The same and what it holds, within bounds, for code that goes through all of it (json.dumps, copy.deepcopy). */
void rw_container_read_deep(rw_thread *self, PyObject *object);

/* The same for what copy.copy copies: an object's attributes, a container's items. */
void rw_container_read_copied(rw_thread *self, PyObject *object);

/* `left < right` and kin: both are read whole where they are containers that compare item by item. */
void rw_container_read_compared(rw_thread *self, PyObject *left, PyObject *right);

/* Reads the items [start, stop) of a sequence. */
void rw_container_read_slice(rw_thread *self, PyObject *sequence, Py_ssize_t start, Py_ssize_t stop, Py_ssize_t step);

/* `c[key]`, `c[key] = value`, `del c[key]`, `key in c` (access_container.c). */
void rw_container_load(rw_thread *self, PyObject *container, PyObject *key);
void rw_container_store(rw_thread *self, PyObject *container, PyObject *key, PyObject *value);
void rw_container_delete(rw_thread *self, PyObject *container, PyObject *key);
void rw_container_test(rw_thread *self, PyObject *container, PyObject *key);

/* `d[key] = v` and `d.update({key: v})` for a mapping. */
void rw_container_store_key(rw_thread *self, PyObject *mapping, PyObject *key);

/* Every key of `other` is stored in `mapping` (update, |=). */
void rw_container_update(rw_thread *self, PyObject *mapping, PyObject *other);

#endif
