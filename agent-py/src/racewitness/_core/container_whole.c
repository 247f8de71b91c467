/* Reading all that an iterable has still to give, through iterators over iterators: zip, map, itertools.
 *
 * What they hold besides the iterators that they draw from (the last result, the element of a repeat, the pools of a
 * product) is no part of it.
 */
#include "container.h"

#include <string.h>

enum { READ_DEPTH = 6 };

/* Instead of a number of items. */
enum { ALL_ITEMS = -1, SOME_ITEMS = -2 };

typedef struct {
    rw_thread *self;
    Py_ssize_t count; /* items that are drawn, or one of the above */
    int depth;
} whole_reading;

static void read_rest(whole_reading reading, PyObject *object);

static bool
is_of_itertools(PyTypeObject *type)
{
    return (type->tp_flags & Py_TPFLAGS_IMMUTABLETYPE) != 0 && strncmp(type->tp_name, "itertools.", 10) == 0;
}

bool
rw_draws_from_parts(PyTypeObject *type)
{
    return (is_of_itertools(type) && strcmp(type->tp_name, "itertools.repeat") != 0) ||
           rw_is_named(type, "_csv.reader");
}

/* The container is behind the object that the reading has come to. */
static void
read_container(whole_reading reading, PyObject *object, PyObject *container)
{
    bool told = reading.count >= 0 && rw_iterator_read_next(reading.self, object, reading.count);
    if (!told) {
        rw_access(reading.self, reading.count == SOME_ITEMS ? RW_OP_ITERATE : RW_OP_READ_ALL,
                  rw_container_target(reading.self, container), RW_KEY_SHAPE);
    }
}

static void
read_each(whole_reading reading, PyObject *iterators)
{
    for (Py_ssize_t i = 0; iterators != NULL && i < PyTuple_GET_SIZE(iterators); i++) {
        read_rest(reading, PyTuple_GET_ITEM(iterators, i));
    }
}

/* For tp_traverse of an iterator over iterators. */
static int
read_part(PyObject *part, void *argument)
{
    whole_reading reading = *(whole_reading *)argument;
    if (PyTuple_CheckExact(part)) { /* the iterators of a zip_longest */
        for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(part); i++) {
            PyObject *item = PyTuple_GET_ITEM(part, i);
            if (item != NULL && Py_TYPE(item)->tp_iternext != NULL) {
                read_rest(reading, item);
            }
        }
    }
    else if (Py_TYPE(part)->tp_iternext != NULL || is_of_itertools(Py_TYPE(part))) {
        read_rest(reading, part);
    }
    return 0;
}

/* What is left of the one iterator, and the iterables behind it; of several, nobody knows which gives how many. */
static void
read_chain(whole_reading reading, const rw_chain *chain)
{
    reading.count = reading.count == ALL_ITEMS ? ALL_ITEMS : SOME_ITEMS;
    if (chain->active != NULL) {
        read_rest(reading, chain->active);
    }
    if (chain->source != NULL && Py_IS_TYPE(chain->source, &PyTupleIter_Type)) {
        rw_tuple_iterator *source = (rw_tuple_iterator *)chain->source;
        for (Py_ssize_t i = source->it_index; source->it_seq != NULL && i < PyTuple_GET_SIZE(source->it_seq); i++) {
            read_rest(reading, PyTuple_GET_ITEM(source->it_seq, i));
        }
    }
    else if (chain->source != NULL) {
        read_rest(reading, chain->source);
    }
}

/* How many items it asks for of what is behind it. */
static Py_ssize_t
count_of_slice(const rw_islice *slice, Py_ssize_t count)
{
    Py_ssize_t own = slice->stop == -1 ? ALL_ITEMS : Py_MAX(slice->stop - slice->cnt, 0);
    return count == ALL_ITEMS ? own : count == 0 ? 0 : SOME_ITEMS;
}

/* Of as many items as are asked for, whether the type draws one of each of its parts for each. */
static bool
draws_one_for_one(PyTypeObject *type)
{
    return rw_is_named(type, "itertools.cycle") || rw_is_named(type, "itertools.starmap") ||
           rw_is_named(type, "itertools.zip_longest");
}

static void
read_parts(whole_reading reading, PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    if (rw_is_named(type, "itertools.chain")) {
        read_chain(reading, (rw_chain *)object);
        return;
    }
    if (rw_is_named(type, "itertools.islice")) {
        reading.count = count_of_slice((rw_islice *)object, reading.count);
    }
    else if (reading.count >= 0 && !draws_one_for_one(type)) {
        reading.count = SOME_ITEMS;
    }
    type->tp_traverse(object, read_part, &reading);
}

static void
read_rest(whole_reading reading, PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    PyObject *container = rw_container_behind(object);
    if (type == &PyMemoryView_Type) {
        rw_buffer_access(reading.self, RW_OP_READ, object);
    }
    else if (container != NULL) {
        read_container(reading, object, container);
    }
    else if (reading.depth++ == READ_DEPTH) {
        return;
    }
    else if (type == &PyZip_Type) {
        read_each(reading, ((rw_zip *)object)->ittuple);
    }
    else if (type == &PyMap_Type) {
        read_each(reading, ((rw_map *)object)->iters);
    }
    else if (type == &PyEnum_Type) {
        read_rest(reading, ((rw_enumerate *)object)->en_sit);
    }
    else if (type == &PyFilter_Type) {
        reading.count = reading.count == ALL_ITEMS ? ALL_ITEMS : SOME_ITEMS;
        read_rest(reading, ((rw_filter_object *)object)->it);
    }
    else if (type == &PyReversed_Type || type == &PySeqIter_Type) {
        PyObject *sequence = ((rw_sequence_iterator *)object)->it_seq;
        container = sequence == NULL ? NULL : rw_container_behind(sequence);
        if (container != NULL) {
            read_container(reading, sequence, container);
        }
    }
    else if (rw_draws_from_parts(type)) {
        read_parts(reading, object);
    }
}

void
rw_container_read_whole(rw_thread *self, PyObject *object)
{
    read_rest((whole_reading){self, ALL_ITEMS, 0}, object);
}
