/* The variables by which Pythons are observed (docs/dev/agent-environment.md) are for them, not for the program: its
 * os.environ is what it would be without. They stay in the environment of C, so that whatever inherits an environment
 * inherits them; and where the program gives an environment of its own to what it starts, they are added.
 *
 *   os.environ                     without them, once the agent has started
 *   os.putenv, os.unsetenv         of PYTHONPATH: the inject directory stays in front
 *   os.execve, os.posix_spawn[p]   get a copy of the mapping, with them
 *   _posixsubprocess.fork_exec     gets a copy of the list, with them (subprocess, multiprocessing)
 *
 * Source: Modules/posixmodule.c, Modules/_posixsubprocess.c, Lib/os.py.
 */
#include "compat.h"

#include "environment.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent.h"
#include "sync.h"

typedef PyObject *(*fast_function)(PyObject *, PyObject *const *, Py_ssize_t);
typedef PyObject *(*keyword_function)(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);

#define FAST(function) ((fast_function)(void (*)(void))(function))
#define KEYWORD(function) ((keyword_function)(void (*)(void))(function))
#define CAST(function) ((PyCFunction)(void (*)(void))(function))

/* The originals; set before the replacement can be called, immutable afterwards. */
static PyCFunction original_putenv, original_unsetenv, original_execv, original_execve, original_posix_spawn,
    original_posix_spawnp, original_fork_exec;

static const char prefix[] = "RACEWITNESS_";
static const char path_name[] = "PYTHONPATH";
static const char test_name[] = "RACEWITNESS_TEST";

enum { FORK_EXEC_ARGUMENTS = 0, FORK_EXEC_ENVIRONMENT = 5, FORK_EXEC_COUNT = 23 };

/* Set by rw_environment_start(), immutable afterwards; owned. */
static PyObject *inject;    /* bytes: the inject directory */
static PyObject *variables; /* list of pairs of bytes: the agent's variables, but the test's */

/* Only memory is touched under it. The child of a fork may find it held by a thread that does not exist there: its
 * handler makes it anew. */
static pthread_mutex_t test_lock = PTHREAD_MUTEX_INITIALIZER;
static char *test; /* malloc, NULL: no test runs; guarded by test_lock */

/* ---- the agent's variables ---- */

/* Whether the inject directory is an entry of a search path. */
static bool
has_inject(const char *path)
{
    size_t length = (size_t)PyBytes_GET_SIZE(inject);
    for (const char *at = path; at != NULL; at = strchr(at, ':') == NULL ? NULL : strchr(at, ':') + 1) {
        if (strncmp(at, PyBytes_AS_STRING(inject), length) == 0 && (at[length] == ':' || at[length] == '\0')) {
            return true;
        }
    }
    return false;
}

PyObject *
rw_environment_path(const char *path)
{
    if (has_inject(path)) {
        return PyBytes_FromString(path);
    }
    return PyBytes_FromFormat("%s%s%s", PyBytes_AS_STRING(inject), *path == '\0' ? "" : ":", path);
}

/* A search path without the inject directory in front. New reference or NULL with an exception. */
static PyObject *
own_path(PyObject *path)
{
    size_t length = (size_t)PyBytes_GET_SIZE(inject);
    const char *text = PyBytes_AS_STRING(path);
    if (strncmp(text, PyBytes_AS_STRING(inject), length) != 0) {
        return Py_NewRef(path);
    }
    return PyBytes_FromString(text[length] == ':' ? text + length + 1 : text + length);
}

static int
append_pair(PyObject *list, PyObject *name, PyObject *value)
{
    PyObject *pair = name == NULL || value == NULL ? NULL : PyTuple_Pack(2, name, value);
    int status = pair == NULL ? -1 : PyList_Append(list, pair);
    Py_XDECREF(pair);
    return status;
}

/* Adds the test that runs now, if one does. 0, or -1 with an exception. */
static int
append_test(PyObject *list)
{
    pthread_mutex_lock(&test_lock);
    PyObject *value = test == NULL ? NULL : PyBytes_FromString(test);
    pthread_mutex_unlock(&test_lock);
    if (value == NULL) {
        return PyErr_Occurred() == NULL ? 0 : -1;
    }
    PyObject *name = PyBytes_FromString(test_name);
    int status = append_pair(list, name, value);
    Py_XDECREF(name);
    Py_DECREF(value);
    return status;
}

PyObject *
rw_environment_variables(void)
{
    PyObject *all = PyList_GetSlice(variables, 0, PyList_GET_SIZE(variables));
    if (all != NULL && append_test(all) != 0) {
        Py_CLEAR(all);
    }
    return all;
}

PyObject *
rw_environment_test(PyObject *module, PyObject *id)
{
    (void)module;
    PyObject *bytes = PyUnicode_Check(id) ? PyUnicode_AsEncodedString(id, "utf-8", "surrogateescape") : NULL;
    if (bytes == NULL && id != Py_None) {
        return PyErr_Occurred() ? NULL : PyErr_Format(PyExc_TypeError, "racewitness: a test's id is a str or None");
    }
    char *copy = bytes == NULL ? NULL : strdup(PyBytes_AS_STRING(bytes));
    Py_XDECREF(bytes);
    pthread_mutex_lock(&test_lock);
    char *old = test;
    test = copy;
    pthread_mutex_unlock(&test_lock);
    free(old);
    if (copy == NULL) {
        unsetenv(test_name);
    }
    else {
        setenv(test_name, copy, 1);
    }
    Py_RETURN_NONE;
}

/* ---- what the program sees ---- */

/* Each returns 0, or -1 with an exception. */
static int
hide_path(PyObject *environ, PyObject *name, PyObject *value)
{
    PyObject *own = own_path(value);
    int status = own == NULL                  ? -1
                 : PyBytes_GET_SIZE(own) == 0 ? PyDict_DelItem(environ, name)
                                              : PyDict_SetItem(environ, name, own);
    Py_XDECREF(own);
    return status;
}

static int
hide_variable(PyObject *environ, PyObject *name, PyObject *value)
{
    if (strcmp(PyBytes_AS_STRING(name), test_name) == 0) {
        test = strdup(PyBytes_AS_STRING(value)); /* no other thread is here yet */
        return PyDict_DelItem(environ, name);
    }
    return append_pair(variables, name, value) < 0 ? -1 : PyDict_DelItem(environ, name);
}

/* `environ` is the dictionary behind os.environ (Lib/os.py: _createenviron). */
static int
hide(PyObject *environ)
{
    PyObject *items = PyDict_Items(environ);
    int status = items == NULL ? -1 : 0;
    for (Py_ssize_t i = 0; status == 0 && i < PyList_GET_SIZE(items); i++) {
        PyObject *name = PyTuple_GET_ITEM(PyList_GET_ITEM(items, i), 0);
        PyObject *value = PyTuple_GET_ITEM(PyList_GET_ITEM(items, i), 1);
        if (!PyBytes_CheckExact(name) || !PyBytes_CheckExact(value)) {
            continue;
        }
        if (strcmp(PyBytes_AS_STRING(name), path_name) == 0) {
            status = hide_path(environ, name, value);
        }
        else if (strncmp(PyBytes_AS_STRING(name), prefix, sizeof(prefix) - 1) == 0) {
            status = hide_variable(environ, name, value);
        }
    }
    Py_XDECREF(items);
    return status;
}

static bool
is_path_name(PyObject *name)
{
    return (PyBytes_CheckExact(name) && strcmp(PyBytes_AS_STRING(name), path_name) == 0) ||
           (PyUnicode_CheckExact(name) && PyUnicode_EqualToUTF8(name, path_name));
}

static PyObject *
on_putenv(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    PyObject *encoded = NULL;
    if (nargs != 2 || !is_path_name(args[0]) || !PyUnicode_FSConverter(args[1], &encoded)) {
        PyErr_Clear(); /* what cannot be converted the original tells */
        return FAST(original_putenv)(module, args, nargs);
    }
    PyObject *path = rw_environment_path(PyBytes_AS_STRING(encoded));
    PyObject *result = NULL;
    if (path != NULL) {
        PyObject *changed[] = {args[0], path};
        result = FAST(original_putenv)(module, changed, 2);
    }
    Py_XDECREF(path);
    Py_DECREF(encoded);
    return result;
}

static PyObject *
on_unsetenv(PyObject *module, PyObject *name)
{
    if (is_path_name(name)) {
        PyObject *changed[] = {name, inject};
        return FAST(original_putenv)(module, changed, 2);
    }
    return original_unsetenv(module, name);
}

/* ---- what it starts ---- */

enum { ARGUMENTS_MAX = 32 };

/* The arguments of a call with another one in place of that at `index`. Borrowed, in `changed`. */
static PyObject *const *
with_argument(PyObject *const *args, Py_ssize_t count, Py_ssize_t index, PyObject *argument, PyObject **changed)
{
    memcpy(changed, args, (size_t)count * sizeof(*args));
    changed[index] = argument;
    return changed;
}

/* A Python that ignores its environment takes the place of this process; where that fails, it does not. */
static char
tell_of_exec(PyObject *arguments)
{
    char option = rw_isolated_option(arguments);
    if (option != 0) {
        rw_isolated_tell(arguments, option, getpid());
    }
    return option;
}

static PyObject *
on_execv(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    char option = nargs == 2 ? tell_of_exec(args[1]) : 0;
    PyObject *result = FAST(original_execv)(module, args, nargs);
    if (option != 0) {
        rw_isolated_forget(getpid());
    }
    return result;
}

/* execve(path, argv, env), posix_spawn(path, argv, env, ...): the environment by position or by name. */
static PyObject *
call_with_environment(PyCFunction original, PyObject *module, PyObject *const *args, Py_ssize_t nargs, PyObject *names)
{
    Py_ssize_t named = names == NULL ? 0 : PyTuple_GET_SIZE(names);
    Py_ssize_t at = nargs > 2 ? 2 : -1;
    for (Py_ssize_t i = 0; at < 0 && i < named; i++) {
        at = PyUnicode_EqualToUTF8(PyTuple_GET_ITEM(names, i), "env") ? nargs + i : -1;
    }
    if (at < 0 || nargs + named > ARGUMENTS_MAX || args[at] == Py_None) {
        return KEYWORD(original)(module, args, nargs, names);
    }
    PyObject *changed[ARGUMENTS_MAX];
    PyObject *environment = rw_environment_mapping(args[at]);
    PyObject *result =
        KEYWORD(original)(module, with_argument(args, nargs + named, at, environment, changed), nargs, names);
    Py_DECREF(environment);
    return result;
}

static PyObject *
on_execve(PyObject *module, PyObject *const *args, Py_ssize_t nargs, PyObject *names)
{
    char option = nargs > 1 ? tell_of_exec(args[1]) : 0;
    PyObject *result = call_with_environment(original_execve, module, args, nargs, names);
    if (option != 0) {
        rw_isolated_forget(getpid());
    }
    return result;
}

/* `child` is what the call has answered. */
static PyObject *
tell_of_child(PyObject *child, PyObject *arguments)
{
    char option = child == NULL || !PyLong_CheckExact(child) ? 0 : rw_isolated_option(arguments);
    if (option != 0) {
        rw_isolated_tell(arguments, option, PyLong_AsLong(child));
    }
    return child;
}

static PyObject *
on_posix_spawn(PyObject *module, PyObject *const *args, Py_ssize_t nargs, PyObject *names)
{
    PyObject *child = call_with_environment(original_posix_spawn, module, args, nargs, names);
    return tell_of_child(child, nargs > 1 ? args[1] : Py_None);
}

static PyObject *
on_posix_spawnp(PyObject *module, PyObject *const *args, Py_ssize_t nargs, PyObject *names)
{
    PyObject *child = call_with_environment(original_posix_spawnp, module, args, nargs, names);
    return tell_of_child(child, nargs > 1 ? args[1] : Py_None);
}

static PyObject *
on_fork_exec(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    if (nargs != FORK_EXEC_COUNT) {
        return FAST(original_fork_exec)(module, args, nargs);
    }
    PyObject *changed[FORK_EXEC_COUNT];
    PyObject *given = args[FORK_EXEC_ENVIRONMENT];
    PyObject *environment = given == Py_None ? Py_NewRef(given) : rw_environment_list(given);
    PyObject *child = FAST(original_fork_exec)(
        module, with_argument(args, nargs, FORK_EXEC_ENVIRONMENT, environment, changed), nargs);
    Py_DECREF(environment);
    return tell_of_child(child, args[FORK_EXEC_ARGUMENTS]);
}

/* ---- start of this part ---- */

void
rw_environment_module(PyObject *module)
{
    static const rw_patch patches[] = {{"fork_exec", METH_FASTCALL, CAST(on_fork_exec), &original_fork_exec}};
    if (module == NULL) {
        return; /* and the exception says why */
    }
    const char *name = PyModule_Check(module) ? PyModule_GetName(module) : NULL;
    if (name != NULL && strcmp(name, "_posixsubprocess") == 0) {
        rw_patch_functions(PyModule_GetDict(module), patches, Py_ARRAY_LENGTH(patches));
    }
    PyErr_Clear();
}

int
rw_environment_start(PyObject *options)
{
    static const rw_patch patches[] = {
        {"putenv", METH_FASTCALL, CAST(on_putenv), &original_putenv},
        {"unsetenv", METH_O, on_unsetenv, &original_unsetenv},
        {"execv", METH_FASTCALL, CAST(on_execv), &original_execv},
        {"execve", METH_FASTCALL | METH_KEYWORDS, CAST(on_execve), &original_execve},
        {"posix_spawn", METH_FASTCALL | METH_KEYWORDS, CAST(on_posix_spawn), &original_posix_spawn},
        {"posix_spawnp", METH_FASTCALL | METH_KEYWORDS, CAST(on_posix_spawnp), &original_posix_spawnp},
    };
    PyObject *directory = PyDict_GetItemString(options, "inject");
    variables = PyList_New(0);
    if (variables == NULL || directory == NULL || !PyUnicode_FSConverter(directory, &inject)) {
        return -1;
    }
    PyObject *posix = PyImport_ImportModule("posix");
    PyObject *environ = posix == NULL ? NULL : PyObject_GetAttrString(posix, "environ");
    int status = -1;
    if (environ != NULL && PyDict_CheckExact(environ) && hide(environ) == 0) {
        PyObject *name = PyBytes_FromString(path_name);
        status = append_pair(variables, name, inject);
        Py_XDECREF(name);
    }
    if (status == 0) {
        status = rw_patch_functions(PyModule_GetDict(posix), patches, Py_ARRAY_LENGTH(patches));
    }
    Py_XDECREF(environ);
    Py_XDECREF(posix);
    return status;
}

void
rw_environment_after_fork_child(void)
{
    pthread_mutex_init(&test_lock, NULL);
}
