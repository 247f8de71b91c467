/* Subscripts, comparisons, truth tests, iteration and operators on containers, seen at the type's slot.
 *
 * sys.monitoring calls back for every instruction of a kind, whatever its operands; most of them are numbers and text.
 * A slot of list, dict, ... runs for their sake alone. Each hook looks whether the calling thread is just executing an
 * observed instruction of the kind that leads to its slot; C code that reaches a container on behalf of a call is left
 * to that call's rule (call_rules.c). In the free-threaded build no instruction is specialised, so that each of them
 * goes through the slot (Python/bytecodes.c, Objects/abstract.c).
 *
 * Slot functions are replaced once, before the program's code runs or while its module is being imported, and stay.
 */
#include "slots.h"

#include "container.h"
#include "sync.h"

#include <stdatomic.h>
#include <stddef.h>

enum slot {
    SUBSCRIPT,
    ASSIGN,
    ITEM,
    ASSIGN_ITEM,
    CONTAINS_ITEM,
    COMPARE_WITH,
    MAPPING_LENGTH,
    SEQUENCE_LENGTH,
    ITERATOR,
    NEXT,
    CONCAT,
    REPEAT,
    CONCAT_IN_PLACE,
    REPEAT_IN_PLACE,
    OR,
    AND,
    XOR,
    SUBTRACT,
    OR_IN_PLACE,
    AND_IN_PLACE,
    XOR_IN_PLACE,
    SUBTRACT_IN_PLACE,
    REMAINDER,
    SLOTS,
};

/* Where a slot lies: in the type, or in the table of slots that the type points to. */
typedef struct {
    size_t table; /* offset of the pointer in PyTypeObject, 0: the slot is the type's own */
    size_t offset;
} slot_place;

#define OWN(member) {0, offsetof(PyTypeObject, member)}
#define MAPPING(member) {offsetof(PyTypeObject, tp_as_mapping), offsetof(PyMappingMethods, member)}
#define SEQUENCE(member) {offsetof(PyTypeObject, tp_as_sequence), offsetof(PySequenceMethods, member)}
#define NUMBER(member) {offsetof(PyTypeObject, tp_as_number), offsetof(PyNumberMethods, member)}

static const slot_place places[SLOTS] = {
    [SUBSCRIPT] = MAPPING(mp_subscript),
    [ASSIGN] = MAPPING(mp_ass_subscript),
    [ITEM] = SEQUENCE(sq_item),
    [ASSIGN_ITEM] = SEQUENCE(sq_ass_item),
    [CONTAINS_ITEM] = SEQUENCE(sq_contains),
    [COMPARE_WITH] = OWN(tp_richcompare),
    [MAPPING_LENGTH] = MAPPING(mp_length),
    [SEQUENCE_LENGTH] = SEQUENCE(sq_length),
    [ITERATOR] = OWN(tp_iter),
    [NEXT] = OWN(tp_iternext),
    [CONCAT] = SEQUENCE(sq_concat),
    [REPEAT] = SEQUENCE(sq_repeat),
    [CONCAT_IN_PLACE] = SEQUENCE(sq_inplace_concat),
    [REPEAT_IN_PLACE] = SEQUENCE(sq_inplace_repeat),
    [OR] = NUMBER(nb_or),
    [AND] = NUMBER(nb_and),
    [XOR] = NUMBER(nb_xor),
    [SUBTRACT] = NUMBER(nb_subtract),
    [OR_IN_PLACE] = NUMBER(nb_inplace_or),
    [AND_IN_PLACE] = NUMBER(nb_inplace_and),
    [XOR_IN_PLACE] = NUMBER(nb_inplace_xor),
    [SUBTRACT_IN_PLACE] = NUMBER(nb_inplace_subtract),
    [REMAINDER] = NUMBER(nb_remainder),
};

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

static void
before_test(PyObject *container, PyObject *key)
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
    if (executing(&site) == RW_PLAN_COMPARE) {
        rw_container_read_compared(site.self, left, right, operator, false); /* nested ones come here by themselves */
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

/* ---- the hooks: one set for each type, for each has slot functions of its own ---- */

typedef void (*slot_function)(void);

/* Slot functions of one type. `original` is filled before `hook` is stored in the slot and immutable afterwards. */
typedef struct {
    slot_function original[SLOTS];
    slot_function hook[SLOTS];
} hooked;

#define ORIGINAL(of, slot, type) ((type)hooks_of_##of.original[slot])

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
    static hooked hooks_of_##of;                                                                                       \
    static PyObject *of##_subscript(PyObject *container, PyObject *key)                                                \
    {                                                                                                                  \
        before_load(container, key);                                                                                   \
        return ORIGINAL(of, SUBSCRIPT, binaryfunc)(container, key);                                                    \
    }                                                                                                                  \
    static int of##_assign(PyObject *container, PyObject *key, PyObject *value)                                        \
    {                                                                                                                  \
        before_assignment(container, key, value);                                                                      \
        return ORIGINAL(of, ASSIGN, objobjargproc)(container, key, value);                                             \
    }                                                                                                                  \
    static PyObject *of##_item(PyObject *sequence, Py_ssize_t index)                                                   \
    {                                                                                                                  \
        before_item(sequence);                                                                                         \
        return ORIGINAL(of, ITEM, ssizeargfunc)(sequence, index);                                                      \
    }                                                                                                                  \
    static int of##_assign_item(PyObject *sequence, Py_ssize_t index, PyObject *value)                                 \
    {                                                                                                                  \
        before_item_assignment(sequence);                                                                              \
        return ORIGINAL(of, ASSIGN_ITEM, ssizeobjargproc)(sequence, index, value);                                     \
    }                                                                                                                  \
    static int of##_contains(PyObject *container, PyObject *key)                                                       \
    {                                                                                                                  \
        before_test(container, key);                                                                                   \
        return ORIGINAL(of, CONTAINS_ITEM, objobjproc)(container, key);                                                \
    }                                                                                                                  \
    static PyObject *of##_compare(PyObject *left, PyObject *right, int operator)                                       \
    {                                                                                                                  \
        before_comparison(left, right, operator);                                                                      \
        return ORIGINAL(of, COMPARE_WITH, richcmpfunc)(left, right, operator);                                         \
    }                                                                                                                  \
    static PyObject *of##_iterator(PyObject *container)                                                                \
    {                                                                                                                  \
        before_iteration(container);                                                                                   \
        return ORIGINAL(of, ITERATOR, getiterfunc)(container);                                                         \
    }                                                                                                                  \
    LENGTH(of, mapping_length, MAPPING_LENGTH)                                                                         \
    LENGTH(of, sequence_length, SEQUENCE_LENGTH)                                                                       \
    BINARY(of, concat, CONCAT)                                                                                         \
    REPEATED(of, repeat, REPEAT)                                                                                       \
    BINARY(of, concat_in_place, CONCAT_IN_PLACE)                                                                       \
    REPEATED(of, repeat_in_place, REPEAT_IN_PLACE)                                                                     \
    BINARY(of, or, OR)                                                                                                 \
    BINARY(of, and, AND)                                                                                               \
    BINARY(of, xor, XOR)                                                                                               \
    BINARY(of, subtract, SUBTRACT)                                                                                     \
    BINARY(of, or_in_place, OR_IN_PLACE)                                                                               \
    BINARY(of, and_in_place, AND_IN_PLACE)                                                                             \
    BINARY(of, xor_in_place, XOR_IN_PLACE)                                                                             \
    BINARY(of, subtract_in_place, SUBTRACT_IN_PLACE)                                                                   \
    static hooked hooks_of_##of = {.hook = {                                                                           \
                                       [SUBSCRIPT] = (slot_function)of##_subscript,                                    \
                                       [ASSIGN] = (slot_function)of##_assign,                                          \
                                       [ITEM] = (slot_function)of##_item,                                              \
                                       [ASSIGN_ITEM] = (slot_function)of##_assign_item,                                \
                                       [CONTAINS_ITEM] = (slot_function)of##_contains,                                 \
                                       [COMPARE_WITH] = (slot_function)of##_compare,                                   \
                                       [MAPPING_LENGTH] = (slot_function)of##_mapping_length,                          \
                                       [SEQUENCE_LENGTH] = (slot_function)of##_sequence_length,                        \
                                       [ITERATOR] = (slot_function)of##_iterator,                                      \
                                       [CONCAT] = (slot_function)of##_concat,                                          \
                                       [REPEAT] = (slot_function)of##_repeat,                                          \
                                       [CONCAT_IN_PLACE] = (slot_function)of##_concat_in_place,                        \
                                       [REPEAT_IN_PLACE] = (slot_function)of##_repeat_in_place,                        \
                                       [OR] = (slot_function)of##_or,                                                  \
                                       [AND] = (slot_function)of##_and,                                                \
                                       [XOR] = (slot_function)of##_xor,                                                \
                                       [SUBTRACT] = (slot_function)of##_subtract,                                      \
                                       [OR_IN_PLACE] = (slot_function)of##_or_in_place,                                \
                                       [AND_IN_PLACE] = (slot_function)of##_and_in_place,                              \
                                       [XOR_IN_PLACE] = (slot_function)of##_xor_in_place,                              \
                                       [SUBTRACT_IN_PLACE] = (slot_function)of##_subtract_in_place,                    \
                                   }};

/* `"%s" % items` shows what is on its right. */
#define TEXT(of)                                                                                                       \
    static hooked hooks_of_##of;                                                                                       \
    BINARY(of, remainder, REMAINDER)                                                                                   \
    static hooked hooks_of_##of = {.hook = {[REMAINDER] = (slot_function)of##_remainder}};

/* Those of bytes are joined with other buffers as well. */
#define BYTES(of)                                                                                                      \
    static hooked hooks_of_##of;                                                                                       \
    BINARY(of, remainder, REMAINDER)                                                                                   \
    BINARY(of, concat, CONCAT)                                                                                         \
    static hooked hooks_of_##of = {                                                                                    \
        .hook = {[REMAINDER] = (slot_function)of##_remainder, [CONCAT] = (slot_function)of##_concat}};

#define ITERATES(of)                                                                                                   \
    static hooked hooks_of_##of;                                                                                       \
    static PyObject *of##_next(PyObject *iterator)                                                                     \
    {                                                                                                                  \
        before_step(iterator);                                                                                         \
        return ORIGINAL(of, NEXT, iternextfunc)(iterator);                                                             \
    }                                                                                                                  \
    static PyObject *of##_iterator(PyObject *iterator)                                                                 \
    {                                                                                                                  \
        before_iteration(iterator);                                                                                    \
        return ORIGINAL(of, ITERATOR, getiterfunc)(iterator);                                                          \
    }                                                                                                                  \
    static hooked hooks_of_##of = {                                                                                    \
        .hook = {[NEXT] = (slot_function)of##_next, [ITERATOR] = (slot_function)of##_iterator}};

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
static hooked hooks_of_drawing;

static PyObject *
drawing_iterator(PyObject *iterator)
{
    before_iteration(iterator);
    return ORIGINAL(drawing, ITERATOR, getiterfunc)(iterator);
}

static hooked hooks_of_drawing = {.hook = {[ITERATOR] = (slot_function)drawing_iterator}};

/* ---- start ---- */

static slot_function *
slot_of(PyTypeObject *type, enum slot slot)
{
    char *base = (char *)type;
    if (places[slot].table != 0) {
        base = *(char **)(base + places[slot].table);
    }
    return base == NULL ? NULL : (slot_function *)(void *)(base + places[slot].offset);
}

static void
store(slot_function *place, slot_function function)
{
    __atomic_store_n(place, function, __ATOMIC_RELEASE);
}

/* Slot wrappers and methods of the type keep the slot's function too: for classes derived later and for calls by name
 * (Objects/typeobject.c: update_one_slot; METH_COEXIST). */
static void
replace_in_dict(PyTypeObject *type, const hooked *hooks)
{
    PyObject *dict = PyType_GetDict(type);
    PyObject *name, *value;
    Py_ssize_t position = 0;
    while (dict != NULL && PyDict_Next(dict, &position, &name, &value)) {
        for (int slot = 0; slot < SLOTS; slot++) {
            if (hooks->original[slot] == NULL) {
                continue;
            }
            if (Py_IS_TYPE(value, &PyWrapperDescr_Type)) {
                PyWrapperDescrObject *wrapper = (PyWrapperDescrObject *)value;
                if (wrapper->d_wrapped == (void *)hooks->original[slot]) {
                    __atomic_store_n(&wrapper->d_wrapped, (void *)hooks->hook[slot], __ATOMIC_RELEASE);
                }
            }
            else if (Py_IS_TYPE(value, &PyMethodDescr_Type)) {
                PyMethodDef *method = ((PyMethodDescrObject *)value)->d_method;
                if ((method->ml_flags & METH_COEXIST) != 0 && (slot_function)method->ml_meth == hooks->original[slot]) {
                    __atomic_store_n(&method->ml_meth, (PyCFunction)hooks->hook[slot], __ATOMIC_RELEASE);
                }
            }
        }
    }
    Py_XDECREF(dict);
}

/* Classes derived before have copies of the slots that they do not replace. */
static void
replace_in_subclasses(PyTypeObject *type, const hooked *hooks, int depth)
{
    PyObject *classes = depth > 0 ? PyObject_CallMethod((PyObject *)&PyType_Type, "__subclasses__", "O", type) : NULL;
    for (Py_ssize_t i = 0; classes != NULL && i < PyList_GET_SIZE(classes); i++) {
        PyTypeObject *class = (PyTypeObject *)PyList_GET_ITEM(classes, i);
        for (int slot = 0; slot < SLOTS; slot++) {
            slot_function *place = slot_of(class, (enum slot)slot);
            if (hooks->original[slot] != NULL && place != NULL && *place == hooks->original[slot]) {
                store(place, hooks->hook[slot]);
            }
        }
        replace_in_subclasses(class, hooks, depth - 1);
    }
    PyErr_Clear();
    Py_XDECREF(classes);
}

enum { CLASS_DEPTH = 64, MAX_HOOKED = 128 };

/* What has been installed; some types share a table of slots. A place is taken by raising the count and then filled;
 * any thread that imports a module may do so, and reads what others have. */
static _Atomic(hooked *) installed[MAX_HOOKED];
static _Atomic size_t installed_count;

static bool
is_hook(slot_function function, int slot)
{
    size_t count = atomic_load_explicit(&installed_count, memory_order_acquire);
    for (size_t i = 0; i < count && i < MAX_HOOKED; i++) {
        hooked *hooks = atomic_load_explicit(&installed[i], memory_order_acquire);
        if (hooks != NULL && hooks->hook[slot] == function) {
            return true;
        }
    }
    return false;
}

static bool
is_wanted(PyTypeObject *type, int slot)
{
    slot_function *mapping = slot_of(type, SUBSCRIPT); /* PyObject_GetItem asks it first */
    if (slot == ITERATOR) {
        return (type->tp_flags & Py_TPFLAGS_DICT_SUBCLASS) == 0; /* see before_step() */
    }
    return (slot != ITEM && slot != ASSIGN_ITEM) || mapping == NULL || *mapping == NULL;
}

static void
hook(PyTypeObject *type, hooked *hooks)
{
    for (int slot = 0; slot < SLOTS; slot++) {
        slot_function *place = slot_of(type, (enum slot)slot);
        if (hooks->hook[slot] != NULL && place != NULL && *place != NULL && is_wanted(type, slot) &&
            !is_hook(*place, slot) && *place != hooks->hook[slot]) {
            hooks->original[slot] = *place;
            store(place, hooks->hook[slot]);
        }
    }
    size_t place = atomic_fetch_add_explicit(&installed_count, 1, memory_order_acq_rel);
    if (place < MAX_HOOKED) {
        atomic_store_explicit(&installed[place], hooks, memory_order_release);
    }
    replace_in_dict(type, hooks);
    replace_in_subclasses(type, hooks, CLASS_DEPTH);
}

static void
hook_drawing(PyTypeObject *type)
{
    if (type->tp_iter == PyObject_SelfIter) {
        hook(type, &hooks_of_drawing);
    }
}

/* `in` for classes derived in Python goes through these methods, which are not the slot's functions. */
static PyCFunction dict_has_key, set_has_key; /* see rw_patch_methods() */

static PyObject *
on_dict_contains(PyObject *dict, PyObject *key)
{
    before_test(dict, key);
    return dict_has_key(dict, key);
}

static PyObject *
on_set_contains(PyObject *set, PyObject *key)
{
    before_test(set, key);
    return set_has_key(set, key);
}

/* The type of the object that a call without code of the program gives; borrowed from that object's type, which its
 * module keeps. */
static void
hook_type_of(PyObject *object, hooked *hooks)
{
    if (object != NULL) {
        hook(Py_TYPE(object), hooks);
    }
    PyErr_Clear();
    Py_XDECREF(object);
}

static void
hook_memory_iterator(void)
{
    PyObject *view = PyMemoryView_FromMemory("", 0, PyBUF_READ);
    hook_type_of(view == NULL ? NULL : PyObject_GetIter(view), &hooks_of_memory_iterator);
    Py_XDECREF(view);
}

int
rw_slots_start(void)
{
    static const rw_patch of_dict[] = {{"__contains__", METH_O | METH_COEXIST, on_dict_contains, &dict_has_key}};
    static const rw_patch of_set[] = {{"__contains__", METH_O | METH_COEXIST, on_set_contains, &set_has_key}};
    if (rw_patch_methods(&PyDict_Type, of_dict, 1) < 0 || rw_patch_methods(&PySet_Type, of_set, 1) < 0) {
        return -1;
    }
    hook(&PyList_Type, &hooks_of_list);
    hook(&PyDict_Type, &hooks_of_dict);
    hook(&PyODict_Type, &hooks_of_odict);
    hook(&PySet_Type, &hooks_of_set);
    hook(&PyFrozenSet_Type, &hooks_of_set); /* binary_op1() asks one of two types whose slot is the same */
    hook(&PyByteArray_Type, &hooks_of_bytearray);
    hook(&PyDictKeys_Type, &hooks_of_dict_keys);
    hook(&PyDictValues_Type, &hooks_of_dict_values);
    hook(&PyDictItems_Type, &hooks_of_dict_items);
    hook(&PyODictKeys_Type, &hooks_of_odict_keys);
    hook(&PyODictValues_Type, &hooks_of_odict_values);
    hook(&PyODictItems_Type, &hooks_of_odict_items);
    hook(&PyODictIter_Type, &hooks_of_odict_iterator);
    hook(&PyMemoryView_Type, &hooks_of_memoryview);
    hook_memory_iterator();
    hook(&PyUnicode_Type, &hooks_of_str);
    hook(&PyBytes_Type, &hooks_of_bytes);
    hook(&PyListIter_Type, &hooks_of_list_iterator);
    hook(&PyListRevIter_Type, &hooks_of_list_reverse_iterator);
    hook(&PyDictIterKey_Type, &hooks_of_dict_key_iterator);
    hook(&PyDictIterValue_Type, &hooks_of_dict_value_iterator);
    hook(&PyDictIterItem_Type, &hooks_of_dict_item_iterator);
    hook(&PyDictRevIterKey_Type, &hooks_of_dict_reverse_key_iterator);
    hook(&PyDictRevIterValue_Type, &hooks_of_dict_reverse_value_iterator);
    hook(&PyDictRevIterItem_Type, &hooks_of_dict_reverse_item_iterator);
    hook(&PySetIter_Type, &hooks_of_set_iterator);
    hook(&PyByteArrayIter_Type, &hooks_of_bytearray_iterator);
    hook(&PySeqIter_Type, &hooks_of_sequence_iterator);
    hook(&PyReversed_Type, &hooks_of_reversed);
    hook_drawing(&PyZip_Type);
    hook_drawing(&PyMap_Type);
    hook_drawing(&PyFilter_Type);
    hook_drawing(&PyEnum_Type);
    return 0;
}

static void
hook_deque(PyTypeObject *type)
{
    hook(type, &hooks_of_deque);
    PyObject *empty = PyObject_CallNoArgs((PyObject *)type);
    if (empty != NULL) {
        hook_type_of(PyObject_GetIter(empty), &hooks_of_deque_iterator);
        hook_type_of(PyObject_CallMethod(empty, "__reversed__", NULL), &hooks_of_deque_reverse_iterator);
    }
    PyErr_Clear();
    Py_XDECREF(empty);
}

static void
hook_defaultdict(PyTypeObject *type)
{
    hook(type, &hooks_of_defaultdict);
}

static void
hook_array(PyTypeObject *type)
{
    hook(type, &hooks_of_array);
    PyObject *empty = PyObject_CallFunction((PyObject *)type, "s", "b");
    hook_type_of(empty == NULL ? NULL : PyObject_GetIter(empty), &hooks_of_array_iterator);
    Py_XDECREF(empty);
}

/* Called with the type itertools.chain: the others lie beside it. */
static void
hook_itertools(PyTypeObject *chain)
{
    PyObject *module = PyType_GetModule(chain);
    PyObject *dict = module == NULL ? NULL : PyModule_GetDict(module);
    PyObject *name, *value;
    Py_ssize_t position = 0;
    while (dict != NULL && PyDict_Next(dict, &position, &name, &value)) {
        if (PyType_Check(value)) {
            hook_drawing((PyTypeObject *)value);
        }
    }
    PyErr_Clear();
}

void
rw_slots_look(PyObject *modules)
{
    static const rw_late_type types[] = {{"_collections", "deque", NULL, 0, hook_deque},
                                         {"_collections", "defaultdict", NULL, 0, hook_defaultdict},
                                         {"itertools", "chain", NULL, 0, hook_itertools},
                                         {"array", "array", NULL, 0, hook_array}};
    static _Atomic bool claimed[Py_ARRAY_LENGTH(types)]; /* see rw_patch_late() */
    for (size_t i = 0; i < Py_ARRAY_LENGTH(types); i++) {
        rw_patch_late(modules, &types[i], &claimed[i]);
    }
}
