/* The extension module racewitness._core: start and end of the agent, and the functions behind the package's public
 * ones. */
#include "compat.h"

#include "access.h"
#include "agent.h"
#include "code.h"
#include "define.h"
#include "environment.h"
#include "filter.h"
#include "interpreter.h"
#include "lifetime.h"
#include "note.h"
#include "stack.h"
#include "stores.h"
#include "sync.h"

static PyObject *
start(PyObject *module, PyObject *options)
{
    (void)module;
    if (!PyDict_CheckExact(options)) {
        PyErr_SetString(PyExc_TypeError, "racewitness: start() takes a dict of options");
        return NULL;
    }
    PyObject *filter = PyDict_GetItemString(options, "filter");
    rw_filter_wanted = filter == NULL || filter == Py_True;
    if (rw_shadow_start() < 0 || rw_session_start(options) < 0) {
        return NULL;
    }
    bool floor = PyDict_GetItemString(options, "floor") == Py_True;
    if ((!floor && (rw_lifetime_start() < 0 || rw_sync_start(options) < 0 || rw_interpreter_start() < 0)) ||
        rw_ending_start() < 0 || rw_monitor_start(options, floor) < 0 || rw_environment_start(options) < 0) {
        rw_session_end("off"); /* the caller tells why */
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
active(PyObject *module, PyObject *ignored)
{
    (void)module;
    (void)ignored;
    return PyBool_FromLong(atomic_load_explicit(&rw_on, memory_order_relaxed));
}

/* In the child of a fork, the only thread, before the program's own handlers (registered first, os.register_at_fork
 * runs after_in_child in order of registration). */
static PyObject *
after_fork_in_child(PyObject *module, PyObject *ignored)
{
    (void)module;
    (void)ignored;
    rw_compat_after_fork_child();
    rw_environment_after_fork_child();
    rw_code_after_fork_child();
    rw_stores_after_fork_child();
    rw_call_after_fork_child();
    rw_session_after_fork_child();
    rw_sync_after_fork_child();
    Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
    {"start", start, METH_O,
     PyDoc_STR("start(options: dict) -> None\n\nConnects to the collector and begins to observe. Once per process "
               "image; racewitness._start makes the options.")},
    {"active", active, METH_NOARGS, PyDoc_STR("active() -> bool\n\nWhether this process is being observed now.")},
    {"happens_before", rw_sync_happens_before, METH_O,
     PyDoc_STR("happens_before(obj)\n\nWhat this thread did so far happens before a later happens_after(obj).")},
    {"happens_after", rw_sync_happens_after, METH_O,
     PyDoc_STR(
         "happens_after(obj)\n\nWhat this thread does from here on happens after each earlier happens_before(obj).")},
    {"note", (PyCFunction)(void (*)(void))rw_note_written, METH_FASTCALL,
     PyDoc_STR("note(kind: int, text: str)\n\nOne NOTE record: 3 a test begins, 4 a test ends.")},
    {"test", rw_environment_test, METH_O,
     PyDoc_STR("test(id: str | None)\n\nThe test that processes belong to which this one starts from here on.")},
    {"benign_begin", rw_note_benign_begin, METH_O,
     PyDoc_STR("benign_begin(why: str)\n\nWhat this thread does until benign_end() is meant to race.")},
    {"benign_end", rw_note_benign_end, METH_NOARGS, PyDoc_STR("benign_end()\n\nEnds the innermost benign block.")},
    {"after_fork_in_child", after_fork_in_child, METH_NOARGS, PyDoc_STR("Begins a session of the child's own.")},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "racewitness._core",
    .m_doc = PyDoc_STR("The racewitness agent's core; use the functions of the package."),
    .m_methods = functions,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit__core(void)
{
    return PyModuleDef_Init(&definition);
}
