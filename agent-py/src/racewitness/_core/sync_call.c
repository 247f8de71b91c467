/* Python functions that synchronise without a hooked lock, in one table: which function, when, what it orders.
 *
 *   Event.set, is_set           the flag is read without a lock; wait() goes through the event's condition
 *   importlib.import_module     finds a module as an import statement does
 *   __del__ of any class        comes after the last use by every thread. An object whose last reference went away has
 * had its DEAD record by then; this is for those that the garbage collector finalises
 *
 *   __hash__, __eq__ of any class order nothing: what they answer is what an access at their object as a key waits for
 * (container_key.c)
 *
 * A Future's done(), result(), exception() and callbacks take its condition (Lib/concurrent/futures/_base.py): the
 * lock's hooks see them.
 */
#include "container.h"
#include "cell.h"
#include "filter.h"
#include "sync.h"

enum {
    EVENT_START = 1 << PY_MONITORING_EVENT_PY_START,
    EVENT_RETURN = 1 << PY_MONITORING_EVENT_PY_RETURN,
};

static void
signal_state(rw_thread *self, _PyInterpreterFrame *frame)
{
    PyObject *object = rw_frame_first_argument(frame);
    if (object != NULL && !rw_bookkeeping_is(object)) {
        rw_sync_signal_state(self, object, RW_KIND_INSTANCE);
    }
}

static void
observe_state(rw_thread *self, _PyInterpreterFrame *frame, PyObject *result)
{
    PyObject *object = rw_frame_first_argument(frame);
    if (result == Py_True && object != NULL && !rw_bookkeeping_is(object)) {
        rw_sync_observe_state(self, object);
    }
}

static void
module_found(rw_thread *self, _PyInterpreterFrame *frame, PyObject *result)
{
    (void)frame;
    rw_sync_import_result(self, result);
}

/* Only a call by the interpreter is the object's end: its frame was entered from C. obj.__del__() and super().__del__()
 * have their caller's frame below. */
static void
finalizer_started(rw_thread *self, _PyInterpreterFrame *frame)
{
    PyObject *object = rw_frame_first_argument(frame);
    bool by_interpreter = frame->previous != NULL && frame->previous->owner == FRAME_OWNED_BY_CSTACK;
    uint64_t number = object != NULL && by_interpreter && !rw_sync_alone(self) ? rw_object_known(object) : 0;
    if (number != 0) {
        rw_cell_share(object, number);
        rw_sync(self, RW_SYNC_LAST_USE, number, 0, 0);
        rw_filter_order_all();
    }
}

typedef struct {
    enum rw_library_file file; /* RW_LIBRARY_NONE: any file, and `name` is the plain name */
    const char *name;
    void (*on_start)(rw_thread *, _PyInterpreterFrame *);
    void (*on_return)(rw_thread *, _PyInterpreterFrame *, PyObject *);
} synchronising_function;

static const synchronising_function functions[] = {
    {RW_LIBRARY_THREADING, "Event.set", signal_state, NULL},
    {RW_LIBRARY_THREADING, "Event.is_set", NULL, observe_state},
    {RW_LIBRARY_IMPORTLIB, "import_module", NULL, module_found},
    {RW_LIBRARY_NONE, "__del__", finalizer_started, NULL},
    {RW_LIBRARY_NONE, "__hash__", NULL, rw_container_hashed},
    {RW_LIBRARY_NONE, "__eq__", rw_container_equating, rw_container_equated},
};

static const synchronising_function *
entry_of(PyCodeObject *code)
{
    enum rw_library_file file = rw_library_file_of(code);
    for (size_t i = 0; i < Py_ARRAY_LENGTH(functions); i++) {
        const synchronising_function *function = &functions[i];
        if (function->file == RW_LIBRARY_NONE ? PyUnicode_EqualToUTF8(code->co_name, function->name)
                                              : function->file == file && rw_code_is_named(code, function->name)) {
            return function;
        }
    }
    return NULL;
}

int
rw_sync_code_events(PyCodeObject *code)
{
    if (rw_sync_weakref_is_callback(code)) {
        return EVENT_START;
    }
    const synchronising_function *function = entry_of(code);
    return function == NULL
               ? 0
               : (function->on_start != NULL ? EVENT_START : 0) | (function->on_return != NULL ? EVENT_RETURN : 0);
}

void
rw_sync_on_start(rw_thread *self, PyCodeObject *code, _PyInterpreterFrame *frame)
{
    if (rw_sync_weakref_is_callback(code)) {
        rw_sync_weakref_callback(self, frame);
        return;
    }
    const synchronising_function *function = entry_of(code);
    if (function != NULL && function->on_start != NULL) {
        function->on_start(self, frame);
    }
}

void
rw_sync_on_return(rw_thread *self, PyCodeObject *code, _PyInterpreterFrame *frame, PyObject *result)
{
    const synchronising_function *function = entry_of(code);
    if (function != NULL && function->on_return != NULL) {
        function->on_return(self, frame, result);
    }
}
