/* Subscripts, operators and statements that touch containers. Operands: Python/bytecodes.c, 3.13. */
#include "container.h"

#include <opcode.h>
#include <string.h>

/* An index object that runs no program code; false for anything else. */
static bool
plain_index(PyObject *object, Py_ssize_t *index)
{
    if (!PyLong_CheckExact(object) && !PyBool_Check(object)) {
        return false;
    }
    if (PyUnstable_Long_IsCompact((PyLongObject *)object)) {
        *index = PyUnstable_Long_CompactValue((PyLongObject *)object);
        return true;
    }
    *index = PyLong_AsSsize_t(object);
    if (*index == -1 && PyErr_Occurred()) {
        PyErr_Clear();
        return false;
    }
    return true;
}

static bool
is_plain_or_none(PyObject *object)
{
    return object == Py_None || PyLong_CheckExact(object);
}

static void
read_slice_object(rw_thread *self, PyObject *sequence, PyObject *start, PyObject *stop, PyObject *step)
{
    PyObject *slice = is_plain_or_none(start) && is_plain_or_none(stop) && is_plain_or_none(step)
                          ? PySlice_New(start, stop, step)
                          : NULL;
    Py_ssize_t from, to, by;
    if (slice != NULL && PySlice_Unpack(slice, &from, &to, &by) == 0) {
        rw_container_read_slice(self, sequence, from, to, by);
    }
    else {
        rw_access(self, RW_OP_READ_ALL, rw_container_target(self, sequence), RW_KEY_SHAPE);
    }
    Py_XDECREF(slice);
    PyErr_Clear();
}

/* One item of a sequence. A look-up that fails reads the name of an index behind the end; a store that fails, or an
 * index that no longer sequence would hold as well, has looked at the length alone. */
static void
access_item(rw_thread *self, enum rw_operation operation, PyObject *sequence, Py_ssize_t index)
{
    rw_target target = rw_container_target(self, sequence);
    Py_ssize_t length = rw_container_length(sequence);
    if (index < -length || (operation != RW_OP_READ && index >= length)) {
        rw_access(self, RW_OP_SHAPE_READ, target, RW_KEY_SHAPE);
    }
    else {
        rw_access(self, operation, target, rw_index_key(index, length));
    }
}

/* A missing key is inserted by the default factory, unless a class in Python makes something else of it. */
static bool
is_default(PyObject *dict)
{
    return !PyDict_CheckExact(dict) && strcmp(Py_TYPE(dict)->tp_name, "collections.defaultdict") == 0;
}

void
rw_container_load_as(rw_thread *self, enum rw_container kind, PyObject *container, PyObject *key)
{
    Py_ssize_t index;
    switch (kind) {
        case RW_SEQUENCE:
            if (plain_index(key, &index)) {
                access_item(self, RW_OP_READ, container, index);
            }
            else if (PySlice_Check(key)) {
                PySliceObject *slice = (PySliceObject *)key;
                read_slice_object(self, container, slice->start, slice->stop, slice->step);
            }
            break;
        case RW_MAPPING:
            rw_container_at_key(self, container, key, is_default(container) ? RW_KEYED_LOAD_OR_INSERT : RW_KEYED_LOAD);
            break;
        default:
            if (PyMemoryView_Check(container)) {
                rw_buffer_item(self, RW_OP_READ, container, key);
            }
    }
}

void
rw_container_load(rw_thread *self, PyObject *container, PyObject *key)
{
    rw_container_load_as(self, rw_container_of(container, RW_USE_LOAD), container, key);
}

void
rw_container_store_as(rw_thread *self, enum rw_container kind, PyObject *container, PyObject *key, PyObject *value)
{
    Py_ssize_t index;
    switch (kind) {
        case RW_SEQUENCE:
            if (plain_index(key, &index)) {
                access_item(self, RW_OP_WRITE, container, index);
            }
            else if (PySlice_Check(key)) {
                rw_container_read_whole(self, value);
                rw_access(self, RW_OP_TORN_ALL, rw_container_target(self, container), RW_KEY_SHAPE);
            }
            break;
        case RW_MAPPING: rw_container_at_key(self, container, key, RW_KEYED_STORE); break;
        default:
            if (PyMemoryView_Check(container)) {
                rw_container_read_whole(self, value);
                rw_buffer_item(self, RW_OP_WRITE, container, key);
            }
    }
}

void
rw_container_store(rw_thread *self, PyObject *container, PyObject *key, PyObject *value)
{
    rw_container_store_as(self, rw_container_of(container, RW_USE_STORE), container, key, value);
}

void
rw_container_delete_as(rw_thread *self, enum rw_container kind, PyObject *container, PyObject *key)
{
    switch (kind) {
        case RW_SEQUENCE: rw_access(self, RW_OP_TORN_ALL, rw_container_target(self, container), RW_KEY_SHAPE); break;
        case RW_MAPPING: rw_container_at_key(self, container, key, RW_KEYED_DELETE); break;
        default: break;
    }
}

void
rw_container_delete(rw_thread *self, PyObject *container, PyObject *key)
{
    rw_container_delete_as(self, rw_container_of(container, RW_USE_DELETE), container, key);
}

void
rw_on_load_subscript(const rw_site *site)
{
    rw_container_load(site->self, site->top[-2], site->top[-1]);
}

void
rw_on_store_subscript(const rw_site *site)
{
    rw_container_store(site->self, site->top[-2], site->top[-1], site->top[-3]);
}

void
rw_on_delete_subscript(const rw_site *site)
{
    rw_container_delete(site->self, site->top[-2], site->top[-1]);
}

void
rw_container_test_as(rw_thread *self, enum rw_container kind, PyObject *container, PyObject *key)
{
    switch (kind) {
        case RW_SEQUENCE: rw_container_read_scanned(self, container, key); break;
        case RW_MAPPING:
        case RW_ELEMENTS: rw_container_at_key(self, container, key, RW_KEYED_LOAD); break;
        case RW_NO_CONTAINER: break;
    }
}

void
rw_container_test(rw_thread *self, PyObject *container, PyObject *key)
{
    enum rw_container kind = rw_container_of(container, RW_USE_CONTAINS);
    bool items = Py_IS_TYPE(container, &PyDictItems_Type) && PyTuple_CheckExact(key) && PyTuple_GET_SIZE(key) == 2;
    if (kind != RW_NO_CONTAINER) {
        rw_container_test_as(self, kind, container, key);
    }
    else if (items || Py_IS_TYPE(container, &PyDictKeys_Type) || Py_IS_TYPE(container, &PyDictProxy_Type)) {
        PyObject *dict = rw_container_behind(container);
        if (dict == NULL) {
            return; /* a proxy of something else, which is asked itself */
        }
        rw_container_at_key(self, dict, items ? PyTuple_GET_ITEM(key, 0) : key, RW_KEYED_LOAD);
    }
    else if (rw_container_of(container, RW_USE_ITERATE) == RW_NO_CONTAINER) {
        rw_container_read_whole(self, container); /* a view or an iterator; a container's own __contains__ is a call */
    }
}

void
rw_on_contains(const rw_site *site)
{
    rw_container_test(site->self, site->top[-1], site->top[-2]);
}

void
rw_on_truth(const rw_site *site)
{
    PyObject *object = site->top[-1];
    PyNumberMethods *number = Py_TYPE(object)->tp_as_number;
    if (rw_container_of(object, RW_USE_LENGTH) != RW_NO_CONTAINER && (number == NULL || number->nb_bool == NULL)) {
        rw_access(site->self, RW_OP_SHAPE_READ, rw_container_target(site->self, object), RW_KEY_SHAPE);
    }
}

void
rw_on_read_whole(const rw_site *site)
{
    rw_container_read_whole(site->self, site->top[-1]);
}

void
rw_on_show(const rw_site *site)
{
    rw_container_read_shown(site->self, site->top[-1]);
}
