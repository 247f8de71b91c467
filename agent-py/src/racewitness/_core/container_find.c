/* Whether a dict or a set has a key, found without running program code.
 *
 * The interpreter's own look-up compares the key with each entry of the same hash, and would call the __eq__ of a
 * program's type. This one walks the same probe sequence with the container locked, compares plain keys only
 * (built-in types, and objects compared by identity), and answers "unknown" when it meets any other key of that hash.
 */
#include "container.h"

#include <internal/pycore_critical_section.h>
#include <internal/pycore_setobject.h>

enum {
    PERTURB_BITS = 5,
    LINEAR_PROBES = 9
}; /* Objects/dictobject.c: PERTURB_SHIFT; Objects/setobject.c: LINEAR_PROBES */

/* Whether `entry`, of the same hash as `key`, is that key. Both are plain: the comparison runs no program code and
 * cannot fail. */
static enum rw_presence
compare(PyObject *entry, PyObject *key)
{
    if (entry == key) {
        return RW_PRESENT;
    }
    if (!rw_key_is_plain(entry)) {
        return RW_UNKNOWN;
    }
    return PyObject_RichCompareBool(entry, key, Py_EQ) > 0 ? RW_PRESENT : RW_ABSENT;
}

/* Objects/dictobject.c: dictkeys_get_index. */
static Py_ssize_t
index_at(PyDictKeysObject *keys, size_t place)
{
    if (keys->dk_log2_size < 8) {
        return ((int8_t *)keys->dk_indices)[place];
    }
    if (keys->dk_log2_size < 16) {
        return ((int16_t *)keys->dk_indices)[place];
    }
    return keys->dk_log2_size < 32 ? ((int32_t *)keys->dk_indices)[place]
                                   : (Py_ssize_t)((int64_t *)keys->dk_indices)[place];
}

/* Goes through the entries of one hash: says what it found of an entry, whether to go on. `key` and `value` are
 * borrowed from the container, which is locked. */
typedef bool visit_entry(PyObject *key, PyObject *value, void *argument);

/* Called with the dict locked; its keys are not all str. */
static void
visit_dict(PyDictKeysObject *keys, Py_hash_t hash, visit_entry *visit, void *argument)
{
    size_t mask = ((size_t)1 << keys->dk_log2_size) - 1;
    size_t perturb = (size_t)hash;
    for (size_t place = (size_t)hash & mask;; perturb >>= PERTURB_BITS, place = (place * 5 + perturb + 1) & mask) {
        Py_ssize_t index = index_at(keys, place);
        if (index == DKIX_EMPTY) {
            return;
        }
        if (index >= 0 && DK_ENTRIES(keys)[index].me_hash == hash &&
            !visit(DK_ENTRIES(keys)[index].me_key, DK_ENTRIES(keys)[index].me_value, argument)) {
            return;
        }
    }
}

/* Called with the set locked. */
static void
visit_set(PySetObject *set, Py_hash_t hash, visit_entry *visit, void *argument)
{
    size_t mask = (size_t)set->mask;
    size_t perturb = (size_t)hash;
    for (size_t place = (size_t)hash & mask;; perturb >>= PERTURB_BITS, place = (place * 5 + 1 + perturb) & mask) {
        size_t run = place + LINEAR_PROBES <= mask ? LINEAR_PROBES : 0;
        for (size_t i = place; i <= place + run; i++) {
            setentry *entry = &set->table[i];
            if (entry->key == NULL && entry->hash == 0) {
                return;
            }
            if (entry->hash == hash && entry->key != NULL && !visit(entry->key, NULL, argument)) {
                return;
            }
        }
    }
}

typedef struct {
    PyObject *key;
    enum rw_presence presence;
    PyObject *value; /* new reference, or NULL */
} plain_search;

static bool
search_plain(PyObject *key, PyObject *value, void *argument)
{
    plain_search *search = argument;
    enum rw_presence found = compare(key, search->key);
    if (found == RW_PRESENT) {
        search->presence = RW_PRESENT;
        search->value = Py_XNewRef(value);
        return false;
    }
    search->presence = found == RW_UNKNOWN ? RW_UNKNOWN : search->presence;
    return true;
}

/* All keys are str: the interpreter's look-up runs no program code and takes no lock. */
static bool
is_of_text(PyDictObject *dict)
{
    return DK_IS_UNICODE((PyDictKeysObject *)_Py_atomic_load_ptr(&dict->ma_keys));
}

static void
find_in_dict(PyDictObject *dict, plain_search *search)
{
    if (PyUnicode_Check(search->key) && is_of_text(dict)) {
        PyObject *text = PyUnicode_FromObject(search->key); /* the exact str of a derived one */
        search->presence =
            text != NULL && PyDict_GetItemRef((PyObject *)dict, text, &search->value) > 0 ? RW_PRESENT : RW_ABSENT;
        Py_XDECREF(text);
        return;
    }
    Py_hash_t hash = PyObject_Hash(search->key);
    Py_BEGIN_CRITICAL_SECTION(dict);
    if (!DK_IS_UNICODE(dict->ma_keys)) {
        visit_dict(dict->ma_keys, hash, search_plain, search);
    }
    else if (PyUnicode_Check(search->key)) {
        search->presence = RW_UNKNOWN; /* it has just become one of text */
    }
    Py_END_CRITICAL_SECTION();
}

static plain_search
find_plain(PyObject *object, PyObject *key)
{
    plain_search search = {key, RW_UNKNOWN, NULL};
    if (!rw_key_is_plain(key)) {
        return search;
    }
    PyObject *raised = PyErr_GetRaisedException();
    if (PyDict_Check(object)) {
        search.presence = RW_ABSENT;
        find_in_dict((PyDictObject *)object, &search);
    }
    else if (PyAnySet_Check(object)) {
        search.presence = RW_ABSENT;
        Py_hash_t hash = PyObject_Hash(key);
        Py_BEGIN_CRITICAL_SECTION(object);
        visit_set((PySetObject *)object, hash, search_plain, &search);
        Py_END_CRITICAL_SECTION();
    }
    PyErr_Clear();
    PyErr_SetRaisedException(raised);
    return search;
}

enum rw_presence
rw_container_has(PyObject *object, PyObject *key)
{
    plain_search search = find_plain(object, key);
    Py_XDECREF(search.value);
    return search.presence;
}

PyObject *
rw_container_value(PyObject *dict, PyObject *key)
{
    return find_plain(dict, key).value;
}

static bool
search_hashed(PyObject *key, PyObject *value, void *argument)
{
    rw_hashed_search *search = argument;
    (void)value;
    if (key == search->key) {
        search->presence = RW_PRESENT;
        Py_XSETREF(search->stored, Py_NewRef(key));
        return false;
    }
    if (rw_key_may_equal(key, search->key)) {
        search->presence = RW_UNKNOWN;
        search->candidates++;
        search->stored = search->stored == NULL ? Py_NewRef(key) : search->stored;
    }
    return true;
}

void
rw_container_find_hashed(PyObject *object, Py_hash_t hash, rw_hashed_search *search)
{
    search->presence = RW_ABSENT;
    search->candidates = 0;
    search->stored = NULL;
    Py_BEGIN_CRITICAL_SECTION(object);
    if (PyAnySet_Check(object)) {
        visit_set((PySetObject *)object, hash, search_hashed, search);
    }
    else if (PyDict_Check(object) && !DK_IS_UNICODE(((PyDictObject *)object)->ma_keys)) {
        visit_dict(((PyDictObject *)object)->ma_keys, hash, search_hashed, search);
    }
    Py_END_CRITICAL_SECTION();
}

Py_hash_t
rw_container_hash_of(PyObject *object, PyObject *key)
{
    Py_hash_t hash = 0;
    Py_BEGIN_CRITICAL_SECTION(object);
    PyDictKeysObject *keys = ((PyDictObject *)object)->ma_keys;
    for (Py_ssize_t i = 0; !DK_IS_UNICODE(keys) && i < keys->dk_nentries; i++) {
        if (DK_ENTRIES(keys)[i].me_key == key) {
            hash = DK_ENTRIES(keys)[i].me_hash;
            break;
        }
    }
    Py_END_CRITICAL_SECTION();
    return hash;
}
