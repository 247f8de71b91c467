/* plan.c as a module of its own: what it makes of a code object. */
#include "plan.h"

#include <stdlib.h>

/* plan(code: code, bytecode: bytes) -> list[tuple[offset, plan, depth, oparg]], one for each code unit. */
static PyObject *
plan(PyObject *module, PyObject *arguments)
{
    (void)module;
    PyObject *code, *bytecode;
    if (!PyArg_ParseTuple(arguments, "O!S", &PyCode_Type, &code, &bytecode)) {
        return NULL;
    }
    rw_code info = {.count = PyBytes_GET_SIZE(bytecode) / 2};
    info.instructions = calloc((size_t)info.count + 1, sizeof(*info.instructions));
    PyObject *result = NULL;
    if (info.instructions == NULL ||
        !rw_plan_code((PyCodeObject *)code, (const unsigned char *)PyBytes_AS_STRING(bytecode), &info)) {
        PyErr_NoMemory();
    }
    else {
        result = PyList_New(0);
    }
    for (Py_ssize_t unit = 0; result != NULL && unit < info.count; unit++) {
        const rw_instruction *instruction = &info.instructions[unit];
        PyObject *row = Py_BuildValue("(niiI)", unit * 2, instruction->plan, instruction->depth, instruction->arg);
        if (row == NULL || PyList_Append(result, row) < 0) {
            Py_CLEAR(result);
        }
        Py_XDECREF(row);
    }
    free(info.instructions);
    free(info.imports);
    return result;
}

static PyMethodDef functions[] = {
    {"plan", plan, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_plan",
    .m_methods = functions,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit__plan(void)
{
    return PyModuleDef_Init(&definition);
}
