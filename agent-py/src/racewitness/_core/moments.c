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
        (moments->size == 0 || begun->epoch - at(moments, moments->first)->epoch <= forgotten)) {
        grow(moments);
    }
    if (moments->size == 0) {
        return false;
    }
    moments->first += moments->end - moments->first == moments->size;
    *at(moments, moments->end++) = *begun;
    return true;
}

/* A moment, or an epoch, that stretches are compared with. */
typedef struct {
    uint64_t now;
    uint32_t old; /* epochs */
} point;

static inline bool
has_begun(const rw_stretch *stretch, point by)
{
    return stretch->since <= by.now;
}

static inline bool
is_old(const rw_stretch *stretch, point in)
{
    return (uint32_t)in.now - stretch->epoch >= in.old;
}

/* Number of the first stretch of which that does not hold; it does of all those before. */
static inline uint64_t
first_not(const rw_moments *moments, bool (*holds)(const rw_stretch *, point), point of)
{
    uint64_t low = moments->first, high = moments->end;
    while (low != high) {
        uint64_t middle = low + (high - low) / 2;
        if (holds(at(moments, middle), of)) {
            low = middle + 1;
        }
        else {
            high = middle;
        }
    }
    return low;
}

const rw_stretch *
rw_moments_find(const rw_moments *moments, uint64_t moment)
{
    uint64_t next = first_not(moments, has_begun, (point){moment, 0});
    return next == moments->first ? NULL : at(moments, next - 1);
}

uint64_t
rw_moments_before(const rw_moments *moments, uint32_t epoch, uint32_t old)
{
    uint64_t young = first_not(moments, is_old, (point){epoch, old});
    return young == moments->end ? UINT64_MAX : at(moments, young)->since;
}

void
rw_moments_free(rw_moments *moments)
{
    free(moments->ring);
}
