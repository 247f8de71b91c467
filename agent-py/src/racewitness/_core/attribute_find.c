/* Attributes: which object holds a name, found without running code of the program.
 *
 * Follows Objects/object.c (_PyObject_GenericGetAttrWithDict) and Objects/typeobject.c (slot_tp_getattr_hook).
 */
#include "attribute.h"

#include <internal/pycore_descrobject.h>

bool
rw_dict_has(PyObject *dict, PyObject *name)
{
    PyObject *value = NULL;
    int found = dict == NULL || !PyDict_Check(dict) ? 0 : PyDict_GetItemRef(dict, name, &value);
    Py_XDECREF(value);
    if (found < 0) {
        PyErr_Clear();
    }
    return found > 0;
}

/* The class in `type`'s MRO, behind `after` (NULL: from the start), whose dict has `name`. Borrowed. */
PyTypeObject *
rw_attribute_holder(PyTypeObject *type, PyTypeObject *after, PyObject *name)
{
    PyObject *mro = type->tp_mro;
    bool past = after == NULL;
    for (Py_ssize_t i = 0; mro != NULL && i < PyTuple_GET_SIZE(mro); i++) {
        PyTypeObject *base = (PyTypeObject *)PyTuple_GET_ITEM(mro, i);
        if (past) {
            PyObject *dict = PyType_GetDict(base);
            bool found = rw_dict_has(dict, name);
            Py_XDECREF(dict);
            if (found) {
                return base;
            }
        }
        past = past || base == after;
    }
    return NULL;
}

bool
rw_type_can_change(PyTypeObject *type)
{
    return type != NULL && !(type->tp_flags & Py_TPFLAGS_IMMUTABLETYPE);
}

/* A type with __getattr__ but without a __getattribute__ of its own looks attributes up as object does
 * (slot_tp_getattr_hook), a metaclass as type does. */
bool
rw_attribute_is_generic(PyTypeObject *type)
{
    static PyObject *getattribute; /* interned once; racing threads intern the same str */
    getattrofunc generic = PyType_IsSubtype(type, &PyType_Type) ? PyType_Type.tp_getattro : PyObject_GenericGetAttr;
    if (type->tp_getattro == generic) {
        return true;
    }
    if (!(type->tp_flags & Py_TPFLAGS_HEAPTYPE)) {
        return false;
    }
    PyObject *name = __atomic_load_n(&getattribute, __ATOMIC_ACQUIRE);
    if (name == NULL) {
        name = PyUnicode_InternFromString("__getattribute__");
        __atomic_store_n(&getattribute, name, __ATOMIC_RELEASE);
    }
    PyObject *found = name == NULL ? NULL : _PyType_Lookup(type, name);
    return found != NULL && Py_IS_TYPE(found, &PyWrapperDescr_Type) &&
           ((PyWrapperDescrObject *)found)->d_wrapped == (void *)generic;
}

static bool
is_slot(PyObject *descriptor)
{
    return Py_IS_TYPE(descriptor, &PyMemberDescr_Type) &&
           (((PyMemberDescrObject *)descriptor)->d_member->type == Py_T_OBJECT_EX);
}

/* What `name` of an instance of `type` is. */
enum rw_resolution
rw_attribute_resolve(PyTypeObject *type, PyObject *name, PyTypeObject **holder)
{
    *holder = NULL;
    PyObject *found = _PyType_Lookup(type, name);
    if (found == NULL) {
        return RW_OF_THE_INSTANCE;
    }
    if (is_slot(found)) {
        return RW_OF_THE_INSTANCE;
    }
    if (Py_TYPE(found)->tp_descr_set != NULL) {
        return RW_NOT_AN_ACCESS;
    }
    *holder = rw_attribute_holder(type, NULL, name);
    if (!rw_type_can_change(*holder)) {
        *holder = NULL;
        return RW_NOT_AN_ACCESS;
    }
    return Py_TYPE(found)->tp_descr_get != NULL ? RW_OF_THE_CLASS : RW_CLASS_OR_INSTANCE;
}

/* Whether the instance's own dict or inline values have `name` (Objects/dictobject.c:
 * _PyObject_TryGetInstanceAttribute). */
bool
rw_instance_has(PyObject *owner, PyObject *name)
{
    PyTypeObject *type = Py_TYPE(owner);
    if (type->tp_flags & Py_TPFLAGS_INLINE_VALUES) {
        PyDictValues *values = _PyObject_InlineValues(owner);
        if (_Py_atomic_load_uint8(&values->valid)) {
            PyDictKeysObject *keys = ((PyHeapTypeObject *)type)->ht_cached_keys;
            Py_ssize_t count = keys == NULL ? 0 : _Py_atomic_load_ssize_relaxed(&keys->dk_nentries);
            for (Py_ssize_t i = 0; i < count && i < SHARED_KEYS_MAX_SIZE; i++) {
                PyObject *key = DK_UNICODE_ENTRIES(keys)[i].me_key;
                if (key == name || (key != NULL && _PyUnicode_Equal(key, name))) {
                    return _Py_atomic_load_ptr_acquire(&values->values[i]) != NULL;
                }
            }
            return false;
        }
    }
    PyObject *dict = NULL;
    if (type->tp_flags & Py_TPFLAGS_MANAGED_DICT) {
        dict = (PyObject *)_PyObject_GetManagedDict(owner);
    }
    else {
        PyObject **place = _PyObject_GetDictPtr(owner);
        dict = place == NULL ? NULL : *place;
    }
    if (dict == NULL) {
        return false;
    }
    Py_INCREF(dict);
    bool found = rw_dict_has(dict, name);
    Py_DECREF(dict);
    return found;
}

/* The `__dict__` of an instance is a getset descriptor of its class; the dict behind it is made on demand
 * (PyObject_GenericGetDict). */
bool
rw_attribute_hands_out_dict(PyTypeObject *type, PyObject *name)
{
    if (PyUnicode_GET_LENGTH(name) != 8 || PyUnicode_CompareWithASCIIString(name, "__dict__") != 0) {
        return false;
    }
    PyObject *found = _PyType_Lookup(type, name);
    return found != NULL && Py_IS_TYPE(found, &PyGetSetDescr_Type);
}

/* Whether storing `name` of an instance of `type` as object does reaches the instance's dict or slot. */
bool
rw_attribute_stores_in_instance(PyTypeObject *type, PyObject *name)
{
    PyObject *found = _PyType_Lookup(type, name);
    if (found != NULL && is_slot(found)) {
        return true;
    }
    return (found == NULL || Py_TYPE(found)->tp_descr_set == NULL) && type->tp_dictoffset != 0;
}

PyObject *
rw_attribute_plain_value(PyObject *object, PyObject *name)
{
    PyTypeObject *type = Py_TYPE(object);
    PyObject *of_type = rw_attribute_is_generic(type) ? _PyType_Lookup(type, name) : Py_None;
    PyObject *value = NULL;
    if (of_type == Py_None) {
        return NULL;
    }
    if (type->tp_dictoffset != 0 && (of_type == NULL || Py_TYPE(of_type)->tp_descr_get == NULL)) {
        value = _PyObject_GenericGetAttrWithDict(object, name, NULL, 1);
    }
    else if (of_type != NULL && is_slot(of_type)) {
        value = PyMember_GetOne((char *)object, ((PyMemberDescrObject *)of_type)->d_member);
    }
    PyErr_Clear();
    return value;
}
