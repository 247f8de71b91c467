/* What is known of code objects, made the first time one runs or is seen on a stack. */
#include "code.h"

#include "call_rules.h"
#include "describe.h"
#include "plan.h"
#include "stack.h"
#include "stores.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

Py_ssize_t rw_code_extra = -1;

static PyMutex code_lock; /* held while a code object is planned and described; detaches when it waits, so that a pause
                             of the world is not held up */
static _Atomic uint32_t code_numbers; /* the last number given; changed under code_lock */
static PyObject *library_prefixes;    /* list of str, immutable after rw_code_start() */
static PyObject *include_patterns;    /* likewise */
static PyObject *exclude_patterns;    /* likewise */
static bool command_string;           /* python -c: "<string>" is the application; set by rw_code_start() */

static void
free_code(void *memory)
{
    rw_code *info = memory;
    if (info != NULL) {
        for (Py_ssize_t i = 0; info->attributes != NULL && i < info->count; i++) {
            free(atomic_load_explicit(&info->attributes[i], memory_order_relaxed));
        }
        free(info->attributes);
        free(info->instructions);
        free(info->imports);
        free(info);
        rw_stack_code_died();
    }
}

int
rw_code_start(PyObject *options)
{
    library_prefixes = Py_XNewRef(PyDict_GetItemString(options, "library_prefixes"));
    include_patterns = Py_XNewRef(PyDict_GetItemString(options, "include"));
    exclude_patterns = Py_XNewRef(PyDict_GetItemString(options, "exclude"));
    if (library_prefixes == NULL || include_patterns == NULL || exclude_patterns == NULL ||
        !PyList_CheckExact(library_prefixes) || !PyList_CheckExact(include_patterns) ||
        !PyList_CheckExact(exclude_patterns)) {
        PyErr_SetString(PyExc_TypeError, "racewitness: library_prefixes, include and exclude must be lists");
        return -1;
    }
    PyObject *arguments = PySys_GetObject("orig_argv");
    for (Py_ssize_t i = 1; arguments != NULL && PyList_CheckExact(arguments) && i < PyList_GET_SIZE(arguments); i++) {
        const char *text = PyUnicode_AsUTF8(PyList_GET_ITEM(arguments, i));
        if (text == NULL || text[0] != '-') {
            PyErr_Clear();
            break;
        }
        command_string |= text[1] != '-' && strchr(text, 'c') != NULL;
    }
    rw_code_extra = PyUnstable_Eval_RequestCodeExtraIndex(free_code);
    if (rw_code_extra < 0) {
        PyErr_SetString(PyExc_RuntimeError, "racewitness: no extra slot left on code objects");
        return -1;
    }
    return 0;
}

void
rw_code_after_fork_child(void)
{
    memset(&code_lock, 0, sizeof(code_lock)); /* whoever held it is not here */
}

static bool
starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool
matches_any(const char *module, PyObject *patterns)
{
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(patterns); i++) {
        const char *pattern = PyUnicode_AsUTF8(PyList_GET_ITEM(patterns, i));
        if (pattern == NULL) {
            PyErr_Clear();
        }
        else if (fnmatch(pattern, module, 0) == 0) {
            return true;
        }
    }
    return false;
}

static bool
in_library(const char *file)
{
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(library_prefixes); i++) {
        const char *prefix = PyUnicode_AsUTF8(PyList_GET_ITEM(library_prefixes, i));
        if (prefix == NULL) {
            PyErr_Clear();
        }
        else if (starts_with(file, prefix)) {
            return true;
        }
    }
    return false;
}

/* By default everything that is neither standard library nor site-packages is the application; patterns on the module's
 * name decide first. Code compiled from a string, and that of some modules of the library, is observed on behalf of the
 * application's line that made or called it. */
static void
classify(rw_code *info, PyCodeObject *code, PyObject *globals)
{
    PyObject *path = rw_text_of(code->co_filename); /* lone surrogates, of a name that is no UTF-8, as escapes */
    const char *file = path == NULL ? NULL : PyBytes_AS_STRING(path);
    PyObject *name = NULL;
    const char *module = NULL;
    if (globals != NULL && PyDict_CheckExact(globals) && PyDict_GetItemStringRef(globals, "__name__", &name) > 0 &&
        PyUnicode_CheckExact(name)) {
        module = PyUnicode_AsUTF8(name);
    }
    PyErr_Clear();
    bool library = true;
    if (file != NULL && file[0] == '<') {
        info->generated = starts_with(file, "<string>") || strstr(file, "generated") != NULL;
        library = starts_with(file, "<frozen ");
        info->application = !library && (!info->generated || (command_string && starts_with(file, "<string>")));
    }
    else if (file != NULL) {
        library = in_library(file);
        info->application = !library;
    }
    const char *function = PyUnicode_AsUTF8(code->co_qualname);
    PyErr_Clear();
    info->transparent = library && (code->co_flags & CO_OPTIMIZED) != 0 && module != NULL && function != NULL &&
                        rw_library_is_transparent(module, function);
    info->observed = !library || info->transparent;
    if (module != NULL && matches_any(module, exclude_patterns)) {
        info->observed = info->application = info->transparent = false;
    }
    else if (module != NULL && matches_any(module, include_patterns)) {
        info->observed = info->application = true;
        info->transparent = false;
    }
    if (!info->observed && module != NULL && function != NULL) {
        info->library = rw_library_rule(module, function);
    }
    PyErr_Clear();
    Py_XDECREF(name);
    Py_XDECREF(path);
}

static void
write_part(rw_thread *self, uint32_t number, unsigned part, const char *bytes, size_t size)
{
    for (size_t at = 0; at < size;) {
        size_t length = size - at < RW_PART_MAX_BYTES ? size - at : RW_PART_MAX_BYTES;
        unsigned words = 2 + (unsigned)((length + RW_WORD_BYTES - 1) / RW_WORD_BYTES);
        uint64_t *record = rw_reserve(self, words);
        if (record == NULL) {
            return;
        }
        record[words - 1] = 0;
        record[0] = rw_record_head(RW_CODE_BYTES, part, words, number);
        record[1] = rw_pair((uint32_t)at, (uint32_t)length);
        memcpy(record + 2, bytes + at, length);
        rw_commit(self, words);
        at += length;
    }
}

/* The CODE record and its parts. The bytecode goes only with observed code: nobody asks what feeds what elsewhere. */
static void
describe(rw_thread *self, rw_code *info, PyCodeObject *code, PyObject *bytecode)
{
    uint32_t file = rw_string_of(self, code->co_filename);
    uint32_t function = rw_string_of(self, code->co_qualname);
    size_t bytecode_size = info->observed ? (size_t)PyBytes_GET_SIZE(bytecode) : 0;
    size_t handlers_size = info->observed ? (size_t)PyBytes_GET_SIZE(code->co_exceptiontable) : 0;
    size_t lines_size = (size_t)PyBytes_GET_SIZE(code->co_linetable);
    uint64_t *record = rw_reserve(self, 5);
    if (record == NULL) {
        return;
    }
    record[0] = rw_record_head(RW_CODE, 0, 5, info->number);
    record[1] = rw_pair((uint32_t)code->co_firstlineno, (info->application ? 1u : 0u) | (info->generated ? 2u : 0u));
    record[2] = rw_pair(file, function);
    record[3] = rw_pair((uint32_t)bytecode_size, (uint32_t)lines_size);
    record[4] = rw_pair((uint32_t)handlers_size, (uint32_t)code->co_nlocalsplus);
    rw_commit(self, 5);
    write_part(self, info->number, 1, PyBytes_AS_STRING(bytecode), bytecode_size);
    write_part(self, info->number, 2, PyBytes_AS_STRING(code->co_linetable), lines_size);
    write_part(self, info->number, 3, PyBytes_AS_STRING(code->co_exceptiontable), handlers_size);
}

/* Called with code_lock held. */
static rw_code *
make(rw_thread *self, PyCodeObject *code, PyObject *globals)
{
    PyObject *bytecode = PyCode_GetCode(code);
    rw_code *info = calloc(1, sizeof(*info));
    bool done = bytecode != NULL && info != NULL;
    if (done) {
        classify(info, code, globals);
        info->number = atomic_fetch_add_explicit(&code_numbers, 1, memory_order_relaxed) + 1;
        info->module_body = PyUnicode_CompareWithASCIIString(code->co_name, "<module>") == 0;
        info->count = PyBytes_GET_SIZE(bytecode) / 2;
        if (info->observed) {
            info->instructions = calloc((size_t)info->count + 1, sizeof(*info->instructions));
            info->attributes = calloc((size_t)info->count + 1, sizeof(*info->attributes));
            done = info->instructions != NULL && info->attributes != NULL &&
                   rw_plan_code(code, (const unsigned char *)PyBytes_AS_STRING(bytecode), info);
            info->scope = rw_stores_scope(self, code, info->application);
        }
        if (done) {
            describe(self, info, code, bytecode);
            done = PyUnstable_Code_SetExtra((PyObject *)code, rw_code_extra, NULL) == 0; /* makes the slot */
        }
        if (done) {
            rw_code_extras *extra = code->co_extra;
            __atomic_store_n(&extra->ce_extras[rw_code_extra], info, __ATOMIC_RELEASE);
        }
    }
    if (!done) {
        free_code(info);
        info = NULL;
        PyErr_Clear();
    }
    Py_XDECREF(bytecode);
    return info;
}

rw_code *
rw_code_of(rw_thread *self, PyCodeObject *code, PyObject *globals)
{
    rw_code *info = rw_code_known(code);
    if (info == NULL) {
        PyObject *raised = PyErr_GetRaisedException();
        PyMutex_Lock(&code_lock);
        info = rw_code_known(code);
        if (info == NULL) {
            info = make(self, code, globals);
        }
        PyMutex_Unlock(&code_lock);
        PyErr_SetRaisedException(raised);
    }
    return info;
}

uint32_t
rw_code_number(rw_thread *self, PyCodeObject *code)
{
    rw_code *info = rw_code_of(self, code, NULL);
    return info == NULL ? 0 : info->number;
}
