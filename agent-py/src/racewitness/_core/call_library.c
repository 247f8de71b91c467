/* Functions of the standard library that are written in Python and go through the containers of their caller.
 *
 * Some modules do nothing else: their code is observed on behalf of the line that calls it, as code compiled from a
 * string is. Where there is more to a module (state of its own, what many programs call all the time), its code is not
 * observed, and what a function does to its arguments is told at the call.
 *
 * Owner is the module, name the qualified name. Where `receiver` is set, a bound method's object or the class that is
 * called, the arguments are those behind it.
 */
#include "attribute.h"
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
read_both(const rw_call *c)
{
    for (Py_ssize_t i = 0; i < c->count && i < 2; i++) {
        rw_container_read_whole(c->self, c->args[i]);
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

static void
read_subject(const rw_call *c)
{
    rw_container_read_whole(c->self, subject(c));
}

static void
read_subject_deep(const rw_call *c)
{
    rw_container_read_deep(c->self, subject(c));
}

/* re.search(pattern, text) and kin */
static void
read_second_buffer(const rw_call *c)
{
    if (c->count >= 2) {
        rw_buffer_access(c->self, RW_OP_READ, c->args[1]);
    }
}

/* re.sub(pattern, replacement, text) */
static void
read_third_buffer(const rw_call *c)
{
    if (c->count >= 3) {
        rw_buffer_access(c->self, RW_OP_READ, c->args[2]);
    }
}

static PyObject *
attribute_value(PyObject *object, const char *name)
{
    PyObject *text = PyUnicode_InternFromString(name);
    PyObject *value = text == NULL ? NULL : rw_attribute_plain_value(object, text);
    Py_XDECREF(text);
    PyErr_Clear();
    return value;
}

/* record.msg % record.args, where a handler asks for the text: on behalf of the line that logs. */
static void
format_message(const rw_call *c)
{
    PyObject *text = c->count >= 1 ? attribute_value(c->args[0], "msg") : NULL;
    PyObject *values = c->count >= 1 ? attribute_value(c->args[0], "args") : NULL;
    if (text != NULL && !PyUnicode_CheckExact(text)) {
        rw_container_read_shown(c->self, text);
    }
    else if (text != NULL && values != NULL) {
        rw_format_percent(c->self, text, values);
    }
    Py_XDECREF(text);
    Py_XDECREF(values);
}

bool
rw_library_rule_is_indirect(const rw_call_rule *rule)
{
    return rule->handle == format_message;
}

/* The one that is chosen is not known; weights, which are behind, are all read. */
static void
choose(const rw_call *c)
{
    PyObject *sequence = subject(c);
    Py_ssize_t behind = c->receiver == NULL ? 2 : 1;
    if (c->count > behind) {
        rw_container_read_whole(c->self, c->args[behind]);
    }
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
        {"csv", "DictReader."},
        {"csv", "DictWriter."},
        {"configparser", "RawConfigParser.read_dict"},
        {"fnmatch", "filter"},
        {"genericpath", "commonprefix"},
        {"os", "_Environ."},
        {"os", "getenv"},
        {"subprocess", "list2cmdline"},
        {"urllib.parse", "urlencode"},
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
    {"json", "loads", read_buffer},
    {"json.encoder", "JSONEncoder.encode", read_subject_deep},
    {"json.encoder", "JSONEncoder.iterencode", read_subject_deep},
    {"argparse", "ArgumentParser.parse_args", read_subject},
    {"argparse", "ArgumentParser.parse_known_args", read_subject},
    {"difflib", "get_close_matches", read_subject},
    {"shlex", "join", read_deep},
    {"pprint", "pprint", read_deep},
    {"pprint", "pformat", read_deep},
    {"random", "Random.shuffle", shuffle},
    {"random", "Random.choice", choose},
    {"random", "Random.choices", choose},
    {"random", "Random.sample", sample},
    {"base64", "b64encode", read_buffer},
    {"base64", "b64decode", read_buffer},
    {"bz2", "compress", read_buffer},
    {"bz2", "decompress", read_buffer},
    {"lzma", "compress", read_buffer},
    {"lzma", "decompress", read_buffer},
    {"hmac", "new", read_second_buffer},
    {"logging", "LogRecord.getMessage", format_message},
    {"re", "match", read_second_buffer},
    {"re", "fullmatch", read_second_buffer},
    {"re", "search", read_second_buffer},
    {"re", "split", read_second_buffer},
    {"re", "findall", read_second_buffer},
    {"re", "finditer", read_second_buffer},
    {"re", "sub", read_third_buffer},
    {"re", "subn", read_third_buffer},
    {"statistics", "mean", read_first},
    {"statistics", "fmean", read_first},
    {"statistics", "geometric_mean", read_first},
    {"statistics", "harmonic_mean", read_first},
    {"statistics", "median", read_first},
    {"statistics", "median_low", read_first},
    {"statistics", "median_high", read_first},
    {"statistics", "median_grouped", read_first},
    {"statistics", "mode", read_first},
    {"statistics", "multimode", read_first},
    {"statistics", "quantiles", read_first},
    {"statistics", "stdev", read_first},
    {"statistics", "pstdev", read_first},
    {"statistics", "variance", read_first},
    {"statistics", "pvariance", read_first},
    {"statistics", "kde", read_first},
    {"statistics", "correlation", read_both},
    {"statistics", "covariance", read_both},
    {"statistics", "linear_regression", read_both},
    {"statistics", "NormalDist.from_samples", read_subject},
    {NULL, NULL, NULL},
};
