/* The agent's variables: not seen by the program, and in the environment of everything that it starts. Among
 * environment*.c. */
#ifndef RW_ENVIRONMENT_H
#define RW_ENVIRONMENT_H

#include <Python.h>

/* A module that C code has made by now: where it has functions that start processes, they are hooked. */
void rw_environment_module(PyObject *module);

/* METH_O: the id of the test that runs in this process from here on, for the processes that it starts; None: none. */
PyObject *rw_environment_test(PyObject *module, PyObject *test);

/* The agent's variables as a list of pairs of bytes (name, value); that of PYTHONPATH is the inject directory alone.
 * New reference, or NULL with an exception. */
PyObject *rw_environment_variables(void);

/* A search path with the inject directory in front. New reference to bytes, or NULL with an exception. */
PyObject *rw_environment_path(const char *path);

/* environment_add.c: an environment that the program has made, with the agent's variables in it: a list of bytes
 * NAME=VALUE, or a mapping of str or bytes. A copy; the environment itself where it is none, which its user will tell.
 * New reference; no exception. */
PyObject *rw_environment_list(PyObject *list);
PyObject *rw_environment_mapping(PyObject *mapping);

/* environment_isolated.c: the option by which a Python that is started with these arguments (a list or tuple) ignores
 * its environment, 'I', 'E' or 'S'; 0 where it does not, or is no Python. No exception. */
char rw_isolated_option(PyObject *arguments);

/* Leaves word for the report that process `pid` runs unobserved because of that option; or takes the word back. Keeps
 * errno and a pending exception. */
void rw_isolated_tell(PyObject *arguments, char option, long pid);
void rw_isolated_forget(long pid);

#endif
