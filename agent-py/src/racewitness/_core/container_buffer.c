/* Buffers: bytearray, array.array, and what a memoryview shows of them.
 *
 * An item of a memoryview is one or several items of the object behind it, so views of distinct parts share nothing.
 * Slicing a view makes another view and touches no item.
 */
#include "container.h"

#include <string.h>

enum { STRIDED_ITEMS = 4096 };

/* Objects/memoryobject.c: memoryiterobject, its first fields. */
typedef struct {
    PyObject_HEAD Py_ssize_t it_index;
    PyObject *it_seq;
} rw_view_iterator;

/* The items [first, first + count) of the object behind `bytes` bytes of the view from its byte `start`. */
static void
access_bytes(rw_thread *self, enum rw_operation operation, const _PyManagedBufferObject *managed, Py_ssize_t start,
             Py_ssize_t bytes)
{
    Py_ssize_t size = managed->master.itemsize;
    PyObject *base = managed->master.obj;
    if (base == NULL || size <= 0 || bytes <= 0 || start < 0 || rw_container_kind(base) != RW_SEQUENCE) {
        return;
    }
    Py_ssize_t first = start / size;
    Py_ssize_t count = (start + bytes - 1) / size - first + 1;
    rw_access_range(self, operation, rw_container_target(self, base), rw_key(RW_KEY_INDEX, (uint64_t)first),
                    (uint64_t)count);
}

static void
access_view(rw_thread *self, enum rw_operation operation, PyObject *object, Py_ssize_t index, Py_ssize_t count,
            Py_ssize_t step)
{
    PyMemoryViewObject *view = (PyMemoryViewObject *)object;
    const _PyManagedBufferObject *managed = view->mbuf;
    if ((view->flags & _Py_MEMORYVIEW_RELEASED) != 0 || managed == NULL || view->view.ndim > 1 || count <= 0) {
        return;
    }
    Py_ssize_t stride = view->view.ndim == 1 ? view->view.strides[0] : view->view.itemsize;
    Py_ssize_t start = (char *)view->view.buf - (char *)managed->master.buf + index * stride;
    if (step * stride == view->view.itemsize) {
        access_bytes(self, operation, managed, start, count * view->view.itemsize);
        return;
    }
    for (Py_ssize_t i = 0; i < count && i < STRIDED_ITEMS; i++) {
        access_bytes(self, operation, managed, start + i * step * stride, view->view.itemsize);
    }
}

static Py_ssize_t
items_in(PyObject *view)
{
    const Py_buffer *buffer = PyMemoryView_GET_BUFFER(view);
    return buffer->itemsize > 0 ? buffer->len / buffer->itemsize : 0;
}

void
rw_buffer_access(rw_thread *self, enum rw_operation operation, PyObject *buffer)
{
    if (PyMemoryView_Check(buffer)) {
        access_view(self, operation, buffer, 0, items_in(buffer), 1);
    }
    else if (rw_kind_of(buffer) == RW_KIND_BYTEARRAY || rw_kind_of(buffer) == RW_KIND_ARRAY) {
        rw_target target = rw_container_target(self, buffer);
        rw_access(self, operation == RW_OP_READ ? RW_OP_READ_ALL : RW_OP_TORN_ALL, target, RW_KEY_SHAPE);
    }
}

void
rw_buffer_access_bytes(rw_thread *self, enum rw_operation operation, PyObject *buffer, Py_ssize_t start,
                       Py_ssize_t bytes)
{
    if (PyMemoryView_Check(buffer)) {
        PyMemoryViewObject *view = (PyMemoryViewObject *)buffer;
        if ((view->flags & _Py_MEMORYVIEW_RELEASED) == 0 && view->mbuf != NULL) {
            start += start < 0 ? view->view.len : 0;
            access_bytes(self, operation, view->mbuf, (char *)view->view.buf - (char *)view->mbuf->master.buf + start,
                         bytes);
        }
    }
    else if (PyByteArray_Check(buffer)) {
        start += start < 0 ? PyByteArray_GET_SIZE(buffer) : 0;
        rw_access_range(self, operation, rw_container_target(self, buffer),
                        rw_key(RW_KEY_INDEX, (uint64_t)Py_MAX(start, 0)), (uint64_t)bytes);
    }
    else {
        rw_buffer_access(self, operation, buffer);
    }
}

void
rw_buffer_item(rw_thread *self, enum rw_operation operation, PyObject *view, PyObject *key)
{
    Py_ssize_t length = items_in(view);
    Py_ssize_t start, stop, step;
    if (PyLong_CheckExact(key)) {
        Py_ssize_t index = PyLong_AsSsize_t(key);
        PyErr_Clear();
        index += index < 0 ? length : 0;
        if (index >= 0 && index < length) {
            access_view(self, operation, view, index, 1, 1);
        }
    }
    else if (operation == RW_OP_WRITE && PySlice_Check(key)) {
        PySliceObject *slice = (PySliceObject *)key;
        bool plain = (slice->start == Py_None || PyLong_CheckExact(slice->start)) &&
                     (slice->stop == Py_None || PyLong_CheckExact(slice->stop)) &&
                     (slice->step == Py_None || PyLong_CheckExact(slice->step));
        if (plain && PySlice_Unpack(key, &start, &stop, &step) == 0) {
            Py_ssize_t count = PySlice_AdjustIndices(length, &start, &stop, step);
            access_view(self, operation, view, start, count, step);
        }
        PyErr_Clear();
    }
}

bool
rw_buffer_iterator_step(rw_thread *self, PyObject *iterator)
{
    rw_view_iterator *step = (rw_view_iterator *)iterator;
    if (step->it_seq == NULL || step->it_index >= items_in(step->it_seq)) {
        return false;
    }
    access_view(self, RW_OP_READ, step->it_seq, step->it_index, 1, 1);
    return true;
}
