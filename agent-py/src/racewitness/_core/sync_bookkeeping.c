/* Locks that the standard library takes for its own bookkeeping order nothing (semantics: "Order").
 *
 * Whether a lock is one of them is decided once, when it is created, by who creates it: the Python frames of the
 * calling thread, innermost first. The answer is a bit in the lock's shadow word, which goes when the lock goes.
 * Counted as order, these locks would hide every race of a thread that ended before the next one began: each thread
 * takes them at its start and at its end.
 *
 *   threading              locks of the module itself (_active_limbo_lock, and its successor after a fork); the Event
 * that a Thread's start waits for concurrent.futures     everything that thread.py and process.py create: shutdown
 * locks, idle semaphores, the manager's wake-up lock importlib              locks of modules being imported: imports
 * have edges of their own
 *
 * A Future's condition is created by _base.py, a queue's mutex by queue.py: those count, as every lock does that a
 * program can hold.
 */
#include "sync.h"

enum { MAX_OWNERS = 4 };

void
rw_bookkeeping_mark(PyObject *object)
{
    rw_shadow *word = rw_shadow_make(object);
    if (word != NULL) {
        atomic_fetch_or_explicit(word, RW_SHADOW_IGNORED, memory_order_acq_rel);
    }
}

/* Condition.wait makes a lock for each waiter: it is what the condition is, and what is waited for (a semaphore, an
 * event) knows that. */
static bool
waiter_of_bookkeeping(_PyInterpreterFrame *frame)
{
    for (int depth = 0; depth < 2 && frame != NULL; depth++) {
        if (rw_library_file_of(_PyFrame_GetCode(frame)) != RW_LIBRARY_THREADING) {
            return false;
        }
        PyObject *self = rw_frame_first_argument(frame);
        if (self != NULL && rw_bookkeeping_is(self)) {
            return true;
        }
        frame = rw_python_frame(frame->previous);
    }
    return false;
}

static bool
made_by_threading_itself(PyCodeObject *code)
{
    return rw_code_is_named(code, "<module>") || rw_code_is_named(code, "_after_fork") ||
           rw_code_is_named(code, "Thread.__init__");
}

/* concurrent.futures at work for itself, and not calling what the program has handed in: a task or an initializer may
 * be threading.Lock itself, which has no frame of its own. */
static bool
made_by_futures(PyCodeObject *code, enum rw_library_file file)
{
    return (file == RW_LIBRARY_FUTURES_THREAD && !rw_code_is_named(code, "_WorkItem.run") &&
            !rw_code_is_named(code, "_worker")) ||
           (file == RW_LIBRARY_FUTURES_PROCESS && !rw_code_is_named(code, "_process_worker"));
}

bool
rw_bookkeeping_creation(void)
{
    PyObject *owners[MAX_OWNERS]; /* borrowed from the frames: the Event, Semaphore, Condition under construction */
    int count = 0;
    bool ignored = false;
    _PyInterpreterFrame *innermost = rw_current_frame();
    for (_PyInterpreterFrame *frame = innermost; frame != NULL && count < MAX_OWNERS;
         frame = rw_python_frame(frame->previous)) {
        PyCodeObject *code = _PyFrame_GetCode(frame);
        enum rw_library_file file = rw_library_file_of(code);
        if (file != RW_LIBRARY_THREADING) {
            ignored = made_by_futures(code, file) || (file == RW_LIBRARY_IMPORTLIB_BOOTSTRAP && frame == innermost);
            break;
        }
        if (frame == innermost && rw_code_is_named(code, "Condition.wait")) {
            return waiter_of_bookkeeping(frame);
        }
        if (made_by_threading_itself(code)) {
            ignored = true;
            break;
        }
        PyObject *self = rw_frame_first_argument(frame);
        if (self != NULL) {
            owners[count++] = self;
        }
    }
    for (int i = 0; ignored && i < count; i++) {
        rw_bookkeeping_mark(owners[i]);
    }
    return ignored;
}
