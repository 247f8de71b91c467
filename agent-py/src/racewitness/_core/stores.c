#include "stores.h"

#include "monitor.h"
#include "number_table.h"

#include <stdlib.h>
#include <string.h>

rw_store rw_stores_any, rw_stores_ends;

/* Stores by name. A block once allocated stays, and a name keeps its place in it. */
enum { BLOCK = 1024, MAX_BLOCKS = 4096 };
static rw_number_table numbers;                /* from address of the interned, immortal str to number */
static _Atomic(rw_store *) blocks[MAX_BLOCKS]; /* each set once by compare-and-swap; any thread */

static PyMutex settle_lock;              /* held while events are restarted; detaches when it waits */
static _Atomic uint32_t restarts_wanted; /* raised by any thread, after the state that demands a restart was set */
static _Atomic uint32_t restarts_done;   /* which of them have been served; written under settle_lock */

/* Names through which code stores what it does not spell out, or runs code that nobody has seen. */
static const char *const dynamic_names[] = {
    "setattr",
    "delattr",
    "__setattr__",
    "__delattr__",
    "globals",
    "vars",
    "locals",
    "__dict__",
    "__globals__",
    "f_globals",
    "f_locals",
    "f_builtins",
    "exec",
    "eval",
    "__code__",
    "__closure__",
    "cell_contents",
    "FunctionType",
    "LambdaType",
    "CodeType",
    "marshal",
    "reload",
    "run_path",
    "run_module",
    "import_module",
    "__import__",
    "load_module",
    "exec_module",
    "module_from_spec",
    "resolve_name",
    "make_dataclass",
    "timeit",
    "cProfile",
    "profile",
    "doctest",
    "InteractiveInterpreter",
    "InteractiveConsole",
};

/* Names of what tells program code that an object has ended. */
static const char *const ending_names[] = {"__del__", "weakref",           "finalize",
                                           "WeakSet", "WeakKeyDictionary", "WeakValueDictionary"};

/* The same, interned; set by rw_stores_start(), immutable afterwards. */
static PyObject *dynamic[Py_ARRAY_LENGTH(dynamic_names)], *ending[Py_ARRAY_LENGTH(ending_names)];

rw_store *
rw_stores_name(PyObject *name)
{
    bool fresh;
    uint64_t address = (uint64_t)(uintptr_t)name;
    uint32_t number = rw_number(&numbers, address * UINT64_C(0x9E3779B97F4A7C15) >> 16, address, &fresh);
    if (number == 0 || number / BLOCK >= MAX_BLOCKS) {
        return NULL;
    }
    _Atomic(rw_store *) *place = &blocks[number / BLOCK];
    rw_store *block = atomic_load_explicit(place, memory_order_acquire);
    if (block == NULL) {
        rw_store *made = calloc(BLOCK, sizeof(*made));
        if (made == NULL) {
            return NULL;
        }
        if (atomic_compare_exchange_strong_explicit(place, &block, made, memory_order_acq_rel, memory_order_acquire)) {
            block = made;
        }
        else {
            free(made);
        }
    }
    return &block[number % BLOCK];
}

void
rw_stores_possible(rw_store *store)
{
    uint8_t before = atomic_fetch_or_explicit(&store->state, RW_STORE_POSSIBLE, memory_order_acq_rel);
    if ((before & RW_STORE_POSSIBLE) == 0 && (before & (RW_STORE_OFF | RW_STORE_OFF_BUILTIN)) != 0) {
        atomic_fetch_add_explicit(&restarts_wanted, 1, memory_order_release);
    }
}

void
rw_stores_bound_by_module(rw_store *store)
{
    uint8_t before = atomic_fetch_or_explicit(&store->state, RW_STORE_OF_MODULE, memory_order_acq_rel);
    if ((before & RW_STORE_OF_MODULE) == 0 && (before & RW_STORE_OFF_BUILTIN) != 0) {
        atomic_fetch_add_explicit(&restarts_wanted, 1, memory_order_release);
    }
}

static bool
is_settled(void)
{
    return atomic_load_explicit(&restarts_wanted, memory_order_acquire) ==
           atomic_load_explicit(&restarts_done, memory_order_acquire);
}

/* A thread that comes while another one restarts waits: it may not run on before the events are there. */
void
rw_stores_settle(void)
{
    if (is_settled()) {
        return;
    }
    PyObject *raised = PyErr_GetRaisedException();
    PyMutex_Lock(&settle_lock);
    if (!is_settled()) {
        uint32_t wanted = atomic_load_explicit(&restarts_wanted, memory_order_acquire);
        rw_monitor_restart();
        atomic_store_explicit(&restarts_done, wanted, memory_order_release);
    }
    PyMutex_Unlock(&settle_lock);
    PyErr_SetRaisedException(raised);
}

void
rw_stores_after_fork_child(void)
{
    memset(&settle_lock, 0, sizeof(settle_lock)); /* whoever held it is not here */
}

static bool
is_among(PyObject *name, PyObject *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (names[i] == name) {
            return true;
        }
    }
    return false;
}

void
rw_stores_mentioned(PyObject *name)
{
    if (is_among(name, dynamic, Py_ARRAY_LENGTH(dynamic))) {
        rw_stores_possible(&rw_stores_any);
    }
    else if (is_among(name, ending, Py_ARRAY_LENGTH(ending))) {
        rw_stores_possible(&rw_stores_ends);
    }
}

static int
intern(const char *const *texts, PyObject **names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        names[i] = PyUnicode_InternFromString(texts[i]);
        if (names[i] == NULL) {
            return -1;
        }
    }
    return 0;
}

int
rw_stores_start(void)
{
    return intern(dynamic_names, dynamic, Py_ARRAY_LENGTH(dynamic)) < 0 ||
                   intern(ending_names, ending, Py_ARRAY_LENGTH(ending)) < 0
               ? -1
               : rw_stores_code_start();
}
