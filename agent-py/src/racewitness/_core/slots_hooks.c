/* What instructions do to a container, told as its type's slot is called.
 *
 * Each hook looks whether the calling thread is just executing an observed instruction of the kind that leads to its
 * slot; C code that reaches a container on behalf of a call is left to that call's rule (call_rules.c).
 */
#include "slots_hooks.h"

#include "container.h"

/* ---- what the thread is executing ---- */

/* The plan of the observed instruction that the calling thread is in the middle of, RW_PLAN_NONE for any other. */
static inline enum rw_plan
executing(rw_site *site)
{
    rw_thread *self = rw_thread_self();
    _PyInterpreterFrame *frame = self == NULL ? NULL : _PyThreadState_GET()->current_frame;
    if (frame == NULL || !rw_frame_is_python(frame)) {
        return RW_PLAN_NONE;
    }
    PyCodeObject *code = (PyCodeObject *)frame->f_executable;
    rw_code *info = rw_code_known(code);
    if (!rw_frame_is_observed(frame, info)) {
        return RW_PLAN_NONE;
    }
    const rw_instruction *instruction = &info->instructions[frame->instr_ptr - _PyCode_CODE(code)];
    *site =
        (rw_site){self, info, code, frame, instruction, frame->localsplus + code->co_nlocalsplus + instruction->depth};
    return (enum rw_plan)instruction->plan;
}

static void
before_load(PyObject *container, PyObject *key)
{
    rw_site site;
    enum rw_plan plan = executing(&site);
    if (plan == RW_PLAN_LOAD_SUBSCRIPT || plan == RW_PLAN_LOAD_SLICE) {
        rw_container_load(site.self, container, key);
    }
}

static void
before_assignment(PyObject *container, PyObject *key, PyObject *value)
{
    rw_site site;
    enum rw_plan plan = executing(&site);
    if (plan == RW_PLAN_STORE_SUBSCRIPT || plan == RW_PLAN_STORE_SLICE) {
        rw_container_store(site.self, container, key, value);
    }
    else if (plan == RW_PLAN_DELETE_SUBSCRIPT) {
        rw_container_delete(site.self, container, key);
    }
}

/* A type without a mapping's slots: the key is the operand, the index has been counted from the front. */
static void
before_item(PyObject *sequence)
{
    rw_site site;
    if (executing(&site) == RW_PLAN_LOAD_SUBSCRIPT && site.top[-2] == sequence) {
        rw_on_load_subscript(&site);
    }
}

static void
before_item_assignment(PyObject *sequence)
{
    rw_site site;
    enum rw_plan plan = executing(&site);
    if (plan == RW_PLAN_STORE_SUBSCRIPT && site.top[-2] == sequence) {
        rw_on_store_subscript(&site);
    }
    else if (plan == RW_PLAN_DELETE_SUBSCRIPT && site.top[-2] == sequence) {
        rw_on_delete_subscript(&site);
    }
}

void
rw_slots_before_test(PyObject *container, PyObject *key)
{
    rw_site site;
    if (executing(&site) == RW_PLAN_CONTAINS) {
        rw_container_test(site.self, container, key);
    }
}

static void
before_comparison(PyObject *left, PyObject *right, int operator)
{
    rw_site site;
    enum rw_plan plan = executing(&site);
    /* nested ones come here by themselves, and so do the items of a tuple that is searched */
    if (plan == RW_PLAN_COMPARE || (plan == RW_PLAN_CONTAINS && PyTuple_Check(site.top[-1]))) {
        rw_container_read_compared(site.self, left, right, operator, false);
    }
}

static void
before_length(PyObject *container)
{
    rw_site site;
    if (executing(&site) == RW_PLAN_TRUTH && site.top[-1] == container) {
        rw_on_truth(&site);
    }
}

/* Unpacking reads all of its operand; `x in view` goes through a view or iterator that has no test of its own. */
static void
before_iteration(PyObject *object)
{
    rw_site site;
    enum rw_plan plan = executing(&site);
    if (plan == RW_PLAN_UNPACK && site.top[-1] == object) {
        rw_container_read_whole(site.self, object);
    }
    else if (plan == RW_PLAN_CONTAINS && site.top[-1] == object) {
        rw_on_contains(&site);
    }
}

/* A step of an iterator, or of one that it draws from. A dict is unpacked by an iterator over its keys: its own slot is
 * not to be touched, PyDict_Merge compares it (Objects/dictobject.c: dict_merge). */
static void
before_step(PyObject *iterator)
{
    rw_site site;
    enum rw_plan plan = executing(&site);
    if (plan == RW_PLAN_FOR_ITER || plan == RW_PLAN_SEND) {
        rw_iterator_step(site.self, iterator);
    }
    else if (plan == RW_PLAN_UNPACK && Py_IS_TYPE(iterator, &PyDictIterKey_Type) &&
             (PyObject *)((rw_dict_iterator *)iterator)->di_dict == site.top[-1] &&
             ((rw_dict_iterator *)iterator)->di_pos == 0) {
        rw_container_read_whole(site.self, site.top[-1]);
    }
}

static void
before_operator(PyObject *left, PyObject *right)
{
    rw_site site;
    if (executing(&site) == RW_PLAN_BINARY_OP && site.top[-2] == left && site.top[-1] == right) {
        rw_on_binary_op(&site);
    }
}

/* `items * 3` or `3 * items` */
static void
before_repetition(PyObject *container)
{
    rw_site site;
    if (executing(&site) == RW_PLAN_BINARY_OP && (site.top[-2] == container || site.top[-1] == container)) {
        rw_on_binary_op(&site);
    }
}

/* ---- the hooks ---- */

#define ORIGINAL(of, slot, type) ((type)rw_slots_of_##of.original[slot])

#define BINARY(of, name, slot)                                                                                         \
    static PyObject *of##_##name(PyObject *left, PyObject *right)                                                      \
    {                                                                                                                  \
        before_operator(left, right);                                                                                  \
        return ORIGINAL(of, slot, binaryfunc)(left, right);                                                            \
    }

#define REPEATED(of, name, slot)                                                                                       \
    static PyObject *of##_##name(PyObject *container, Py_ssize_t count)                                                \
    {                                                                                                                  \
        before_repetition(container);                                                                                  \
        return ORIGINAL(of, slot, ssizeargfunc)(container, count);                                                     \
    }

#define LENGTH(of, name, slot)                                                                                         \
    static Py_ssize_t of##_##name(PyObject *container)                                                                 \
    {                                                                                                                  \
        before_length(container);                                                                                      \
        return ORIGINAL(of, slot, lenfunc)(container);                                                                 \
    }

#define CONTAINER(of)                                                                                                  \
    static PyObject *of##_subscript(PyObject *container, PyObject *key)                                                \
    {                                                                                                                  \
        before_load(container, key);                                                                                   \
        return ORIGINAL(of, RW_SLOT_SUBSCRIPT, binaryfunc)(container, key);                                            \
    }                                                                                                                  \
    static int of##_assign(PyObject *container, PyObject *key, PyObject *value)                                        \
    {                                                                                                                  \
        before_assignment(container, key, value);                                                                      \
        return ORIGINAL(of, RW_SLOT_ASSIGN, objobjargproc)(container, key, value);                                     \
    }                                                                                                                  \
    static PyObject *of##_item(PyObject *sequence, Py_ssize_t index)                                                   \
    {                                                                                                                  \
        before_item(sequence);                                                                                         \
        return ORIGINAL(of, RW_SLOT_ITEM, ssizeargfunc)(sequence, index);                                              \
    }                                                                                                                  \
    static int of##_assign_item(PyObject *sequence, Py_ssize_t index, PyObject *value)                                 \
    {                                                                                                                  \
        before_item_assignment(sequence);                                                                              \
        return ORIGINAL(of, RW_SLOT_ASSIGN_ITEM, ssizeobjargproc)(sequence, index, value);                             \
    }                                                                                                                  \
    static int of##_contains(PyObject *container, PyObject *key)                                                       \
    {                                                                                                                  \
        rw_slots_before_test(container, key);                                                                          \
        return ORIGINAL(of, RW_SLOT_CONTAINS_ITEM, objobjproc)(container, key);                                        \
    }                                                                                                                  \
    static PyObject *of##_compare(PyObject *left, PyObject *right, int operator)                                       \
    {                                                                                                                  \
        before_comparison(left, right, operator);                                                                      \
        return ORIGINAL(of, RW_SLOT_COMPARE_WITH, richcmpfunc)(left, right, operator);                                 \
    }                                                                                                                  \
    static PyObject *of##_iterator(PyObject *container)                                                                \
    {                                                                                                                  \
        before_iteration(container);                                                                                   \
        return ORIGINAL(of, RW_SLOT_ITERATOR, getiterfunc)(container);                                                 \
    }                                                                                                                  \
    LENGTH(of, mapping_length, RW_SLOT_MAPPING_LENGTH)                                                                 \
    LENGTH(of, sequence_length, RW_SLOT_SEQUENCE_LENGTH)                                                               \
    BINARY(of, concat, RW_SLOT_CONCAT)                                                                                 \
    REPEATED(of, repeat, RW_SLOT_REPEAT)                                                                               \
    BINARY(of, concat_in_place, RW_SLOT_CONCAT_IN_PLACE)                                                               \
    REPEATED(of, repeat_in_place, RW_SLOT_REPEAT_IN_PLACE)                                                             \
    BINARY(of, or, RW_SLOT_OR)                                                                                         \
    BINARY(of, and, RW_SLOT_AND)                                                                                       \
    BINARY(of, xor, RW_SLOT_XOR)                                                                                       \
    BINARY(of, subtract, RW_SLOT_SUBTRACT)                                                                             \
    BINARY(of, or_in_place, RW_SLOT_OR_IN_PLACE)                                                                       \
    BINARY(of, and_in_place, RW_SLOT_AND_IN_PLACE)                                                                     \
    BINARY(of, xor_in_place, RW_SLOT_XOR_IN_PLACE)                                                                     \
    BINARY(of, subtract_in_place, RW_SLOT_SUBTRACT_IN_PLACE)                                                           \
    rw_slot_hooks rw_slots_of_##of = {.hook = {                                                                        \
                                          [RW_SLOT_SUBSCRIPT] = (rw_slot_function)of##_subscript,                      \
                                          [RW_SLOT_ASSIGN] = (rw_slot_function)of##_assign,                            \
                                          [RW_SLOT_ITEM] = (rw_slot_function)of##_item,                                \
                                          [RW_SLOT_ASSIGN_ITEM] = (rw_slot_function)of##_assign_item,                  \
                                          [RW_SLOT_CONTAINS_ITEM] = (rw_slot_function)of##_contains,                   \
                                          [RW_SLOT_COMPARE_WITH] = (rw_slot_function)of##_compare,                     \
                                          [RW_SLOT_MAPPING_LENGTH] = (rw_slot_function)of##_mapping_length,            \
                                          [RW_SLOT_SEQUENCE_LENGTH] = (rw_slot_function)of##_sequence_length,          \
                                          [RW_SLOT_ITERATOR] = (rw_slot_function)of##_iterator,                        \
                                          [RW_SLOT_CONCAT] = (rw_slot_function)of##_concat,                            \
                                          [RW_SLOT_REPEAT] = (rw_slot_function)of##_repeat,                            \
                                          [RW_SLOT_CONCAT_IN_PLACE] = (rw_slot_function)of##_concat_in_place,          \
                                          [RW_SLOT_REPEAT_IN_PLACE] = (rw_slot_function)of##_repeat_in_place,          \
                                          [RW_SLOT_OR] = (rw_slot_function)of##_or,                                    \
                                          [RW_SLOT_AND] = (rw_slot_function)of##_and,                                  \
                                          [RW_SLOT_XOR] = (rw_slot_function)of##_xor,                                  \
                                          [RW_SLOT_SUBTRACT] = (rw_slot_function)of##_subtract,                        \
                                          [RW_SLOT_OR_IN_PLACE] = (rw_slot_function)of##_or_in_place,                  \
                                          [RW_SLOT_AND_IN_PLACE] = (rw_slot_function)of##_and_in_place,                \
                                          [RW_SLOT_XOR_IN_PLACE] = (rw_slot_function)of##_xor_in_place,                \
                                          [RW_SLOT_SUBTRACT_IN_PLACE] = (rw_slot_function)of##_subtract_in_place,      \
                                      }};

/* `"%s" % items` shows what is on its right. */
#define TEXT(of)                                                                                                       \
    BINARY(of, remainder, RW_SLOT_REMAINDER)                                                                           \
    rw_slot_hooks rw_slots_of_##of = {.hook = {[RW_SLOT_REMAINDER] = (rw_slot_function)of##_remainder}};

/* Those of bytes are joined with other buffers as well. */
#define BYTES(of)                                                                                                      \
    BINARY(of, remainder, RW_SLOT_REMAINDER)                                                                           \
    BINARY(of, concat, RW_SLOT_CONCAT)                                                                                 \
    rw_slot_hooks rw_slots_of_##of = {.hook = {[RW_SLOT_REMAINDER] = (rw_slot_function)of##_remainder,                 \
                                               [RW_SLOT_CONCAT] = (rw_slot_function)of##_concat}};

#define ITERATES(of)                                                                                                   \
    static PyObject *of##_next(PyObject *iterator)                                                                     \
    {                                                                                                                  \
        before_step(iterator);                                                                                         \
        return ORIGINAL(of, RW_SLOT_NEXT, iternextfunc)(iterator);                                                     \
    }                                                                                                                  \
    static PyObject *of##_iterator(PyObject *iterator)                                                                 \
    {                                                                                                                  \
        before_iteration(iterator);                                                                                    \
        return ORIGINAL(of, RW_SLOT_ITERATOR, getiterfunc)(iterator);                                                  \
    }                                                                                                                  \
    rw_slot_hooks rw_slots_of_##of = {                                                                                 \
        .hook = {[RW_SLOT_NEXT] = (rw_slot_function)of##_next, [RW_SLOT_ITERATOR] = (rw_slot_function)of##_iterator}};

CONTAINER(list)
CONTAINER(dict)
CONTAINER(odict)
CONTAINER(defaultdict)
CONTAINER(set)
CONTAINER(bytearray)
CONTAINER(deque)
CONTAINER(array)
CONTAINER(dict_keys)
CONTAINER(dict_values)
CONTAINER(dict_items)
CONTAINER(odict_keys)
CONTAINER(odict_values)
CONTAINER(odict_items)
CONTAINER(memoryview)
CONTAINER(dict_proxy)
TEXT(str)
BYTES(bytes)
ITERATES(odict_iterator)
ITERATES(memory_iterator)
ITERATES(list_iterator)
ITERATES(list_reverse_iterator)
ITERATES(dict_key_iterator)
ITERATES(dict_value_iterator)
ITERATES(dict_item_iterator)
ITERATES(dict_reverse_key_iterator)
ITERATES(dict_reverse_value_iterator)
ITERATES(dict_reverse_item_iterator)
ITERATES(set_iterator)
ITERATES(bytearray_iterator)
ITERATES(sequence_iterator)
ITERATES(reversed)
ITERATES(deque_iterator)
ITERATES(deque_reverse_iterator)
ITERATES(array_iterator)

/* Iterators over iterators: they are their own iterator, and unpacked as a whole. */
static PyObject *
drawing_iterator(PyObject *iterator)
{
    before_iteration(iterator);
    return ORIGINAL(drawing, RW_SLOT_ITERATOR, getiterfunc)(iterator);
}

rw_slot_hooks rw_slots_of_drawing = {.hook = {[RW_SLOT_ITERATOR] = (rw_slot_function)drawing_iterator}};
