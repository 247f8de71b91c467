/* Definitions: an object, a type, a key or a string is described once in the session, by the thread that is the first
 * to use its number.
 *
 * Strings and types have numbers of the session (number_table.c), remembered by each thread; keys are their own numbers
 * (a hash), and are described again where there are more than the table of those that have been remembers, which is
 * harmless.
 */
#include "describe.h"
#include "number_table.h"

#include <stdlib.h>
#include <string.h>

static rw_number_table strings; /* guarded by the lock of number_table.c */

struct rw_key_cache *
rw_describe_cache(rw_thread *self)
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
hash_bytes(const char *text, size_t bytes, uint64_t seed)
{
    uint64_t hash = seed ^ bytes;
    for (size_t i = 0; i < bytes; i++) {
        hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001B3);
    }
    return rw_mix(hash);
}

size_t
rw_text_bounded(const char *text, size_t bytes, size_t limit)
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

void
rw_text_put(uint64_t *words, const char *text, size_t bytes)
{
    if (bytes > 0) {
        words[(bytes - 1) / RW_WORD_BYTES] = 0;
        memcpy(words, text, bytes);
    }
}

unsigned
rw_text_words(size_t bytes)
{
    return (unsigned)((bytes + RW_WORD_BYTES - 1) / RW_WORD_BYTES);
}

PyObject *
rw_text_of(PyObject *unicode)
{
    PyObject *raised = PyErr_GetRaisedException();
    PyObject *bytes = PyUnicode_AsEncodedString(unicode, "utf-8", "backslashreplace");
    if (bytes == NULL) {
        PyErr_Clear();
    }
    PyErr_SetRaisedException(raised);
    return bytes;
}

void
rw_write_named(rw_thread *self, enum rw_tag tag, uint32_t number, const char *text, size_t bytes)
{
    bytes = rw_text_bounded(text, bytes, RW_TEXT_MAX_BYTES);
    unsigned words = 2 + rw_text_words(bytes);
    uint64_t *record = rw_reserve(self, words);
    if (record != NULL) {
        record[0] = rw_record_head(tag, 0, words, number);
        record[1] = rw_pair((uint32_t)bytes, 0);
        rw_text_put(record + 2, text, bytes);
        rw_commit(self, words);
    }
}

uint32_t
rw_string(rw_thread *self, const char *text, size_t bytes)
{
    bool fresh;
    uint32_t number = rw_number(&strings, hash_bytes(text, bytes, 1), hash_bytes(text, bytes, 2), &fresh);
    if (fresh) {
        rw_write_named(self, RW_STRING, number, text, bytes);
    }
    return number;
}

uint32_t
rw_string_of(rw_thread *self, PyObject *unicode)
{
    PyObject *bytes = rw_text_of(unicode);
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
    struct rw_key_cache *cache = rw_describe_cache(self);
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
