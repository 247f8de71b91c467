/* The agent's variables in an environment that the program has made for what it starts. A variable that the program
 * gives itself is the program's business; only PYTHONPATH is joined. */
#include "compat.h"

#include "environment.h"

#include <string.h>

static const char path_name[] = "PYTHONPATH";

static bool
is_path(PyObject *name)
{
    return strcmp(PyBytes_AS_STRING(name), path_name) == 0;
}

/* The place of the entry NAME=VALUE of that name in a list of bytes, -1 where there is none. */
static Py_ssize_t
find(PyObject *list, PyObject *name)
{
    size_t length = (size_t)PyBytes_GET_SIZE(name);
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); i++) {
        const char *entry = PyBytes_AS_STRING(PyList_GET_ITEM(list, i));
        if (strncmp(entry, PyBytes_AS_STRING(name), length) == 0 && entry[length] == '=') {
            return i;
        }
    }
    return -1;
}

/* 0, or -1 with an exception. */
static int
add_to_list(PyObject *list, PyObject *name, PyObject *value)
{
    Py_ssize_t at = find(list, name);
    if (at >= 0 && !is_path(name)) {
        return 0;
    }
    const char *own = at < 0 ? "" : PyBytes_AS_STRING(PyList_GET_ITEM(list, at)) + PyBytes_GET_SIZE(name) + 1;
    PyObject *joined = is_path(name) ? rw_environment_path(own) : Py_NewRef(value);
    PyObject *entry =
        joined == NULL ? NULL : PyBytes_FromFormat("%s=%s", PyBytes_AS_STRING(name), PyBytes_AS_STRING(joined));
    int status = entry == NULL ? -1 : at < 0 ? PyList_Append(list, entry) : PyList_SetItem(list, at, Py_NewRef(entry));
    Py_XDECREF(entry);
    Py_XDECREF(joined);
    return status;
}

/* The value of a name in a dict whose keys are str or bytes; its key goes to *key. Borrowed, NULL where there is none.
 */
static PyObject *
find_in_dict(PyObject *dict, PyObject *name, PyObject **key)
{
    Py_ssize_t at = 0;
    PyObject *value;
    while (PyDict_Next(dict, &at, key, &value)) {
        if (PyBytes_CheckExact(*key)
                ? strcmp(PyBytes_AS_STRING(*key), PyBytes_AS_STRING(name)) == 0
                : PyUnicode_CheckExact(*key) && PyUnicode_EqualToUTF8(*key, PyBytes_AS_STRING(name))) {
            return value;
        }
    }
    *key = name;
    return NULL;
}

static int
add_to_dict(PyObject *dict, PyObject *name, PyObject *value)
{
    PyObject *key;
    PyObject *own = find_in_dict(dict, name, &key);
    if (own != NULL && !is_path(name)) {
        return 0;
    }
    PyObject *encoded = NULL;
    if (own != NULL && !PyUnicode_FSConverter(own, &encoded)) {
        return -1;
    }
    PyObject *joined =
        is_path(name) ? rw_environment_path(encoded == NULL ? "" : PyBytes_AS_STRING(encoded)) : Py_NewRef(value);
    int status = joined == NULL ? -1 : PyDict_SetItem(dict, key, joined);
    Py_XDECREF(joined);
    Py_XDECREF(encoded);
    return status;
}

/* Adds every variable to `copy` (owned here). The copy, or where that fails the original. New reference; no exception.
 */
static PyObject *
completed(PyObject *copy, PyObject *original, int (*add)(PyObject *, PyObject *, PyObject *))
{
    PyObject *variables = copy == NULL ? NULL : rw_environment_variables();
    int status = variables == NULL ? -1 : 0;
    for (Py_ssize_t i = 0; status == 0 && i < PyList_GET_SIZE(variables); i++) {
        PyObject *pair = PyList_GET_ITEM(variables, i);
        status = add(copy, PyTuple_GET_ITEM(pair, 0), PyTuple_GET_ITEM(pair, 1));
    }
    Py_XDECREF(variables);
    if (status == 0) {
        return copy;
    }
    PyErr_Clear();
    Py_XDECREF(copy);
    return Py_NewRef(original);
}

static bool
is_list_of_bytes(PyObject *list)
{
    bool all = PyList_CheckExact(list);
    for (Py_ssize_t i = 0; all && i < PyList_GET_SIZE(list); i++) {
        all = PyBytes_CheckExact(PyList_GET_ITEM(list, i));
    }
    return all;
}

PyObject *
rw_environment_list(PyObject *list)
{
    PyObject *copy = PyList_CheckExact(list) ? PyList_GetSlice(list, 0, PyList_GET_SIZE(list)) : NULL;
    if (copy != NULL && !is_list_of_bytes(copy)) {
        Py_CLEAR(copy);
    }
    return completed(copy, list, add_to_list);
}

PyObject *
rw_environment_mapping(PyObject *mapping)
{
    PyObject *copy = PyDict_New();
    if (copy != NULL && PyDict_Update(copy, mapping) < 0) {
        Py_CLEAR(copy); /* what is no mapping the function tells that it was meant for */
    }
    return completed(copy, mapping, add_to_dict);
}
