/* Names of things: what KEY, TYPE, OBJECT and STRING records say (define.c). */
#ifndef RW_DEFINE_H
#define RW_DEFINE_H

#include "objects.h"

/* Location key of an exact str, described by nobody. Its hash is kept in the object (Objects/unicodeobject.c:
 * unicode_hash), for names since they were interned. */
static inline uint64_t
rw_text_key(PyObject *unicode)
{
    Py_hash_t hash = FT_ATOMIC_LOAD_SSIZE_RELAXED(_PyASCIIObject_CAST(unicode)->hash);
    return rw_key(RW_KEY_TEXT, (uint64_t)(hash != -1 ? hash : PyObject_Hash(unicode)));
}

/* Location key of a str used as attribute name, global name or dict key, described to the collector. */
uint64_t rw_key_of_text(rw_thread *self, PyObject *unicode);

/* Location key of any dict key, set element or index object, without running code of the program. */
uint64_t rw_key_of(rw_thread *self, PyObject *key);

/* Exact builtin types of immutable values, tuples and frozensets of such: their repr runs no code of the program. */
bool rw_key_is_builtin(PyObject *key);

/* Whether hashing `key` and comparing it with its like runs no code of the program: builtin ones, and objects that are
 * hashed and compared by identity. */
bool rw_key_is_plain(PyObject *key);

/* Location key of a plain key, described by nobody. */
uint64_t rw_key_of_plain(rw_thread *self, PyObject *key);

/* A number for what a key that is not plain holds, the same for all keys of its type that hold the same
 * (define_key_content.c); 0: that cannot be told. */
uint64_t rw_key_content(rw_thread *self, PyObject *key);

/* Says what a location key of kind RW_KEY_CONTENT is called, after the type of `key`, unless the thread has. */
void rw_key_describe(rw_thread *self, uint64_t location, PyObject *key);

/* False when two distinct keys of the same hash are known to be unequal without running program code. */
bool rw_key_may_equal(PyObject *one, PyObject *other);

/* Kind of an object that has locations, from its type. */
enum rw_object_kind rw_kind_of(PyObject *object);

/* Number of a module's namespace; the label is the module's name. */
uint64_t rw_namespace(rw_thread *self, PyObject *globals);

/* The dict is the __dict__ of `owner`, which has that number: its keys are the owner's attributes. */
void rw_object_alias(PyObject *dict, PyObject *owner, uint64_t number);

/* From now on the attributes of `owner` are the keys of a dict that is not its own, which has that number. */
void rw_object_shares(PyObject *owner, PyObject *dict, uint64_t number);

/* STRING number of an immortal str (a name in a code object), remembered by the thread. */
uint32_t rw_string_of_name(rw_thread *self, PyObject *unicode);

void rw_define_reset(rw_thread *self);
void rw_define_free(rw_thread *self);

#endif
