/* Imports: the end of a module's body comes before every import statement that finds the module.
 *
 * The channel is the module's namespace. The body's end is signalled while other threads still wait for the module
 * (ModuleSpec._initializing is true until after it: Lib/importlib/_bootstrap.py, _load_unlocked), so nobody can find it
 * ready without the signal.
 */
#include "access.h"
#include "slots.h"
#include "sync.h"

#include "define.h"
#include "pytest.h"

#include <string.h>

enum { OBSERVED_SLOTS = 64, NAME_MAX_CHARS = 1024 };

static _Atomic uint64_t bodies_ended = 1; /* raised with each signal; relaxed: a thread that finds a module has
                                             synchronised with its importer through sys.modules */

/* Namespaces whose end the thread has observed since `bodies`; by number. Owned by the thread. */
static _Thread_local struct {
    uint64_t bodies;
    uint64_t number[OBSERVED_SLOTS];
} observed;

/* What importlib.import_module and __import__ stand for. Set by rw_sync_import_start() before any other thread,
 * immutable afterwards. */
static PyCFunction import_function;

/* The module's import is going on: its spec says so. Reads instance dictionaries only. */
static bool
is_initializing(PyObject *globals)
{
    PyObject *spec = NULL;
    PyObject *dict = NULL;
    PyObject *answer = NULL;
    if (PyDict_CheckExact(globals) && PyDict_GetItemStringRef(globals, "__spec__", &spec) > 0 &&
        (Py_TYPE(spec)->tp_flags & Py_TPFLAGS_MANAGED_DICT)) {
        dict = PyObject_GenericGetDict(spec, NULL);
        if (dict != NULL) {
            PyDict_GetItemStringRef(dict, "_initializing", &answer);
        }
    }
    bool initializing = answer == Py_True;
    PyErr_Clear();
    Py_XDECREF(answer);
    Py_XDECREF(dict);
    Py_XDECREF(spec);
    return initializing;
}

/* C modules that are here now may have types to hook. */
static void
look_for_types(void)
{
    PyObject *modules = PySys_GetObject("modules");
    if (modules != NULL && PyDict_CheckExact(modules)) {
        rw_sync_look(modules);
        rw_slots_look(modules);
        rw_getters_look(modules);
    }
}

void
rw_sync_module_end(rw_thread *self, PyObject *globals)
{
    PyObject *raised = PyErr_GetRaisedException();
    look_for_types();
    rw_pytest_module_end(globals);
    if (!rw_sync_alone(self) && is_initializing(globals)) {
        rw_sync(self, RW_SYNC_SIGNAL, rw_namespace(self, globals), RW_CHANNEL_IMPORT, rw_stack(self));
        rw_shadow *word = rw_shadow_make(globals);
        if (word != NULL) {
            atomic_fetch_or_explicit(word, RW_SHADOW_TOLD, memory_order_acq_rel);
        }
        atomic_fetch_add_explicit(&bodies_ended, 1, memory_order_relaxed);
    }
    PyErr_SetRaisedException(raised);
}

/* ---- a module has been found ---- */

static void
found_namespace(rw_thread *self, PyObject *globals)
{
    uint64_t bodies = atomic_load_explicit(&bodies_ended, memory_order_relaxed);
    rw_shadow *word = rw_shadow_find(globals);
    uint64_t value = word == NULL ? 0 : atomic_load_explicit(word, memory_order_acquire);
    uint64_t number = value & RW_SHADOW_NUMBER;
    if ((value & RW_SHADOW_TOLD) == 0 || number == 0) {
        return;
    }
    if (observed.bodies != bodies) {
        memset(&observed, 0, sizeof(observed));
        observed.bodies = bodies;
    }
    uint64_t *slot = &observed.number[number % OBSERVED_SLOTS];
    if (*slot != number) {
        *slot = number;
        rw_sync(self, RW_SYNC_OBSERVE, number, RW_CHANNEL_IMPORT, rw_stack(self));
    }
}

static void
found_module(rw_thread *self, PyObject *modules, PyObject *name)
{
    PyObject *module = NULL;
    if (PyDict_GetItemRef(modules, name, &module) > 0 && PyModule_Check(module)) {
        found_namespace(self, PyModule_GetDict(module));
    }
    PyErr_Clear();
    Py_XDECREF(module);
}

/* The module of that absolute name and all packages around it. */
static void
found_with_parents(rw_thread *self, PyObject *name)
{
    PyObject *modules = PySys_GetObject("modules");
    Py_ssize_t length = PyUnicode_GET_LENGTH(name);
    if (modules == NULL || !PyDict_CheckExact(modules) || length == 0 || length > NAME_MAX_CHARS) {
        return;
    }
    for (Py_ssize_t dot = 0; (dot = PyUnicode_FindChar(name, '.', dot, length, 1)) > 0; dot++) {
        PyObject *parent = PyUnicode_Substring(name, 0, dot);
        if (parent != NULL) {
            found_module(self, modules, parent);
            Py_DECREF(parent);
        }
    }
    PyErr_Clear();
    found_module(self, modules, name);
}

/* Absolute name of what is written `level` dots and `name` in a module with these globals; new reference, NULL where
 * that cannot be said. Follows Python/import.c: resolve_name. */
static PyObject *
absolute_name(PyObject *name, int level, PyObject *globals)
{
    PyObject *package = NULL;
    PyObject *result = NULL;
    if (level == 0) {
        return Py_NewRef(name);
    }
    if (globals == NULL || !PyDict_CheckExact(globals)) {
        return NULL;
    }
    if (PyDict_GetItemStringRef(globals, "__package__", &package) <= 0 || !PyUnicode_CheckExact(package)) {
        Py_XSETREF(package, NULL);
        PyErr_Clear();
        bool is_package = PyDict_GetItemString(globals, "__path__") != NULL;
        if (PyDict_GetItemStringRef(globals, "__name__", &package) <= 0 || !PyUnicode_CheckExact(package)) {
            Py_XDECREF(package);
            return NULL;
        }
        level += is_package ? 0 : 1;
    }
    Py_ssize_t end = PyUnicode_GET_LENGTH(package);
    for (int up = 1; up < level && end > 0; up++) {
        end = PyUnicode_FindChar(package, '.', 0, end, -1);
    }
    PyObject *base = end > 0 ? PyUnicode_Substring(package, 0, end) : NULL;
    if (base != NULL) {
        result = PyUnicode_GET_LENGTH(name) == 0 ? Py_NewRef(base) : PyUnicode_FromFormat("%U.%U", base, name);
    }
    Py_XDECREF(base);
    Py_DECREF(package);
    return result;
}

void
rw_sync_imported(rw_thread *self, PyObject *name, int level, PyObject *globals)
{
    PyObject *raised = PyErr_GetRaisedException();
    look_for_types();
    PyObject *absolute =
        rw_sync_alone(self) || !PyUnicode_CheckExact(name) ? NULL : absolute_name(name, level, globals);
    if (absolute != NULL) {
        found_with_parents(self, absolute);
        Py_DECREF(absolute);
    }
    PyErr_Clear();
    PyErr_SetRaisedException(raised);
}

void
rw_sync_import_from(rw_thread *self, PyObject *module, PyObject *name)
{
    if (rw_sync_alone(self) || !PyModule_Check(module) || !PyUnicode_CheckExact(name)) {
        return;
    }
    PyObject *raised = PyErr_GetRaisedException();
    PyObject *modules = PySys_GetObject("modules");
    PyObject *package = NULL;
    if (modules != NULL && PyDict_CheckExact(modules) &&
        PyDict_GetItemStringRef(PyModule_GetDict(module), "__name__", &package) > 0 && PyUnicode_CheckExact(package)) {
        PyObject *full = PyUnicode_FromFormat("%U.%U", package, name);
        if (full != NULL) {
            found_module(self, modules, full);
            Py_DECREF(full);
        }
    }
    Py_XDECREF(package);
    PyErr_Clear();
    PyErr_SetRaisedException(raised);
}

/* ---- import by call ---- */

void
rw_sync_import_result(rw_thread *self, PyObject *module)
{
    PyObject *raised = PyErr_GetRaisedException();
    look_for_types();
    PyObject *name = NULL;
    if (!rw_sync_alone(self) && PyModule_Check(module)) {
        if (PyDict_GetItemStringRef(PyModule_GetDict(module), "__name__", &name) > 0 && PyUnicode_CheckExact(name)) {
            found_with_parents(self, name);
        }
        found_namespace(self, PyModule_GetDict(module));
    }
    Py_XDECREF(name);
    PyErr_Clear();
    PyErr_SetRaisedException(raised);
}

/* __import__(name, globals=None, locals=None, fromlist=(), level=0): name and level as given, by position or keyword.
 */
static PyObject *
on_import_function(PyObject *builtins, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    typedef PyObject *(*fast_function)(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
    PyObject *module = ((fast_function)(void (*)(void))import_function)(builtins, args, nargs, kwnames);
    rw_thread *self = module == NULL ? NULL : rw_thread_self();
    if (self == NULL) {
        return module;
    }
    PyObject *given[5] = {NULL, NULL, NULL, NULL, NULL};
    static const char *const names[5] = {"name", "globals", "locals", "fromlist", "level"};
    for (Py_ssize_t i = 0; i < nargs && i < 5; i++) {
        given[i] = args[i];
    }
    for (Py_ssize_t i = 0; kwnames != NULL && i < PyTuple_GET_SIZE(kwnames); i++) {
        for (int j = 0; j < 5; j++) {
            if (PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(kwnames, i), names[j]) == 0) {
                given[j] = args[nargs + i];
            }
        }
    }
    int overflow;
    long level = given[4] != NULL && PyLong_CheckExact(given[4]) ? PyLong_AsLongAndOverflow(given[4], &overflow) : 0;
    if (given[0] != NULL && level >= 0 && level < NAME_MAX_CHARS) {
        rw_sync_imported(self, given[0], (int)level, given[1]);
    }
    rw_sync_import_result(self, module);
    return module;
}

int
rw_sync_import_start(void)
{
    static const rw_patch patches[] = {
        {"__import__", METH_FASTCALL | METH_KEYWORDS, (PyCFunction)(void (*)(void))on_import_function,
         &import_function},
    };
    PyObject *builtins = PyImport_ImportModule("builtins");
    if (builtins == NULL) {
        return -1;
    }
    int status = rw_patch_functions(PyModule_GetDict(builtins), patches, Py_ARRAY_LENGTH(patches));
    Py_DECREF(builtins);
    return status;
}
