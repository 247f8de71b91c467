/* How pytest comes to know racewitness.pytest_plugin in an observed process (pytest.c). */
#ifndef RW_PYTEST_H
#define RW_PYTEST_H

#include <Python.h>

/* The body of the module with these globals has run to its end. Calls no code of the program. */
void rw_pytest_module_end(PyObject *globals);

#endif
