/* sys.monitoring (PEP 669): PY_START of every code object, once, and INSTRUCTION events of the code that is observed.
 *
 * An INSTRUCTION event comes before its instruction and is switched off for good (DISABLE) where the instruction is no
 * access. sys.monitoring is silent while a callback runs, so the agent never sees its own accesses.
 */
#include "compat.h"

#include "agent.h"
#include "container.h"
#include "monitor.h"
#include "slots.h"
#include "stores.h"
#include "sync.h"

#include <internal/pycore_instruments.h>

/* Event numbers of PEP 669 (Include/cpython/monitoring.h). */
enum {
    EVENT_START = 1 << PY_MONITORING_EVENT_PY_START,
    EVENT_RETURN = 1 << PY_MONITORING_EVENT_PY_RETURN,
    EVENT_INSTRUCTION = 1 << PY_MONITORING_EVENT_INSTRUCTION
};

/* All set by rw_monitor_start() before any event can come, immutable afterwards. */
static PyObject *monitoring; /* module sys.monitoring */
static PyObject *disable;    /* sys.monitoring.DISABLE */
static PyObject *set_local_events;
static PyObject *restart_events;
static long tool_id = -1;

/* What is not here needs no event: it is seen at the slots of the containers' types (slots.c), at the callable
 * (call_hook.h), or not at all. */
static void (*const handlers[RW_PLAN_COUNT])(const rw_site *) = {
    [RW_PLAN_LOAD_ATTR] = rw_on_load_attribute,
    [RW_PLAN_STORE_ATTR] = rw_on_store_attribute,
    [RW_PLAN_DELETE_ATTR] = rw_on_delete_attribute,
    [RW_PLAN_LOAD_SUPER_ATTR] = rw_on_load_super_attribute,
    [RW_PLAN_LOAD_GLOBAL] = rw_on_load_global,
    [RW_PLAN_LOAD_NAME] = rw_on_load_name,
    [RW_PLAN_STORE_GLOBAL] = rw_on_store_global,
    [RW_PLAN_DELETE_GLOBAL] = rw_on_delete_global,
    [RW_PLAN_STORE_NAME] = rw_on_store_name,
    [RW_PLAN_DELETE_NAME] = rw_on_delete_name,
    [RW_PLAN_LOAD_DEREF] = rw_on_load_deref,
    [RW_PLAN_STORE_DEREF] = rw_on_store_deref,
    [RW_PLAN_DELETE_DEREF] = rw_on_delete_deref,
    [RW_PLAN_LOAD_FROM_DICT_OR_GLOBALS] = rw_on_load_from_dict_or_globals,
    [RW_PLAN_READ_WHOLE] = rw_on_read_whole,
    [RW_PLAN_SHOW] = rw_on_show,
    [RW_PLAN_CALL_EX] = rw_on_call_ex,
    [RW_PLAN_LENGTH] = rw_on_length,
    [RW_PLAN_MATCH_KEYS] = rw_on_match_keys,
    [RW_PLAN_MATCH_CLASS] = rw_on_match_class,
    [RW_PLAN_IMPORT_FROM] = rw_on_import_from,
};

/* An import statement has found its module: everything its body did comes before. */
static void
after_import(const rw_site *site)
{
    uint32_t unit = (uint32_t)(site->instruction - site->info->instructions);
    for (Py_ssize_t i = 0; i < site->info->import_count; i++) {
        const rw_import *import = &site->info->imports[i];
        if (import->after == unit) {
            int level = 0;
            if (import->level != UINT32_MAX && import->level < PyTuple_GET_SIZE(site->code->co_consts)) {
                PyObject *constant = PyTuple_GET_ITEM(site->code->co_consts, import->level);
                level = PyLong_CheckExact(constant) ? (int)PyLong_AsLong(constant) : 0;
            }
            rw_sync_imported(site->self, PyTuple_GET_ITEM(site->code->co_names, import->name), level,
                             site->frame->f_globals);
            return;
        }
    }
}

static PyObject *
on_instruction(PyObject *const *args)
{
    rw_thread *self = rw_thread_self();
    PyCodeObject *code = (PyCodeObject *)args[0];
    rw_code *info = rw_code_known(code);
    if (self == NULL || info == NULL || !info->observed) {
        return Py_None;
    }
    const rw_instruction *instruction = &info->instructions[PyUnstable_Long_CompactValue((PyLongObject *)args[1]) / 2];
    if (handlers[instruction->plan] == NULL && instruction->after == RW_AFTER_NONE) {
        return disable;
    }
    _PyInterpreterFrame *frame = _PyThreadState_GET()->current_frame;
    rw_site site = {self,  info,        code,
                    frame, instruction, frame->localsplus + code->co_nlocalsplus + instruction->depth};
    if (info->transparent && !rw_frame_works_for_application(frame)) {
        return Py_None;
    }
    if (instruction->after == RW_AFTER_IMPORT) {
        after_import(&site);
    }
    if (rw_on_instance_attribute(&site)) {
        return Py_None;
    }
    if (rw_stores_switch_off(&site)) {
        return disable;
    }
    if (handlers[instruction->plan] != NULL) {
        handlers[instruction->plan](&site);
    }
    return Py_None;
}

/* Floor mode: what a callback costs that does nothing at each access to an attribute or an item. The benchmark compares
 * with it. */
static bool
is_at_floor(enum rw_plan plan)
{
    switch (plan) {
        case RW_PLAN_LOAD_ATTR:
        case RW_PLAN_STORE_ATTR:
        case RW_PLAN_DELETE_ATTR:
        case RW_PLAN_LOAD_SUPER_ATTR:
        case RW_PLAN_LOAD_SUBSCRIPT:
        case RW_PLAN_STORE_SUBSCRIPT:
        case RW_PLAN_DELETE_SUBSCRIPT: return true;
        default: return false;
    }
}

static PyObject *
on_instruction_at_floor(PyObject *const *args)
{
    rw_thread *self = rw_thread_self();
    rw_code *info = rw_code_known((PyCodeObject *)args[0]);
    if (self == NULL || info == NULL || !info->observed) {
        return Py_None;
    }
    const rw_instruction *instruction = &info->instructions[PyUnstable_Long_CompactValue((PyLongObject *)args[1]) / 2];
    if (!is_at_floor((enum rw_plan)instruction->plan)) {
        return disable;
    }
    uint64_t seen = atomic_load_explicit(&self->seen, memory_order_relaxed);
    atomic_store_explicit(&self->seen, seen + 1, memory_order_relaxed);
    return Py_None;
}

/* Asks for the local events of a code object that has just started for the first time. */
static bool
observe(PyCodeObject *code, int events)
{
    PyObject *tool = PyLong_FromLong(tool_id);
    PyObject *mask = PyLong_FromLong(events);
    PyObject *done = tool == NULL || mask == NULL
                         ? NULL
                         : PyObject_CallFunctionObjArgs(set_local_events, tool, (PyObject *)code, mask, NULL);
    Py_XDECREF(tool);
    Py_XDECREF(mask);
    Py_XDECREF(done);
    if (done == NULL) {
        PyErr_Clear();
    }
    return done != NULL;
}

static PyObject *
on_start(PyObject *const *args)
{
    rw_thread *self = rw_thread_self();
    PyCodeObject *code = (PyCodeObject *)args[0];
    if (self == NULL) {
        return Py_None;
    }
    _PyInterpreterFrame *frame = _PyThreadState_GET()->current_frame;
    int sync_events = rw_floor_mode ? 0 : rw_sync_code_events(code);
    rw_code *info = rw_code_of(self, code, frame->f_globals);
    if (info == NULL) {
        return disable;
    }
    if (!atomic_load_explicit(&info->asked, memory_order_acquire)) {
        /* A thread that comes while another one asks asks too: it may not run on before the code is instrumented. */
        int events = sync_events | (info->observed ? EVENT_INSTRUCTION : 0) |
                     (info->module_body && !rw_floor_mode ? EVENT_RETURN : 0);
        if (events == 0 || observe(code, events)) {
            atomic_store_explicit(&info->asked, true, memory_order_release);
        }
    }
    rw_stores_settle();
    if (sync_events & EVENT_START) {
        rw_sync_on_start(self, code, frame);
        return Py_None;
    }
    if (info->library != NULL) {
        rw_on_library_start(self, info->library, frame);
        return Py_None;
    }
    return disable;
}

static PyObject *
on_return(PyObject *const *args)
{
    rw_thread *self = rw_thread_self();
    PyCodeObject *code = (PyCodeObject *)args[0];
    if (self == NULL) {
        return Py_None;
    }
    _PyInterpreterFrame *frame = _PyThreadState_GET()->current_frame;
    rw_code *info = rw_code_known(code);
    if (info != NULL && info->module_body) {
        rw_sync_module_end(self, frame->f_globals);
    }
    if (rw_sync_code_events(code) & EVENT_RETURN) {
        rw_sync_on_return(self, code, frame, args[2]);
    }
    return Py_None;
}

/* A callable without the recursion check and argument handling of built-in functions: a callback must not raise in the
 * program. */
typedef struct {
    PyObject_HEAD vectorcallfunc vectorcall;
    PyObject *(*function)(PyObject *const *args);
} callback;

static PyObject *
call_callback(PyObject *callable, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    (void)nargsf;
    (void)kwnames;
    return ((callback *)callable)->function(args);
}

static PyTypeObject callback_type = {
    .ob_base = PyVarObject_HEAD_INIT(NULL, 0).tp_name = "racewitness._core.callback",
    .tp_basicsize = sizeof(callback),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_vectorcall_offset = offsetof(callback, vectorcall),
    .tp_call = PyVectorcall_Call,
};

static int
register_callback(int event, PyObject *(*function)(PyObject *const *))
{
    callback *object = PyObject_New(callback, &callback_type);
    if (object == NULL) {
        return -1;
    }
    object->vectorcall = call_callback;
    object->function = function;
    PyObject *old = PyObject_CallMethod(monitoring, "register_callback", "liO", tool_id, event, object);
    Py_DECREF(object);
    Py_XDECREF(old);
    return old == NULL ? -1 : 0;
}

enum { TOOL_NAME_BYTES = 100 };

/* The name of the tool that holds an id, cut to TOOL_NAME_BYTES. */
static void
holder_of(long id, char *buffer)
{
    PyObject *name = PyObject_CallMethod(monitoring, "get_tool", "l", id);
    const char *text = name != NULL && PyUnicode_Check(name) ? PyUnicode_AsUTF8(name) : NULL;
    snprintf(buffer, TOOL_NAME_BYTES, "%s", text == NULL ? "another tool" : text);
    Py_XDECREF(name);
    PyErr_Clear();
}

/* Tool ids that sys.monitoring gives no name to; the named ones are left to debuggers, coverage and profilers. */
static const long candidates[] = {4, 3};

static int
take_tool_id(void)
{
    for (size_t i = 0; i < Py_ARRAY_LENGTH(candidates); i++) {
        PyObject *done = PyObject_CallMethod(monitoring, "use_tool_id", "ls", candidates[i], RW_TOOL_NAME);
        if (done != NULL) {
            Py_DECREF(done);
            tool_id = candidates[i];
            return 0;
        }
        PyErr_Clear();
    }
    char holders[2][TOOL_NAME_BYTES];
    holder_of(candidates[0], holders[0]);
    holder_of(candidates[1], holders[1]);
    PyErr_Format(
        PyExc_RuntimeError,
        "racewitness: sys.monitoring tool ids 4 and 3 are in use by %s and %s; run the program without one of them",
        holders[0], holders[1]);
    return -1;
}

typedef PyObject *(*use_function)(PyObject *, PyObject *const *, Py_ssize_t);

/* Set by rw_patch_functions() before the replacements can be called, immutable afterwards. */
static PyCFunction use_tool_id, free_tool_id;

static _Atomic bool tool_id_freed; /* the program has freed the agent's id; any thread, set once */

static bool
is_ours(PyObject *id)
{
    return tool_id >= 0 && PyLong_CheckExact(id) && PyLong_AsLong(id) == tool_id && PyErr_Occurred() == NULL;
}

/* A program that frees ids that it did not take: the agent goes on until another tool wants its id. */
static PyObject *
on_free_tool_id(PyObject *module, PyObject *id)
{
    bool ours = is_ours(id);
    PyErr_Clear();
    if (ours && atomic_load_explicit(&rw_on, memory_order_relaxed)) {
        atomic_store_explicit(&tool_id_freed, true, memory_order_relaxed);
        Py_RETURN_NONE;
    }
    return free_tool_id(module, id);
}

static PyObject *
on_use_tool_id(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    bool ours = count >= 1 && is_ours(args[0]);
    PyErr_Clear();
    bool taken = ours && atomic_exchange_explicit(&tool_id_freed, false, memory_order_relaxed);
    if (taken) {
        rw_monitor_stop();
        Py_XDECREF(free_tool_id(module, args[0]));
    }
    PyObject *done = ((use_function)(void (*)(void))use_tool_id)(module, args, count);
    if (taken) {
        char holder[TOOL_NAME_BYTES], why[TOOL_NAME_BYTES + 100];
        PyObject *raised = PyErr_GetRaisedException();
        holder_of(tool_id, holder);
        snprintf(why, sizeof(why), "sys.monitoring tool id %ld was freed by the program and taken by %s", tool_id,
                 holder);
        PyErr_SetRaisedException(raised);
        rw_session_off(why);
    }
    return done;
}

static int
watch_tool_id(void)
{
    static const rw_patch patches[] = {
        {"use_tool_id", METH_FASTCALL, (PyCFunction)(void (*)(void))on_use_tool_id, &use_tool_id},
        {"free_tool_id", METH_O, on_free_tool_id, &free_tool_id},
    };
    return rw_patch_functions(PyModule_GetDict(monitoring), patches, Py_ARRAY_LENGTH(patches));
}

int
rw_monitor_start(PyObject *options, bool floor)
{
    rw_floor_mode = floor;
    if (rw_code_start(options) < 0 || rw_stores_start() < 0 || rw_container_start() < 0 ||
        PyType_Ready(&callback_type) < 0 || (!floor && (rw_slots_start() < 0 || rw_call_start() < 0))) {
        return -1;
    }
    PyObject *sys = PyImport_ImportModule("sys");
    monitoring = sys == NULL ? NULL : PyObject_GetAttrString(sys, "monitoring");
    Py_XDECREF(sys);
    disable = monitoring == NULL ? NULL : PyObject_GetAttrString(monitoring, "DISABLE");
    set_local_events = disable == NULL ? NULL : PyObject_GetAttrString(monitoring, "set_local_events");
    restart_events = set_local_events == NULL ? NULL : PyObject_GetAttrString(monitoring, "restart_events");
    if (restart_events == NULL || take_tool_id() < 0 || watch_tool_id() < 0 ||
        register_callback(EVENT_INSTRUCTION, floor ? on_instruction_at_floor : on_instruction) < 0 ||
        register_callback(EVENT_START, on_start) < 0 || register_callback(EVENT_RETURN, on_return) < 0) {
        return -1;
    }
    PyObject *done = PyObject_CallMethod(monitoring, "set_events", "li", tool_id, EVENT_START);
    Py_XDECREF(done);
    return done == NULL ? -1 : 0;
}

void
rw_monitor_restart(void)
{
    PyObject *done = PyObject_CallNoArgs(restart_events);
    Py_XDECREF(done);
    PyErr_Clear();
}

void
rw_monitor_stop(void)
{
    PyObject *done = tool_id < 0 ? NULL : PyObject_CallMethod(monitoring, "set_events", "li", tool_id, 0);
    Py_XDECREF(done);
    PyErr_Clear();
}
