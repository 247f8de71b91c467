/* In which of its epochs a thread was at a moment (kept.h). */
#ifndef RW_MOMENTS_H
#define RW_MOMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* From one moment on, up to the next such stretch of time, the thread was in that epoch. */
typedef struct {
    uint64_t since;
    uint32_t epoch;
} rw_stretch;

/* The latest stretches of a thread, oldest first, in a ring. Guarded by the stream's lock. */
typedef struct {
    rw_stretch *ring;
    size_t size; /* a power of two; 0: none yet */
    uint64_t first, end;
} rw_moments;

/* A stretch begins; those of more than `forgotten` epochs ago may be forgotten. False without memory for any. */
bool rw_moments_begin(rw_moments *moments, const rw_stretch *begun, uint32_t forgotten);

/* The stretch that the moment lies in; NULL: it is forgotten. */
const rw_stretch *rw_moments_find(const rw_moments *moments, uint64_t moment);

/* Of a thread that is in that epoch now: what came before this moment belongs to stretches of `old` epochs ago, or
 * earlier. */
uint64_t rw_moments_before(const rw_moments *moments, uint32_t epoch, uint32_t old);

void rw_moments_free(rw_moments *moments);

#endif
