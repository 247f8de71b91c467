/* What comparing containers, and looking for a value in one, reads: the items up to the one that decides, and what
 * those hold themselves. Values of built-in types are compared here; of any other nobody knows the outcome beforehand,
 * and the comparison is taken to go on.
 */
#include "container.h"

enum { COMPARED_ITEMS = 256, COMPARED_DEPTH = 6 };

/* What a container, or a value that it compares with, is compared as; NULL: by identity, or by code of the program. */
static PyTypeObject *
compared_as(PyObject *object)
{
    if (PyFrozenSet_CheckExact(object) || Py_IS_TYPE(object, &PyDictKeys_Type) ||
        Py_IS_TYPE(object, &PyDictItems_Type)) {
        return &PySet_Type;
    }
    if (PyBytes_CheckExact(object)) {
        return &PyByteArray_Type;
    }
    if (PyTuple_CheckExact(object)) {
        return &PyTuple_Type;
    }
    PyTypeObject *base = rw_container_base(object);
    if (base == NULL || Py_TYPE(object)->tp_richcompare != base->tp_richcompare) {
        return NULL;
    }
    return base == &PyODict_Type ? &PyDict_Type : base;
}

typedef struct {
    rw_thread *self;
    int comparison;
    int depth;
} comparing;

static void compare(comparing c, PyObject *left, PyObject *right);

/* Whether a comparison of two items goes on to the next: they are equal, or nobody knows. Reads what they hold. */
static bool
goes_on(comparing c, PyObject *left, PyObject *right)
{
    if (left == right) {
        return true;
    }
    if (rw_key_is_plain(left) && rw_key_is_plain(right)) {
        return PyObject_RichCompareBool(left, right, Py_EQ) != 0; /* of built-in types: runs no code of the program */
    }
    if (c.depth < COMPARED_DEPTH) {
        compare((comparing){c.self, Py_EQ, c.depth + 1}, left, right);
    }
    return true;
}

/* The item of a list or tuple, new reference; NULL behind its end, which another thread may have moved. */
static PyObject *
item_at(PyObject *sequence, Py_ssize_t index)
{
    PyObject *item = NULL;
    if (PyTuple_Check(sequence)) {
        item = index < PyTuple_GET_SIZE(sequence) ? Py_NewRef(PyTuple_GET_ITEM(sequence, index)) : NULL;
    }
    else {
        item = PyList_GetItemRef(sequence, index);
        PyErr_Clear();
    }
    return item;
}

/* How many items two lists or tuples are compared on. */
static Py_ssize_t
items_compared(comparing c, PyObject *left, PyObject *right)
{
    Py_ssize_t count = 0;
    bool more = true;
    while (more) {
        PyObject *a = item_at(left, count);
        PyObject *b = item_at(right, count);
        more = a != NULL && b != NULL && goes_on(c, a, b);
        count += a != NULL && b != NULL;
        Py_XDECREF(a);
        Py_XDECREF(b);
    }
    return count;
}

static void
read_first(rw_thread *self, PyObject *sequence, Py_ssize_t count)
{
    if (PyTuple_Check(sequence)) {
        return;
    }
    rw_target target = rw_container_target(self, sequence);
    if (count >= rw_container_length(sequence)) {
        rw_access(self, RW_OP_READ_ALL, target, RW_KEY_SHAPE);
    }
    else {
        rw_access_range(self, RW_OP_READ, target, rw_key(RW_KEY_INDEX, 0), (uint64_t)count);
        rw_access(self, RW_OP_SHAPE_READ, target, RW_KEY_SHAPE);
    }
}

static void
compare_sequences(comparing c, PyObject *left, PyObject *right)
{
    Py_ssize_t longer = Py_MAX(Py_SIZE(left), Py_SIZE(right));
    Py_ssize_t count = longer > COMPARED_ITEMS ? longer : items_compared(c, left, right);
    read_first(c.self, left, count);
    read_first(c.self, right, count);
}

/* Values of one dict beside those of the other under the same key. */
static void
compare_values(comparing c, PyObject *left, PyObject *right)
{
    PyObject *items = PyDict_GET_SIZE(left) <= COMPARED_ITEMS ? PyDict_Items(left) : NULL;
    for (Py_ssize_t i = 0; items != NULL && i < PyList_GET_SIZE(items); i++) {
        PyObject *pair = PyList_GET_ITEM(items, i);
        PyObject *other = rw_container_value(right, PyTuple_GET_ITEM(pair, 0));
        if (other != NULL) {
            goes_on(c, PyTuple_GET_ITEM(pair, 1), other);
            Py_DECREF(other);
        }
    }
    PyErr_Clear();
    Py_XDECREF(items);
}

/* Lists, dicts and sets of different length are unequal without a look at their items (Objects/listobject.c:
 * list_richcompare; dictobject.c: dict_equal; setobject.c: set_richcompare). */
static bool
length_decides(comparing c, PyTypeObject *as, PyObject *left, PyObject *right)
{
    return (c.comparison == Py_EQ || c.comparison == Py_NE) &&
           (as == &PyList_Type || as == &PyDict_Type || as == &PySet_Type) && rw_container_base(left) != NULL &&
           rw_container_base(right) != NULL && rw_container_length(left) != rw_container_length(right);
}

static void
compare(comparing c, PyObject *left, PyObject *right)
{
    PyTypeObject *as = compared_as(left);
    if (PyMemoryView_Check(left) || PyMemoryView_Check(right)) {
        rw_buffer_access(c.self, RW_OP_READ, left);
        rw_buffer_access(c.self, RW_OP_READ, right);
    }
    else if (as == NULL || as != compared_as(right)) {
        return;
    }
    else if (length_decides(c, as, left, right)) {
        rw_access(c.self, RW_OP_SHAPE_READ, rw_container_target(c.self, left), RW_KEY_SHAPE);
        rw_access(c.self, RW_OP_SHAPE_READ, rw_container_target(c.self, right), RW_KEY_SHAPE);
    }
    else if (as == &PyList_Type || as == &PyTuple_Type) {
        compare_sequences(c, left, right);
    }
    else {
        rw_container_read_whole(c.self, left);
        rw_container_read_whole(c.self, right);
        if (as == &PyDict_Type && c.depth < COMPARED_DEPTH) {
            compare_values(c, left, right);
        }
    }
}

void
rw_container_read_compared(rw_thread *self, PyObject *left, PyObject *right, int comparison, bool nested)
{
    PyObject *raised = PyErr_GetRaisedException();
    compare((comparing){self, comparison, nested ? 0 : COMPARED_DEPTH}, left, right);
    PyErr_SetRaisedException(raised);
}

void
rw_container_read_scanned(rw_thread *self, PyObject *sequence, PyObject *value)
{
    rw_target target = rw_container_target(self, sequence);
    Py_ssize_t length = rw_container_length(sequence);
    Py_ssize_t count = 0;
    if (!PyList_Check(sequence) || length > COMPARED_ITEMS) {
        rw_access(self, RW_OP_READ_ALL, target, RW_KEY_SHAPE);
        return;
    }
    PyObject *raised = PyErr_GetRaisedException();
    bool plain = rw_key_is_plain(value);
    for (bool found = false; !found && count < length; count++) {
        PyObject *item = item_at(sequence, count);
        found = item == NULL || item == value ||
                (plain && rw_key_is_plain(item) && PyObject_RichCompareBool(item, value, Py_EQ) > 0);
        if (!found && !plain) {
            goes_on((comparing){self, Py_EQ, 0}, item, value);
        }
        Py_XDECREF(item);
    }
    PyErr_Clear();
    PyErr_SetRaisedException(raised);
    read_first(self, sequence, count);
}

/* 1, 0, or -1 where only code of the program could say. Reads the length of a container. */
static int
truth_of(rw_thread *self, PyObject *item)
{
    const PyTypeObject *type = Py_TYPE(item);
    if (item == Py_None || PyBool_Check(item) || PyLong_CheckExact(item) || PyFloat_CheckExact(item) ||
        PyUnicode_CheckExact(item) || PyBytes_CheckExact(item) || PyTuple_CheckExact(item)) {
        return PyObject_IsTrue(item);
    }
    if (rw_container_of(item, RW_USE_LENGTH) != RW_NO_CONTAINER) {
        rw_access(self, RW_OP_SHAPE_READ, rw_container_target(self, item), RW_KEY_SHAPE);
        return rw_container_length(item) != 0;
    }
    bool asks = (type->tp_as_number != NULL && type->tp_as_number->nb_bool != NULL) ||
                (type->tp_as_mapping != NULL && type->tp_as_mapping->mp_length != NULL) ||
                (type->tp_as_sequence != NULL && type->tp_as_sequence->sq_length != NULL);
    return asks ? -1 : 1;
}

void
rw_container_read_until(rw_thread *self, PyObject *sequence, bool decisive)
{
    PyObject *raised = PyErr_GetRaisedException();
    Py_ssize_t count = 0;
    for (bool goes_on = true; goes_on;) {
        PyObject *item = item_at(sequence, count);
        goes_on = item != NULL && truth_of(self, item) != (int)decisive;
        count += item != NULL;
        Py_XDECREF(item);
    }
    PyErr_SetRaisedException(raised);
    read_first(self, sequence, count);
}
