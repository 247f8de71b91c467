/* What a program or its test runner says of what it does: NOTE records of the kinds that hold for the thread (note.c).
 */
#ifndef RW_NOTE_H
#define RW_NOTE_H

#include <Python.h>

/* note(kind, text): kinds 3 (a test begins) and 4 (it ends); others raise ValueError. */
PyObject *rw_note_written(PyObject *module, PyObject *const *args, Py_ssize_t nargs);

/* benign_begin(why), benign_end(): blocks of the calling thread, which nest. */
PyObject *rw_note_benign_begin(PyObject *module, PyObject *why);
PyObject *rw_note_benign_end(PyObject *module, PyObject *ignored);

#endif
