/* What define*.c share: the thread's memory of what it has described, and text in records. */
#ifndef RW_DESCRIBE_H
#define RW_DESCRIBE_H

#include "compat.h"

#include "define.h"

enum { KEY_SLOTS = 1024, NAME_SLOTS = 256, TYPE_SLOTS = 64 };

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

/* The calling thread's memory; NULL when there is no room for one. */
struct rw_key_cache *rw_describe_cache(rw_thread *self);

/* Cuts `bytes` of UTF-8 to at most `limit`, in front of a whole character. */
size_t rw_text_bounded(const char *text, size_t bytes, size_t limit);

/* Writes text into the words of a record, zero-padded; the words that `bytes` take. */
void rw_text_put(uint64_t *words, const char *text, size_t bytes);
unsigned rw_text_words(size_t bytes);

/* UTF-8 of a str, lone surrogates as their escape; NULL without memory, with the error cleared. New reference to bytes.
 */
PyObject *rw_text_of(PyObject *unicode);

/* STRING and TYPE records: number, u32 length, text. */
void rw_write_named(rw_thread *self, enum rw_tag tag, uint32_t number, const char *text, size_t bytes);

static inline uint64_t
rw_mix(uint64_t hash)
{
    hash = (hash ^ hash >> 31) * UINT64_C(0xBF58476D1CE4E5B9);
    hash = (hash ^ hash >> 29) * UINT64_C(0x94D049BB133111EB);
    return hash ^ hash >> 32;
}

#endif
