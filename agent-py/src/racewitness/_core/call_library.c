/* Functions of the standard library that are written in Python and go through the containers of their caller.
 *
 * Some modules do nothing else: their code is observed on behalf of the line that calls it, as code compiled from a
 * string is. Where there is more to a module (state of its own, what many programs call all the time), its code is not
 * observed, and what a function does to its arguments is told at the call.
 *
 * Owner is the module, name the qualified name. Where `receiver` is set, a bound method's object or the class that is
 * called, the arguments are those behind it.
 */
#include "call_rules.h"

#include <string.h>

/* The first argument behind the object of a method, bound or not. */
static PyObject *
subject(const rw_call *c)
{
    Py_ssize_t index = c->receiver == NULL ? 1 : 0;
    return c->count > index ? c->args[index] : Py_None;
}

static void
read_first(const rw_call *c)
{
    if (c->count >= 1) {
        rw_container_read_whole(c->self, c->args[0]);
    }
}

static void
read_buffer(const rw_call *c)
{
    if (c->count >= 1) {
        rw_buffer_access(c->self, RW_OP_READ, c->args[0]);
    }
}

static void
read_deep(const rw_call *c)
{
    if (c->count >= 1) {
        rw_container_read_deep(c->self, c->args[0]);
    }
}

static void
shuffle(const rw_call *c)
{
    PyObject *sequence = subject(c);
    if (rw_container_of(sequence, RW_USE_STORE) == RW_SEQUENCE) {
        rw_access(c->self, RW_OP_TORN_ALL, rw_container_target(c->self, sequence), RW_KEY_SHAPE);
    }
}

/* The one that is chosen is not known. */
static void
choose(const rw_call *c)
{
    PyObject *sequence = subject(c);
    if (rw_container_of(sequence, RW_USE_LENGTH) == RW_SEQUENCE) {
        rw_access(c->self, RW_OP_SHAPE_READ, rw_container_target(c->self, sequence), RW_KEY_SHAPE);
    }
}

/* A sample of all items reads all of them. */
static void
sample(const rw_call *c)
{
    PyObject *sequence = subject(c);
    Py_ssize_t behind = c->receiver == NULL ? 2 : 1;
    PyObject *wanted = c->count > behind ? c->args[behind] : rw_call_keyword(c, "k");
    if (rw_container_of(sequence, RW_USE_LENGTH) == RW_SEQUENCE && wanted != NULL && PyLong_CheckExact(wanted) &&
        PyLong_AsSsize_t(wanted) >= rw_container_length(sequence)) {
        rw_container_read_whole(c->self, sequence);
    }
    else {
        choose(c);
    }
    PyErr_Clear();
}

/* Functions within a method are none: those of weak containers are called by the interpreter, on nobody's behalf, when
 * an object ends. */
static bool
is_named_so(const char *name, const char *wanted)
{
    size_t length = strlen(wanted);
    bool is_class = wanted[length - 1] == '.';
    return is_class ? strncmp(name, wanted, length) == 0 && strchr(name + length, '.') == NULL
                    : strcmp(name, wanted) == 0;
}

bool
rw_library_is_transparent(const char *module, const char *name)
{
    static const struct {
        const char *module;
        const char *name; /* NULL: all of it; a class and a point: its methods */
    } transparent[] = {
        {"collections", NULL},
        {"_collections_abc", NULL},
        {"collections.abc", NULL},
        {"copy", NULL},
        {"dataclasses", NULL},
        {"heapq", NULL},
        {"string", NULL},
        {"functools", "cached_property.__get__"},
        {"weakref", "WeakValueDictionary."},
        {"weakref", "WeakKeyDictionary."},
        {"_weakrefset", "WeakSet."},
    };
    for (size_t i = 0; i < Py_ARRAY_LENGTH(transparent); i++) {
        if (strcmp(transparent[i].module, module) == 0 &&
            (transparent[i].name == NULL || is_named_so(name, transparent[i].name))) {
            return true;
        }
    }
    return false;
}

const rw_call_rule rw_library_rules[] = {
    {"json", "dumps", read_deep},
    {"json", "dump", read_deep},
    {"pprint", "pprint", read_deep},
    {"pprint", "pformat", read_deep},
    {"random", "Random.shuffle", shuffle},
    {"random", "Random.choice", choose},
    {"random", "Random.choices", choose},
    {"random", "Random.sample", sample},
    {"base64", "b64encode", read_buffer},
    {"base64", "b64decode", read_buffer},
    {"statistics", "mean", read_first},
    {"statistics", "fmean", read_first},
    {"statistics", "median", read_first},
    {"statistics", "mode", read_first},
    {"statistics", "multimode", read_first},
    {"statistics", "stdev", read_first},
    {"statistics", "pstdev", read_first},
    {"statistics", "variance", read_first},
    {"statistics", "pvariance", read_first},
    {"statistics", "quantiles", read_first},
    {NULL, NULL, NULL},
};
