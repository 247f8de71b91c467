/* Containers in containers: what json.dumps and copy.deepcopy read, found without running program code. */
#include "container.h"

enum { DEEP_DEPTH = 8, DEEP_OBJECTS = 256 };

typedef struct {
    rw_thread *self;
    PyObject *met[DEEP_OBJECTS]; /* compared only */
    int count;
    int depth;
} deep_reading;

static void read_value(deep_reading *reading, PyObject *object);

static bool
meet(deep_reading *reading, PyObject *object)
{
    for (int i = 0; i < reading->count; i++) {
        if (reading->met[i] == object) {
            return false;
        }
    }
    if (reading->count == DEEP_OBJECTS || reading->depth == DEEP_DEPTH) {
        return false;
    }
    reading->met[reading->count++] = object;
    return true;
}

static void
read_values(deep_reading *reading, PyObject *values)
{
    for (Py_ssize_t i = 0; values != NULL && i < PyList_GET_SIZE(values) && reading->count < DEEP_OBJECTS; i++) {
        read_value(reading, PyList_GET_ITEM(values, i));
    }
    if (values == NULL) {
        PyErr_Clear();
    }
}

static void
read_list(deep_reading *reading, PyObject *list)
{
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list) && reading->count < DEEP_OBJECTS; i++) {
        PyObject *item = PyList_GetItemRef(list, i); /* another thread may have shortened the list */
        if (item == NULL) {
            PyErr_Clear();
            return;
        }
        read_value(reading, item);
        Py_DECREF(item);
    }
}

static void
read_value(deep_reading *reading, PyObject *object)
{
    bool tuple = PyTuple_CheckExact(object);
    if ((!tuple && rw_container_of(object, RW_USE_ITERATE) == RW_NO_CONTAINER) || !meet(reading, object)) {
        return;
    }
    reading->depth++;
    if (tuple) {
        for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(object) && reading->count < DEEP_OBJECTS; i++) {
            read_value(reading, PyTuple_GET_ITEM(object, i));
        }
    }
    else {
        rw_container_read_whole(reading->self, object);
        if (PyList_Check(object)) {
            read_list(reading, object);
        }
        else if (PyDict_Check(object) && PyDict_GET_SIZE(object) <= DEEP_OBJECTS) {
            PyObject *values = PyDict_Values(object); /* a list of our own */
            read_values(reading, values);
            Py_XDECREF(values);
        }
    }
    reading->depth--;
}

void
rw_container_read_deep(rw_thread *self, PyObject *object)
{
    deep_reading reading = {.self = self};
    if (PyTuple_CheckExact(object) || rw_container_of(object, RW_USE_ITERATE) != RW_NO_CONTAINER) {
        read_value(&reading, object);
    }
    else {
        rw_container_read_copied(self, object);
    }
}

/* Whether copying asks a method that the program wrote. */
static bool
copies_itself(PyTypeObject *type, const char *name)
{
    PyObject *text = PyUnicode_FromString(name);
    PyObject *found = text == NULL ? NULL : _PyType_Lookup(type, text);
    bool own = found != NULL && !Py_IS_TYPE(found, &PyMethodDescr_Type) && !Py_IS_TYPE(found, &PyWrapperDescr_Type);
    Py_XDECREF(text);
    PyErr_Clear();
    return own;
}

void
rw_container_read_copied(rw_thread *self, PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    if (rw_container_behind(object) != NULL) {
        rw_container_read_whole(self, object);
    }
    else if ((type->tp_flags & Py_TPFLAGS_HEAPTYPE) && !(type->tp_flags & Py_TPFLAGS_IMMUTABLETYPE) &&
             type->tp_dictoffset != 0 && !PyType_Check(object) && !PyModule_Check(object) &&
             !copies_itself(type, "__copy__") && !copies_itself(type, "__deepcopy__") &&
             !copies_itself(type, "__reduce__") && !copies_itself(type, "__reduce_ex__") &&
             !copies_itself(type, "__getstate__")) {
        rw_access(self, RW_OP_READ_ALL, rw_container_target(self, object), RW_KEY_SHAPE);
    }
}
