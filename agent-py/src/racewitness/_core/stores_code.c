/* What a code object can store: its instructions, before any of them has run.
 *
 * A module's body is looked through when it starts, with all functions inside. Its own names count as possible to
 * store only where it binds them more than once: a single binding comes before whatever reads it, unless threads run
 * by then, which is seen at the binding itself (stores_site.c).
 */
#include "filter.h"
#include "plan.h"
#include "stores.h"
#include "sync.h"

#include <opcode_ids.h>
#include <stdlib.h>

static Py_ssize_t scope_extra = -1; /* index of the extra slot; set once by rw_stores_code_start() */
static PyObject *library_modules;   /* sys.stdlib_module_names, immutable; set likewise */

enum { IMPORT_STAR = 2, DEPTH_MAX = 100 };

typedef struct {
    PyCodeObject *code;
    rw_scope *scope;
    const unsigned char *bytecode;
    Py_ssize_t units;
    int32_t *loops;        /* for each unit, in how many loops it is */
    Py_ssize_t *captured;  /* for each of co_localsplusnames the first unit that hands its cell on */
    bool *bound;           /* for each of co_names */
    uint32_t constants[2]; /* of the last two LOAD_CONST: an import's level, then its names */
    bool module_body;
    bool application;
    bool lazy; /* a class body that uses functools.cached_property, which stores the attribute that it is */
    bool annotated;
    bool repeats; /* what a module body stores may be there before */
    bool alone;   /* no other thread lives, and all that ever did have been joined */
} scan;

typedef void visit(scan *s, Py_ssize_t unit, unsigned opcode, uint32_t arg);

static void
each_instruction(scan *s, visit *function)
{
    uint32_t extended = 0;
    for (Py_ssize_t unit = 0; unit < s->units;) {
        unsigned opcode = s->bytecode[unit * 2];
        uint32_t arg = extended << 8 | s->bytecode[unit * 2 + 1];
        extended = opcode == EXTENDED_ARG ? arg : 0;
        if (opcode != EXTENDED_ARG) {
            function(s, unit, opcode, arg);
        }
        unit += 1 + rw_plan_caches(opcode);
    }
}

static void
capture(scan *s, uint32_t index, Py_ssize_t unit)
{
    if ((Py_ssize_t)index < s->scope->cell_count && s->captured[index] > unit) {
        s->captured[index] = unit;
    }
}

/* Loops, and where cells are put into closures: a cell is read as it is by LOAD_FAST alone (Python/codegen.c and
 * flowgraph.c: LOAD_CLOSURE). */
static void
look_around(scan *s, Py_ssize_t unit, unsigned opcode, uint32_t arg)
{
    switch (opcode) {
        case JUMP_BACKWARD:
        case JUMP_BACKWARD_NO_INTERRUPT: {
            Py_ssize_t target = unit + 1 + (Py_ssize_t)rw_plan_caches(opcode) - (Py_ssize_t)arg;
            if (target >= 0 && target <= unit) {
                s->loops[target]++;
                s->loops[unit + 1]--;
            }
            return;
        }
        case LOAD_FAST:
        case LOAD_FAST_CHECK:
        case LOAD_FAST_AND_CLEAR: capture(s, arg, unit); return;
        case LOAD_FAST_LOAD_FAST:
            capture(s, arg >> 4, unit);
            capture(s, arg & 15, unit);
            return;
        case CALL_INTRINSIC_1: s->repeats |= arg == IMPORT_STAR; return;
        case SETUP_ANNOTATIONS: s->annotated = true; return;
        default: return;
    }
}

static unsigned
kind_of(PyCodeObject *code, Py_ssize_t index)
{
    return (unsigned char)PyBytes_AS_STRING(code->co_localspluskinds)[index];
}

static bool
is_dunder(PyObject *name)
{
    return PyUnicode_GET_LENGTH(name) > 1 && PyUnicode_READ_CHAR(name, 0) == '_' && PyUnicode_READ_CHAR(name, 1) == '_';
}

/* A name that a module body binds. The import system binds names with two underscores before it. */
static void
bound_by_module(scan *s, Py_ssize_t unit, uint32_t index)
{
    rw_store *store = s->scope->names[index];
    rw_stores_bound_by_module(store);
    if (s->bound[index] || s->repeats || !s->alone || s->loops[unit] > 0 ||
        is_dunder(PyTuple_GET_ITEM(s->code->co_names, index))) {
        rw_stores_possible(store);
    }
    s->bound[index] = true;
}

/* A cell may be stored unseen by others as long as no inner function has it. */
static void
stored_in_cell(scan *s, Py_ssize_t unit, uint32_t index)
{
    rw_variable *variable = (Py_ssize_t)index < s->scope->cell_count ? s->scope->cells[index] : NULL;
    if (variable != NULL &&
        ((kind_of(s->code, index) & CO_FAST_FREE) != 0 || s->loops[unit] > 0 || s->captured[index] < unit)) {
        rw_stores_possible(&variable->store);
    }
}

/* A module of the standard library is not observed. `level` and `name` as rw_import has them. */
static bool
is_library_import(PyCodeObject *code, uint32_t name, uint32_t level)
{
    PyObject *constant = level < PyTuple_GET_SIZE(code->co_consts) ? PyTuple_GET_ITEM(code->co_consts, level) : NULL;
    if (constant == NULL || !PyLong_CheckExact(constant) || PyLong_AsLong(constant) != 0) {
        return false;
    }
    PyObject *module = PyTuple_GET_ITEM(code->co_names, name);
    Py_ssize_t dot = PyUnicode_FindChar(module, '.', 0, PyUnicode_GET_LENGTH(module), 1);
    PyObject *top = PyUnicode_Substring(module, 0, dot > 0 ? dot : PyUnicode_GET_LENGTH(module));
    int found = top == NULL ? 0 : PySet_Contains(library_modules, top);
    bool library = found > 0 || (top != NULL && PyUnicode_CompareWithASCIIString(top, "racewitness") == 0);
    Py_XDECREF(top);
    PyErr_Clear();
    return library;
}

static void
look_at_stores(scan *s, Py_ssize_t unit, unsigned opcode, uint32_t arg)
{
    switch (opcode) {
        case STORE_ATTR:
        case DELETE_ATTR:
        case STORE_GLOBAL:
        case DELETE_GLOBAL:
        case DELETE_NAME: rw_stores_possible(s->scope->names[arg]); return;
        case STORE_NAME:
            if (s->module_body) {
                bound_by_module(s, unit, arg);
            }
            else if (s->lazy) {
                rw_stores_possible(s->scope->names[arg]);
            }
            return;
        case DELETE_DEREF: s->captured[arg] = -1; /* fall through */
        case STORE_DEREF: stored_in_cell(s, unit, arg); return;
        case LOAD_CONST:
            s->constants[0] = s->constants[1];
            s->constants[1] = arg;
            return;
        case IMPORT_NAME: /* a function may import whatever stores whatever, at any time */
            if (s->application && !s->module_body && !is_library_import(s->code, arg, s->constants[0])) {
                rw_stores_possible(&rw_stores_any);
            }
            return;
        default: return;
    }
}

static bool
look_through(scan *s)
{
    PyCodeObject *code = s->code;
    PyObject *bytecode = PyCode_GetCode(code);
    s->units = bytecode == NULL ? 0 : PyBytes_GET_SIZE(bytecode) / 2;
    s->loops = calloc((size_t)s->units + 2, sizeof(*s->loops));
    s->captured = calloc((size_t)s->scope->cell_count + 1, sizeof(*s->captured));
    s->bound = calloc((size_t)PyTuple_GET_SIZE(code->co_names) + 1, sizeof(*s->bound));
    bool done = bytecode != NULL && s->loops != NULL && s->captured != NULL && s->bound != NULL;
    if (done) {
        s->bytecode = (const unsigned char *)PyBytes_AS_STRING(bytecode);
        for (Py_ssize_t i = 0; i < s->scope->cell_count; i++) {
            s->captured[i] = PY_SSIZE_T_MAX;
        }
        each_instruction(s, look_around);
        for (Py_ssize_t unit = 1; unit < s->units; unit++) {
            s->loops[unit] += s->loops[unit - 1];
        }
        each_instruction(s, look_at_stores);
    }
    PyErr_Clear();
    free(s->loops);
    free(s->captured);
    free(s->bound);
    Py_XDECREF(bytecode);
    return done;
}

/* ---- scopes ---- */

static void
free_scope(void *memory)
{
    rw_scope *scope = memory;
    for (Py_ssize_t i = 0; scope != NULL && scope->cells != NULL && i < scope->cell_count; i++) {
        rw_variable *variable = scope->cells[i];
        if (variable != NULL && atomic_fetch_sub_explicit(&variable->users, 1, memory_order_acq_rel) == 1) {
            free(variable);
        }
    }
    if (scope != NULL) {
        free(scope->cells);
        free(scope->names);
        free(scope);
    }
}

/* The variable of that name in the function around. */
static rw_variable *
variable_outside(PyCodeObject *outer, const rw_scope *around, PyObject *name)
{
    for (Py_ssize_t i = 0; around != NULL && i < around->cell_count; i++) {
        if (around->cells[i] != NULL && PyTuple_GET_ITEM(outer->co_localsplusnames, i) == name) {
            return around->cells[i];
        }
    }
    return NULL;
}

static rw_scope *
make_scope(PyCodeObject *code, PyCodeObject *outer, const rw_scope *around)
{
    Py_ssize_t names = PyTuple_GET_SIZE(code->co_names);
    rw_scope *scope = calloc(1, sizeof(*scope));
    bool done = scope != NULL;
    if (done) {
        scope->cell_count = code->co_nlocalsplus;
        scope->names = calloc((size_t)names + 1, sizeof(*scope->names));
        scope->cells = calloc((size_t)scope->cell_count + 1, sizeof(*scope->cells));
        done = scope->names != NULL && scope->cells != NULL;
    }
    for (Py_ssize_t i = 0; done && i < names; i++) {
        scope->names[i] = rw_stores_name(PyTuple_GET_ITEM(code->co_names, i));
        done = scope->names[i] != NULL;
    }
    for (Py_ssize_t i = 0; done && i < scope->cell_count; i++) {
        if ((kind_of(code, i) & CO_FAST_FREE) != 0) {
            scope->cells[i] = variable_outside(outer, around, PyTuple_GET_ITEM(code->co_localsplusnames, i));
        }
        else if ((kind_of(code, i) & CO_FAST_CELL) != 0) {
            scope->cells[i] = calloc(1, sizeof(rw_variable));
            done = scope->cells[i] != NULL;
        }
        if (scope->cells[i] != NULL) {
            atomic_fetch_add_explicit(&scope->cells[i]->users, 1, memory_order_relaxed);
        }
    }
    if (!done) {
        free_scope(scope);
        return NULL;
    }
    return scope;
}

/* A str that library code stores an attribute by, or an annotated name of a class body, of which dataclasses make
 * functions that store it. */
static void
stored_by_name(PyObject *name)
{
    rw_store *store = rw_stores_name(name);
    rw_stores_possible(store != NULL ? store : &rw_stores_any);
}

static bool
is_from_file(PyCodeObject *code)
{
    return PyUnicode_GET_LENGTH(code->co_filename) > 0 && PyUnicode_READ_CHAR(code->co_filename, 0) != '<';
}

static bool
is_module_body(PyCodeObject *code)
{
    return PyUnicode_CompareWithASCIIString(code->co_name, "<module>") == 0;
}

static bool
mentions_lazy(PyCodeObject *code)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(code->co_names); i++) {
        if (PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(code->co_names, i), "cached_property") == 0) {
            return true;
        }
    }
    return false;
}

/* On whose behalf code is looked at, and when. */
typedef struct {
    bool application;
    bool alone;
} look;

/* The scope of `code` and of all code inside. Code that is no file's may run many times in one namespace: what it binds
 * may be there before. */
static const rw_scope *
look_at(PyCodeObject *code, PyCodeObject *outer, const rw_scope *around, const look *how, int depth)
{
    rw_scope *scope = NULL;
    PyUnstable_Code_GetExtra((PyObject *)code, scope_extra, (void **)&scope);
    if (scope != NULL) {
        return scope;
    }
    scope = make_scope(code, outer, around);
    scan s = {.code = code,
              .scope = scope,
              .module_body = is_module_body(code),
              .repeats = !is_from_file(code),
              .application = how->application,
              .alone = how->alone,
              .lazy = mentions_lazy(code),
              .constants = {UINT32_MAX, UINT32_MAX}};
    if (scope == NULL || depth == 0 || !look_through(&s) ||
        PyUnstable_Code_SetExtra((PyObject *)code, scope_extra, scope) < 0) {
        free_scope(scope);
        PyErr_Clear();
        rw_stores_possible(&rw_stores_any);
        return NULL;
    }
    for (Py_ssize_t i = 0; how->application && i < PyTuple_GET_SIZE(code->co_names); i++) {
        rw_stores_mentioned(PyTuple_GET_ITEM(code->co_names, i));
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(code->co_consts); i++) {
        PyObject *constant = PyTuple_GET_ITEM(code->co_consts, i);
        bool named = !how->application || (s.annotated && !s.module_body);
        if (named && constant != code->co_name && PyUnicode_CheckExact(constant) &&
            PyUnicode_CHECK_INTERNED(constant)) {
            stored_by_name(constant);
        }
        if (how->application) {
            rw_stores_mentioned(constant);
        }
        if (PyCode_Check(constant)) {
            look_at((PyCodeObject *)constant, code, scope, how, depth - 1);
        }
    }
    return scope;
}

const rw_scope *
rw_stores_scope(rw_thread *self, PyCodeObject *code, bool application)
{
    rw_scope *scope = NULL;
    if (!rw_filter_wanted) {
        return NULL;
    }
    PyUnstable_Code_GetExtra((PyObject *)code, scope_extra, (void **)&scope);
    if (scope == NULL && application && !is_module_body(code)) {
        rw_stores_possible(&rw_stores_any); /* a function of a module whose body was not seen, or put together */
    }
    look how = {application, rw_sync_all_joined(self)};
    return scope != NULL ? scope : look_at(code, NULL, NULL, &how, DEPTH_MAX);
}

void
rw_stores_first_thread(void)
{
    for (_PyInterpreterFrame *frame = rw_current_frame(); frame != NULL; frame = frame->previous) {
        rw_code *info = rw_frame_is_python(frame) ? rw_code_known(_PyFrame_GetCode(frame)) : NULL;
        for (Py_ssize_t i = 0; info != NULL && info->observed && info->module_body && i < info->import_count; i++) {
            const rw_import *import = &info->imports[i];
            if (import->after * sizeof(_Py_CODEUNIT) > rw_frame_offset(frame) &&
                !is_library_import(_PyFrame_GetCode(frame), import->name, import->level)) {
                rw_stores_possible(&rw_stores_any);
            }
        }
    }
    rw_stores_settle();
}

int
rw_stores_code_start(void)
{
    library_modules = Py_XNewRef(PySys_GetObject("stdlib_module_names"));
    scope_extra = PyUnstable_Eval_RequestCodeExtraIndex(free_scope);
    if (library_modules == NULL || !PyFrozenSet_CheckExact(library_modules) || scope_extra < 0) {
        PyErr_SetString(PyExc_RuntimeError, "racewitness: no extra slot left on code objects");
        return -1;
    }
    return 0;
}
