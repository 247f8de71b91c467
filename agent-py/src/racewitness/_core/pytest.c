/* The plugin is one of pytest's default plugins in an observed process, whether or not the package is installed for
 * that pytest: sys.path, the environment and what its children inherit stay as they are.
 *
 * _pytest/config/__init__.py: get_config() imports each name in the module's tuple `default_plugins`, and skips one
 * that is there under its name already; -p no:racewitness.pytest_plugin keeps it out as any other.
 */
#include "pytest.h"

static const char plugin[] = "racewitness.pytest_plugin";

void
rw_pytest_module_end(PyObject *globals)
{
    PyObject *name = NULL;
    PyObject *plugins = NULL;
    PyObject *raised = PyErr_GetRaisedException();
    if (PyDict_CheckExact(globals) && PyDict_GetItemStringRef(globals, "__name__", &name) > 0 &&
        PyUnicode_CheckExact(name) && PyUnicode_EqualToUTF8(name, "_pytest.config") &&
        PyDict_GetItemStringRef(globals, "default_plugins", &plugins) > 0 && PyTuple_CheckExact(plugins)) {
        Py_ssize_t size = PyTuple_GET_SIZE(plugins);
        PyObject *added = PyTuple_New(size + 1);
        PyObject *text = added == NULL ? NULL : PyUnicode_InternFromString(plugin);
        if (text != NULL) {
            for (Py_ssize_t i = 0; i < size; i++) {
                PyTuple_SET_ITEM(added, i, Py_NewRef(PyTuple_GET_ITEM(plugins, i)));
            }
            PyTuple_SET_ITEM(added, size, text);
            PyDict_SetItemString(globals, "default_plugins", added);
        }
        Py_XDECREF(added);
    }
    Py_XDECREF(plugins);
    Py_XDECREF(name);
    PyErr_Clear();
    PyErr_SetRaisedException(raised);
}
