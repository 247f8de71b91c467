/* What the agent can tell of a container without running program code (container.c). */
#ifndef RW_CONTAINER_H
#define RW_CONTAINER_H

#include "access.h"

#include <string.h>

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

/* Whether it is the type of that name in C: of types that the interpreter does not export. Most are told by a letter.
 */
static inline bool
rw_is_named(PyTypeObject *type, const char *name)
{
    return (type->tp_flags & Py_TPFLAGS_IMMUTABLETYPE) != 0 && type->tp_name[0] == name[0] &&
           strcmp(type->tp_name, name) == 0;
}

/* A sequence (list, deque, bytearray, array), a mapping (dict and kin) or a set; RW_NO_CONTAINER for anything else, and
 * for one whose class in Python does this use by itself. */
enum rw_container rw_container_of(PyObject *object, enum rw_use use);

/* The same whatever its class does, and the built-in type that it is or derives from (NULL: none). */
enum rw_container rw_container_kind(PyObject *object);
PyTypeObject *rw_container_base(PyObject *object);

/* Whether the method of that name is the built-in one. */
bool rw_container_has_method(PyObject *object, const char *name);

/* Items a sequence has now; a racing thread may change it at once. */
Py_ssize_t rw_container_length(PyObject *object);

/* The container as target; for the __dict__ of an object with the object's number. */
rw_target rw_container_target(rw_thread *self, PyObject *object);

enum rw_presence { RW_ABSENT = 0, RW_PRESENT = 1, RW_UNKNOWN = 2 };

/* Whether a dict or set has `key`; RW_UNKNOWN where only program code could tell. */
enum rw_presence rw_container_has(PyObject *object, PyObject *key);

/* The value under a plain key, new reference; NULL: none, or only program code could tell. */
PyObject *rw_container_value(PyObject *dict, PyObject *key);

/* What is under a hash, for a key whose own hash and comparison are code of the program. */
typedef struct {
    PyObject *key;
    enum rw_presence presence; /* RW_UNKNOWN: there are candidates */
    int candidates;            /* keys of that hash that may be equal to it */
    PyObject *stored;          /* the key itself, or the first candidate; new reference or NULL */
} rw_hashed_search;

/* The hash under which a dict keeps that very key; 0 when it is no longer there. */
Py_hash_t rw_container_hash_of(PyObject *dict, PyObject *key);

void rw_container_find_hashed(PyObject *object, Py_hash_t hash, rw_hashed_search *search);

/* Location key of index `index` (negative: from the end) in a sequence of `length` items. */
uint64_t rw_index_key(Py_ssize_t index, Py_ssize_t length);

/* The container behind a view, an iterator or the container itself; NULL for anything else. Borrowed. */
PyObject *rw_container_behind(PyObject *object);

/* The container (or what is behind the view or iterator) is read whole; anything else is left alone. */
void rw_container_read_whole(rw_thread *self, PyObject *object);

/* Whether what an iterator draws from is found among the parts that it shows to the collector of cycles. */
bool rw_draws_from_parts(PyTypeObject *type);

/* The same for code that shows it (repr, str, format) or its parts in a tuple; an iterator shows nothing of what it
 * iterates over. */
void rw_container_read_shown(rw_thread *self, PyObject *object);

/* The same and what it holds, within bounds, for code that goes through all of it (json.dumps, copy.deepcopy). */
void rw_container_read_deep(rw_thread *self, PyObject *object);

/* The same for what copy.copy copies: an object's attributes, a container's items. */
void rw_container_read_copied(rw_thread *self, PyObject *object);

/* `left < right` and kin (Py_LT, Py_EQ, ...): both are read as far as they are compared, where they are containers that
 * compare item by item; `nested`: and so are their items. */
void rw_container_read_compared(rw_thread *self, PyObject *left, PyObject *right, int comparison, bool nested);

/* `value in sequence`, sequence.index(value): the items are read up to the one that is equal. */
void rw_container_read_scanned(rw_thread *self, PyObject *sequence, PyObject *value);

/* any() and all() of a list or tuple: the items are read up to the first that is true, or false. An object whose class
 * answers for itself is taken to decide nothing. */
void rw_container_read_until(rw_thread *self, PyObject *sequence, bool decisive);

/* The binary or in-place operator NB_... (access_operator.c). */
void rw_container_operate(rw_thread *self, uint32_t operator, PyObject * left, PyObject *right);

/* `text % values` (call_format.c). */
void rw_format_percent(rw_thread *self, PyObject *text, PyObject *values);

/* Reads the items [start, stop) of a sequence. */
void rw_container_read_slice(rw_thread *self, PyObject *sequence, Py_ssize_t start, Py_ssize_t stop, Py_ssize_t step);

/* container_buffer.c: a buffer (bytearray, array, memoryview; anything else is left alone) is read (RW_OP_READ) or
 * filled (RW_OP_WRITE), whole or `bytes` bytes from its byte `start` (negative: from the end). */
void rw_buffer_access(rw_thread *self, enum rw_operation operation, PyObject *buffer);
void rw_buffer_access_bytes(rw_thread *self, enum rw_operation operation, PyObject *buffer, Py_ssize_t start,
                            Py_ssize_t bytes);
/* `view[key]` of a memoryview; a slice that is read makes a view, and is no access. */
void rw_buffer_item(rw_thread *self, enum rw_operation operation, PyObject *view, PyObject *key);
/* The next step of a memoryview's iterator; false at its end. */
bool rw_buffer_iterator_step(rw_thread *self, PyObject *iterator);

/* `c[key]`, `c[key] = value`, `del c[key]`, `key in c` (access_container.c). */
void rw_container_load(rw_thread *self, PyObject *container, PyObject *key);
void rw_container_store(rw_thread *self, PyObject *container, PyObject *key, PyObject *value);
void rw_container_delete(rw_thread *self, PyObject *container, PyObject *key);
void rw_container_test(rw_thread *self, PyObject *container, PyObject *key);

/* The same by the methods of the built-in base, whatever the container's class does: `kind` says as what. */
void rw_container_load_as(rw_thread *self, enum rw_container kind, PyObject *container, PyObject *key);
void rw_container_store_as(rw_thread *self, enum rw_container kind, PyObject *container, PyObject *key,
                           PyObject *value);
void rw_container_delete_as(rw_thread *self, enum rw_container kind, PyObject *container, PyObject *key);
void rw_container_test_as(rw_thread *self, enum rw_container kind, PyObject *container, PyObject *key);

/* What is done at a key of a dict or set. */
enum rw_keyed {
    RW_KEYED_LOAD = 0,
    RW_KEYED_LOAD_OR_INSERT, /* of a defaultdict */
    RW_KEYED_STORE,
    RW_KEYED_DELETE,
    RW_KEYED_ADD, /* setdefault, add */
    RW_KEYED_POP, /* pop, discard, remove */
};

/* Tells the access at once, or as soon as the program's __hash__ and __eq__ have said which one it is. */
void rw_container_at_key(rw_thread *self, PyObject *container, PyObject *key, enum rw_keyed use);

/* The same where the interpreter knows the hash already, as for the keys of a dict that another is updated from. */
void rw_container_at_hash(rw_thread *self, PyObject *container, PyObject *key, Py_hash_t hash, enum rw_keyed use);

/* A function named __eq__ starts; one named __hash__ or __eq__ is about to return `result` (sync_call.c). */
void rw_container_equating(rw_thread *self, _PyInterpreterFrame *frame);
void rw_container_hashed(rw_thread *self, _PyInterpreterFrame *frame, PyObject *result);
void rw_container_equated(rw_thread *self, _PyInterpreterFrame *frame, PyObject *result);

/* Every key of `other` is stored in `mapping` (update, |=). */
void rw_container_update(rw_thread *self, PyObject *mapping, PyObject *other);

#endif
