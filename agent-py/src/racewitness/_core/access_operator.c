/* Operators on containers: as instructions, and as the methods and functions of module operator that do the same. */
#include "call_rules.h"

#include <opcode.h>

/* `rows += other`: documented atomic for a list or tuple, many steps for any other iterable. */
static void
extend(rw_thread *self, PyObject *list, PyObject *other)
{
    rw_target target = rw_container_target(self, list);
    rw_container_read_whole(self, other);
    if (PyList_CheckExact(other) || PyTuple_CheckExact(other)) {
        Py_ssize_t count = PyTuple_CheckExact(other) ? PyTuple_GET_SIZE(other) : PyList_GET_SIZE(other);
        rw_access_range(self, RW_OP_EXTEND, target, rw_key(RW_KEY_INDEX, (uint64_t)rw_container_length(list)),
                        (uint64_t)count);
    }
    else {
        rw_access(self, RW_OP_TORN_ALL, target, RW_KEY_SHAPE);
    }
}

static void
operate_in_place(rw_thread *self, uint32_t operator, PyObject *left, PyObject *right)
{
    if (operator == NB_INPLACE_ADD && PyList_Check(left)) {
        extend(self, left, right);
    }
    else if (operator == NB_INPLACE_OR && PyDict_Check(left)) {
        rw_container_update(self, left, right);
    }
    else {
        rw_container_read_whole(self, right);
        rw_access(self, PySet_Check(left) ? RW_OP_WRITE_ALL : RW_OP_TORN_ALL, rw_container_target(self, left),
                  RW_KEY_SHAPE);
    }
}

/* The methods behind the operators that containers have; a subclass in Python may replace them. */
static const char *const names[] = {
    [NB_ADD] = "__add__",
    [NB_MULTIPLY] = "__mul__",
    [NB_AND] = "__and__",
    [NB_OR] = "__or__",
    [NB_SUBTRACT] = "__sub__",
    [NB_XOR] = "__xor__",
    [NB_INPLACE_ADD] = "__iadd__",
    [NB_INPLACE_MULTIPLY] = "__imul__",
    [NB_INPLACE_AND] = "__iand__",
    [NB_INPLACE_OR] = "__ior__",
    [NB_INPLACE_SUBTRACT] = "__isub__",
    [NB_INPLACE_XOR] = "__ixor__",
};

static bool
is_built_in(PyObject *left, uint32_t operator)
{
    const char *name = operator < Py_ARRAY_LENGTH(names) ? names[operator] : NULL;
    return name != NULL && rw_container_has_method(left, name);
}

void
rw_container_operate(rw_thread *self, uint32_t operator, PyObject *left, PyObject *right)
{
    if (rw_container_kind(left) == RW_NO_CONTAINER) {
        if (!PyUnicode_CheckExact(left)) {
            rw_container_read_whole(self, left);
            rw_container_read_whole(self, right);
        }
        else if (operator == NB_REMAINDER) {
            rw_format_percent(self, left, right);
        }
    }
    else if (!is_built_in(left, operator)) {
        return; /* a call; or bytearray % x, which rw_container_kind() knows as a sequence */
    }
    else if (operator < NB_INPLACE_ADD) {
        rw_container_read_whole(self, left);
        rw_container_read_whole(self, right);
    }
    else {
        operate_in_place(self, operator, left, right);
    }
}

void
rw_on_binary_op(const rw_site *site)
{
    rw_container_operate(site->self, site->instruction->arg, site->top[-2], site->top[-1]);
}

/* ---- the same by name: left.__iadd__(right), operator.iadd(left, right) ---- */

static bool
operands(const rw_call *c, PyObject **left, PyObject **right)
{
    Py_ssize_t own = c->receiver == NULL ? 1 : 0;
    *left = own == 0 ? c->receiver : c->count > 0 ? c->args[0] : NULL;
    *right = c->count > own ? c->args[own] : NULL;
    return *left != NULL && *right != NULL;
}

static void
read_both(const rw_call *c)
{
    PyObject *left, *right;
    if (operands(c, &left, &right)) {
        rw_container_read_whole(c->self, left);
        rw_container_read_whole(c->self, right);
    }
}

/* A method is the built-in one whatever the object's class makes of the operator; a function asks the class. */
static void
operate(const rw_call *c, uint32_t operator)
{
    PyObject *left, *right;
    if (!operands(c, &left, &right)) {
        return;
    }
    if (c->receiver != NULL && rw_container_kind(left) != RW_NO_CONTAINER) {
        operate_in_place(c->self, operator, left, right);
    }
    else if (c->receiver == NULL) {
        bool in_place = rw_container_kind(left) != RW_NO_CONTAINER && is_built_in(left, operator);
        rw_container_operate(c->self, in_place ? operator : operator - NB_INPLACE_ADD + NB_ADD, left, right);
    }
}

static void
add_in_place(const rw_call *c)
{
    operate(c, NB_INPLACE_ADD);
}

static void
multiply_in_place(const rw_call *c)
{
    operate(c, NB_INPLACE_MULTIPLY);
}

static void
and_in_place(const rw_call *c)
{
    operate(c, NB_INPLACE_AND);
}

static void
or_in_place(const rw_call *c)
{
    operate(c, NB_INPLACE_OR);
}

static void
subtract_in_place(const rw_call *c)
{
    operate(c, NB_INPLACE_SUBTRACT);
}

static void
xor_in_place(const rw_call *c)
{
    operate(c, NB_INPLACE_XOR);
}

static void
compare(const rw_call *c, int comparison)
{
    PyObject *left, *right;
    if (operands(c, &left, &right)) {
        rw_container_read_compared(c->self, left, right, comparison, true);
    }
}

static void
compare_equal(const rw_call *c)
{
    compare(c, Py_EQ);
}

static void
compare_order(const rw_call *c)
{
    compare(c, Py_LT);
}

static void
load(const rw_call *c)
{
    PyObject *left, *right;
    if (operands(c, &left, &right)) {
        rw_container_load_as(
            c->self, c->receiver != NULL ? rw_container_kind(left) : rw_container_of(left, RW_USE_LOAD), left, right);
    }
}

static void
store(const rw_call *c)
{
    PyObject *left, *right;
    Py_ssize_t own = c->receiver == NULL ? 1 : 0;
    if (operands(c, &left, &right) && c->count > own + 1) {
        rw_container_store_as(c->self,
                              c->receiver != NULL ? rw_container_kind(left) : rw_container_of(left, RW_USE_STORE), left,
                              right, c->args[own + 1]);
    }
}

static void
delete(const rw_call *c)
{
    PyObject *left, *right;
    if (operands(c, &left, &right)) {
        rw_container_delete_as(
            c->self, c->receiver != NULL ? rw_container_kind(left) : rw_container_of(left, RW_USE_DELETE), left, right);
    }
}

static void
test(const rw_call *c)
{
    PyObject *left, *right;
    if (!operands(c, &left, &right)) {
        return;
    }
    if (c->receiver != NULL) {
        rw_container_test_as(c->self, rw_container_kind(left), left, right);
    }
    else {
        rw_container_test(c->self, left, right);
    }
}

static void
length(const rw_call *c)
{
    rw_access(c->self, RW_OP_SHAPE_READ, rw_container_target(c->self, c->receiver), RW_KEY_SHAPE);
}

const rw_call_rule rw_operator_rules[] = {
    {"container", "__add__", read_both},
    {"container", "__mul__", read_both},
    {"container", "__rmul__", read_both},
    {"container", "__and__", read_both},
    {"container", "__or__", read_both},
    {"container", "__sub__", read_both},
    {"container", "__xor__", read_both},
    {"container", "__rand__", read_both},
    {"container", "__ror__", read_both},
    {"container", "__rsub__", read_both},
    {"container", "__rxor__", read_both},
    {"container", "__iadd__", add_in_place},
    {"container", "__imul__", multiply_in_place},
    {"container", "__iand__", and_in_place},
    {"container", "__ior__", or_in_place},
    {"container", "__isub__", subtract_in_place},
    {"container", "__ixor__", xor_in_place},
    {"container", "__eq__", compare_equal},
    {"container", "__ne__", compare_equal},
    {"container", "__lt__", compare_order},
    {"container", "__le__", compare_order},
    {"container", "__gt__", compare_order},
    {"container", "__ge__", compare_order},
    {"container", "__getitem__", load},
    {"container", "__setitem__", store},
    {"container", "__delitem__", delete},
    {"container", "__contains__", test},
    {"container", "__len__", length},
    {"_operator", "add", read_both},
    {"_operator", "concat", read_both},
    {"_operator", "mul", read_both},
    {"_operator", "and_", read_both},
    {"_operator", "or_", read_both},
    {"_operator", "sub", read_both},
    {"_operator", "xor", read_both},
    {"_operator", "iadd", add_in_place},
    {"_operator", "iconcat", add_in_place},
    {"_operator", "imul", multiply_in_place},
    {"_operator", "iand", and_in_place},
    {"_operator", "ior", or_in_place},
    {"_operator", "isub", subtract_in_place},
    {"_operator", "ixor", xor_in_place},
    {"_operator", "eq", compare_equal},
    {"_operator", "ne", compare_equal},
    {"_operator", "lt", compare_order},
    {"_operator", "le", compare_order},
    {"_operator", "gt", compare_order},
    {"_operator", "ge", compare_order},
    {"_operator", "getitem", load},
    {"_operator", "setitem", store},
    {"_operator", "delitem", delete},
    {"_operator", "contains", test},
    {NULL, NULL, NULL},
};
