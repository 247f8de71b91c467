/* collections.deque: from the append of an item to the pop that took that very item.
 *
 * The token of an item is its address. While the item is in the deque nobody else has that address; the same object put
 * in several times is taken out first in, first out. That holds only if everything that comes and goes is told: what
 * leaves without being taken is EVICTed, what comes without order is PLACEd. Two threads that evict from a full deque
 * at the same moment may both name the same item; that costs one stale entry, which goes with the deque.
 *
 * Deques cost nothing while the process has one thread. A deque that the standard library guards by a lock of its own
 * (queue.Queue, Condition) or uses in one thread (asyncio.Queue) is left alone. Source: Modules/_collectionsmodule.c.
 */
#include "sync_deque.h"

/* What is stood in front of; set by rw_sync_deque_look() before the replacement can be called, immutable afterwards. */
static PyCFunction append, appendleft, extend, extendleft, insert, pop, popleft, removed, clear;
static ssizeobjargproc assign_item;
static ssizeargfunc item_at, inplace_repeat;
static binaryfunc inplace_concat;

enum end { LEFT, RIGHT };

/* ---- one item in, one item out ---- */

/* The item that a full deque gives up at `end` for another one. Caller is in the deque's critical section. */
static PyObject *
evicted(rw_deque *deque, enum end end)
{
    if (deque->maxlen < 0 || Py_SIZE(deque) < deque->maxlen || Py_SIZE(deque) == 0) {
        return NULL;
    }
    return end == LEFT ? deque->leftblock->data[deque->leftindex] : deque->rightblock->data[deque->rightindex];
}

static PyObject *
put(PyObject *deque, PyObject *item, PyCFunction original, enum end evicts)
{
    rw_thread *self = rw_thread_self();
    uint64_t number = rw_deque_told_from_now(self, deque);
    if (number != 0 && ((rw_deque *)deque)->maxlen != 0) {
        rw_sync(self, RW_SYNC_POST, number, rw_item_token(item), rw_stack(self));
        if (((rw_deque *)deque)->maxlen > 0) {
            PyObject *victim;
            Py_BEGIN_CRITICAL_SECTION(deque);
            victim = evicted((rw_deque *)deque, evicts);
            Py_END_CRITICAL_SECTION();
            if (victim != NULL) {
                rw_sync(self, RW_SYNC_EVICT, number, rw_item_token(victim), 0);
            }
        }
    }
    return original(deque, item);
}

static PyObject *
take(PyObject *deque, PyObject *unused, PyCFunction original)
{
    PyObject *item = original(deque, unused);
    uint64_t number = item == NULL ? 0 : rw_deque_told(deque);
    rw_thread *self = number == 0 ? NULL : rw_thread_self();
    if (self != NULL) {
        rw_sync(self, RW_SYNC_TAKE, number, rw_item_token(item), rw_stack(self));
    }
    return item;
}

static PyObject *
on_append(PyObject *deque, PyObject *item)
{
    return put(deque, item, append, LEFT);
}

static PyObject *
on_appendleft(PyObject *deque, PyObject *item)
{
    return put(deque, item, appendleft, RIGHT);
}

static PyObject *
on_pop(PyObject *deque, PyObject *unused)
{
    return take(deque, unused, pop);
}

static PyObject *
on_popleft(PyObject *deque, PyObject *unused)
{
    return take(deque, unused, popleft);
}

static PyObject *
on_insert(PyObject *deque, PyObject *const *args, Py_ssize_t nargs)
{
    rw_thread *self = nargs == 2 ? rw_thread_self() : NULL;
    uint64_t number = rw_deque_told_from_now(self, deque);
    if (number != 0) {
        rw_sync(self, RW_SYNC_POST, number, rw_item_token(args[1]), rw_stack(self));
    }
    PyObject *result =
        ((PyObject * (*)(PyObject *, PyObject *const *, Py_ssize_t))(void (*)(void))insert)(deque, args, nargs);
    if (result == NULL && number != 0) {
        rw_sync(self, RW_SYNC_DROP, number, rw_item_token(args[1]), 0); /* the deque was full, the index no integer */
    }
    return result;
}

/* ---- many items in: an iterator that posts each item just before the deque gets it ---- */

typedef struct {                    /* used by the one thread that extends */
    PyObject_HEAD PyObject *source; /* the iterator in front of which this one stands, owned */
    PyObject *deque;                /* borrowed: the call that feeds it keeps it alive */
    uint64_t number;                /* of the deque */
    enum end evicts;
} feeder;

static void
feeder_dealloc(PyObject *object)
{
    Py_DECREF(((feeder *)object)->source);
    PyObject_Free(object);
}

/* Called by the deque's own extend, within the deque's critical section. */
static PyObject *
feeder_next(PyObject *object)
{
    feeder *feed = (feeder *)object;
    PyObject *item = Py_TYPE(feed->source)->tp_iternext(feed->source);
    rw_thread *self = item == NULL ? NULL : rw_thread_self();
    if (self != NULL) {
        rw_sync(self, RW_SYNC_POST, feed->number, rw_item_token(item), rw_stack(self));
        PyObject *victim = evicted((rw_deque *)feed->deque, feed->evicts);
        if (victim != NULL) {
            rw_sync(self, RW_SYNC_EVICT, feed->number, rw_item_token(victim), 0);
        }
    }
    return item;
}

static PyTypeObject feeder_type = {
    .ob_base = PyVarObject_HEAD_INIT(NULL, 0).tp_name = "racewitness._core.feeder",
    .tp_basicsize = sizeof(feeder),
    .tp_dealloc = feeder_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = feeder_next,
};

static PyObject *
extend_by(PyObject *deque, PyObject *iterable, binaryfunc original, enum end evicts)
{
    rw_thread *self = rw_thread_self();
    uint64_t number = rw_deque_told_from_now(self, deque);
    if (number == 0 || ((rw_deque *)deque)->maxlen == 0) {
        return original(deque, iterable);
    }
    if (iterable == deque) {
        rw_deque_contents before = rw_deque_look_into(deque);
        PyObject *result = original(deque, iterable);
        rw_deque_tell_difference(self, number, before, rw_deque_look_into(deque));
        return result;
    }
    PyObject *source = PyObject_GetIter(iterable);
    if (source == NULL) {
        return NULL;
    }
    feeder *feed = PyObject_New(feeder, &feeder_type);
    if (feed == NULL) {
        Py_DECREF(source);
        return NULL;
    }
    feed->source = source;
    feed->deque = deque;
    feed->number = number;
    feed->evicts = evicts;
    PyObject *result = original(deque, (PyObject *)feed);
    Py_DECREF(feed);
    return result;
}

static PyObject *
on_extend(PyObject *deque, PyObject *iterable)
{
    return extend_by(deque, iterable, extend, LEFT);
}

static PyObject *
on_extendleft(PyObject *deque, PyObject *iterable)
{
    return extend_by(deque, iterable, extendleft, RIGHT);
}

static PyObject *
on_inplace_concat(PyObject *deque, PyObject *iterable)
{
    return extend_by(deque, iterable, inplace_concat, LEFT);
}

/* ---- items that leave without being taken, or come without order ---- */

static PyObject *
on_remove(PyObject *deque, PyObject *value)
{
    uint64_t number = rw_deque_told(deque);
    if (number == 0 || rw_thread_self() == NULL) {
        return removed(deque, value);
    }
    rw_deque_contents before = rw_deque_look_into(deque);
    PyObject *result = removed(deque, value);
    rw_thread *self = rw_thread_self();
    if (result == NULL || self == NULL) {
        rw_deque_contents_free(before);
        return result;
    }
    rw_deque_tell_difference(self, number, before, rw_deque_look_into(deque));
    return result;
}

static PyObject *
on_clear(PyObject *deque, PyObject *unused)
{
    uint64_t number = rw_deque_told(deque);
    rw_thread *self = number == 0 ? NULL : rw_thread_self();
    if (self != NULL) {
        rw_deque_tell_difference(self, number, rw_deque_look_into(deque), (rw_deque_contents){NULL, 0});
    }
    return clear(deque, unused);
}

static PyObject *
on_inplace_repeat(PyObject *deque, Py_ssize_t count)
{
    uint64_t number = rw_deque_told(deque);
    rw_thread *self = number == 0 ? NULL : rw_thread_self();
    if (self == NULL) {
        return inplace_repeat(deque, count);
    }
    rw_deque_contents before = rw_deque_look_into(deque);
    PyObject *result = inplace_repeat(deque, count);
    rw_deque_tell_difference(self, number, before, rw_deque_look_into(deque));
    return result;
}

/* d[i] = x, and del d[i] where `value` is NULL. */
static int
on_assign_item(PyObject *deque, Py_ssize_t index, PyObject *value)
{
    uint64_t number = rw_deque_told(deque);
    rw_thread *self = number == 0 ? NULL : rw_thread_self();
    PyObject *old = self == NULL || index < 0 || index >= Py_SIZE(deque) ? NULL : item_at(deque, index);
    if (old == NULL) {
        PyErr_Clear();
        return assign_item(deque, index, value);
    }
    uint64_t token = rw_item_token(old);
    Py_DECREF(old); /* the deque still has it: when it is finalised does not change */
    int status = assign_item(deque, index, value);
    if (status == 0) {
        rw_sync(self, RW_SYNC_EVICT, number, token, 0);
        if (value != NULL) {
            rw_sync(self, RW_SYNC_PLACE, number, rw_item_token(value), 0);
        }
    }
    return status;
}

/* ---- start ---- */

static const rw_patch patches[] = {
    {"append", METH_O, on_append, &append},
    {"appendleft", METH_O, on_appendleft, &appendleft},
    {"extend", METH_O, on_extend, &extend},
    {"extendleft", METH_O, on_extendleft, &extendleft},
    {"insert", METH_FASTCALL, (PyCFunction)(void (*)(void))on_insert, &insert},
    {"pop", METH_NOARGS, on_pop, &pop},
    {"popleft", METH_NOARGS, on_popleft, &popleft},
    {"remove", METH_O, on_remove, &removed},
    {"clear", METH_NOARGS, on_clear, &clear},
};

/* The operator's name leads to a slot wrapper that keeps the slot's function, for itself and for classes derived later
 * (Objects/typeobject.c: update_one_slot). */
static void
replace_wrapped(PyTypeObject *type, const char *name, void *original, void *replacement)
{
    PyObject *descriptor = PyDict_GetItemString(type->tp_dict, name);
    if (descriptor != NULL && Py_IS_TYPE(descriptor, &PyWrapperDescr_Type) &&
        ((PyWrapperDescrObject *)descriptor)->d_wrapped == original) {
        ((PyWrapperDescrObject *)descriptor)->d_wrapped = replacement;
    }
}

static void
replace_slots(PyTypeObject *type)
{
    PySequenceMethods *sequence = type->tp_as_sequence;
    if (PyType_Ready(&feeder_type) < 0 || sequence == NULL || type->tp_basicsize < (Py_ssize_t)sizeof(rw_deque)) {
        return;
    }
    item_at = sequence->sq_item;
    assign_item = sequence->sq_ass_item;
    inplace_concat = sequence->sq_inplace_concat;
    inplace_repeat = sequence->sq_inplace_repeat;
    replace_wrapped(type, "__setitem__", (void *)assign_item, (void *)on_assign_item);
    replace_wrapped(type, "__delitem__", (void *)assign_item, (void *)on_assign_item);
    replace_wrapped(type, "__iadd__", (void *)inplace_concat, (void *)on_inplace_concat);
    replace_wrapped(type, "__imul__", (void *)inplace_repeat, (void *)on_inplace_repeat);
    sequence->sq_ass_item = on_assign_item;
    sequence->sq_inplace_concat = on_inplace_concat;
    sequence->sq_inplace_repeat = on_inplace_repeat;
}

void
rw_sync_deque_look(PyObject *modules)
{
    static const rw_late_type type = {"_collections", "deque", patches, Py_ARRAY_LENGTH(patches), replace_slots};
    static _Atomic bool claimed; /* see rw_patch_late() */
    rw_patch_late(modules, &type, &claimed);
}
