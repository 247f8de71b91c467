/* The functions that take the place of type slots (slots_hooks.c), and where they are put in (slots.c).
 */
#ifndef RW_SLOTS_HOOKS_H
#define RW_SLOTS_HOOKS_H

#include "compat.h"

enum rw_slot {
    RW_SLOT_SUBSCRIPT,
    RW_SLOT_ASSIGN,
    RW_SLOT_ITEM,
    RW_SLOT_ASSIGN_ITEM,
    RW_SLOT_CONTAINS_ITEM,
    RW_SLOT_COMPARE_WITH,
    RW_SLOT_MAPPING_LENGTH,
    RW_SLOT_SEQUENCE_LENGTH,
    RW_SLOT_ITERATOR,
    RW_SLOT_NEXT,
    RW_SLOT_CONCAT,
    RW_SLOT_REPEAT,
    RW_SLOT_CONCAT_IN_PLACE,
    RW_SLOT_REPEAT_IN_PLACE,
    RW_SLOT_OR,
    RW_SLOT_AND,
    RW_SLOT_XOR,
    RW_SLOT_SUBTRACT,
    RW_SLOT_OR_IN_PLACE,
    RW_SLOT_AND_IN_PLACE,
    RW_SLOT_XOR_IN_PLACE,
    RW_SLOT_SUBTRACT_IN_PLACE,
    RW_SLOT_REMAINDER,
    RW_SLOTS
};

typedef void (*rw_slot_function)(void);

/* Slot functions of one type. `original` is filled before `hook` is stored in the slot and immutable afterwards. */
typedef struct {
    rw_slot_function original[RW_SLOTS];
    rw_slot_function hook[RW_SLOTS];
} rw_slot_hooks;

#define RW_SLOTS_EACH(X)                                                                                               \
    X(list)                                                                                                            \
    X(dict)                                                                                                            \
    X(odict)                                                                                                           \
    X(defaultdict)                                                                                                     \
    X(set)                                                                                                             \
    X(bytearray)                                                                                                       \
    X(deque)                                                                                                           \
    X(array)                                                                                                           \
    X(dict_keys)                                                                                                       \
    X(dict_values)                                                                                                     \
    X(dict_items)                                                                                                      \
    X(odict_keys)                                                                                                      \
    X(odict_values)                                                                                                    \
    X(odict_items)                                                                                                     \
    X(memoryview)                                                                                                      \
    X(dict_proxy)                                                                                                      \
    X(str)                                                                                                             \
    X(bytes)                                                                                                           \
    X(odict_iterator)                                                                                                  \
    X(memory_iterator)                                                                                                 \
    X(list_iterator)                                                                                                   \
    X(list_reverse_iterator)                                                                                           \
    X(dict_key_iterator)                                                                                               \
    X(dict_value_iterator)                                                                                             \
    X(dict_item_iterator)                                                                                              \
    X(dict_reverse_key_iterator)                                                                                       \
    X(dict_reverse_value_iterator)                                                                                     \
    X(dict_reverse_item_iterator)                                                                                      \
    X(set_iterator)                                                                                                    \
    X(bytearray_iterator)                                                                                              \
    X(sequence_iterator)                                                                                               \
    X(reversed)                                                                                                        \
    X(deque_iterator)                                                                                                  \
    X(deque_reverse_iterator)                                                                                          \
    X(array_iterator)                                                                                                  \
    X(drawing)

/* rw_slots_of_list and so on: one set for each type, for each has slot functions of its own. */
#define RW_SLOTS_DECLARE(of) extern rw_slot_hooks rw_slots_of_##of;
RW_SLOTS_EACH(RW_SLOTS_DECLARE)
#undef RW_SLOTS_DECLARE

/* `key in container` is about to be answered by a method that is not the slot's function. */
void rw_slots_before_test(PyObject *container, PyObject *key);

#endif
