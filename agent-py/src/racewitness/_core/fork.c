/* os.fork and os.forkpty count the threads of the process after they have forked, in the parent, and warn about more
 * than one (Modules/posixmodule.c, warn_about_fork_with_threads). The sender must not be the one that is counted: it is
 * paused around them. Their C functions are replaced behind their PyMethodDef, so that the functions stay the same
 * objects. */
#include "fork.h"

#include "sender.h"

/* The originals; set once by rw_fork_start() before the replacement can be called, immutable afterwards. */
static PyCFunction original_fork;
static PyCFunction original_forkpty;

static PyObject *
call_paused(PyCFunction original, PyObject *module)
{
    rw_sender_pause_if_alone();
    PyObject *result = original(module, NULL);
    rw_sender_resume(); /* in a child nothing is paused any more: its session has a sender of its own */
    return result;
}

static PyObject *
paused_fork(PyObject *module, PyObject *unused)
{
    (void)unused;
    return call_paused(original_fork, module);
}

static PyObject *
paused_forkpty(PyObject *module, PyObject *unused)
{
    (void)unused;
    return call_paused(original_forkpty, module);
}

static int
replace(PyObject *module, const char *name, PyCFunction replacement, PyCFunction *original)
{
    PyObject *function = PyObject_GetAttrString(module, name);
    if (function == NULL) {
        return -1;
    }
    int result = 0;
    if (PyCFunction_CheckExact(function) && PyCFunction_GET_FLAGS(function) == METH_NOARGS) {
        PyMethodDef *definition = ((PyCFunctionObject *)function)->m_ml;
        *original = definition->ml_meth;
        definition->ml_meth = replacement;
    }
    else {
        PyErr_Format(PyExc_RuntimeError, "posix.%s is not the function of CPython 3.13", name);
        result = -1;
    }
    Py_DECREF(function);
    return result;
}

int
rw_fork_start(void)
{
    PyObject *module = PyImport_ImportModule("posix");
    if (module == NULL) {
        return -1;
    }
    int result = replace(module, "fork", paused_fork, &original_fork);
    if (result == 0) {
        result = replace(module, "forkpty", paused_forkpty, &original_forkpty);
    }
    Py_DECREF(module);
    return result;
}
