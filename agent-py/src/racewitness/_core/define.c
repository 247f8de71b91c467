/* Definitions: an object, a type, a key or a string is described in the stream once before its number is used by the same thread.
 *
 * Strings and types have numbers of the session, kept in two small tables under one lock that is taken only the first time a thread meets a name or type;
 * keys are their own numbers (a hash) and are described again whenever a thread's small cache has forgotten them, which is harmless.
 */
#include "compat.h"

#include "define.h"
#include "shadow.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_SLOTS = 1024, NAME_SLOTS = 256, TYPE_SLOTS = 64, OBJECT_BLOCK = 1024, KEY_TEXT_BYTES = 200, TUPLE_DEPTH = 4 };

/* Owned by one thread: what it has described lately, direct-mapped. */
struct rw_key_cache {
    uint64_t keys[KEY_SLOTS];
    struct {
        PyObject *name;
        uint32_t number;
    } names[NAME_SLOTS];
    struct {
        uint64_t type;
        uint32_t number;
    } types[TYPE_SLOTS];
};

typedef struct {
    uint64_t hash; /* 0 free */
    uint64_t check; /* a second hash for strings, the type's object number for types */
    uint32_t number;
} numbered;

typedef struct {
    numbered *slots;
    size_t mask;
    uint32_t count;
} number_table;

static pthread_mutex_t tables_lock = PTHREAD_MUTEX_INITIALIZER;
static number_table strings; /* guarded by tables_lock */
static number_table types;   /* guarded by tables_lock */
static _Atomic uint64_t next_object_block = 1; /* relaxed counter: numbers only have to be distinct */

static void
lock_tables(void)
{
    pthread_mutex_lock(&tables_lock);
}

static void
unlock_tables(void)
{
    pthread_mutex_unlock(&tables_lock);
}

__attribute__((constructor)) static void
keep_tables_whole_across_fork(void)
{
    pthread_atfork(lock_tables, unlock_tables, unlock_tables);
}

static bool
table_grow(number_table *table)
{
    size_t mask = table->slots == NULL ? 1023 : table->mask * 2 + 1;
    numbered *slots = calloc(mask + 1, sizeof(*slots));
    if (slots == NULL) {
        return false;
    }
    for (size_t i = 0; table->slots != NULL && i <= table->mask; i++) {
        if (table->slots[i].hash != 0) {
            size_t place = table->slots[i].hash & mask;
            while (slots[place].hash != 0) {
                place = (place + 1) & mask;
            }
            slots[place] = table->slots[i];
        }
    }
    free(table->slots);
    table->slots = slots;
    table->mask = mask;
    return true;
}

/* The number for (hash, check); *fresh says that it is new. 0 without memory. Holds tables_lock only inside. */
static uint32_t
table_number(number_table *table, uint64_t hash, uint64_t check, bool *fresh)
{
    uint32_t number = 0;
    hash |= 1;
    *fresh = false;
    lock_tables();
    if ((table->slots != NULL && (size_t)table->count * 2 <= table->mask) || table_grow(table)) {
        size_t place = hash & table->mask;
        while (table->slots[place].hash != 0 && (table->slots[place].hash != hash || table->slots[place].check != check)) {
            place = (place + 1) & table->mask;
        }
        if (table->slots[place].hash == 0) {
            table->slots[place] = (numbered){hash, check, ++table->count};
            *fresh = true;
        }
        number = table->slots[place].number;
    }
    unlock_tables();
    return number;
}

static struct rw_key_cache *
cache_of(rw_thread *self)
{
    if (self->keys == NULL) {
        self->keys = calloc(1, sizeof(*self->keys));
    }
    return self->keys;
}

void
rw_define_free(rw_thread *self)
{
    free(self->keys);
    self->keys = NULL;
}

void
rw_define_reset(rw_thread *self)
{
    rw_define_free(self);
    self->next_object = self->end_object = 0; /* the parent goes on with the block that it has taken */
}

static uint64_t
mix(uint64_t hash)
{
    hash = (hash ^ hash >> 31) * UINT64_C(0xBF58476D1CE4E5B9);
    hash = (hash ^ hash >> 29) * UINT64_C(0x94D049BB133111EB);
    return hash ^ hash >> 32;
}

static uint64_t
hash_bytes(const char *text, size_t bytes, uint64_t seed)
{
    uint64_t hash = seed ^ bytes;
    for (size_t i = 0; i < bytes; i++) {
        hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001B3);
    }
    return mix(hash);
}

/* Cuts at RW_TEXT_MAX_BYTES, in front of a whole character. */
static size_t
bounded(const char *text, size_t bytes, size_t limit)
{
    if (bytes <= limit) {
        return bytes;
    }
    bytes = limit;
    while (bytes > 0 && ((unsigned char)text[bytes] & 0xC0) == 0x80) {
        bytes--;
    }
    return bytes;
}

/* Fills words of a record with text, zero-padded. */
static void
put_text(uint64_t *words, const char *text, size_t bytes)
{
    if (bytes > 0) {
        words[(bytes - 1) / RW_WORD_BYTES] = 0;
        memcpy(words, text, bytes);
    }
}

static unsigned
text_words(size_t bytes)
{
    return (unsigned)((bytes + RW_WORD_BYTES - 1) / RW_WORD_BYTES);
}

/* UTF-8 of a str, lone surrogates as their escape; NULL without memory, with the error cleared. New reference to bytes. */
static PyObject *
utf8(PyObject *unicode)
{
    PyObject *raised = PyErr_GetRaisedException();
    PyObject *bytes = PyUnicode_AsEncodedString(unicode, "utf-8", "backslashreplace");
    if (bytes == NULL) {
        PyErr_Clear();
    }
    PyErr_SetRaisedException(raised);
    return bytes;
}

/* STRING and TYPE records: number, u32 length, text. */
static void
write_named(rw_thread *self, enum rw_tag tag, uint32_t number, const char *text, size_t bytes)
{
    bytes = bounded(text, bytes, RW_TEXT_MAX_BYTES);
    unsigned words = 2 + text_words(bytes);
    uint64_t *record = rw_reserve(self, words);
    if (record != NULL) {
        record[0] = rw_record_head(tag, 0, words, number);
        record[1] = rw_pair((uint32_t)bytes, 0);
        put_text(record + 2, text, bytes);
        rw_commit(self, words);
    }
}

uint32_t
rw_string(rw_thread *self, const char *text, size_t bytes)
{
    bool fresh;
    uint32_t number = table_number(&strings, hash_bytes(text, bytes, 1), hash_bytes(text, bytes, 2), &fresh);
    if (fresh) {
        write_named(self, RW_STRING, number, text, bytes);
    }
    return number;
}

uint32_t
rw_string_of(rw_thread *self, PyObject *unicode)
{
    PyObject *bytes = utf8(unicode);
    if (bytes == NULL) {
        return 0;
    }
    uint32_t number = rw_string(self, PyBytes_AS_STRING(bytes), (size_t)PyBytes_GET_SIZE(bytes));
    Py_DECREF(bytes);
    return number;
}

uint32_t
rw_string_of_name(rw_thread *self, PyObject *unicode)
{
    struct rw_key_cache *cache = cache_of(self);
    if (cache == NULL || !_Py_IsImmortal(unicode)) {
        return rw_string_of(self, unicode);
    }
    size_t slot = ((uintptr_t)unicode >> 4) % NAME_SLOTS;
    if (cache->names[slot].name != unicode) {
        cache->names[slot].number = rw_string_of(self, unicode);
        cache->names[slot].name = unicode;
    }
    return cache->names[slot].number;
}

void
rw_note(rw_thread *self, enum rw_note_kind kind, const char *text)
{
    size_t bytes = bounded(text, strlen(text), RW_TEXT_MAX_BYTES);
    unsigned words = 1 + text_words(bytes);
    uint64_t *record = rw_reserve(self, words);
    if (record != NULL) {
        record[0] = rw_record_head(RW_NOTE, kind, words, (uint32_t)bytes);
        put_text(record + 1, text, bytes);
        rw_commit(self, words);
    }
}

/* ---- keys ---- */

static void
write_key(rw_thread *self, uint64_t key, PyObject *text)
{
    PyObject *bytes = utf8(text);
    if (bytes == NULL) {
        return;
    }
    size_t size = bounded(PyBytes_AS_STRING(bytes), (size_t)PyBytes_GET_SIZE(bytes), KEY_TEXT_BYTES);
    unsigned words = 2 + text_words(size);
    uint64_t *record = rw_reserve(self, words);
    if (record != NULL) {
        record[0] = rw_record_head(RW_KEY, 0, words, (uint32_t)size);
        record[1] = key;
        put_text(record + 2, PyBytes_AS_STRING(bytes), size);
        rw_commit(self, words);
    }
    Py_DECREF(bytes);
}

/* Whether the thread has still to describe `key`; remembers it as described. */
static bool
key_is_news(rw_thread *self, uint64_t key)
{
    struct rw_key_cache *cache = cache_of(self);
    if (cache == NULL) {
        return true;
    }
    size_t slot = mix(key) % KEY_SLOTS;
    if (cache->keys[slot] == key) {
        return false;
    }
    cache->keys[slot] = key;
    return true;
}

uint64_t
rw_key_of_text(rw_thread *self, PyObject *unicode)
{
    /* An exact str: its hash is kept in the object (Objects/unicodeobject.c: unicode_hash) and runs no program code. */
    uint64_t key = rw_key(RW_KEY_TEXT, (uint64_t)PyObject_Hash(unicode));
    if (key_is_news(self, key)) {
        write_key(self, key, unicode);
    }
    return key;
}

static bool
is_builtin_within(PyObject *key, int depth)
{
    if (PyUnicode_CheckExact(key) || PyLong_CheckExact(key) || PyBool_Check(key) || key == Py_None || PyFloat_CheckExact(key) || PyBytes_CheckExact(key) ||
        PyComplex_CheckExact(key) || key == Py_Ellipsis) {
        return true;
    }
    if (!PyTuple_CheckExact(key) || depth == 0) {
        return false;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(key); i++) {
        if (!is_builtin_within(PyTuple_GET_ITEM(key, i), depth - 1)) {
            return false;
        }
    }
    return true;
}

bool
rw_key_is_builtin(PyObject *key)
{
    return is_builtin_within(key, TUPLE_DEPTH);
}

/* A number with an integer value is the same key whatever its type (Objects/longobject.c, floatobject.c: equal hash and equal). */
static bool
integer_key(PyObject *key, uint64_t *out)
{
    long long value;
    if (PyFloat_CheckExact(key)) {
        double number = PyFloat_AS_DOUBLE(key);
        if (!(number > -1e17 && number < 1e17) || number != (double)(long long)number) {
            return false;
        }
        value = (long long)number;
    }
    else if (PyLong_CheckExact(key) || PyBool_Check(key)) {
        int overflow;
        value = PyLong_AsLongLongAndOverflow(key, &overflow);
        if (overflow != 0) {
            return false;
        }
    }
    else {
        return false;
    }
    if (value < -(1LL << (RW_KEY_BITS - 1)) || value >= 1LL << (RW_KEY_BITS - 1)) {
        return false;
    }
    *out = rw_key(RW_KEY_INTEGER, (uint64_t)value);
    return true;
}

static uint64_t key_within(rw_thread *self, PyObject *key, int depth);

/* A tuple is the mix of its elements' keys, so that equal tuples of equal or identical parts are one key. */
static uint64_t
tuple_key(rw_thread *self, PyObject *tuple, int depth)
{
    uint64_t hash = mix((uint64_t)PyTuple_GET_SIZE(tuple) + 77);
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(tuple); i++) {
        hash = mix(hash ^ key_within(self, PyTuple_GET_ITEM(tuple, i), depth - 1));
    }
    return rw_key(RW_KEY_CONTENT, hash);
}

static uint64_t
key_within(rw_thread *self, PyObject *key, int depth)
{
    uint64_t number;
    if (PyUnicode_CheckExact(key)) {
        return rw_key(RW_KEY_TEXT, (uint64_t)PyObject_Hash(key));
    }
    if (integer_key(key, &number)) {
        return number;
    }
    if (PyTuple_CheckExact(key) && depth > 0) {
        return tuple_key(self, key, depth);
    }
    if (is_builtin_within(key, 0)) {
        return rw_key(RW_KEY_CONTENT, mix((uint64_t)PyObject_Hash(key) ^ (uint64_t)(uintptr_t)Py_TYPE(key)));
    }
    return rw_key(RW_KEY_OBJECT, rw_object(self, key, rw_kind_of(key), 0));
}

uint64_t
rw_key_of(rw_thread *self, PyObject *key)
{
    if (PyUnicode_CheckExact(key)) {
        return rw_key_of_text(self, key);
    }
    uint64_t number = key_within(self, key, TUPLE_DEPTH);
    if (number >> RW_KEY_BITS == RW_KEY_CONTENT && key_is_news(self, number)) {
        PyObject *raised = PyErr_GetRaisedException();
        PyObject *text = rw_key_is_builtin(key) ? PyObject_Repr(key) : PyUnicode_FromFormat("(%s of %zd)", Py_TYPE(key)->tp_name, PyTuple_CheckExact(key) ? PyTuple_GET_SIZE(key) : 0);
        if (text != NULL) {
            write_key(self, number, text);
            Py_DECREF(text);
        }
        PyErr_Clear();
        PyErr_SetRaisedException(raised);
    }
    return number;
}

/* ---- types and objects ---- */

/* The name under which reports show a module: a script's own name for __main__. Borrowed UTF-8 in `buffer`. */
static const char *
module_shown(const char *name, char *buffer, size_t size)
{
    if (strcmp(name, "__main__") != 0) {
        return name;
    }
    PyObject *argv = PySys_GetObject("argv");
    PyObject *script = argv != NULL && PyList_CheckExact(argv) && PyList_GET_SIZE(argv) > 0 ? PyList_GET_ITEM(argv, 0) : NULL;
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
    if (type->tp_dict != NULL && PyDict_GetItemStringRef(type->tp_dict, "__module__", &module) > 0 && PyUnicode_Check(module)) {
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

/* Number of the object, made when it has none; *fresh says so. 0 without memory. */
static uint64_t
number_of(rw_thread *self, PyObject *object, bool *fresh)
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
    while ((value & RW_SHADOW_NUMBER) == 0) {
        if (atomic_compare_exchange_weak_explicit(word, &value, value | self->next_object, memory_order_acq_rel, memory_order_acquire)) {
            *fresh = true;
            return self->next_object++;
        }
    }
    return value & RW_SHADOW_NUMBER;
}

static uint32_t
type_number(rw_thread *self, PyTypeObject *type)
{
    bool fresh;
    uint64_t object = number_of(self, (PyObject *)type, &fresh);
    struct rw_key_cache *cache = cache_of(self);
    size_t slot = object % TYPE_SLOTS;
    if (cache != NULL && cache->types[slot].type == object) {
        return cache->types[slot].number;
    }
    uint32_t number = table_number(&types, mix(object), object, &fresh);
    if (fresh) {
        char name[RW_TEXT_MAX_BYTES];
        type_name(type, name, sizeof(name));
        write_named(self, RW_TYPE, number, name, strlen(name));
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

uint64_t
rw_object(rw_thread *self, PyObject *object, enum rw_object_kind kind, uint32_t label)
{
    bool fresh;
    uint64_t number = number_of(self, object, &fresh);
    if (!fresh) {
        return number;
    }
    uint32_t type = type_number(self, Py_TYPE(object));
    if (label == 0) {
        label = own_label(self, object);
    }
    uint32_t stack = rw_stack(self);
    uint64_t *record = rw_reserve(self, 3);
    if (record != NULL) {
        record[0] = rw_record_head(RW_OBJECT, kind, 3, type);
        record[1] = number;
        record[2] = rw_pair(stack, label);
        rw_commit(self, 3);
    }
    return number;
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
    if (PyDict_CheckExact(globals) && PyDict_GetItemStringRef(globals, "__name__", &name) > 0 && PyUnicode_CheckExact(name)) {
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
rw_object_alias(PyObject *dict, uint64_t number)
{
    rw_shadow *word = rw_shadow_make(dict);
    uint64_t none = 0;
    if (word != NULL) {
        atomic_compare_exchange_strong_explicit(word, &none, number | RW_SHADOW_ALIAS, memory_order_acq_rel, memory_order_relaxed);
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
