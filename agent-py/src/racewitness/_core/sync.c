/* Start of the synchronisation hooks, and what they share: replacing C functions, annotations. */
#include "access.h"
#include "slots.h"
#include "sync.h"

#include "agent.h"
#include "define.h"

_Atomic bool rw_sync_threads;
_Atomic uint32_t rw_sync_unjoined;

/* ---- replacing what a method or function of a C module calls ---- */

static int
refuse(const char *owner, const char *name)
{
    PyErr_Format(PyExc_RuntimeError,
                 "racewitness: %s.%s is not what this agent was built for; rebuild it for this very Python", owner,
                 name);
    return -1;
}

/* The reader of ml_meth may be another thread in the middle of a call: pointers are stored whole, the original first.
 */
static void
replace(PyMethodDef *def, const rw_patch *patch)
{
    if (def->ml_meth == patch->replacement) {
        return; /* a second copy of the module: its types share the table */
    }
    *patch->original = def->ml_meth;
    if (patch->replacement != NULL) {
        __atomic_store_n(&def->ml_meth, patch->replacement, __ATOMIC_RELEASE);
    }
}

/* Objects/descrobject.c: a method descriptor holds a pointer to its entry in the type's static table of methods; so
 * does every bound method (Objects/methodobject.c). */
static PyMethodDef *
method_of(PyTypeObject *type, const char *name)
{
    PyObject *dict = PyType_GetDict(type); /* the tp_dict of a built-in type is the interpreter's */
    PyObject *descriptor = dict == NULL ? NULL : PyDict_GetItemString(dict, name);
    Py_XDECREF(dict);
    return descriptor != NULL && Py_IS_TYPE(descriptor, &PyMethodDescr_Type)
               ? ((PyMethodDescrObject *)descriptor)->d_method
               : NULL;
}

static PyMethodDef *
function_of(PyObject *module_dict, const char *name)
{
    PyObject *function = PyDict_GetItemString(module_dict, name);
    return function != NULL && PyCFunction_CheckExact(function) ? ((PyCFunctionObject *)function)->m_ml : NULL;
}

int
rw_patch_methods(PyTypeObject *type, const rw_patch *patches, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        PyMethodDef *def = method_of(type, patches[i].name);
        if (def == NULL || def->ml_flags != patches[i].flags) {
            return refuse(type->tp_name, patches[i].name);
        }
    }
    for (size_t i = 0; i < count; i++) {
        replace(method_of(type, patches[i].name), &patches[i]);
    }
    return 0;
}

int
rw_patch_functions(PyObject *module_dict, const rw_patch *patches, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        PyMethodDef *def = function_of(module_dict, patches[i].name);
        if (def == NULL || def->ml_flags != patches[i].flags) {
            return refuse("module function", patches[i].name);
        }
    }
    for (size_t i = 0; i < count; i++) {
        replace(function_of(module_dict, patches[i].name), &patches[i]);
    }
    return 0;
}

void
rw_patch_late(PyObject *modules, const rw_late_type *late, _Atomic bool *claimed)
{
    PyObject *module = NULL;
    PyObject *type = NULL;
    if (atomic_load_explicit(claimed, memory_order_relaxed) ||
        PyDict_GetItemStringRef(modules, late->module, &module) <= 0) {
        PyErr_Clear();
        return;
    }
    bool ready = PyModule_Check(module) && PyDict_GetItemStringRef(PyModule_GetDict(module), late->type, &type) > 0 &&
                 PyType_Check(type);
    if (ready && !atomic_exchange_explicit(claimed, true, memory_order_acq_rel)) {
        if (late->also != NULL) {
            late->also((PyTypeObject *)type);
        }
        rw_thread *self = rw_thread_self();
        if (rw_patch_methods((PyTypeObject *)type, late->patches, late->count) < 0 && self != NULL) {
            rw_note(self, RW_NOTE_AGENT,
                    "a type of a C module has other methods than this agent was built for: what it orders is not seen");
        }
    }
    PyErr_Clear();
    Py_XDECREF(type);
    Py_DECREF(module);
}

void
rw_sync_look(PyObject *modules)
{
    rw_sync_queue_look(modules);
    rw_sync_deque_look(modules);
    rw_sync_semaphore_look(modules);
    rw_sync_future_look(modules);
}

/* ---- states ---- */

void
rw_sync_signal_state(rw_thread *self, PyObject *object, enum rw_object_kind kind)
{
    rw_sync(self, RW_SYNC_SIGNAL, rw_object(self, object, kind, 0), RW_CHANNEL_STATE, rw_stack(self));
}

void
rw_sync_observe_state(rw_thread *self, PyObject *object)
{
    uint64_t number = rw_object_known(object);
    if (number != 0) {
        rw_sync(self, RW_SYNC_OBSERVE, number, RW_CHANNEL_STATE, rw_stack(self));
    }
}

/* ---- annotations ---- */

static PyObject *
annotate(PyObject *object, enum rw_sync_kind kind)
{
    rw_thread *self = rw_thread_self();
    if (self != NULL) {
        rw_sync(self, kind, rw_object(self, object, rw_kind_of(object), 0), RW_CHANNEL_ANNOTATION, rw_stack(self));
    }
    Py_RETURN_NONE;
}

PyObject *
rw_sync_happens_before(PyObject *module, PyObject *object)
{
    (void)module;
    return annotate(object, RW_SYNC_SIGNAL);
}

PyObject *
rw_sync_happens_after(PyObject *module, PyObject *object)
{
    (void)module;
    return annotate(object, RW_SYNC_OBSERVE);
}

/* ---- start ---- */

/* A bookkeeping lock of a module that was imported before the agent started. */
static void
mark_global(PyObject *modules, const char *module_name, const char *lock_name)
{
    PyObject *module = PyDict_GetItemString(modules, module_name);
    PyObject *lock =
        module != NULL && PyModule_Check(module) ? PyDict_GetItemString(PyModule_GetDict(module), lock_name) : NULL;
    if (lock != NULL) {
        rw_bookkeeping_mark(lock);
    }
}

int
rw_sync_start(PyObject *options)
{
    (void)options;
    PyObject *thread_module = PyImport_ImportModule("_thread"); /* built in, and imported by the import system itself */
    if (thread_module == NULL) {
        return -1;
    }
    PyObject *dict = PyModule_GetDict(thread_module);
    int status = rw_sync_library_start() < 0 || rw_sync_lock_start(dict) < 0 || rw_sync_thread_start(dict) < 0 ||
                         rw_sync_import_start() < 0 || rw_sync_weakref_start() < 0
                     ? -1
                     : 0;
    Py_DECREF(thread_module);
    PyObject *modules = PySys_GetObject("modules");
    if (status == 0 && modules != NULL && PyDict_CheckExact(modules)) {
        mark_global(modules, "threading", "_active_limbo_lock");
        mark_global(modules, "concurrent.futures.thread", "_global_shutdown_lock");
        rw_sync_look(modules);
        rw_slots_look(modules);
        rw_getters_look(modules);
    }
    return status;
}

void
rw_sync_after_fork_child(void)
{
    atomic_store_explicit(&rw_sync_threads, false, memory_order_relaxed);
    atomic_store_explicit(&rw_sync_unjoined, 0, memory_order_relaxed);
    atomic_store_explicit(&rw_thread_of_c_code, false, memory_order_relaxed);
    rw_sync_thread_after_fork_child();
}
