#include "moments.h"

#include <stdlib.h>

enum {
    FIRST_SIZE = 64,
    MOST = 32768, /* 512 KiB */
};

static rw_stretch *
at(const rw_moments *moments, uint64_t number)
{
    return &moments->ring[number & (moments->size - 1)];
}

/* Room for more. Where there is none the ring stays as it is. */
static void
grow(rw_moments *moments)
{
    size_t size = moments->size == 0 ? FIRST_SIZE : moments->size * 2;
    rw_moments next = {.size = size, .first = moments->first, .end = moments->end};
    next.ring = size > MOST ? NULL : malloc(size * sizeof(next.ring[0]));
    if (next.ring == NULL) {
        return;
    }
    for (uint64_t i = moments->first; i != moments->end; i++) {
        *at(&next, i) = *at(moments, i);
    }
    free(moments->ring);
    *moments = next;
}

bool
rw_moments_begin(rw_moments *moments, const rw_stretch *begun, uint32_t forgotten)
{
    if (moments->end - moments->first == moments->size &&
        (moments->size == 0 || begun->age - at(moments, moments->first)->age <= forgotten)) {
        grow(moments);
    }
    if (moments->size == 0) {
        return false;
    }
    moments->first += moments->end - moments->first == moments->size;
    *at(moments, moments->end++) = *begun;
    return true;
}

const rw_stretch *
rw_moments_find(const rw_moments *moments, uint64_t moment)
{
    uint64_t low = moments->first, high = moments->end; /* the first one that begins after it lies there */
    while (low != high) {
        uint64_t middle = low + (high - low) / 2;
        if (at(moments, middle)->since <= moment) {
            low = middle + 1;
        }
        else {
            high = middle;
        }
    }
    return low == moments->first ? NULL : at(moments, low - 1);
}

uint64_t
rw_moments_before(const rw_moments *moments, uint32_t age, uint32_t old)
{
    uint64_t low = moments->first, high = moments->end; /* the first one that is younger lies there */
    while (low != high) {
        uint64_t middle = low + (high - low) / 2;
        if (age - at(moments, middle)->age >= old) {
            low = middle + 1;
        }
        else {
            high = middle;
        }
    }
    return low == moments->end ? UINT64_MAX : at(moments, low)->since;
}

void
rw_moments_free(rw_moments *moments)
{
    free(moments->ring);
}
