/* Subscripts, comparisons, truth tests, iteration and operators on containers, seen at the type's slot.
 *
 * sys.monitoring calls back for every instruction of a kind, whatever its operands; most of them are numbers and text.
 * A slot of list, dict, ... runs for their sake alone, and its hook (slots_hooks.c) tells what the instruction does. In
 * the free-threaded build no instruction is specialised, so that each of them goes through the slot
 * (Python/bytecodes.c, Objects/abstract.c).
 *
 * Slot functions are replaced once, before the program's code runs or while its module is being imported, and stay.
 */
#include "slots.h"

#include "slots_hooks.h"
#include "sync.h"

#include <stdatomic.h>
#include <stddef.h>

/* Where a slot lies: in the type, or in the table of slots that the type points to. */
typedef struct {
    size_t table; /* offset of the pointer in PyTypeObject, 0: the slot is the type's own */
    size_t offset;
} slot_place;

#define OWN(member) {0, offsetof(PyTypeObject, member)}
#define MAPPING(member) {offsetof(PyTypeObject, tp_as_mapping), offsetof(PyMappingMethods, member)}
#define SEQUENCE(member) {offsetof(PyTypeObject, tp_as_sequence), offsetof(PySequenceMethods, member)}
#define NUMBER(member) {offsetof(PyTypeObject, tp_as_number), offsetof(PyNumberMethods, member)}

static const slot_place places[RW_SLOTS] = {
    [RW_SLOT_SUBSCRIPT] = MAPPING(mp_subscript),
    [RW_SLOT_ASSIGN] = MAPPING(mp_ass_subscript),
    [RW_SLOT_ITEM] = SEQUENCE(sq_item),
    [RW_SLOT_ASSIGN_ITEM] = SEQUENCE(sq_ass_item),
    [RW_SLOT_CONTAINS_ITEM] = SEQUENCE(sq_contains),
    [RW_SLOT_COMPARE_WITH] = OWN(tp_richcompare),
    [RW_SLOT_MAPPING_LENGTH] = MAPPING(mp_length),
    [RW_SLOT_SEQUENCE_LENGTH] = SEQUENCE(sq_length),
    [RW_SLOT_ITERATOR] = OWN(tp_iter),
    [RW_SLOT_NEXT] = OWN(tp_iternext),
    [RW_SLOT_CONCAT] = SEQUENCE(sq_concat),
    [RW_SLOT_REPEAT] = SEQUENCE(sq_repeat),
    [RW_SLOT_CONCAT_IN_PLACE] = SEQUENCE(sq_inplace_concat),
    [RW_SLOT_REPEAT_IN_PLACE] = SEQUENCE(sq_inplace_repeat),
    [RW_SLOT_OR] = NUMBER(nb_or),
    [RW_SLOT_AND] = NUMBER(nb_and),
    [RW_SLOT_XOR] = NUMBER(nb_xor),
    [RW_SLOT_SUBTRACT] = NUMBER(nb_subtract),
    [RW_SLOT_OR_IN_PLACE] = NUMBER(nb_inplace_or),
    [RW_SLOT_AND_IN_PLACE] = NUMBER(nb_inplace_and),
    [RW_SLOT_XOR_IN_PLACE] = NUMBER(nb_inplace_xor),
    [RW_SLOT_SUBTRACT_IN_PLACE] = NUMBER(nb_inplace_subtract),
    [RW_SLOT_REMAINDER] = NUMBER(nb_remainder),
};

/* ---- start ---- */

static rw_slot_function *
slot_of(PyTypeObject *type, enum rw_slot slot)
{
    char *base = (char *)type;
    if (places[slot].table != 0) {
        base = *(char **)(base + places[slot].table);
    }
    return base == NULL ? NULL : (rw_slot_function *)(void *)(base + places[slot].offset);
}

static void
store(rw_slot_function *place, rw_slot_function function)
{
    __atomic_store_n(place, function, __ATOMIC_RELEASE);
}

/* Slot wrappers and methods of the type keep the slot's function too: for classes derived later and for calls by name
 * (Objects/typeobject.c: update_one_slot; METH_COEXIST). */
static void
replace_in_dict(PyTypeObject *type, const rw_slot_hooks *hooks)
{
    PyObject *dict = PyType_GetDict(type);
    PyObject *name, *value;
    Py_ssize_t position = 0;
    while (dict != NULL && PyDict_Next(dict, &position, &name, &value)) {
        for (int slot = 0; slot < RW_SLOTS; slot++) {
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
                if ((method->ml_flags & METH_COEXIST) != 0 &&
                    (rw_slot_function)method->ml_meth == hooks->original[slot]) {
                    __atomic_store_n(&method->ml_meth, (PyCFunction)hooks->hook[slot], __ATOMIC_RELEASE);
                }
            }
        }
    }
    Py_XDECREF(dict);
}

/* Classes derived before have copies of the slots that they do not replace. */
static void
replace_in_subclasses(PyTypeObject *type, const rw_slot_hooks *hooks, int depth)
{
    PyObject *classes = depth > 0 ? PyObject_CallMethod((PyObject *)&PyType_Type, "__subclasses__", "O", type) : NULL;
    for (Py_ssize_t i = 0; classes != NULL && i < PyList_GET_SIZE(classes); i++) {
        PyTypeObject *class = (PyTypeObject *)PyList_GET_ITEM(classes, i);
        for (int slot = 0; slot < RW_SLOTS; slot++) {
            rw_slot_function *place = slot_of(class, (enum rw_slot)slot);
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
static _Atomic(rw_slot_hooks *) installed[MAX_HOOKED];
static _Atomic size_t installed_count;

static bool
is_hook(rw_slot_function function, int slot)
{
    size_t count = atomic_load_explicit(&installed_count, memory_order_acquire);
    for (size_t i = 0; i < count && i < MAX_HOOKED; i++) {
        rw_slot_hooks *hooks = atomic_load_explicit(&installed[i], memory_order_acquire);
        if (hooks != NULL && hooks->hook[slot] == function) {
            return true;
        }
    }
    return false;
}

static bool
is_wanted(PyTypeObject *type, int slot)
{
    rw_slot_function *mapping = slot_of(type, RW_SLOT_SUBSCRIPT); /* PyObject_GetItem asks it first */
    if (slot == RW_SLOT_ITERATOR) {
        return (type->tp_flags & Py_TPFLAGS_DICT_SUBCLASS) == 0; /* see before_step() */
    }
    return (slot != RW_SLOT_ITEM && slot != RW_SLOT_ASSIGN_ITEM) || mapping == NULL || *mapping == NULL;
}

static void
hook(PyTypeObject *type, rw_slot_hooks *hooks)
{
    for (int slot = 0; slot < RW_SLOTS; slot++) {
        rw_slot_function *place = slot_of(type, (enum rw_slot)slot);
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
        hook(type, &rw_slots_of_drawing);
    }
}

/* `in` for classes derived in Python goes through these methods, which are not the slot's functions. */
static PyCFunction dict_has_key, set_has_key; /* see rw_patch_methods() */

static PyObject *
on_dict_contains(PyObject *dict, PyObject *key)
{
    rw_slots_before_test(dict, key);
    return dict_has_key(dict, key);
}

static PyObject *
on_set_contains(PyObject *set, PyObject *key)
{
    rw_slots_before_test(set, key);
    return set_has_key(set, key);
}

/* The type of the object that a call without code of the program gives; borrowed from that object's type, which its
 * module keeps. */
static void
hook_type_of(PyObject *object, rw_slot_hooks *hooks)
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
    hook_type_of(view == NULL ? NULL : PyObject_GetIter(view), &rw_slots_of_memory_iterator);
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
    hook(&PyList_Type, &rw_slots_of_list);
    hook(&PyDict_Type, &rw_slots_of_dict);
    hook(&PyODict_Type, &rw_slots_of_odict);
    hook(&PySet_Type, &rw_slots_of_set);
    hook(&PyFrozenSet_Type, &rw_slots_of_set); /* binary_op1() asks one of two types whose slot is the same */
    hook(&PyByteArray_Type, &rw_slots_of_bytearray);
    hook(&PyDictKeys_Type, &rw_slots_of_dict_keys);
    hook(&PyDictValues_Type, &rw_slots_of_dict_values);
    hook(&PyDictItems_Type, &rw_slots_of_dict_items);
    hook(&PyODictKeys_Type, &rw_slots_of_odict_keys);
    hook(&PyODictValues_Type, &rw_slots_of_odict_values);
    hook(&PyODictItems_Type, &rw_slots_of_odict_items);
    hook(&PyODictIter_Type, &rw_slots_of_odict_iterator);
    hook(&PyMemoryView_Type, &rw_slots_of_memoryview);
    hook(&PyDictProxy_Type, &rw_slots_of_dict_proxy);
    hook_memory_iterator();
    hook(&PyUnicode_Type, &rw_slots_of_str);
    hook(&PyBytes_Type, &rw_slots_of_bytes);
    hook(&PyListIter_Type, &rw_slots_of_list_iterator);
    hook(&PyListRevIter_Type, &rw_slots_of_list_reverse_iterator);
    hook(&PyDictIterKey_Type, &rw_slots_of_dict_key_iterator);
    hook(&PyDictIterValue_Type, &rw_slots_of_dict_value_iterator);
    hook(&PyDictIterItem_Type, &rw_slots_of_dict_item_iterator);
    hook(&PyDictRevIterKey_Type, &rw_slots_of_dict_reverse_key_iterator);
    hook(&PyDictRevIterValue_Type, &rw_slots_of_dict_reverse_value_iterator);
    hook(&PyDictRevIterItem_Type, &rw_slots_of_dict_reverse_item_iterator);
    hook(&PySetIter_Type, &rw_slots_of_set_iterator);
    hook(&PyByteArrayIter_Type, &rw_slots_of_bytearray_iterator);
    hook(&PySeqIter_Type, &rw_slots_of_sequence_iterator);
    hook(&PyReversed_Type, &rw_slots_of_reversed);
    hook_drawing(&PyZip_Type);
    hook_drawing(&PyMap_Type);
    hook_drawing(&PyFilter_Type);
    hook_drawing(&PyEnum_Type);
    return 0;
}

static void
hook_deque(PyTypeObject *type)
{
    hook(type, &rw_slots_of_deque);
    PyObject *empty = PyObject_CallNoArgs((PyObject *)type);
    if (empty != NULL) {
        hook_type_of(PyObject_GetIter(empty), &rw_slots_of_deque_iterator);
        hook_type_of(PyObject_CallMethod(empty, "__reversed__", NULL), &rw_slots_of_deque_reverse_iterator);
    }
    PyErr_Clear();
    Py_XDECREF(empty);
}

static void
hook_defaultdict(PyTypeObject *type)
{
    hook(type, &rw_slots_of_defaultdict);
}

static void
hook_array(PyTypeObject *type)
{
    hook(type, &rw_slots_of_array);
    PyObject *empty = PyObject_CallFunction((PyObject *)type, "s", "b");
    hook_type_of(empty == NULL ? NULL : PyObject_GetIter(empty), &rw_slots_of_array_iterator);
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
