/* Object and type numbers, and what TYPE and OBJECT records call them. */
#include "describe.h"
#include "cell.h"
#include "filter.h"
#include "lifetime.h"
#include "number_table.h"
#include "shadow.h"
#include "sync.h"

#include <string.h>

enum { OBJECT_BLOCK = 1024 };

static rw_number_table types;                  /* guarded by the lock of number_table.c */
static _Atomic uint64_t next_object_block = 1; /* relaxed counter: numbers only have to be distinct */

/* The name under which reports show a module: a script's own name for __main__. Borrowed UTF-8 in `buffer`. */
static const char *
module_shown(const char *name, char *buffer, size_t size)
{
    if (strcmp(name, "__main__") != 0) {
        return name;
    }
    PyObject *argv = PySys_GetObject("argv");
    PyObject *script =
        argv != NULL && PyList_CheckExact(argv) && PyList_GET_SIZE(argv) > 0 ? PyList_GET_ITEM(argv, 0) : NULL;
    const char *path = script != NULL && PyUnicode_CheckExact(script) ? PyUnicode_AsUTF8(script) : NULL;
    if (path == NULL) {
        PyErr_Clear();
        return name;
    }
    const char *base = strrchr(path, '/');
    base = base == NULL ? path : base + 1;
    size_t length = strlen(base);
    if (length > 3 && strcmp(base + length - 3, ".py") == 0) {
        length -= 3;
    }
    if (length == 0 || length >= size || base[0] == '-') {
        return name;
    }
    memcpy(buffer, base, length);
    buffer[length] = '\0';
    return buffer;
}

static void
type_name(PyTypeObject *type, char *buffer, size_t size)
{
    if (!(type->tp_flags & Py_TPFLAGS_HEAPTYPE)) {
        snprintf(buffer, size, "%s", type->tp_name);
        return;
    }
    char script[256];
    PyObject *raised = PyErr_GetRaisedException();
    PyObject *module = NULL;
    const char *module_text = NULL;
    if (type->tp_dict != NULL && PyDict_GetItemStringRef(type->tp_dict, "__module__", &module) > 0 &&
        PyUnicode_Check(module)) {
        module_text = PyUnicode_AsUTF8(module);
    }
    const char *name = PyUnicode_AsUTF8(((PyHeapTypeObject *)type)->ht_qualname);
    PyErr_Clear();
    if (module_text == NULL || strcmp(module_text, "builtins") == 0) {
        snprintf(buffer, size, "%s", name == NULL ? "?" : name);
    }
    else {
        snprintf(buffer, size, "%s.%s", module_shown(module_text, script, sizeof(script)), name == NULL ? "?" : name);
    }
    Py_XDECREF(module);
    PyErr_Clear();
    PyErr_SetRaisedException(raised);
}

/* Number of the object, made when it has none, with that kind and those flags; *fresh says so. 0 without memory. */
static uint64_t
number_of(rw_thread *self, PyObject *object, enum rw_object_kind kind, uint64_t flags, bool *fresh)
{
    *fresh = false;
    rw_shadow *word = rw_shadow_make(object);
    if (word == NULL) {
        return 0;
    }
    uint64_t value = atomic_load_explicit(word, memory_order_acquire);
    if ((value & RW_SHADOW_NUMBER) != 0) {
        return value & RW_SHADOW_NUMBER;
    }
    if (self->next_object == self->end_object) {
        self->next_object = atomic_fetch_add_explicit(&next_object_block, OBJECT_BLOCK, memory_order_relaxed);
        self->end_object = self->next_object + OBJECT_BLOCK;
    }
    if (!rw_lifetime_kept()) {
        rw_lifetime_keep(); /* some extension module has set a tracer of its own */
    }
    flags |= (uint64_t)kind << RW_SHADOW_KIND_SHIFT;
    while ((value & RW_SHADOW_NUMBER) == 0) {
        if (atomic_compare_exchange_weak_explicit(word, &value, value | flags | self->next_object, memory_order_acq_rel,
                                                  memory_order_acquire)) {
            *fresh = true;
            return self->next_object++;
        }
    }
    return value & RW_SHADOW_NUMBER;
}

uint32_t
rw_type(rw_thread *self, PyTypeObject *type)
{
    bool fresh;
    uint64_t object =
        rw_object(self, (PyObject *)type, RW_KIND_CLASS, 0); /* ends at `type`, which has its number by then */
    struct rw_key_cache *cache = rw_describe_cache(self);
    size_t slot = object % TYPE_SLOTS;
    if (cache != NULL && cache->types[slot].type == object) {
        return cache->types[slot].number;
    }
    uint32_t number = rw_number(&types, rw_mix(object), object, &fresh);
    if (fresh) {
        char name[RW_TEXT_MAX_BYTES];
        type_name(type, name, sizeof(name));
        rw_write_named(self, RW_TYPE, number, name, strlen(name));
    }
    if (cache != NULL) {
        cache->types[slot].type = object;
        cache->types[slot].number = number;
    }
    return number;
}

/* A class and a function are called by their qualified name. */
static uint32_t
own_label(rw_thread *self, PyObject *object)
{
    if (PyType_Check(object)) {
        char name[RW_TEXT_MAX_BYTES];
        if (((PyTypeObject *)object)->tp_flags & Py_TPFLAGS_HEAPTYPE) {
            return rw_string_of(self, ((PyHeapTypeObject *)object)->ht_qualname);
        }
        type_name((PyTypeObject *)object, name, sizeof(name));
        return rw_string(self, name, strlen(name));
    }
    if (PyFunction_Check(object)) {
        return rw_string_of(self, ((PyFunctionObject *)object)->func_qualname);
    }
    return 0;
}

void
rw_object_write(rw_thread *self, uint64_t number, enum rw_object_kind kind, uint32_t type, uint32_t stack,
                uint32_t label)
{
    uint64_t *record = rw_reserve_locked(self, 3);
    if (record != NULL) {
        record[0] = rw_record_head(RW_OBJECT, kind, 3, type);
        record[1] = number;
        record[2] = rw_pair(stack, label);
        rw_commit_locked(self, 3);
    }
}

static void
write_object(rw_thread *self, PyObject *object, uint64_t number, enum rw_object_kind kind, uint32_t label)
{
    uint32_t type = rw_type(self, Py_TYPE(object));
    if (label == 0) {
        label = own_label(self, object);
    }
    uint32_t stack = rw_stack(self);
    rw_thread_lock(self);
    rw_object_write(self, number, kind, type, stack, label);
    rw_thread_unlock(self);
}

uint64_t
rw_object(rw_thread *self, PyObject *object, enum rw_object_kind kind, uint32_t label)
{
    bool fresh;
    uint64_t number = number_of(self, object, kind, 0, &fresh);
    if (fresh) {
        write_object(self, object, number, kind, label);
    }
    else if (number != 0) {
        rw_object_tell(self, object);
    }
    return number;
}

void
rw_object_tell(rw_thread *self, PyObject *object)
{
    rw_shadow *word = rw_shadow_find(object);
    if ((atomic_load_explicit(word, memory_order_acquire) & RW_SHADOW_UNTOLD) != 0) {
        uint64_t value = atomic_fetch_and_explicit(word, ~RW_SHADOW_UNTOLD, memory_order_acq_rel);
        if ((value & RW_SHADOW_UNTOLD) != 0) {
            write_object(self, object, value & RW_SHADOW_NUMBER, (enum rw_object_kind)rw_shadow_kind(value), 0);
        }
    }
}

uint64_t
rw_object_touched(rw_thread *self, PyObject *object)
{
    uint64_t number = rw_object_known(object);
    if (number != 0) {
        return number;
    }
    enum rw_object_kind kind = rw_kind_of(object);
    if (!rw_filter_wanted || kind == RW_KIND_CLASS || kind == RW_KIND_FUNCTION || rw_sync_alone(self)) {
        return rw_object(self, object, kind, 0);
    }
    bool fresh;
    return number_of(self, object, kind, RW_SHADOW_UNTOLD, &fresh);
}

uint64_t
rw_object_known(PyObject *object)
{
    rw_shadow *word = rw_shadow_find(object);
    return word == NULL ? 0 : atomic_load_explicit(word, memory_order_acquire) & RW_SHADOW_NUMBER;
}

uint64_t
rw_namespace(rw_thread *self, PyObject *globals)
{
    uint64_t known = rw_object_known(globals);
    if (known != 0) {
        return known;
    }
    char script[256];
    uint32_t label = 0;
    PyObject *raised = PyErr_GetRaisedException();
    PyObject *name = NULL;
    if (PyDict_CheckExact(globals) && PyDict_GetItemStringRef(globals, "__name__", &name) > 0 &&
        PyUnicode_CheckExact(name)) {
        const char *text = PyUnicode_AsUTF8(name);
        if (text != NULL) {
            text = module_shown(text, script, sizeof(script));
            label = rw_string(self, text, strlen(text));
        }
    }
    Py_XDECREF(name);
    PyErr_Clear();
    PyErr_SetRaisedException(raised);
    return rw_object(self, globals, RW_KIND_MODULE, label);
}

void
rw_object_alias(PyObject *dict, PyObject *owner, uint64_t number)
{
    rw_shadow *word = rw_shadow_make(dict);
    uint64_t none = 0;
    rw_shadow *owner_word = rw_shadow_find(owner);
    if (word != NULL && owner_word != NULL) {
        atomic_fetch_or_explicit(owner_word, RW_SHADOW_ALIASED, memory_order_seq_cst);
        rw_cell_share(owner, number);
        atomic_compare_exchange_strong_explicit(word, &none, number | RW_SHADOW_ALIAS, memory_order_acq_rel,
                                                memory_order_relaxed);
    }
}

void
rw_object_shares(PyObject *owner, PyObject *dict, uint64_t number)
{
    rw_shadow *word = rw_shadow_make(owner);
    rw_shadow *dict_word = rw_shadow_find(dict);
    if (word != NULL && dict_word != NULL) {
        atomic_fetch_or_explicit(dict_word, RW_SHADOW_ALIASED, memory_order_relaxed);
        uint64_t value = atomic_load_explicit(word, memory_order_relaxed);
        while (!atomic_compare_exchange_weak_explicit(word, &value,
                                                      (value & ~RW_SHADOW_NUMBER) | number | RW_SHADOW_ALIAS,
                                                      memory_order_acq_rel, memory_order_relaxed)) {
        }
    }
}

enum rw_object_kind
rw_kind_of(PyObject *object)
{
    if (PyType_Check(object)) {
        return RW_KIND_CLASS;
    }
    if (PyFunction_Check(object)) {
        return RW_KIND_FUNCTION;
    }
    if (PyList_Check(object)) {
        return RW_KIND_LIST;
    }
    if (PyDict_Check(object)) {
        return RW_KIND_DICT;
    }
    if (PyAnySet_Check(object)) {
        return RW_KIND_SET;
    }
    if (PyByteArray_Check(object)) {
        return RW_KIND_BYTEARRAY;
    }
    if (PyCell_Check(object)) {
        return RW_KIND_CELL;
    }
    const char *name = Py_TYPE(object)->tp_name;
    if (strcmp(name, "collections.deque") == 0) {
        return RW_KIND_DEQUE;
    }
    if (strcmp(name, "array.array") == 0) {
        return RW_KIND_ARRAY;
    }
    return RW_KIND_INSTANCE;
}
