/* Everything that depends on the interpreter's version and its internal headers, CPython 3.13 free-threaded.
 *
 * The internal headers are those that `make install` puts beside the public ones (Include/internal). Each helper names
 * the CPython file it follows. Call sites elsewhere hold no version check.
 */
#ifndef RW_COMPAT_H
#define RW_COMPAT_H

#ifndef Py_BUILD_CORE_MODULE
#define Py_BUILD_CORE_MODULE 1
#endif
#include <Python.h>

#if PY_VERSION_HEX < 0x030D0000 || PY_VERSION_HEX >= 0x030E0000 || !defined(Py_GIL_DISABLED)
#error "the racewitness agent is built for free-threaded CPython 3.13 (python3.13t)"
#endif

#include <internal/pycore_code.h>
#include <internal/pycore_dict.h>
#include <internal/pycore_frame.h>
#include <internal/pycore_list.h>
#include <internal/pycore_object.h>
#include <internal/pycore_pystate.h>

#include <stdbool.h>
#include <stdint.h>

/* Python/bytecodes.c: in a generator's or function's frame that runs, instr_ptr is the instruction being executed; in a
 * caller's frame it is the call. */
static inline uint32_t
rw_frame_offset(_PyInterpreterFrame *frame)
{
    return (uint32_t)((const char *)frame->instr_ptr - (const char *)_PyCode_CODE(_PyFrame_GetCode(frame)));
}

/* Include/internal/pycore_frame.h: entry frames on the C stack run no code object. */
static inline bool
rw_frame_is_python(_PyInterpreterFrame *frame)
{
    return frame->owner != FRAME_OWNED_BY_CSTACK && PyCode_Check(frame->f_executable);
}

static inline _PyInterpreterFrame *
rw_current_frame(void)
{
    PyThreadState *tstate = _PyThreadState_GET();
    _PyInterpreterFrame *frame = tstate == NULL ? NULL : tstate->current_frame;
    while (frame != NULL && !rw_frame_is_python(frame)) {
        frame = frame->previous;
    }
    return frame;
}

/* Objects/codeobject.c: _PyCodeObjectExtra. */
typedef struct {
    Py_ssize_t ce_size;
    void *ce_extras[1];
} rw_code_extras;

/* Objects/descrobject.c: mappingproxyobject. */
typedef struct {
    PyObject_HEAD PyObject *mapping;
} rw_mapping_proxy;

/* Objects/dictobject.c: dictiterobject. */
typedef struct {
    PyObject_HEAD PyDictObject *di_dict;
    Py_ssize_t di_used;
    Py_ssize_t di_pos;
    PyObject *di_result;
    Py_ssize_t len;
} rw_dict_iterator;

/* Objects/odictobject.c: odictiterobject, its first fields. */
typedef struct {
    PyObject_HEAD int kind;
    PyObject *di_odict; /* NULL at the end */
    Py_ssize_t di_size;
    size_t di_state;
    PyObject *di_current; /* the next key; NULL at the end */
} rw_odict_iterator;

/* Objects/setobject.c: setiterobject. */
typedef struct {
    PyObject_HEAD PySetObject *si_set;
    Py_ssize_t si_used;
    Py_ssize_t si_pos;
    Py_ssize_t len;
} rw_set_iterator;

/* Modules/_collectionsmodule.c: dequeiterobject. */
typedef struct {
    PyObject_HEAD void *b;
    Py_ssize_t index;
    PyObject *deque;
    size_t state;
    Py_ssize_t counter;
} rw_deque_iterator;

/* Objects/enumobject.c: enumobject, reversedobject. */
typedef struct {
    PyObject_HEAD Py_ssize_t en_index;
    PyObject *en_sit;
} rw_enumerate;

/* Modules/itertoolsmodule.c: chainobject. */
typedef struct {
    PyObject_HEAD PyObject *source;
    PyObject *active;
} rw_chain;

/* Modules/itertoolsmodule.c: isliceobject. */
typedef struct {
    PyObject_HEAD PyObject *it; /* NULL at the end */
    Py_ssize_t next;            /* index of the next item to give */
    Py_ssize_t stop;            /* -1: none */
    Py_ssize_t step;
    Py_ssize_t cnt; /* index of the item that `it` gives next */
} rw_islice;

/* Modules/itertoolsmodule.c: batchedobject. */
typedef struct {
    PyObject_HEAD PyObject *it; /* NULL at the end */
    Py_ssize_t batch_size;
} rw_batched;

/* Include/internal/pycore_tuple.h: _PyTupleIterObject. */
typedef struct {
    PyObject_HEAD Py_ssize_t it_index;
    PyObject *it_seq;
} rw_tuple_iterator;

/* Objects/iterobject.c: seqiterobject; of the same layout are listreviterobject (Objects/listobject.c), reversedobject,
 * bytesiterobject (Objects/bytearrayobject.c) and arrayiterobject (Modules/arraymodule.c). */
typedef struct {
    PyObject_HEAD Py_ssize_t it_index;
    PyObject *it_seq;
} rw_sequence_iterator;

/* Python/bltinmodule.c: zipobject, mapobject, filterobject. */
typedef struct {
    PyObject_HEAD Py_ssize_t tuplesize;
    PyObject *ittuple;
} rw_zip;

typedef struct {
    PyObject_HEAD PyObject *iters;
    PyObject *func;
} rw_map;

typedef struct {
    PyObject_HEAD PyObject *func;
    PyObject *it;
} rw_filter_object;

/* Modules/_threadmodule.c: rlockobject. The count belongs to the thread that holds the lock. */
typedef struct {
    PyObject_HEAD PyThread_type_lock rlock_lock;
    PyThread_ident_t rlock_owner;
    unsigned long rlock_count;
} rw_rlock;

/* Objects/typeobject.c: superobject. */
typedef struct {
    PyObject_HEAD PyTypeObject *type;
    PyObject *obj;
    PyTypeObject *obj_type;
} rw_super;

/* Include/internal/pycore_descrobject.h: wrapperobject (method-wrapper), a slot wrapper bound to its object. */
typedef struct {
    PyObject_HEAD PyWrapperDescrObject *descr;
    PyObject *self;
} rw_method_wrapper;

/* In the child of a fork, its only thread: a thread of the parent that was about to stop the world, and waited for the
 * fork to be over, has left this locked, and nobody is there to unlock it. The interpreter makes its other locks anew
 * (Python/pystate.c: stop_the_world, _PyRuntimeState_ReInitThreads), so that a child of 3.13 waits for ever where it
 * stops the world itself: a collection of garbage, or the first run of code that is observed. */
static inline void
rw_compat_after_fork_child(void)
{
    _PyMutex_at_fork_reinit(&PyInterpreterState_Get()->stoptheworld.mutex);
}

#endif
