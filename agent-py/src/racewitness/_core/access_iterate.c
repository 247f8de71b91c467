/* Iteration: what the next step of an iterator reads. Layouts of the iterators: compat.h. */
#include "container.h"

#include <internal/pycore_critical_section.h>

enum { READ_KEYS_MAX = 256 };

/* These return whether the step finds an item. */
static bool
step_of_sequence(rw_thread *self, PyObject *sequence, Py_ssize_t index)
{
    rw_target target = rw_container_target(self, sequence);
    if (index >= 0 && index < rw_container_length(sequence)) {
        rw_access(self, RW_OP_ITERATE_STEP, target, rw_key(RW_KEY_INDEX, (uint64_t)index));
        return true;
    }
    rw_access(self, RW_OP_ITERATE, target, RW_KEY_SHAPE);
    return false;
}

/* The key of a dict's entry `position` in order of insertion, borrowed; NULL for one that is no more or not there.
 * Called with the dict locked. */
static PyObject *
entry_key(PyDictObject *dict, Py_ssize_t position)
{
    PyDictKeysObject *keys = dict->ma_keys;
    if (dict->ma_values != NULL) {
        /* shared keys: the values' insertion order says which entry it is */
        return position < dict->ma_values->size
                   ? DK_UNICODE_ENTRIES(keys)[get_insertion_order_array(dict->ma_values)[position]].me_key
                   : NULL;
    }
    if (DK_IS_UNICODE(keys)) {
        PyDictUnicodeEntry *entry = &DK_UNICODE_ENTRIES(keys)[position];
        return entry->me_value == NULL ? NULL : entry->me_key;
    }
    PyDictKeyEntry *entry = &DK_ENTRIES(keys)[position];
    return entry->me_value == NULL ? NULL : entry->me_key;
}

/* The key that the dict iterator comes to next, going by `step` (1 or -1); new reference, NULL at the end. */
static PyObject *
next_dict_key(PyDictObject *dict, Py_ssize_t position, int step)
{
    PyObject *key = NULL;
    Py_BEGIN_CRITICAL_SECTION(dict);
    for (; key == NULL && position >= 0 && position < dict->ma_keys->dk_nentries; position += step) {
        key = entry_key(dict, position);
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

static bool
step_of_keyed(rw_thread *self, PyObject *container, PyObject *key)
{
    rw_target target = rw_container_target(self, container);
    if (key == NULL) {
        rw_access(self, RW_OP_ITERATE, target, RW_KEY_SHAPE);
        return false;
    }
    rw_access(self, RW_OP_ITERATE_STEP, target, rw_key_of(self, key));
    Py_DECREF(key);
    return true;
}

/* Each of them, up to the first that is at its end, as zip and map do. */
static bool
step_of_each(rw_thread *self, PyObject *iterators)
{
    bool found = true;
    for (Py_ssize_t i = 0; found && iterators != NULL && i < PyTuple_GET_SIZE(iterators); i++) {
        found = rw_iterator_step(self, PyTuple_GET_ITEM(iterators, i));
    }
    return found;
}

static int
step_of_part(PyObject *part, void *self)
{
    if (PyTuple_CheckExact(part)) { /* the iterators of a zip_longest */
        for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(part); i++) {
            PyObject *item = PyTuple_GET_ITEM(part, i);
            if (item != NULL && Py_TYPE(item)->tp_iternext != NULL) {
                rw_iterator_step(self, item);
            }
        }
    }
    else if (Py_TYPE(part)->tp_iternext != NULL) {
        rw_iterator_step(self, part);
    }
    return 0;
}

/* The first step of going through an iterable. */
static bool
first_step(rw_thread *self, PyObject *iterable)
{
    PyObject *container = rw_container_behind(iterable);
    if (Py_TYPE(iterable)->tp_iternext != NULL) {
        return rw_iterator_step(self, iterable);
    }
    if (container == NULL) {
        return true;
    }
    if (rw_container_kind(container) == RW_SEQUENCE) {
        return step_of_sequence(self, container, 0);
    }
    if (PyDict_Check(container) && !PyODict_Check(container)) {
        return step_of_keyed(self, container, next_dict_key((PyDictObject *)container, 0, 1));
    }
    rw_access(self, RW_OP_ITERATE, rw_container_target(self, container), RW_KEY_SHAPE);
    return true;
}

/* What itertools.chain comes to next: an item of the iterator that it is in, else the first one of those behind it. */
static bool
step_of_chain(rw_thread *self, rw_chain *chain)
{
    bool found = chain->active != NULL && rw_iterator_step(self, chain->active);
    if (!found && chain->source != NULL && Py_IS_TYPE(chain->source, &PyTupleIter_Type)) {
        rw_tuple_iterator *source = (rw_tuple_iterator *)chain->source;
        Py_ssize_t count = source->it_seq == NULL ? 0 : PyTuple_GET_SIZE(source->it_seq);
        for (Py_ssize_t i = source->it_index; !found && i < count; i++) {
            found = first_step(self, PyTuple_GET_ITEM(source->it_seq, i));
        }
    }
    return true;
}

/* The sequence that an iterator goes through forwards, borrowed, and where it is; NULL: another kind of iterator. */
static PyObject *
forward_sequence(PyObject *iterator, Py_ssize_t *index)
{
    PyObject *sequence = NULL;
    if (Py_IS_TYPE(iterator, &PyListIter_Type)) {
        sequence = (PyObject *)((_PyListIterObject *)iterator)->it_seq;
        *index = ((_PyListIterObject *)iterator)->it_index;
    }
    else if (rw_is_named(Py_TYPE(iterator), "collections._deque_iterator")) {
        rw_deque_iterator *deque = (rw_deque_iterator *)iterator;
        sequence = deque->deque;
        *index = rw_container_length(sequence) - deque->counter;
    }
    else if (rw_is_named(Py_TYPE(iterator), "array.arrayiterator") || Py_IS_TYPE(iterator, &PyByteArrayIter_Type)) {
        sequence = ((rw_sequence_iterator *)iterator)->it_seq;
        *index = ((rw_sequence_iterator *)iterator)->it_index;
    }
    return sequence;
}

/* The keys of the dict's next `count` entries. */
static void
read_next_keys(rw_thread *self, const rw_dict_iterator *iterator, Py_ssize_t count)
{
    PyObject *keys[READ_KEYS_MAX];
    int found = 0;
    Py_BEGIN_CRITICAL_SECTION(iterator->di_dict);
    for (Py_ssize_t place = iterator->di_pos;
         found < Py_MIN(count, READ_KEYS_MAX) && place >= 0 && place < iterator->di_dict->ma_keys->dk_nentries;
         place++) {
        PyObject *key = entry_key(iterator->di_dict, place);
        if (key != NULL) {
            keys[found++] = Py_NewRef(key);
        }
    }
    Py_END_CRITICAL_SECTION();
    rw_target target = rw_container_target(self, (PyObject *)iterator->di_dict);
    for (int i = 0; i < found; i++) {
        rw_access(self, RW_OP_READ, target, rw_key_of(self, keys[i]));
        Py_DECREF(keys[i]);
    }
}

bool
rw_iterator_read_next(rw_thread *self, PyObject *iterator, Py_ssize_t count)
{
    PyTypeObject *type = Py_TYPE(iterator);
    Py_ssize_t index;
    PyObject *sequence = forward_sequence(iterator, &index);
    PyObject *behind = rw_container_behind(iterator);
    if (behind == NULL || count >= rw_container_length(behind)) {
        return false;
    }
    if (sequence != NULL && index >= 0) {
        rw_access_range(self, RW_OP_READ, rw_container_target(self, sequence), rw_key(RW_KEY_INDEX, (uint64_t)index),
                        (uint64_t)Py_MAX(Py_MIN(count, rw_container_length(sequence) - index), 0));
    }
    else if (type == &PyDictIterKey_Type || type == &PyDictIterValue_Type || type == &PyDictIterItem_Type) {
        read_next_keys(self, (rw_dict_iterator *)iterator, count);
    }
    rw_access(self, RW_OP_ITERATE, rw_container_target(self, behind), RW_KEY_SHAPE);
    return true;
}

/* One item, and before it those that are skipped. */
static bool
step_of_islice(rw_thread *self, const rw_islice *part)
{
    Py_ssize_t index;
    PyObject *sequence = part->it == NULL ? NULL : forward_sequence(part->it, &index);
    if (part->it == NULL || (part->stop != -1 && part->next >= part->stop)) {
        return false;
    }
    if (sequence != NULL && part->next > part->cnt) {
        for (Py_ssize_t i = 0; i <= part->next - part->cnt; i++) {
            if (!step_of_sequence(self, sequence, index + i)) {
                return false;
            }
        }
        return true;
    }
    return rw_iterator_step(self, part->it);
}

/* Iterators of immutable types of the standard library's C modules, by name: the interpreter does not export them. */
static bool
step_of_library(rw_thread *self, PyObject *iterator)
{
    PyTypeObject *type = Py_TYPE(iterator);
    if (rw_is_named(type, "collections._deque_iterator") || rw_is_named(type, "collections._deque_reverse_iterator")) {
        rw_deque_iterator *deque = (rw_deque_iterator *)iterator;
        bool forward = strcmp(type->tp_name, "collections._deque_iterator") == 0;
        Py_ssize_t index = forward ? rw_container_length(deque->deque) - deque->counter : deque->counter - 1;
        return step_of_sequence(self, deque->deque, index);
    }
    if (rw_is_named(type, "array.arrayiterator")) {
        rw_sequence_iterator *sequence = (rw_sequence_iterator *)iterator;
        return sequence->it_seq != NULL && step_of_sequence(self, sequence->it_seq, sequence->it_index);
    }
    if (rw_is_named(type, "memory_iterator")) {
        return rw_buffer_iterator_step(self, iterator);
    }
    if (rw_is_named(type, "itertools.islice")) {
        return step_of_islice(self, (rw_islice *)iterator);
    }
    if (rw_is_named(type, "itertools.chain")) {
        return step_of_chain(self, (rw_chain *)iterator);
    }
    if (rw_is_named(type, "itertools.batched")) {
        rw_batched *batches = (rw_batched *)iterator;
        if (batches->it != NULL && !rw_iterator_read_next(self, batches->it, batches->batch_size)) {
            rw_container_read_whole(self, batches->it);
        }
        return true;
    }
    if (rw_draws_from_parts(type)) {
        type->tp_traverse(iterator, step_of_part, self);
    }
    return true;
}

bool
rw_iterator_step(rw_thread *self, PyObject *iterator)
{
    PyTypeObject *type = Py_TYPE(iterator);
    if (type == &PyGen_Type) {
        return true;
    }
    if (type == &PyListIter_Type) {
        _PyListIterObject *list = (_PyListIterObject *)iterator;
        return list->it_seq != NULL && list->it_index >= 0 &&
               step_of_sequence(self, (PyObject *)list->it_seq, list->it_index);
    }
    if (type == &PyDictIterKey_Type || type == &PyDictIterValue_Type || type == &PyDictIterItem_Type) {
        rw_dict_iterator *dict = (rw_dict_iterator *)iterator;
        return dict->di_dict != NULL &&
               step_of_keyed(self, (PyObject *)dict->di_dict, next_dict_key(dict->di_dict, dict->di_pos, 1));
    }
    if (type == &PyDictRevIterKey_Type || type == &PyDictRevIterValue_Type || type == &PyDictRevIterItem_Type) {
        rw_dict_iterator *dict = (rw_dict_iterator *)iterator;
        return dict->di_dict != NULL &&
               step_of_keyed(self, (PyObject *)dict->di_dict, next_dict_key(dict->di_dict, dict->di_pos, -1));
    }
    if (type == &PyODictIter_Type) {
        rw_odict_iterator *dict = (rw_odict_iterator *)iterator;
        return dict->di_odict != NULL && step_of_keyed(self, dict->di_odict, Py_XNewRef(dict->di_current));
    }
    if (type == &PySetIter_Type) {
        rw_set_iterator *set = (rw_set_iterator *)iterator;
        return set->si_set == NULL || !PySet_Check((PyObject *)set->si_set) ||
               step_of_keyed(self, (PyObject *)set->si_set, next_element(set->si_set, set->si_pos));
    }
    if (type == &PyEnum_Type) {
        return rw_iterator_step(self, ((rw_enumerate *)iterator)->en_sit);
    }
    if (type == &PyZip_Type) {
        return step_of_each(self, ((rw_zip *)iterator)->ittuple);
    }
    if (type == &PyMap_Type) {
        return step_of_each(self, ((rw_map *)iterator)->iters);
    }
    if (type == &PyFilter_Type) {
        return rw_iterator_step(self, ((rw_filter_object *)iterator)->it);
    }
    if (type == &PyListRevIter_Type || type == &PySeqIter_Type || type == &PyReversed_Type ||
        type == &PyByteArrayIter_Type) {
        rw_sequence_iterator *sequence = (rw_sequence_iterator *)iterator;
        return sequence->it_seq == NULL || rw_container_of(sequence->it_seq, RW_USE_LOAD) != RW_SEQUENCE ||
               step_of_sequence(self, sequence->it_seq, sequence->it_index);
    }
    return step_of_library(self, iterator);
}
