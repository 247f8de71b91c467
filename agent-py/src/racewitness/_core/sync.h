/* Synchronisation of the traced program: what sync_*.c offers to the rest of the core, and what they share among
 * themselves.
 *
 * A release is recorded before it happens, an acquire after it has succeeded, so that the stamps of a release and of
 * the acquire that it made possible are in order. All hooks stay for the life of the process; while the agent is off,
 * or itself at work in the thread, they only call what they stand in front of. Which hook makes which edge: the table
 * "Kinds of SYNC" in docs/wire-format.md.
 */
#ifndef RW_SYNC_H
#define RW_SYNC_H

#include "compat.h"

#include "objects.h"
#include "shadow.h"

/* ---- for monitor.c: Python functions that synchronise (sync_call.c), imports (sync_import.c) ---- */

/* The local events (bits of PEP 669) that rw_sync_on_start() and rw_sync_on_return() want of `code`; 0 for nearly all
 * code. */
int rw_sync_code_events(PyCodeObject *code);

/* `frame` runs a code object for which rw_sync_code_events() asked. At its start arguments are in place; at its return
 * `result` is what it is about to answer. */
void rw_sync_on_start(rw_thread *self, PyCodeObject *code, _PyInterpreterFrame *frame);
void rw_sync_on_return(rw_thread *self, PyCodeObject *code, _PyInterpreterFrame *frame, PyObject *result);

/* A module body has run to its end; `globals` is its namespace. */
void rw_sync_module_end(rw_thread *self, PyObject *globals);

/* An import statement has found module `name` (as written, relative to `level` parents of the package of `globals`). */
void rw_sync_imported(rw_thread *self, PyObject *name, int level, PyObject *globals);

/* `from module import name`: `module` is what the statement found; `name` may be a submodule of it. */
void rw_sync_import_from(rw_thread *self, PyObject *module, PyObject *name);

/* ---- for module.c ---- */

/* METH_O: racewitness.happens_before(object) and happens_after(object). */
PyObject *rw_sync_happens_before(PyObject *module, PyObject *object);
PyObject *rw_sync_happens_after(PyObject *module, PyObject *object);

/* In the child of a fork: it has one thread, and none that it could join. */
void rw_sync_after_fork_child(void);

/* ---- among sync_*.c ---- */

/* Tokens of SIGNAL and OBSERVE: what the channel of an object stands for. */
enum rw_channel { RW_CHANNEL_STATE = 0, RW_CHANNEL_IMPORT = 1, RW_CHANNEL_ANNOTATION = 2 };

/* A state that is read without a lock: what comes before its change comes before whoever has found it changed.
 * Observing an object that nobody has signalled, or known otherwise, orders nothing. */
void rw_sync_signal_state(rw_thread *self, PyObject *object, enum rw_object_kind kind);
void rw_sync_observe_state(rw_thread *self, PyObject *object);

/* A bit of the shadow word: order through this object has been told. A deque whose items are (sync_deque.c), a module's
 * namespace whose end was signalled (sync_import.c). Set once by an atomic or. */
#define RW_SHADOW_TOLD (UINT64_C(1) << 46)

/* Whether this process has ever had a second thread. While it has not, edges that only carry the one thread's past are
 * not worth a record: every later thread is started by it or by its children. Set for good, except in a forked child;
 * relaxed: the thread that sets it starts the thread that must see it. */
extern _Atomic bool rw_sync_threads;

static inline bool
rw_sync_alone(const rw_thread *self)
{
    if (self->uid == 1) {
        return !atomic_load_explicit(&rw_sync_threads, memory_order_relaxed);
    }
    if (!atomic_load_explicit(&rw_sync_threads, memory_order_relaxed)) {
        atomic_store_explicit(&rw_sync_threads, true, memory_order_relaxed); /* a thread that C code has made */
    }
    return false;
}

/* Threads started here that nobody has joined yet, detached ones for ever; any thread raises and lowers it, a join
 * after its SYNC record. */
extern _Atomic uint32_t rw_sync_unjoined;

/* Whether all that other threads ever did comes before what the main thread does now: each that ended was joined, by it
 * or by one that was. Another thread is never the last one, and threads that C code has made are not joined. */
static inline bool
rw_sync_all_joined(const rw_thread *self)
{
    return self->uid == 1 && atomic_load_explicit(&rw_sync_unjoined, memory_order_acquire) == 0 &&
           !atomic_load_explicit(&rw_thread_of_c_code, memory_order_relaxed);
}

/* One method of a type, or function of a module, whose C function is replaced behind its PyMethodDef. */
typedef struct {
    const char *name;
    int flags; /* calling convention that the replacement is written for (METH_...) */
    PyCFunction replacement;
    PyCFunction *original; /* set before the replacement can be called, immutable afterwards */
} rw_patch;

/* 0, or -1 with RuntimeError when a method is missing or has another calling convention: then nothing more is replaced.
 */
int rw_patch_methods(PyTypeObject *type, const rw_patch *patches, size_t count);
int rw_patch_functions(PyObject *module_dict, const rw_patch *patches, size_t count);

/* A type of a C module that may not have been imported yet. */
typedef struct {
    const char *module;
    const char *type;
    const rw_patch *patches;
    size_t count;
    void (*also)(PyTypeObject *type); /* more to replace in the type, or NULL; called before the methods are replaced */
} rw_late_type;

/* Hooks the type when its module is among `modules` by now; `claimed` makes that happen once, whichever thread comes
 * first. A type that cannot be hooked is told in a NOTE. */
void rw_patch_late(PyObject *modules, const rw_late_type *late, _Atomic bool *claimed);

/* Files of the standard library that the hooks know by name (sync_library.c). */
enum rw_library_file {
    RW_LIBRARY_NONE = 0,
    RW_LIBRARY_THREADING,
    RW_LIBRARY_QUEUE,
    RW_LIBRARY_FUTURES_THREAD,
    RW_LIBRARY_FUTURES_PROCESS,
    RW_LIBRARY_ASYNCIO_QUEUES,
    RW_LIBRARY_ASYNCIO_LOCKS,
    RW_LIBRARY_IMPORTLIB,
    RW_LIBRARY_IMPORTLIB_BOOTSTRAP,
    RW_LIBRARY_COUNT,
};

enum rw_library_file rw_library_file_of(PyCodeObject *code);

/* Whether the code object's qualified name is `name` (ASCII). */
bool rw_code_is_named(PyCodeObject *code, const char *name);

/* First Python frame at or below `frame`. */
static inline _PyInterpreterFrame *
rw_python_frame(_PyInterpreterFrame *frame)
{
    while (frame != NULL && !rw_frame_is_python(frame)) {
        frame = frame->previous;
    }
    return frame;
}

/* A positional argument of the function that `frame` runs, borrowed, or NULL. */
PyObject *rw_frame_argument(_PyInterpreterFrame *frame, int index);

/* A method's self. */
static inline PyObject *
rw_frame_first_argument(_PyInterpreterFrame *frame)
{
    return rw_frame_argument(frame, 0);
}

/* sync_bookkeeping.c: whether a lock created by the calling thread right now serves the standard library's own
 * bookkeeping and orders nothing. Then the objects of `threading` that are being built around it are marked as well. */
bool rw_bookkeeping_creation(void);
void rw_bookkeeping_mark(PyObject *object);

static inline bool
rw_bookkeeping_is(PyObject *object)
{
    rw_shadow *word = rw_shadow_find(object);
    return word != NULL && (atomic_load_explicit(word, memory_order_acquire) & RW_SHADOW_IGNORED) != 0;
}

/* sync_import.c: a call has answered `module` as an import statement would have found it. */
void rw_sync_import_result(rw_thread *self, PyObject *module);

/* sync_handles.c: which thread a _thread._ThreadHandle stands for. Handles are compared by address; rw_handle_forget()
 * is called when one dies. */
bool rw_handle_remember(PyObject *handle, uint32_t uid); /* false when the handle stands for a thread already */
void rw_handle_forget(PyObject *handle);
uint32_t rw_handle_uid(PyObject *handle); /* 0: none that was started here */
bool rw_handle_joined(PyObject *handle);  /* notes that its thread was joined; true the first time */

/* Threads for which the interpreter waits when it ends, once they have ended and until somebody has joined them in the
 * main thread. */
void rw_ended_remember(uint32_t uid);
void rw_ended_forget(uint32_t uid);
uint32_t rw_ended_next(uint32_t after); /* smallest uid above `after`, 0: none */

void rw_handles_after_fork_child(void);

/* Token of an item in a queue or deque: its address, which nobody else has while the item is there. */
static inline uint64_t
rw_item_token(const PyObject *item)
{
    return (uint64_t)(uintptr_t)item;
}

/* Start of each part; 0, or -1 with an exception set. */
int rw_sync_library_start(void);
int rw_sync_lock_start(PyObject *thread_dict);
int rw_sync_thread_start(PyObject *thread_dict);
int rw_sync_import_start(void);

/* Hooks types of C modules that the program has imported by now: `modules` is sys.modules. Any thread. */
void rw_sync_look(PyObject *modules);
void rw_sync_queue_look(PyObject *modules);
void rw_sync_deque_look(PyObject *modules);
void rw_sync_semaphore_look(PyObject *modules);
void rw_sync_future_look(PyObject *modules);

void rw_sync_thread_after_fork_child(void);

/* Weakref callbacks (sync_weakref.c): whether the code is one's, and its start. */
int rw_sync_weakref_start(void);
bool rw_sync_weakref_is_callback(PyCodeObject *code);
void rw_sync_weakref_callback(rw_thread *self, _PyInterpreterFrame *frame);

#endif
