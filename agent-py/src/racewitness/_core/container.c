#include "container.h"

#include <string.h>

/* The first built-in type in the MRO that is a deque or an array: their types are not exported by the interpreter. */
static PyTypeObject *
builtin_sequence_base(PyTypeObject *type)
{
    for (; type != NULL; type = type->tp_base) {
        if (rw_is_named(type, "collections.deque") || rw_is_named(type, "array.array")) {
            return type;
        }
    }
    return NULL;
}

PyTypeObject *
rw_container_base(PyObject *object)
{
    if (PyList_Check(object)) {
        return &PyList_Type;
    }
    if (PyDict_Check(object)) {
        return PyODict_Check(object) ? &PyODict_Type : &PyDict_Type;
    }
    if (PyByteArray_Check(object)) {
        return &PyByteArray_Type;
    }
    if (PySet_Check(object)) {
        return &PySet_Type;
    }
    return Py_TYPE(object)->tp_dictoffset == 0 && !(Py_TYPE(object)->tp_flags & Py_TPFLAGS_HEAPTYPE)
               ? NULL
               : builtin_sequence_base(Py_TYPE(object));
}

static enum rw_container
shape_of(PyTypeObject *base)
{
    if (base == NULL) {
        return RW_NO_CONTAINER;
    }
    if (base == &PyDict_Type || base == &PyODict_Type) {
        return RW_MAPPING;
    }
    return base == &PySet_Type ? RW_ELEMENTS : RW_SEQUENCE;
}

/* Names of the methods behind each use of a container, interned; set by rw_container_start(), immutable afterwards. */
static PyObject *method_names[RW_USES];

int
rw_container_start(void)
{
    static const char *const names[RW_USES] = {
        [RW_USE_LOAD] = "__getitem__",      [RW_USE_STORE] = "__setitem__", [RW_USE_DELETE] = "__delitem__",
        [RW_USE_CONTAINS] = "__contains__", [RW_USE_ITERATE] = "__iter__",  [RW_USE_LENGTH] = "__len__",
    };
    for (size_t i = 0; i < RW_USES; i++) {
        method_names[i] = PyUnicode_InternFromString(names[i]);
        if (method_names[i] == NULL) {
            return -1;
        }
    }
    return 0;
}

/* A subclass in Python may replace the method; then a use is a call of its code. */
static bool
is_builtin_method(PyTypeObject *type, PyObject *name)
{
    PyObject *found = _PyType_Lookup(type, name);
    if (found == NULL || (!Py_IS_TYPE(found, &PyWrapperDescr_Type) && !Py_IS_TYPE(found, &PyMethodDescr_Type))) {
        return false;
    }
    return !(PyDescr_TYPE(found)->tp_flags & Py_TPFLAGS_HEAPTYPE) ||
           (PyDescr_TYPE(found)->tp_flags & Py_TPFLAGS_IMMUTABLETYPE);
}

enum rw_container
rw_container_of(PyObject *object, enum rw_use use)
{
    PyTypeObject *base = rw_container_base(object);
    if (base == NULL || (Py_TYPE(object) != base && !is_builtin_method(Py_TYPE(object), method_names[use]))) {
        return RW_NO_CONTAINER;
    }
    return shape_of(base);
}

enum rw_container
rw_container_kind(PyObject *object)
{
    return shape_of(rw_container_base(object));
}

bool
rw_container_has_method(PyObject *object, const char *name)
{
    if (Py_TYPE(object) == rw_container_base(object)) {
        return true;
    }
    PyObject *text = PyUnicode_InternFromString(name);
    bool built_in = text != NULL && is_builtin_method(Py_TYPE(object), text);
    Py_XDECREF(text);
    PyErr_Clear();
    return built_in;
}

Py_ssize_t
rw_container_length(PyObject *object)
{
    if (PyDict_Check(object)) {
        return PyDict_GET_SIZE(object);
    }
    if (PyAnySet_Check(object)) {
        return PySet_GET_SIZE(object);
    }
    return Py_SIZE(object); /* list, bytearray, array and deque keep their length there */
}

rw_target
rw_container_target(rw_thread *self, PyObject *object)
{
    return (rw_target){object, rw_object_touched(self, object)};
}

uint64_t
rw_index_key(Py_ssize_t index, Py_ssize_t length)
{
    if (index < 0) {
        index += length;
    }
    return rw_key(RW_KEY_INDEX, index < 0 ? RW_KEY_MASK : (uint64_t)index);
}

static bool
is_dict_view(PyTypeObject *type)
{
    return type == &PyDictKeys_Type || type == &PyDictValues_Type || type == &PyDictItems_Type ||
           type == &PyODictKeys_Type || type == &PyODictValues_Type || type == &PyODictItems_Type;
}

PyObject *
rw_container_behind(PyObject *object)
{
    if (rw_container_of(object, RW_USE_ITERATE) != RW_NO_CONTAINER) {
        return object;
    }
    PyTypeObject *type = Py_TYPE(object);
    if (is_dict_view(type)) {
        return (PyObject *)((_PyDictViewObject *)object)->dv_dict;
    }
    if (type == &PyDictProxy_Type) {
        PyObject *mapping = ((rw_mapping_proxy *)object)->mapping;
        return PyDict_Check(mapping) ? mapping : NULL;
    }
    if (type == &PyListIter_Type) {
        return (PyObject *)((_PyListIterObject *)object)->it_seq;
    }
    if (type == &PyDictIterKey_Type || type == &PyDictIterValue_Type || type == &PyDictIterItem_Type ||
        type == &PyDictRevIterKey_Type || type == &PyDictRevIterValue_Type || type == &PyDictRevIterItem_Type) {
        return (PyObject *)((rw_dict_iterator *)object)->di_dict;
    }
    if (type == &PyODictIter_Type) {
        return ((rw_odict_iterator *)object)->di_odict;
    }
    if (type == &PySetIter_Type) {
        return (PyObject *)((rw_set_iterator *)object)->si_set;
    }
    if (type == &PyListRevIter_Type || type == &PyByteArrayIter_Type || rw_is_named(type, "array.arrayiterator")) {
        return ((rw_sequence_iterator *)object)->it_seq;
    }
    if (rw_is_named(type, "collections._deque_iterator") || rw_is_named(type, "collections._deque_reverse_iterator")) {
        return ((rw_deque_iterator *)object)->deque;
    }
    return NULL;
}

void
rw_container_read_shown(rw_thread *self, PyObject *object)
{
    if (PyTuple_CheckExact(object)) {
        for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(object); i++) {
            PyObject *part = PyTuple_GET_ITEM(object, i);
            if (!PyTuple_CheckExact(part)) {
                rw_container_read_shown(self, part);
            }
        }
    }
    else if (is_dict_view(Py_TYPE(object)) || rw_container_of(object, RW_USE_ITERATE) != RW_NO_CONTAINER) {
        rw_container_read_whole(self, object);
    }
}

void
rw_container_read_slice(rw_thread *self, PyObject *sequence, Py_ssize_t start, Py_ssize_t stop, Py_ssize_t step)
{
    Py_ssize_t length = rw_container_length(sequence);
    bool depends_on_length = start < 0 || start > length || stop < 0 || stop > length; /* a[:], a[1:], a[-3:] */
    Py_ssize_t count = PySlice_AdjustIndices(length, &start, &stop, step);
    rw_target target = rw_container_target(self, sequence);
    if (depends_on_length) {
        rw_access(self, RW_OP_SHAPE_READ, target, RW_KEY_SHAPE);
    }
    if (step == 1) {
        rw_access_range(self, RW_OP_READ, target, rw_key(RW_KEY_INDEX, (uint64_t)start), (uint64_t)count);
        return;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        rw_access(self, RW_OP_READ, target, rw_key(RW_KEY_INDEX, (uint64_t)(start + i * step)));
    }
}

enum { UPDATED_KEYS = 256 };

void
rw_container_update(rw_thread *self, PyObject *mapping, PyObject *other)
{
    PyObject *source = rw_container_behind(other);
    rw_container_read_whole(self, other);
    if (source == NULL || !PyDict_Check(source) || PyDict_GET_SIZE(source) > UPDATED_KEYS) {
        rw_access(self, RW_OP_WRITE_ALL, rw_container_target(self, mapping), RW_KEY_SHAPE);
        return;
    }
    PyObject *keys[UPDATED_KEYS]; /* our own references: the source may change meanwhile */
    Py_ssize_t count = 0;
    Py_ssize_t position = 0;
    Py_BEGIN_CRITICAL_SECTION(source);
    while (count < UPDATED_KEYS && PyDict_Next(source, &position, &keys[count], NULL)) {
        Py_INCREF(keys[count++]);
    }
    Py_END_CRITICAL_SECTION();
    for (Py_ssize_t i = 0; i < count; i++) {
        if (rw_key_is_plain(keys[i])) {
            rw_container_at_key(self, mapping, keys[i], RW_KEYED_STORE);
        }
        else {
            rw_container_at_hash(self, mapping, keys[i], rw_container_hash_of(source, keys[i]), RW_KEYED_STORE);
        }
        Py_DECREF(keys[i]);
    }
}
