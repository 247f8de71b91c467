/* operator.itemgetter, attrgetter and methodcaller: what they read of the object that they are called with.
 *
 * They look things up in C, where nothing else is hooked. The first two are objects with a vectorcall of their own,
 * each set when it is made (Modules/_operator.c); their types give that up, so that every call comes to the type's
 * tp_call, and that is hooked.
 */
#include "call_hook.h"

#include "sync.h"

/* Modules/_operator.c: first fields of itemgetterobject, attrgetterobject and methodcallerobject. */
typedef struct {
    PyObject_HEAD Py_ssize_t count;
    PyObject *wanted; /* itemgetter: the key, or a tuple of `count` keys; attrgetter: a tuple of names and chains */
} getter_object;

typedef struct {
    PyObject_HEAD PyObject *name;
} method_caller;

/* Set before the hooks can be called, immutable afterwards. */
static ternaryfunc itemgetter_called, attrgetter_called, methodcaller_called;

/* The object, where the call is a good one made for an observed line; NULL: nothing is recorded. */
static PyObject *
subject(rw_thread **self, PyObject *args, PyObject *keywords)
{
    bool good = PyTuple_GET_SIZE(args) == 1 && (keywords == NULL || PyDict_GET_SIZE(keywords) == 0);
    *self = good ? rw_call_observed() : NULL;
    return *self == NULL ? NULL : PyTuple_GET_ITEM(args, 0);
}

static PyObject *
on_itemgetter(PyObject *callable, PyObject *args, PyObject *keywords)
{
    const getter_object *wants = (getter_object *)callable;
    rw_thread *self;
    PyObject *object = subject(&self, args, keywords);
    for (Py_ssize_t i = 0; object != NULL && i < wants->count; i++) {
        rw_container_load(self, object, wants->count == 1 ? wants->wanted : PyTuple_GET_ITEM(wants->wanted, i));
    }
    return itemgetter_called(callable, args, keywords);
}

/* The same look-ups as Modules/_operator.c: dotted_getattr; what a chain reads further on is known only by then. */
static PyObject *
follow(rw_thread *self, PyObject *object, PyObject *wanted)
{
    Py_ssize_t count = PyTuple_CheckExact(wanted) ? PyTuple_GET_SIZE(wanted) : 1;
    Py_INCREF(object);
    for (Py_ssize_t i = 0; object != NULL && i < count; i++) {
        PyObject *name = PyTuple_CheckExact(wanted) ? PyTuple_GET_ITEM(wanted, i) : wanted;
        if (PyUnicode_CheckExact(name)) {
            rw_attribute_read(self, object, name);
        }
        Py_SETREF(object, PyObject_GetAttr(object, name));
    }
    return object;
}

static PyObject *
on_attrgetter(PyObject *callable, PyObject *args, PyObject *keywords)
{
    const getter_object *wants = (getter_object *)callable;
    rw_thread *self;
    PyObject *object = subject(&self, args, keywords);
    if (object == NULL) {
        return attrgetter_called(callable, args, keywords);
    }
    if (wants->count == 1) {
        return follow(self, object, PyTuple_GET_ITEM(wants->wanted, 0));
    }
    PyObject *all = PyTuple_New(wants->count);
    for (Py_ssize_t i = 0; all != NULL && i < wants->count; i++) {
        PyObject *value = follow(self, object, PyTuple_GET_ITEM(wants->wanted, i));
        if (value == NULL) {
            Py_CLEAR(all);
        }
        else {
            PyTuple_SET_ITEM(all, i, value);
        }
    }
    return all;
}

/* The method is told where it is called. */
static PyObject *
on_methodcaller(PyObject *callable, PyObject *args, PyObject *keywords)
{
    PyObject *name = ((method_caller *)callable)->name;
    rw_thread *self;
    PyObject *object = subject(&self, args, keywords);
    if (object != NULL && PyUnicode_CheckExact(name)) {
        rw_attribute_read(self, object, name);
    }
    return methodcaller_called(callable, args, keywords);
}

static void
hook(PyTypeObject *type, ternaryfunc hook_function, ternaryfunc *original)
{
    rw_call_replace_call(type, hook_function, original);
    type->tp_flags &= ~Py_TPFLAGS_HAVE_VECTORCALL; /* its module is being imported: no object of it is called yet */
}

static void
hook_itemgetter(PyTypeObject *type)
{
    hook(type, on_itemgetter, &itemgetter_called);
}

static void
hook_attrgetter(PyTypeObject *type)
{
    hook(type, on_attrgetter, &attrgetter_called);
}

static void
hook_methodcaller(PyTypeObject *type)
{
    hook(type, on_methodcaller, &methodcaller_called);
}

void
rw_getters_look(PyObject *modules)
{
    static const rw_late_type types[] = {{"_operator", "itemgetter", NULL, 0, hook_itemgetter},
                                         {"_operator", "attrgetter", NULL, 0, hook_attrgetter},
                                         {"_operator", "methodcaller", NULL, 0, hook_methodcaller}};
    static _Atomic bool claimed[Py_ARRAY_LENGTH(types)]; /* see rw_patch_late() */
    for (size_t i = 0; i < Py_ARRAY_LENGTH(types); i++) {
        rw_patch_late(modules, &types[i], &claimed[i]);
    }
}
