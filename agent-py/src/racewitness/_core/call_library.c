/* Functions of the standard library that are written in Python and go through the containers of their caller: what they
 * do inside is not observed, so it is told at the call.
 *
 * Owner is the module, name the qualified name. Where `receiver` is set, a bound method's object or the class that is
 * called, the arguments are those behind it.
 */
#include "call_rules.h"

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
read_subject(const rw_call *c)
{
    rw_container_read_whole(c->self, subject(c));
}

static void
read_deep(const rw_call *c)
{
    if (c->count >= 1) {
        rw_container_read_deep(c->self, c->args[0]);
    }
}

/* copy.copy copies the attributes of an object, and the items of a container. */
static void
copy(const rw_call *c)
{
    if (c->count >= 1) {
        rw_container_read_copied(c->self, c->args[0]);
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

const rw_call_rule rw_library_rules[] = {
    {"copy", "copy", copy},
    {"copy", "deepcopy", read_deep},
    {"json", "dumps", read_deep},
    {"json", "dump", read_deep},
    {"pprint", "pprint", read_deep},
    {"pprint", "pformat", read_deep},
    {"random", "Random.shuffle", shuffle},
    {"random", "Random.choice", choose},
    {"random", "Random.choices", choose},
    {"random", "Random.sample", choose},
    {"heapq", "nsmallest", read_subject},
    {"heapq", "nlargest", read_subject},
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
    {"collections", "Counter.__init__", read_subject},
    {NULL, NULL, NULL},
};
