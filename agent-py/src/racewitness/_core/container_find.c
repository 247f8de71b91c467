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

/* Called with the dict locked; its keys are not all str. */
static enum rw_presence
find_in_dict(PyDictKeysObject *keys, PyObject *key, Py_hash_t hash)
{
    enum rw_presence presence = RW_ABSENT;
    size_t mask = ((size_t)1 << keys->dk_log2_size) - 1;
    size_t perturb = (size_t)hash;
    for (size_t place = (size_t)hash & mask;; perturb >>= PERTURB_BITS, place = (place * 5 + perturb + 1) & mask) {
        Py_ssize_t index = index_at(keys, place);
        if (index == DKIX_EMPTY) {
            return presence;
        }
        if (index < 0 || DK_ENTRIES(keys)[index].me_hash != hash) {
            continue;
        }
        enum rw_presence found = compare(DK_ENTRIES(keys)[index].me_key, key);
        if (found == RW_PRESENT) {
            return found;
        }
        presence = found == RW_UNKNOWN ? RW_UNKNOWN : presence;
    }
}

/* Called with the set locked. */
static enum rw_presence
find_in_set(PySetObject *set, PyObject *key, Py_hash_t hash)
{
    enum rw_presence presence = RW_ABSENT;
    size_t mask = (size_t)set->mask;
    size_t perturb = (size_t)hash;
    for (size_t place = (size_t)hash & mask;; perturb >>= PERTURB_BITS, place = (place * 5 + 1 + perturb) & mask) {
        size_t run = place + LINEAR_PROBES <= mask ? LINEAR_PROBES : 0;
        for (size_t i = place; i <= place + run; i++) {
            setentry *entry = &set->table[i];
            if (entry->key == NULL && entry->hash == 0) {
                return presence;
            }
            if (entry->hash != hash || entry->key == NULL) {
                continue;
            }
            enum rw_presence found = compare(entry->key, key);
            if (found == RW_PRESENT) {
                return found;
            }
            presence = found == RW_UNKNOWN ? RW_UNKNOWN : presence;
        }
    }
}

static enum rw_presence
dict_has(PyDictObject *dict, PyObject *key)
{
    if (PyUnicode_CheckExact(key) && DK_IS_UNICODE((PyDictKeysObject *)_Py_atomic_load_ptr(&dict->ma_keys))) {
        PyObject *value = NULL; /* all keys are str: the interpreter's look-up runs no program code and takes no lock */
        enum rw_presence presence = PyDict_GetItemRef((PyObject *)dict, key, &value) > 0 ? RW_PRESENT : RW_ABSENT;
        Py_XDECREF(value);
        return presence;
    }
    enum rw_presence presence;
    Py_hash_t hash = PyObject_Hash(key);
    Py_BEGIN_CRITICAL_SECTION(dict);
    presence = DK_IS_UNICODE(dict->ma_keys) ? (PyUnicode_CheckExact(key) ? RW_UNKNOWN : RW_ABSENT)
                                            : find_in_dict(dict->ma_keys, key, hash);
    Py_END_CRITICAL_SECTION();
    return presence;
}

enum rw_presence
rw_container_has(PyObject *object, PyObject *key)
{
    if (!rw_key_is_plain(key)) {
        return RW_UNKNOWN;
    }
    enum rw_presence presence = RW_UNKNOWN;
    PyObject *raised = PyErr_GetRaisedException();
    if (PyDict_Check(object)) {
        presence = dict_has((PyDictObject *)object, key);
    }
    else if (PySet_Check(object)) {
        Py_hash_t hash = PyObject_Hash(key);
        Py_BEGIN_CRITICAL_SECTION(object);
        presence = find_in_set((PySetObject *)object, key, hash);
        Py_END_CRITICAL_SECTION();
    }
    PyErr_Clear();
    PyErr_SetRaisedException(raised);
    return presence;
}
