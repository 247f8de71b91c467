/* Patterns of the match statement (Python/ceval.c: _PyEval_MatchKeys, _PyEval_MatchClass). The parts that a pattern
 * finds are bound afterwards; subscripts and unpacking of a sequence pattern are instructions of their own. */
#include "container.h"

/* [subject]. A mapping pattern asks for the length as well, to be done early: what it is about are the keys. */
void
rw_on_length(const rw_site *site)
{
    PyObject *subject = site->top[-1];
    if (rw_container_of(subject, RW_USE_LENGTH) == RW_SEQUENCE) {
        rw_access(site->self, RW_OP_SHAPE_READ, rw_container_target(site->self, subject), RW_KEY_SHAPE);
    }
}

/* [subject, keys]: looked up by the subject's get(), up to the first that is missing. */
void
rw_on_match_keys(const rw_site *site)
{
    PyObject *subject = site->top[-2];
    PyObject *keys = site->top[-1];
    if (rw_container_kind(subject) != RW_MAPPING || !PyTuple_CheckExact(keys) ||
        !rw_container_has_method(subject, "get")) {
        return;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(keys); i++) {
        PyObject *key = PyTuple_GET_ITEM(keys, i);
        rw_container_at_key(site->self, subject, key, RW_KEYED_LOAD);
        if (rw_container_has(subject, key) == RW_ABSENT) {
            return;
        }
    }
}

/* The names of the attributes that positional patterns stand for, borrowed; NULL: the class has none of its own. */
static PyObject *
positional_names(PyTypeObject *class)
{
    PyObject *names = _PyType_Lookup(class, &_Py_ID(__match_args__));
    return names != NULL && PyTuple_CheckExact(names) ? names : NULL;
}

/* [subject, class, names]; the oparg is the number of positional patterns. */
void
rw_on_match_class(const rw_site *site)
{
    PyObject *subject = site->top[-3];
    PyObject *class = site->top[-2];
    PyObject *names = site->top[-1];
    if (!PyType_Check(class) || !PyObject_TypeCheck(subject, (PyTypeObject *)class) || !PyTuple_CheckExact(names)) {
        return;
    }
    PyObject *positional = positional_names((PyTypeObject *)class);
    Py_ssize_t count =
        positional == NULL ? 0 : Py_MIN((Py_ssize_t)site->instruction->arg, PyTuple_GET_SIZE(positional));
    for (Py_ssize_t i = 0; i < count; i++) {
        if (PyUnicode_CheckExact(PyTuple_GET_ITEM(positional, i))) {
            rw_attribute_read(site->self, subject, PyTuple_GET_ITEM(positional, i));
        }
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(names); i++) {
        rw_attribute_read(site->self, subject, PyTuple_GET_ITEM(names, i));
    }
}
