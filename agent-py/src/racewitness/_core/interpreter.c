/* NOTE records of what happens to the interpreter as a whole: an extension module switches the GIL on, or a
 * sub-interpreter is made.
 */
#include "compat.h"

#include "environment.h"
#include "interpreter.h"
#include "objects.h"
#include "session.h"
#include "sync.h"

#include <internal/pycore_ceval.h>

typedef PyObject *(*create_function)(PyObject *, PyObject *const *, Py_ssize_t);

static PyCFunction create_dynamic,
    create_builtin; /* set by rw_interpreter_start() before the replacement can be called, immutable afterwards */

/* The name in a module's spec; its type's own attribute look-up is not asked. New reference or NULL. */
static PyObject *
name_of_spec(PyObject *spec)
{
    PyObject *key = PyUnicode_InternFromString("name");
    PyObject *name = key == NULL ? NULL : PyObject_GenericGetAttr(spec, key);
    Py_XDECREF(key);
    if (name != NULL && !PyUnicode_Check(name)) {
        Py_CLEAR(name);
    }
    return name;
}

static void
note_gil(PyObject *spec)
{
    PyObject *raised = PyErr_GetRaisedException();
    rw_thread *self = rw_thread_self();
    PyObject *name = self == NULL ? NULL : name_of_spec(spec);
    const char *text = name == NULL ? NULL : PyUnicode_AsUTF8(name);
    if (self != NULL) {
        rw_note(self, RW_NOTE_GIL, text == NULL ? "an extension module" : text);
    }
    Py_XDECREF(name);
    PyErr_Clear();
    PyErr_SetRaisedException(raised);
}

/* _imp.create_dynamic(spec, file): every extension module passes here. Whether the GIL stays on is decided before it
 * returns (Python/import.c: _PyImport_CheckGIL). */
static PyObject *
on_create_dynamic(PyObject *imp, PyObject *const *args, Py_ssize_t nargs)
{
    PyObject *module = ((create_function)(void (*)(void))create_dynamic)(imp, args, nargs);
    if (nargs > 0 && _PyEval_IsGILEnabled(_PyThreadState_GET()) &&
        !atomic_exchange_explicit(&rw_the_session.gil_enabled, true, memory_order_relaxed)) {
        note_gil(args[0]);
    }
    rw_environment_module(module);
    return module;
}

/* _imp.create_builtin(spec): the same of modules that are linked into the interpreter. */
static PyObject *
on_create_builtin(PyObject *imp, PyObject *spec)
{
    PyObject *module = create_builtin(imp, spec);
    rw_environment_module(module);
    return module;
}

static _Atomic bool told_subinterpreter; /* one NOTE is enough; relaxed */

/* PEP 578: a hook of the whole process, so that the first thing that a sub-interpreter does (its imports) comes here.
 * Its making itself is not audited, for no thread state is current then (Python/pylifecycle.c: new_interpreter). */
static int
on_audit(const char *event, PyObject *args, void *data)
{
    (void)event;
    (void)args;
    (void)data;
    if (_PyThreadState_GET()->interp != PyInterpreterState_Main() &&
        !atomic_exchange_explicit(&told_subinterpreter, true, memory_order_relaxed)) {
        rw_thread *self = rw_thread_self();
        if (self != NULL) {
            rw_note(self, RW_NOTE_SUBINTERPRETER, "(only the main interpreter is)");
        }
    }
    return 0;
}

int
rw_interpreter_start(void)
{
    static const rw_patch patches[] = {
        {"create_dynamic", METH_FASTCALL, (PyCFunction)(void (*)(void))on_create_dynamic, &create_dynamic},
        {"create_builtin", METH_O, on_create_builtin, &create_builtin},
    };
    PyObject *imp = PyImport_ImportModule("_imp"); /* built in, and imported by the import system itself */
    if (imp == NULL) {
        return -1;
    }
    int status = rw_patch_functions(PyModule_GetDict(imp), patches, Py_ARRAY_LENGTH(patches));
    Py_DECREF(imp);
    return status < 0 ? -1 : PySys_AddAuditHook(on_audit, NULL);
}
