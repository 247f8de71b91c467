/* _queue.SimpleQueue: item by item, from the put to the get that took it.
 *
 * The token of an item is its address: while it is in the queue nobody else can have that address, and the same object
 * put several times is taken out first in, first out. Source: Modules/_queuemodule.c.
 */
#include "sync.h"

typedef PyObject *(*put_function)(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
typedef PyObject *(*get_function)(PyObject *, PyTypeObject *, PyObject *const *, Py_ssize_t, PyObject *);

/* What is stood in front of; set by rw_sync_queue_look() before the replacement can be called, immutable afterwards. */
static PyCFunction put, put_nowait, get, get_nowait;

static PyObject *
item_argument(PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    if (nargs > 0) {
        return args[0];
    }
    for (Py_ssize_t i = 0; kwnames != NULL && i < PyTuple_GET_SIZE(kwnames); i++) {
        if (PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(kwnames, i), "item") == 0) {
            return args[nargs + i];
        }
    }
    return NULL; /* the call will fail */
}

static PyObject *
posted(PyObject *queue, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames, PyCFunction original)
{
    PyObject *item = item_argument(args, nargs, kwnames);
    rw_thread *self = item == NULL ? NULL : rw_thread_self();
    uint64_t number = 0;
    if (self != NULL) {
        number = rw_object(self, queue, RW_KIND_CHANNEL, 0);
        rw_sync(self, RW_SYNC_POST, number, rw_item_token(item), rw_stack(self));
    }
    PyObject *result = ((put_function)(void (*)(void))original)(queue, args, nargs, kwnames);
    if (result == NULL && self != NULL && (self = rw_thread_self()) != NULL) {
        rw_sync(self, RW_SYNC_DROP, number, rw_item_token(item), 0); /* bad arguments, no memory: it is not there */
    }
    return result;
}

static PyObject *
taken(PyObject *queue, PyTypeObject *type, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames,
      PyCFunction original)
{
    PyObject *item = ((get_function)(void (*)(void))original)(queue, type, args, nargs, kwnames);
    rw_thread *self = item == NULL ? NULL : rw_thread_self();
    uint64_t number = self == NULL ? 0 : rw_object_known(queue);
    if (number != 0) {
        rw_sync(self, RW_SYNC_TAKE, number, rw_item_token(item), rw_stack(self));
    }
    return item;
}

static PyObject *
on_put(PyObject *queue, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    return posted(queue, args, nargs, kwnames, put);
}

static PyObject *
on_put_nowait(PyObject *queue, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    return posted(queue, args, nargs, kwnames, put_nowait);
}

static PyObject *
on_get(PyObject *queue, PyTypeObject *type, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    return taken(queue, type, args, nargs, kwnames, get);
}

static PyObject *
on_get_nowait(PyObject *queue, PyTypeObject *type, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    return taken(queue, type, args, nargs, kwnames, get_nowait);
}

#define CAST(function) ((PyCFunction)(void (*)(void))(function))
#define PUT_FLAGS (METH_FASTCALL | METH_KEYWORDS)
#define GET_FLAGS (METH_METHOD | METH_FASTCALL | METH_KEYWORDS)

static const rw_patch patches[] = {
    {"put", PUT_FLAGS, CAST(on_put), &put},
    {"put_nowait", PUT_FLAGS, CAST(on_put_nowait), &put_nowait},
    {"get", GET_FLAGS, CAST(on_get), &get},
    {"get_nowait", GET_FLAGS, CAST(on_get_nowait), &get_nowait},
};

void
rw_sync_queue_look(PyObject *modules)
{
    static const rw_late_type type = {"_queue", "SimpleQueue", patches, Py_ARRAY_LENGTH(patches), NULL};
    static _Atomic bool claimed; /* see rw_patch_late() */
    rw_patch_late(modules, &type, &claimed);
}
