/* What the methods of containers do to their container and to their arguments. */
#include "call_rules.h"
#include "sync_deque.h"

static rw_target
target(const rw_call *c)
{
    return rw_container_target(c->self, c->receiver);
}

static void
shape(const rw_call *c, enum rw_operation operation)
{
    rw_access(c->self, operation, target(c), RW_KEY_SHAPE);
}

static void
at_key(const rw_call *c, enum rw_keyed use)
{
    if (c->count >= 1) {
        rw_container_at_key(c->self, c->receiver, c->args[0], use);
    }
}

static bool
last_or_plain(const rw_call *c, Py_ssize_t *index)
{
    *index = -1;
    if (c->count == 0) {
        return true;
    }
    if (!PyLong_CheckExact(c->args[0])) {
        return false;
    }
    *index = PyLong_AsSsize_t(c->args[0]);
    PyErr_Clear();
    return true;
}

static void
read_args(const rw_call *c)
{
    for (Py_ssize_t i = 0; i < c->count; i++) {
        rw_container_read_whole(c->self, c->args[i]);
    }
}

static void
read_self(const rw_call *c)
{
    rw_container_read_whole(c->self, c->receiver);
}

/* index(value) */
static void
scan(const rw_call *c)
{
    if (c->count == 1) {
        rw_container_read_scanned(c->self, c->receiver, c->args[0]);
    }
    else {
        read_self(c);
    }
}

static void
read_self_and_args(const rw_call *c)
{
    read_self(c);
    read_args(c);
}

static void
write_whole(const rw_call *c)
{
    read_args(c);
    shape(c, RW_OP_WRITE_ALL);
}

static void
torn(const rw_call *c)
{
    read_args(c);
    shape(c, RW_OP_TORN_ALL);
}

/* insert takes a value, not a container to be read */
static void
torn_by_value(const rw_call *c)
{
    shape(c, RW_OP_TORN_ALL);
}

/* The value is compared with the items, as far as those are containers themselves. */
static void
compare_items(const rw_call *c)
{
    PyObject *items = c->count == 1 && !rw_key_is_plain(c->args[0]) ? rw_call_items(c->receiver) : NULL;
    for (Py_ssize_t i = 0; items != NULL && i < PyList_GET_SIZE(items); i++) {
        if (PyList_GET_ITEM(items, i) != c->args[0]) {
            rw_container_read_compared(c->self, PyList_GET_ITEM(items, i), c->args[0], Py_EQ, true);
        }
    }
    Py_XDECREF(items);
}

static void
count_equal(const rw_call *c)
{
    read_self(c);
    compare_items(c);
}

static void
remove_equal(const rw_call *c)
{
    compare_items(c);
    torn_by_value(c);
}

static void
append(const rw_call *c)
{
    rw_access(c->self, RW_OP_APPEND, target(c), rw_index_key(rw_container_length(c->receiver), 0));
}

/* In a full deque an item goes for the one that comes, and all others move. */
static bool
is_full(PyObject *deque)
{
    Py_ssize_t most = ((const rw_deque *)deque)->maxlen;
    return most >= 0 && Py_SIZE(deque) >= most;
}

static void
append_right_or_move(const rw_call *c)
{
    if (is_full(c->receiver)) {
        shape(c, RW_OP_WRITE_ALL);
    }
    else {
        append(c);
    }
}

static void
append_left(const rw_call *c)
{
    if (is_full(c->receiver)) {
        shape(c, RW_OP_WRITE_ALL);
    }
    else {
        rw_access(c->self, RW_OP_APPEND, target(c), rw_index_key(0, 0));
    }
}

static void
pop(const rw_call *c)
{
    Py_ssize_t index;
    Py_ssize_t length = rw_container_length(c->receiver);
    if (length == 0) {
        shape(c, RW_OP_POP_EMPTY);
    }
    else if (last_or_plain(c, &index) && (index == -1 || index == length - 1)) {
        rw_access(c->self, RW_OP_POP_END, target(c), rw_index_key(length - 1, length));
    }
    else {
        shape(c, RW_OP_TORN_ALL);
    }
}

static void
pop_left(const rw_call *c)
{
    if (rw_container_length(c->receiver) == 0) {
        shape(c, RW_OP_POP_EMPTY);
    }
    else {
        rw_access(c->self, RW_OP_POP_END, target(c), rw_index_key(0, 0));
    }
}

static void
extend(const rw_call *c)
{
    if (c->count != 1) {
        return;
    }
    PyObject *other = c->args[0];
    read_args(c);
    if (PyList_CheckExact(other) || PyTuple_CheckExact(other)) {
        Py_ssize_t count = PyTuple_CheckExact(other) ? PyTuple_GET_SIZE(other) : PyList_GET_SIZE(other);
        rw_access_range(c->self, RW_OP_EXTEND, target(c),
                        rw_key(RW_KEY_INDEX, (uint64_t)rw_container_length(c->receiver)), (uint64_t)count);
    }
    else {
        shape(c, RW_OP_TORN_ALL);
    }
}

static void
get(const rw_call *c)
{
    at_key(c, RW_KEYED_LOAD);
}

static void
set_default(const rw_call *c)
{
    at_key(c, RW_KEYED_ADD);
}

static void
pop_key(const rw_call *c)
{
    at_key(c, RW_KEYED_POP);
}

static void
pop_any(const rw_call *c)
{
    shape(c, rw_container_length(c->receiver) == 0 ? RW_OP_POP_EMPTY : RW_OP_WRITE_ALL);
}

static void
update(const rw_call *c)
{
    for (Py_ssize_t i = 0; i < c->count; i++) {
        rw_container_update(c->self, c->receiver, c->args[i]);
    }
    for (Py_ssize_t i = 0; c->names != NULL && i < PyTuple_GET_SIZE(c->names); i++) {
        rw_container_at_key(c->self, c->receiver, PyTuple_GET_ITEM(c->names, i), RW_KEYED_STORE);
    }
}

static void
length_of_self(const rw_call *c)
{
    shape(c, RW_OP_SHAPE_READ);
}

static void
next_of_self(const rw_call *c)
{
    rw_iterator_step(c->self, c->receiver);
}

/* The items of what is joined may be buffers themselves. */
static void
join_bytes(const rw_call *c)
{
    for (Py_ssize_t i = 0; i < c->count; i++) {
        rw_container_read_deep(c->self, c->args[i]);
    }
}

const rw_call_rule rw_method_rules[] = {
    {"list", "append", append},
    {"list", "extend", extend},
    {"list", "insert", torn_by_value},
    {"list", "remove", remove_equal},
    {"list", "pop", pop},
    {"list", "clear", write_whole},
    {"list", "index", scan},
    {"list", "count", count_equal},
    {"list", "sort", torn_by_value},
    {"list", "reverse", torn_by_value},
    {"list", "copy", read_self},
    {"list", "__reversed__", length_of_self},
    {"dict", "get", get},
    {"dict", "setdefault", set_default},
    {"dict", "pop", pop_key},
    {"dict", "popitem", pop_any},
    {"dict", "update", update},
    {"dict", "clear", write_whole},
    {"dict", "copy", read_self},
    {"collections.OrderedDict", "setdefault", set_default},
    {"collections.OrderedDict", "pop", pop_key},
    {"collections.OrderedDict", "popitem", pop_any},
    {"collections.OrderedDict", "update", update},
    {"collections.OrderedDict", "clear", write_whole},
    {"collections.OrderedDict", "copy", read_self},
    {"collections.OrderedDict", "move_to_end", torn_by_value},
    {"collections.defaultdict", "__missing__", set_default},
    {"set", "add", set_default},
    {"set", "discard", pop_key},
    {"set", "remove", pop_key},
    {"set", "pop", pop_any},
    {"set", "clear", write_whole},
    {"set", "copy", read_self},
    {"set", "update", write_whole},
    {"set", "difference_update", write_whole},
    {"set", "intersection_update", write_whole},
    {"set", "symmetric_difference_update", write_whole},
    {"set", "union", read_self_and_args},
    {"set", "difference", read_self_and_args},
    {"set", "intersection", read_self_and_args},
    {"set", "symmetric_difference", read_self_and_args},
    {"set", "issubset", read_self_and_args},
    {"set", "issuperset", read_self_and_args},
    {"set", "isdisjoint", read_self_and_args},
    {"frozenset", "union", read_args},
    {"frozenset", "difference", read_args},
    {"frozenset", "intersection", read_args},
    {"frozenset", "issubset", read_args},
    {"frozenset", "issuperset", read_args},
    {"frozenset", "isdisjoint", read_args},
    {"frozenset", "symmetric_difference", read_args},
    {"collections.deque", "append", append_right_or_move},
    {"collections.deque", "appendleft", append_left},
    {"collections.deque", "pop", pop},
    {"collections.deque", "popleft", pop_left},
    {"collections.deque", "extend", torn},
    {"collections.deque", "extendleft", torn},
    {"collections.deque", "insert", torn_by_value},
    {"collections.deque", "remove", torn_by_value},
    {"collections.deque", "rotate", torn_by_value},
    {"collections.deque", "reverse", torn_by_value},
    {"collections.deque", "clear", write_whole},
    {"collections.deque", "copy", read_self},
    {"collections.deque", "__copy__", read_self},
    {"collections.deque", "count", read_self},
    {"collections.deque", "index", read_self},
    {"bytearray", "append", torn_by_value},
    {"bytearray", "extend", torn},
    {"bytearray", "insert", torn_by_value},
    {"bytearray", "pop", torn_by_value},
    {"bytearray", "remove", torn_by_value},
    {"bytearray", "reverse", torn_by_value},
    {"bytearray", "clear", torn_by_value},
    {"array.array", "append", torn_by_value},
    {"array.array", "extend", torn},
    {"array.array", "insert", torn_by_value},
    {"array.array", "pop", torn_by_value},
    {"array.array", "remove", torn_by_value},
    {"array.array", "reverse", torn_by_value},
    {"array.array", "tolist", read_self},
    {"array.array", "tobytes", read_self},
    {"array.array", "count", read_self},
    {"array.array", "index", read_self},
    {"array.array", "fromlist", torn},
    {"array.array", "frombytes", torn},
    {"array.array", "byteswap", torn_by_value},
    {"array.array", "clear", torn_by_value},
    {"array.array", "__copy__", read_self},
    {"array.array", "__deepcopy__", read_self},
    {"array.array", "tofile", read_self},
    {"array.array", "fromfile", torn_by_value},
    {"iterator", "__next__", next_of_self},
    {"dict_keys", "isdisjoint", read_self_and_args},
    {"dict_items", "isdisjoint", read_self_and_args},
    {"str", "join", read_args},
    {"str", "translate", rw_on_translate},
    {"str", "maketrans", read_args},
    {"str", "format", rw_on_format},
    {"str", "format_map", rw_on_format_map},
    {"bytes", "join", join_bytes},
    {NULL, NULL, NULL},
};
