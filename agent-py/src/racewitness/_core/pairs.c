#include "pairs.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire.h"

size_t
rw_text_cut(const char *text, size_t bytes, size_t limit)
{
    if (bytes <= limit) {
        return bytes;
    }
    size_t length = limit;
    while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80) {
        length--;
    }
    return length;
}

static bool
make_room(rw_pairs *pairs, size_t more)
{
    size_t needed = pairs->length + more;
    if (needed <= pairs->capacity) {
        return true;
    }
    size_t capacity = needed * 2;
    uint8_t *bytes = realloc(pairs->bytes, capacity);
    if (bytes == NULL) {
        return false;
    }
    pairs->bytes = bytes;
    pairs->capacity = capacity;
    return true;
}

static void
put_text(rw_pairs *pairs, const char *text, size_t bytes)
{
    uint16_t length = (uint16_t)bytes;
    memcpy(pairs->bytes + pairs->length, &length, sizeof(length));
    memcpy(pairs->bytes + pairs->length + sizeof(length), text, bytes);
    pairs->length += sizeof(length) + bytes;
}

bool
rw_pairs_add(rw_pairs *pairs, const char *key, const char *value, size_t value_bytes)
{
    size_t key_length = rw_text_cut(key, strlen(key), RW_TEXT_MAX_BYTES);
    size_t value_length = rw_text_cut(value, value_bytes, RW_TEXT_MAX_BYTES);
    uint16_t count = 0;
    if (!make_room(pairs, 3 * sizeof(count) + key_length + value_length)) {
        return false;
    }
    if (pairs->length == 0) {
        pairs->length = sizeof(count);
    }
    else {
        memcpy(&count, pairs->bytes, sizeof(count));
    }
    count++;
    memcpy(pairs->bytes, &count, sizeof(count));
    put_text(pairs, key, key_length);
    put_text(pairs, value, value_length);
    return true;
}

bool
rw_pairs_add_number(rw_pairs *pairs, const char *key, uint64_t value)
{
    char text[24];
    int length = snprintf(text, sizeof(text), "%" PRIu64, value);
    return rw_pairs_add(pairs, key, text, (size_t)length);
}

bool
rw_pairs_copy(rw_pairs *to, const rw_pairs *from)
{
    *to = (rw_pairs){0};
    if (!make_room(to, from->length)) {
        return false;
    }
    if (from->length > 0) {
        memcpy(to->bytes, from->bytes, from->length);
    }
    to->length = from->length;
    return true;
}

void
rw_pairs_free(rw_pairs *pairs)
{
    free(pairs->bytes);
    *pairs = (rw_pairs){0};
}
