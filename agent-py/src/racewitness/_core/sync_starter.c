/* The function of a new thread inside an object that gives the thread the number which its parent has reserved, tells
 * its name, its beginning and its end, and otherwise is that function: same arguments, result, exceptions and repr.
 */
#include "sync_starter.h"

/* The instance when the callable is a Thread's own _bootstrap, else NULL. Borrowed. */
static PyObject *
bootstrapped_thread(PyObject *function)
{
    if (!PyMethod_Check(function) || !PyFunction_Check(PyMethod_GET_FUNCTION(function))) {
        return NULL;
    }
    PyCodeObject *code = (PyCodeObject *)PyFunction_GET_CODE(PyMethod_GET_FUNCTION(function));
    bool bootstrap = rw_library_file_of(code) == RW_LIBRARY_THREADING && rw_code_is_named(code, "Thread._bootstrap");
    return bootstrap ? PyMethod_GET_SELF(function) : NULL;
}

/* What the thread is called by now: a Thread's name, read from its dictionary, or the function's. New reference or
 * NULL. */
static PyObject *
thread_name(PyObject *function)
{
    PyObject *name = NULL;
    PyObject *thread = bootstrapped_thread(function);
    if (thread != NULL && (Py_TYPE(thread)->tp_flags & Py_TPFLAGS_MANAGED_DICT)) {
        PyObject *dict = PyObject_GenericGetDict(thread, NULL);
        if (dict != NULL && PyDict_GetItemStringRef(dict, "_name", &name) > 0 && !PyUnicode_CheckExact(name)) {
            Py_CLEAR(name);
        }
        Py_XDECREF(dict);
    }
    else {
        PyObject *plain = PyMethod_Check(function) ? PyMethod_GET_FUNCTION(function) : function;
        name = PyFunction_Check(plain) ? Py_NewRef(((PyFunctionObject *)plain)->func_qualname)
                                       : PyUnicode_FromString(Py_TYPE(function)->tp_name);
    }
    return name;
}

/* Keeps a pending exception: the thread may be ending with one. */
static void
tell_name(rw_thread *self, rw_starter *start)
{
    PyObject *raised = PyErr_GetRaisedException();
    PyObject *name = thread_name(start->function);
    PyObject *utf8 = name == NULL ? NULL : PyUnicode_AsEncodedString(name, "utf-8", "backslashreplace");
    if (utf8 != NULL) {
        rw_thread_name(self, PyBytes_AS_STRING(utf8), (size_t)PyBytes_GET_SIZE(utf8), start->flags);
    }
    Py_XDECREF(utf8);
    Py_XDECREF(name);
    PyErr_Clear();
    PyErr_SetRaisedException(raised);
}

static void
begin(rw_starter *start)
{
    if (!atomic_load_explicit(&rw_on, memory_order_relaxed)) {
        return;
    }
    rw_thread *self = rw_thread_attach(start->uid, start->parent);
    if (self != NULL) {
        tell_name(self, start);
        rw_sync(self, RW_SYNC_BEGIN, 0, start->parent, 0);
    }
}

static void
end(rw_starter *start)
{
    rw_thread *self = rw_thread_self();
    if (self == NULL) {
        return;
    }
    tell_name(self, start);
    rw_sync(self, RW_SYNC_END, 0, 0, 0);
    if ((start->flags & RW_THREAD_DAEMON) == 0) {
        rw_ended_remember(self->uid);
    }
}

/* A function of its own by which setup/tsan.supp names the write. */
__attribute__((noinline)) static bool
rw_starter_is_called(rw_starter *start)
{
    return atomic_exchange_explicit(&start->called, true, memory_order_relaxed);
}

static PyObject *
starter_call(PyObject *object, PyObject *args, PyObject *kwargs)
{
    rw_starter *start = (rw_starter *)object;
    if (rw_starter_is_called(start)) {
        return PyObject_Call(start->function, args, kwargs);
    }
    begin(start);
    PyObject *result = PyObject_Call(start->function, args, kwargs);
    end(start);
    return result;
}

static void
starter_dealloc(PyObject *object)
{
    Py_DECREF(((rw_starter *)object)->function);
    PyObject_Free(object);
}

/* "Exception ignored in thread started by ..." shows the function. */
static PyObject *
starter_repr(PyObject *object)
{
    return PyObject_Repr(((rw_starter *)object)->function);
}

static PyObject *
starter_getattro(PyObject *object, PyObject *name)
{
    return PyObject_GetAttr(((rw_starter *)object)->function, name);
}

PyTypeObject rw_starter_type = {
    .ob_base = PyVarObject_HEAD_INIT(NULL, 0).tp_name = "racewitness._core.starter",
    .tp_basicsize = sizeof(rw_starter),
    .tp_dealloc = starter_dealloc,
    .tp_repr = starter_repr,
    .tp_call = starter_call,
    .tp_getattro = starter_getattro,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
};

rw_starter *
rw_starter_make(rw_thread *self, PyObject *function, uint32_t flags)
{
    rw_starter *start = PyObject_New(rw_starter, &rw_starter_type);
    if (start != NULL) {
        start->function = Py_NewRef(function);
        start->uid = rw_thread_reserve_uid();
        start->parent = self->uid;
        start->flags = flags;
        atomic_init(&start->called, false);
    }
    return start;
}
