/* Location keys of names, dict keys and elements, and their KEY records. */
#include "describe.h"
#include "number_table.h"

#include <internal/pycore_setobject.h>
#include <string.h>

enum { MOST_DESCRIBED = 1 << 17, KEY_TEXT_BYTES = 200, TUPLE_DEPTH = 4, WEAKLY = 55 };

static void
write_key(rw_thread *self, uint64_t key, PyObject *text)
{
    PyObject *bytes = rw_text_of(text);
    if (bytes == NULL) {
        return;
    }
    size_t size = rw_text_bounded(PyBytes_AS_STRING(bytes), (size_t)PyBytes_GET_SIZE(bytes), KEY_TEXT_BYTES);
    unsigned words = 2 + rw_text_words(size);
    uint64_t *record = rw_reserve(self, words);
    if (record != NULL) {
        record[0] = rw_record_head(RW_KEY, 0, words, (uint32_t)size);
        record[1] = key;
        rw_text_put(record + 2, PyBytes_AS_STRING(bytes), size);
        rw_commit(self, words);
    }
    Py_DECREF(bytes);
}

static rw_number_set described; /* guarded by the lock of number_table.c */

/* Whether `key` is still to be described, by the calling thread then. */
static bool
key_is_news(rw_thread *self, uint64_t key)
{
    struct rw_key_cache *cache = rw_describe_cache(self);
    if (cache != NULL) {
        size_t slot = rw_mix(key) % KEY_SLOTS;
        if (cache->keys[slot] == key || cache->keys[slot ^ 1] == key) {
            return false;
        }
        cache->keys[slot ^ 1] = cache->keys[slot]; /* two keys in turn do not drive each other out */
        cache->keys[slot] = key;
    }
    return rw_number_set_add(&described, key, MOST_DESCRIBED);
}

uint64_t
rw_key_of_text(rw_thread *self, PyObject *unicode)
{
    uint64_t key = rw_text_key(unicode);
    if (key_is_news(self, key)) {
        write_key(self, key, unicode);
    }
    return key;
}

/* Whether the type compares its objects by identity, as object does, and hashes them so too. */
static bool
is_compared_by_identity(PyObject *key)
{
    return Py_TYPE(key)->tp_richcompare == PyBaseObject_Type.tp_richcompare;
}

static bool
is_identity(PyObject *key)
{
    return Py_TYPE(key)->tp_hash == PyBaseObject_Type.tp_hash && is_compared_by_identity(key);
}

/* An object of the type or of one derived from it that hashes and compares as it does: enum.IntEnum's, a named tuple.
 */
static bool
is_like(PyObject *key, PyTypeObject *base)
{
    PyTypeObject *type = Py_TYPE(key);
    return type == base || (PyType_IsSubtype(type, base) && type->tp_hash == base->tp_hash &&
                            type->tp_richcompare == base->tp_richcompare);
}

static bool
is_scalar(PyObject *key)
{
    return is_like(key, &PyUnicode_Type) || is_like(key, &PyLong_Type) || is_like(key, &PyFloat_Type) ||
           is_like(key, &PyBytes_Type) || is_like(key, &PyComplex_Type) || PyBool_Check(key);
}

/* Values of C types that hash and compare in C alone. A datetime is not among them: it may ask its tzinfo. */
static bool
is_opaque(PyObject *key)
{
    static const char *const names[] = {"datetime.date", "datetime.timedelta", "decimal.Decimal", "re.Pattern"};
    if (PyCFunction_CheckExact(key) || PyRange_Check(key)) {
        return true;
    }
    if (PyMethod_Check(key)) {
        return PyFunction_Check(PyMethod_GET_FUNCTION(key));
    }
    for (size_t i = 0; i < Py_ARRAY_LENGTH(names) && (Py_TYPE(key)->tp_flags & Py_TPFLAGS_IMMUTABLETYPE); i++) {
        if (strcmp(Py_TYPE(key)->tp_name, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* A weak reference is the same key as any other to an object that is equal to itself alone, as long as there is that
 * object (Objects/weakrefobject.c: weakref_hash, weakref_richcompare). New reference to the object, or NULL. */
static PyObject *
identity_behind(PyObject *key)
{
    PyObject *referent = NULL;
    if (!is_like(key, &_PyWeakref_RefType) || PyWeakref_GetRef(key, &referent) <= 0) {
        return NULL;
    }
    if (!is_identity(referent)) {
        Py_CLEAR(referent);
    }
    return referent;
}

static bool
is_weakly_identity(PyObject *key)
{
    PyObject *referent = identity_behind(key);
    Py_XDECREF(referent);
    return referent != NULL;
}

/* Exact builtin types of immutable values, tuples and frozensets of such; not `exact`: also what derives from them
 * without a hash and comparison of its own, opaque values, and objects that are equal to themselves alone. */
static bool
is_plain_within(PyObject *key, int depth, bool exact)
{
    if (PyUnicode_CheckExact(key) || PyLong_CheckExact(key) || PyBool_Check(key) || key == Py_None ||
        PyFloat_CheckExact(key) || PyBytes_CheckExact(key) || PyComplex_CheckExact(key) || key == Py_Ellipsis) {
        return true;
    }
    bool set = PyFrozenSet_CheckExact(key);
    bool tuple = exact ? PyTuple_CheckExact(key) : is_like(key, &PyTuple_Type);
    if ((!tuple && !set) || depth == 0) {
        return !exact && (is_identity(key) || is_scalar(key) || is_opaque(key) || is_weakly_identity(key));
    }
    Py_ssize_t at = 0;
    Py_hash_t hash;
    PyObject *part;
    while (set ? _PySet_NextEntry(key, &at, &part, &hash) : at < PyTuple_GET_SIZE(key)) {
        part = set ? part : PyTuple_GET_ITEM(key, at++);
        if (!is_plain_within(part, depth - 1, exact)) {
            return false;
        }
    }
    return true;
}

bool
rw_key_is_builtin(PyObject *key)
{
    return is_plain_within(key, TUPLE_DEPTH, true);
}

bool
rw_key_is_plain(PyObject *key)
{
    return is_plain_within(key, TUPLE_DEPTH, false);
}

static bool
may_equal_within(PyObject *one, PyObject *other, int depth)
{
    if (one == other) {
        return true;
    }
    if (rw_key_is_plain(one) && rw_key_is_plain(other)) {
        return PyObject_RichCompareBool(one, other, Py_EQ) != 0;
    }
    if (is_like(one, &PyTuple_Type) && is_like(other, &PyTuple_Type) && depth > 0) {
        bool equal = PyTuple_GET_SIZE(one) == PyTuple_GET_SIZE(other);
        for (Py_ssize_t i = 0; equal && i < PyTuple_GET_SIZE(one); i++) {
            equal = may_equal_within(PyTuple_GET_ITEM(one, i), PyTuple_GET_ITEM(other, i), depth - 1);
        }
        return equal;
    }
    bool first = is_compared_by_identity(one);
    bool second = is_compared_by_identity(other);
    return !(first && second) && !(first && rw_key_is_plain(other)) && !(second && rw_key_is_plain(one));
}

bool
rw_key_may_equal(PyObject *one, PyObject *other)
{
    return may_equal_within(one, other, TUPLE_DEPTH);
}

/* The number that a key of a builtin type is, rounded to a double; false for what is no real number. */
static bool
real_value(PyObject *key, double *value)
{
    if (is_like(key, &PyFloat_Type)) {
        *value = PyFloat_AS_DOUBLE(key);
    }
    else if (is_like(key, &PyLong_Type) || PyBool_Check(key)) {
        *value = PyLong_AsDouble(key);
        if (*value == -1.0 && PyErr_Occurred()) {
            PyErr_Clear();
            *value = Py_HUGE_VAL;
        }
    }
    else if (PyComplex_CheckExact(key) && PyComplex_ImagAsDouble(key) == 0.0) {
        *value = PyComplex_RealAsDouble(key);
    }
    else {
        return false;
    }
    return true;
}

/* A number with an integer value is the same key whatever its type (Objects/longobject.c, floatobject.c,
 * complexobject.c: equal hash and equal); false where the value does not fit. */
static bool
integer_key(PyObject *key, uint64_t *out)
{
    long long value;
    double number;
    if (is_like(key, &PyLong_Type) || PyBool_Check(key)) {
        int overflow;
        value = PyLong_AsLongLongAndOverflow(key, &overflow);
        if (overflow != 0) {
            return false;
        }
    }
    else if (real_value(key, &number) && number > -1e18 && number < 1e18 && number == (double)(long long)number) {
        value = (long long)number;
    }
    else {
        return false;
    }
    if (value < -(1LL << (RW_KEY_BITS - 1)) || value >= 1LL << (RW_KEY_BITS - 1)) {
        return false;
    }
    *out = rw_key(RW_KEY_INTEGER, (uint64_t)value);
    return true;
}

static uint64_t key_within(rw_thread *self, PyObject *key, int depth);

/* A tuple is the mix of its elements' keys, so that equal tuples of equal or identical parts are one key. */
static uint64_t
tuple_key(rw_thread *self, PyObject *tuple, int depth)
{
    uint64_t hash = rw_mix((uint64_t)PyTuple_GET_SIZE(tuple) + 77);
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(tuple); i++) {
        hash = rw_mix(hash ^ key_within(self, PyTuple_GET_ITEM(tuple, i), depth - 1));
    }
    return rw_key(RW_KEY_CONTENT, hash);
}

/* Likewise a frozenset, in whatever order its elements lie. */
static uint64_t
frozenset_key(rw_thread *self, PyObject *set, int depth)
{
    uint64_t sum = (uint64_t)PySet_GET_SIZE(set) + 99;
    Py_ssize_t at = 0;
    Py_hash_t hash;
    PyObject *part;
    while (_PySet_NextEntry(set, &at, &part, &hash)) {
        sum += rw_mix(key_within(self, part, depth - 1));
    }
    return rw_key(RW_KEY_CONTENT, rw_mix(sum));
}

static uint64_t
key_within(rw_thread *self, PyObject *key, int depth)
{
    uint64_t number;
    double value;
    if (is_like(key, &PyUnicode_Type)) {
        return rw_key(RW_KEY_TEXT, (uint64_t)PyObject_Hash(key));
    }
    if (integer_key(key, &number)) {
        return number;
    }
    if (is_like(key, &PyTuple_Type) && depth > 0) {
        return tuple_key(self, key, depth);
    }
    if (PyFrozenSet_CheckExact(key) && depth > 0) {
        return frozenset_key(self, key, depth);
    }
    if (real_value(key, &value)) {
        memcpy(&number, &value, sizeof(number));
        return rw_key(RW_KEY_CONTENT, rw_mix((uint64_t)PyObject_Hash(key) ^ rw_mix(number)));
    }
    if (is_scalar(key) || is_opaque(key) || key == Py_None || key == Py_Ellipsis) {
        return rw_key(RW_KEY_CONTENT, rw_mix((uint64_t)PyObject_Hash(key) ^ (uint64_t)(uintptr_t)Py_TYPE(key)));
    }
    PyObject *referent = identity_behind(key);
    if (referent != NULL) {
        number = rw_object(self, referent, rw_kind_of(referent), 0);
        Py_DECREF(referent);
        return rw_key(RW_KEY_CONTENT, rw_mix(number ^ rw_mix(WEAKLY)));
    }
    return rw_key(RW_KEY_OBJECT, rw_object(self, key, rw_kind_of(key), 0));
}

uint64_t
rw_key_of_plain(rw_thread *self, PyObject *key)
{
    return key_within(self, key, TUPLE_DEPTH);
}

uint64_t
rw_key_of(rw_thread *self, PyObject *key)
{
    if (PyUnicode_CheckExact(key)) {
        return rw_key_of_text(self, key);
    }
    if (is_like(key, &PyUnicode_Type)) {
        PyObject *text = PyUnicode_FromObject(key);
        uint64_t named = text == NULL ? 0 : rw_key_of_text(self, text);
        PyErr_Clear();
        Py_XDECREF(text);
        return named;
    }
    uint64_t number = key_within(self, key, TUPLE_DEPTH);
    if (number >> RW_KEY_BITS == RW_KEY_CONTENT && key_is_news(self, number)) {
        PyObject *raised = PyErr_GetRaisedException();
        const char *type = Py_TYPE(key)->tp_name;
        PyObject *text = rw_key_is_builtin(key) ? PyObject_Repr(key)
                         : PyTuple_Check(key)   ? PyUnicode_FromFormat("(%s of %zd)", type, PyTuple_GET_SIZE(key))
                                                : PyUnicode_FromFormat("(%s)", type);
        if (text != NULL) {
            write_key(self, number, text);
            Py_DECREF(text);
        }
        PyErr_Clear();
        PyErr_SetRaisedException(raised);
    }
    return number;
}

void
rw_key_describe(rw_thread *self, uint64_t location, PyObject *key)
{
    if (key_is_news(self, location)) {
        PyObject *text = PyUnicode_FromFormat("(%s)", Py_TYPE(key)->tp_name);
        if (text != NULL) {
            write_key(self, location, text);
            Py_DECREF(text);
        }
        PyErr_Clear();
    }
}
