/* The agent's clock: monotonic, the same on every core, cheap enough for each recorded access.
 *
 * On x86-64 with an invariant time-stamp counter (CPUID 80000007h EDX bit 8) it is the counter divided by 16, about 5
 * ns a tick; elsewhere CLOCK_MONOTONIC in nanoseconds. rw_clock_init() chooses, once, before any thread records; the
 * result is immutable from then on.
 */
#ifndef RW_CLOCK_H
#define RW_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

extern bool
    rw_clock_uses_tsc; /* written by rw_clock_init() before the agent's first thread records, read-only afterwards */

/* Chooses the clock and measures it. Returns ticks per second. Called once per process image. */
uint64_t rw_clock_init(void);

static inline uint64_t
rw_clock_ticks(void)
{
#if defined(__x86_64__)
    if (__builtin_expect(rw_clock_uses_tsc, 1)) {
        return __rdtsc() >> 4;
    }
#endif
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

#endif
