/* Pairs of texts as HELLO and END carry them: `u16 count`, then for each `u16 length, key, u16 length, value`. */
#ifndef RW_PAIRS_H
#define RW_PAIRS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint8_t *bytes; /* owned, malloc; `count` in front, then the pairs */
    size_t length;  /* 0: no pair yet */
    size_t capacity;
} rw_pairs;

/* Adds a pair; text beyond 4 KiB is cut at a character. False without memory. */
bool rw_pairs_add(rw_pairs *pairs, const char *key, const char *value, size_t value_bytes);
bool rw_pairs_add_number(rw_pairs *pairs, const char *key, uint64_t value);
bool rw_pairs_copy(rw_pairs *to, const rw_pairs *from);
void rw_pairs_free(rw_pairs *pairs);

/* Length of the longest prefix of `text` (UTF-8) with at most `limit` bytes that ends between characters. */
size_t rw_text_cut(const char *text, size_t bytes, size_t limit);

#endif
