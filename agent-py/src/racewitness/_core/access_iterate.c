/* Iteration: what the next step of an iterator reads. Layouts of the iterators: compat.h. */
#include "container.h"

#include <internal/pycore_critical_section.h>

static void
step_of_sequence(rw_thread *self, PyObject *sequence, Py_ssize_t index)
{
    rw_target target = rw_container_target(self, sequence);
    if (index >= 0 && index < rw_container_length(sequence)) {
        rw_access(self, RW_OP_ITERATE_STEP, target, rw_key(RW_KEY_INDEX, (uint64_t)index));
    }
    else {
        rw_access(self, RW_OP_ITERATE, target, RW_KEY_SHAPE);
    }
}

/* The key that the dict iterator comes to next; new reference, NULL at the end. */
static PyObject *
next_dict_key(PyDictObject *dict, Py_ssize_t position)
{
    PyObject *key = NULL;
    Py_BEGIN_CRITICAL_SECTION(dict);
    PyDictKeysObject *keys = dict->ma_keys;
    for (; key == NULL && position >= 0 && position < keys->dk_nentries; position++) {
        if (dict->ma_values != NULL) {
            /* shared keys: the values' insertion order says which entry comes next */
            if (position < dict->ma_values->size) {
                key = DK_UNICODE_ENTRIES(keys)[get_insertion_order_array(dict->ma_values)[position]].me_key;
            }
            else {
                break;
            }
        }
        else if (DK_IS_UNICODE(keys)) {
            PyDictUnicodeEntry *entry = &DK_UNICODE_ENTRIES(keys)[position];
            key = entry->me_value == NULL ? NULL : entry->me_key;
        }
        else {
            PyDictKeyEntry *entry = &DK_ENTRIES(keys)[position];
            key = entry->me_value == NULL ? NULL : entry->me_key;
        }
    }
    Py_XINCREF(key);
    Py_END_CRITICAL_SECTION();
    return key;
}

static PyObject *
next_element(PySetObject *set, Py_ssize_t position)
{
    PyObject *key = NULL;
    Py_BEGIN_CRITICAL_SECTION(set);
    for (; key == NULL && position >= 0 && position <= set->mask; position++) {
        key = set->table[position].hash == -1 ? NULL : set->table[position].key; /* -1 with a dummy key: removed */
    }
    Py_XINCREF(key);
    Py_END_CRITICAL_SECTION();
    return key;
}

static void
step_of_keyed(rw_thread *self, PyObject *container, PyObject *key)
{
    rw_target target = rw_container_target(self, container);
    if (key != NULL) {
        rw_access(self, RW_OP_ITERATE_STEP, target, rw_key_of(self, key));
        Py_DECREF(key);
    }
    else {
        rw_access(self, RW_OP_ITERATE, target, RW_KEY_SHAPE);
    }
}

static bool
is_named(PyTypeObject *type, const char *name)
{
    return (type->tp_flags & Py_TPFLAGS_IMMUTABLETYPE) != 0 && strcmp(type->tp_name, name) == 0;
}

void
rw_iterator_step(rw_thread *self, PyObject *iterator)
{
    PyTypeObject *type = Py_TYPE(iterator);
    if (type == &PyListIter_Type) {
        _PyListIterObject *list = (_PyListIterObject *)iterator;
        if (list->it_seq != NULL) {
            step_of_sequence(self, (PyObject *)list->it_seq, list->it_index);
        }
    }
    else if (type == &PyDictIterKey_Type || type == &PyDictIterValue_Type || type == &PyDictIterItem_Type) {
        rw_dict_iterator *dict = (rw_dict_iterator *)iterator;
        if (dict->di_dict != NULL) {
            step_of_keyed(self, (PyObject *)dict->di_dict, next_dict_key(dict->di_dict, dict->di_pos));
        }
    }
    else if (type == &PySetIter_Type) {
        rw_set_iterator *set = (rw_set_iterator *)iterator;
        if (set->si_set != NULL && PySet_Check((PyObject *)set->si_set)) {
            step_of_keyed(self, (PyObject *)set->si_set, next_element(set->si_set, set->si_pos));
        }
    }
    else if (type == &PyEnum_Type) {
        rw_iterator_step(self, ((rw_enumerate *)iterator)->en_sit);
    }
    else if (type == &PyZip_Type) {
        PyObject *parts = ((rw_zip *)iterator)->ittuple;
        for (Py_ssize_t i = 0; parts != NULL && i < PyTuple_GET_SIZE(parts); i++) {
            rw_iterator_step(self, PyTuple_GET_ITEM(parts, i));
        }
    }
    else if (type == &PyMap_Type) {
        PyObject *parts = ((rw_map *)iterator)->iters;
        for (Py_ssize_t i = 0; parts != NULL && i < PyTuple_GET_SIZE(parts); i++) {
            rw_iterator_step(self, PyTuple_GET_ITEM(parts, i));
        }
    }
    else if (type == &PyFilter_Type) {
        rw_iterator_step(self, ((rw_filter_object *)iterator)->it);
    }
    else if (type == &PyListRevIter_Type || type == &PySeqIter_Type || type == &PyReversed_Type) {
        rw_sequence_iterator *sequence = (rw_sequence_iterator *)iterator;
        if (sequence->it_seq != NULL && rw_container_of(sequence->it_seq, RW_USE_LOAD) == RW_SEQUENCE) {
            step_of_sequence(self, sequence->it_seq, sequence->it_index);
        }
    }
    else if (is_named(type, "_collections._deque_iterator")) {
        rw_deque_iterator *deque = (rw_deque_iterator *)iterator;
        if (deque->deque != NULL) {
            step_of_sequence(self, deque->deque, rw_container_length(deque->deque) - deque->counter);
        }
    }
}

void
rw_on_for_iter(const rw_site *site)
{
    rw_iterator_step(site->self, site->top[-1]);
}
