/* What a rule asks of a call: keyword arguments, and the items that an iterable will give. */
#include "call_rules.h"

#include <internal/pycore_range.h>
#include <string.h>

enum { ITEMS_MAX = 256 };

PyObject *
rw_call_keyword(const rw_call *call, const char *name)
{
    for (Py_ssize_t i = 0; call->names != NULL && i < PyTuple_GET_SIZE(call->names); i++) {
        if (PyUnicode_EqualToUTF8(PyTuple_GET_ITEM(call->names, i), name)) {
            return call->args[call->count + i];
        }
    }
    return NULL;
}

/* Whether listing an object of the type runs no code of the program. */
static bool
lists_itself(PyTypeObject *type)
{
    return type == &PyList_Type || type == &PyTuple_Type || type == &PyDict_Type || type == &PySet_Type ||
           type == &PyFrozenSet_Type || type == &PyUnicode_Type || type == &PyRange_Type || type == &PyDictKeys_Type ||
           type == &PyDictValues_Type || type == &PyDictItems_Type;
}

static PyObject *
rest_of_sequence(PyObject *sequence, Py_ssize_t index)
{
    Py_ssize_t size = sequence == NULL ? -1 : PySequence_Size(sequence);
    bool some = index >= 0 && index < size && size - index <= ITEMS_MAX;
    PyObject *slice = some ? PySequence_GetSlice(sequence, index, size) : NULL;
    PyObject *rest = slice == NULL ? NULL : PySequence_List(slice);
    Py_XDECREF(slice);
    return rest;
}

static PyObject *
rest_of_range(const _PyRangeIterObject *range)
{
    PyObject *rest = range->len < 0 || range->len > ITEMS_MAX ? NULL : PyList_New(range->len);
    for (long i = 0; rest != NULL && i < range->len; i++) {
        PyObject *number = PyLong_FromLong(range->start + i * range->step);
        if (number == NULL) {
            Py_CLEAR(rest);
        }
        else {
            PyList_SET_ITEM(rest, i, number);
        }
    }
    return rest;
}

PyObject *
rw_call_items(PyObject *iterable)
{
    PyTypeObject *type = Py_TYPE(iterable);
    PyObject *items = NULL;
    if (lists_itself(type)) {
        items = PySequence_Size(iterable) > ITEMS_MAX ? NULL : PySequence_List(iterable);
    }
    else if (type == &PyListIter_Type) {
        _PyListIterObject *iterator = (_PyListIterObject *)iterable;
        items = rest_of_sequence((PyObject *)iterator->it_seq, iterator->it_index);
    }
    else if (type == &PyTupleIter_Type || type == &PyUnicodeIter_Type ||
             strcmp(type->tp_name, "str_ascii_iterator") == 0) {
        rw_sequence_iterator *iterator = (rw_sequence_iterator *)iterable;
        items = rest_of_sequence(iterator->it_seq, iterator->it_index);
    }
    else if (type == &PyRangeIter_Type) {
        items = rest_of_range((_PyRangeIterObject *)iterable);
    }
    else {
        PyObject *behind = rw_container_behind(iterable);
        items = behind != NULL && lists_itself(Py_TYPE(behind)) ? rw_call_items(behind) : NULL;
    }
    PyErr_Clear();
    return items;
}
