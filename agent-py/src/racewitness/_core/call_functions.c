/* What functions and calls of types do to the containers and objects that they are given. */
#include "call_rules.h"

static void
shape_of_argument(const rw_call *c, enum rw_operation operation)
{
    PyObject *container = c->count == 1 ? c->args[0] : NULL;
    if (container == NULL) {
        return;
    }
    if (rw_container_of(container, RW_USE_LENGTH) == RW_NO_CONTAINER) {
        PyObject *behind = rw_container_behind(container);
        container = behind == container ? NULL : behind; /* the length of a view is its dict's */
    }
    if (container != NULL) {
        rw_access(c->self, operation, rw_container_target(c->self, container), RW_KEY_SHAPE);
    }
}

static void
length_of_argument(const rw_call *c)
{
    shape_of_argument(c, RW_OP_SHAPE_READ);
}

/* An iteration that begins at the end asks where that is. */
static void
iterate_backwards(const rw_call *c)
{
    shape_of_argument(c, RW_OP_ITERATE);
}

static void
next_of(const rw_call *c)
{
    if (c->count >= 1) {
        rw_iterator_step(c->self, c->args[0]);
    }
}

/* The name argument of getattr and kin, an exact str. */
static PyObject *
attribute_name(const rw_call *c, Py_ssize_t index)
{
    return c->count > index && PyUnicode_CheckExact(c->args[index]) ? c->args[index] : NULL;
}

static void
get_attribute(const rw_call *c)
{
    PyObject *name = attribute_name(c, 1);
    if (name != NULL) {
        rw_attribute_read(c->self, c->args[0], name);
    }
}

static void
set_attribute(const rw_call *c)
{
    PyObject *name = attribute_name(c, 1);
    if (name != NULL) {
        rw_attribute_write(c->self, RW_OP_WRITE, c->args[0], name);
    }
}

static void
delete_attribute(const rw_call *c)
{
    PyObject *name = attribute_name(c, 1);
    if (name != NULL) {
        rw_attribute_write(c->self, RW_OP_DELETE, c->args[0], name);
    }
}

static void
get_attribute_of_self(const rw_call *c)
{
    PyObject *name = attribute_name(c, 0);
    if (name != NULL) {
        rw_attribute_read_generic(c->self, c->receiver, name);
    }
}

static void
set_attribute_of_self(const rw_call *c)
{
    PyObject *name = attribute_name(c, 0);
    if (name != NULL) {
        rw_attribute_write_generic(c->self, RW_OP_WRITE, c->receiver, name);
    }
}

static void
delete_attribute_of_self(const rw_call *c)
{
    PyObject *name = attribute_name(c, 0);
    if (name != NULL) {
        rw_attribute_write_generic(c->self, RW_OP_DELETE, c->receiver, name);
    }
}

static void
vars_of(const rw_call *c)
{
    if (c->count == 1) {
        rw_attribute_dict(c->self, c->args[0]);
    }
}

/* `globals()` at any level and `locals()`, `vars()` at module level hand out the namespace: number it as one before its
 * keys are used. */
static void
hand_out_globals(const rw_call *c)
{
    _PyInterpreterFrame *frame = rw_current_frame();
    if (frame != NULL && PyDict_CheckExact(frame->f_globals)) {
        rw_namespace(c->self, frame->f_globals);
    }
}

static void
vars_or_globals(const rw_call *c)
{
    if (c->count == 0) {
        hand_out_globals(c);
    }
    else {
        vars_of(c);
    }
}

static void
change_first_argument(const rw_call *c)
{
    if (c->count >= 1 && rw_container_of(c->args[0], RW_USE_STORE) == RW_SEQUENCE) {
        rw_access(c->self, RW_OP_TORN_ALL, rw_container_target(c->self, c->args[0]), RW_KEY_SHAPE);
    }
}

static void
read_first_argument(const rw_call *c)
{
    if (c->count >= 1) {
        rw_container_read_whole(c->self, c->args[0]);
    }
}

static void
read_until(const rw_call *c, bool decisive)
{
    if (c->count == 1 && (PyTuple_CheckExact(c->args[0]) ||
                          (PyList_Check(c->args[0]) && rw_container_behind(c->args[0]) == c->args[0]))) {
        rw_container_read_until(c->self, c->args[0], decisive);
    }
    else {
        read_first_argument(c);
    }
}

static void
read_until_true(const rw_call *c)
{
    read_until(c, true);
}

static void
read_until_false(const rw_call *c)
{
    read_until(c, false);
}

/* sum(rows, []): the items are read as well. */
static void
read_items(const rw_call *c)
{
    if (c->count >= 1 && (c->count > 1 || rw_call_keyword(c, "start") != NULL)) {
        rw_container_read_deep(c->self, c->args[0]);
    }
    else {
        read_first_argument(c);
    }
}

static void
read_deep(const rw_call *c)
{
    if (c->count >= 1) {
        rw_container_read_deep(c->self, c->args[0]);
    }
}

/* Lines may be buffers; an iterator gives some. */
static void
read_lines(const rw_call *c)
{
    if (c->count >= 1 && rw_container_of(c->args[0], RW_USE_ITERATE) == RW_NO_CONTAINER) {
        rw_container_read_whole(c->self, c->args[0]);
    }
    else {
        read_deep(c);
    }
}

static void
show_args(const rw_call *c)
{
    for (Py_ssize_t i = 0; i < c->count; i++) {
        rw_container_read_shown(c->self, c->args[i]);
    }
}

/* What copy and pickle take from an object. */
static void
copy_state(const rw_call *c)
{
    if (c->receiver != NULL) {
        rw_container_read_copied(c->self, c->receiver);
    }
}

static void
read_args(const rw_call *c)
{
    for (Py_ssize_t i = 0; i < c->count; i++) {
        rw_container_read_whole(c->self, c->args[i]);
    }
}

/* Counter.update(iterable): mapping[item] = mapping.get(item, 0) + 1 for each. */
static void
count_elements(const rw_call *c)
{
    PyObject *items = c->count == 2 ? rw_call_items(c->args[1]) : NULL;
    if (c->count != 2 || !PyDict_Check(c->args[0])) {
        return;
    }
    rw_container_read_whole(c->self, c->args[1]);
    for (Py_ssize_t i = 0; items != NULL && i < PyList_GET_SIZE(items); i++) {
        PyObject *item = PyList_GET_ITEM(items, i);
        rw_container_at_key(c->self, c->args[0], item, RW_KEYED_LOAD);
        rw_container_at_key(c->self, c->args[0], item, RW_KEYED_STORE);
    }
    if (items == NULL) {
        rw_access(c->self, RW_OP_TORN_ALL, rw_container_target(c->self, c->args[0]), RW_KEY_SHAPE);
    }
    Py_XDECREF(items);
}

static void
read_second_argument(const rw_call *c)
{
    if (c->count >= 2) {
        rw_container_read_whole(c->self, c->args[1]);
    }
}

/* Rows of parameters. */
static void
read_second_deep(const rw_call *c)
{
    if (c->count >= 2) {
        rw_container_read_deep(c->self, c->args[1]);
    }
}

const rw_call_rule rw_function_rules[] = {
    {"object", "__getattribute__", get_attribute_of_self},
    {"object", "__setattr__", set_attribute_of_self},
    {"object", "__delattr__", delete_attribute_of_self},
    {"type", "__getattribute__", get_attribute_of_self},
    {"type", "__setattr__", set_attribute_of_self},
    {"type", "__delattr__", delete_attribute_of_self},
    {"builtins", "len", length_of_argument},
    {"builtins", "sum", read_items},
    {"builtins", "sorted", read_first_argument},
    {"builtins", "min", read_args},
    {"builtins", "max", read_args},
    {"builtins", "any", read_until_true},
    {"builtins", "all", read_until_false},
    {"builtins", "repr", show_args},
    {"builtins", "print", show_args},
    {"builtins", "format", show_args},
    {"builtins", "ascii", show_args},
    {"builtins", "next", next_of},
    {"builtins", "getattr", get_attribute},
    {"builtins", "hasattr", get_attribute},
    {"builtins", "setattr", set_attribute},
    {"builtins", "delattr", delete_attribute},
    {"builtins", "vars", vars_or_globals},
    {"builtins", "globals", hand_out_globals},
    {"builtins", "locals", hand_out_globals},
    {"_heapq", "heappush", change_first_argument},
    {"_heapq", "heappop", change_first_argument},
    {"_heapq", "heapify", change_first_argument},
    {"_heapq", "heapreplace", change_first_argument},
    {"_heapq", "heappushpop", change_first_argument},
    {"_bisect", "bisect_left", read_first_argument},
    {"_bisect", "bisect_right", read_first_argument},
    {"_bisect", "bisect", read_first_argument},
    {"_bisect", "insort_left", change_first_argument},
    {"_bisect", "insort_right", change_first_argument},
    {"_bisect", "insort", change_first_argument},
    {"_functools", "reduce", read_second_argument},
    {"math", "fsum", read_first_argument},
    {"math", "prod", read_first_argument},
    {"math", "dist", read_args},
    {"math", "sumprod", read_args},
    {"_operator", "length_hint", length_of_argument},
    {"_operator", "truth", length_of_argument},
    {"_operator", "not_", length_of_argument},
    {"_operator", "countOf", read_first_argument},
    {"_operator", "indexOf", read_first_argument},
    {"_pickle", "dumps", read_deep},
    {"_pickle", "dump", read_deep},
    {"_pickle.Pickler", "dump", read_deep},
    {"marshal", "dumps", read_deep},
    {"marshal", "dump", read_deep},
    {"_csv.writer", "writerow", read_first_argument},
    {"_csv.writer", "writerows", read_deep},
    {"_io._IOBase", "writelines", read_lines},
    {"_io.BytesIO", "writelines", read_lines},
    {"sqlite3.Connection", "execute", read_second_argument},
    {"sqlite3.Connection", "executemany", read_second_deep},
    {"sqlite3.Cursor", "execute", read_second_argument},
    {"sqlite3.Cursor", "executemany", read_second_deep},
    {"_collections", "_count_elements", count_elements},
    {"class", "fromkeys", read_first_argument},
    {"class", "from_bytes", read_first_argument},
    {"class", "from_iterable", read_deep},
    {"object", "__reduce_ex__", copy_state},
    {"object", "__getstate__", copy_state},
    {"type", "list", read_first_argument},
    {"type", "tuple", read_first_argument},
    {"type", "set", read_first_argument},
    {"type", "frozenset", read_first_argument},
    {"type", "dict", read_first_argument},
    {"type", "str", show_args},
    {"type", "bytes", read_first_argument},
    {"type", "bytearray", read_first_argument},
    {"type", "collections.deque", read_first_argument},
    {"type", "collections.OrderedDict", read_first_argument},
    {"type", "collections.defaultdict", read_second_argument},
    {"type", "array.array", read_second_argument},
    {"type", "itertools.product", read_args},
    {"type", "itertools.permutations", read_first_argument},
    {"type", "itertools.combinations", read_first_argument},
    {"type", "itertools.combinations_with_replacement", read_first_argument},
    {"type", "reversed", iterate_backwards},
    {"type", "bool", length_of_argument},
    {NULL, NULL, NULL},
};
