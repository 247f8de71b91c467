#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "clock.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

bool rw_clock_uses_tsc;

enum { NANOSECONDS = 1000000000, MEASURE_NS = 500000 };

static uint64_t
monotonic_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * NANOSECONDS + (uint64_t)now.tv_nsec;
}

#if defined(__x86_64__)
/* The processor's word: constant rate, in step on all cores (Intel SDM vol. 3, "Invariant TSC"). */
static bool
tsc_is_invariant(void)
{
    unsigned eax, ebx, ecx, edx;
    return __get_cpuid(0x80000000u, &eax, &ebx, &ecx, &edx) && eax >= 0x80000007u &&
           __get_cpuid(0x80000007u, &eax, &ebx, &ecx, &edx) && (edx & 1u << 8) != 0;
}

/* The kernel's word: it leaves these clock sources only where it has caught the counters of two cores apart or never
 * trusted them. Where it says nothing (no sysfs) the processor's word counts. */
static bool
kernel_distrusts_tsc(void)
{
    char name[32] = "";
    int file = open("/sys/devices/system/clocksource/clocksource0/current_clocksource", O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return false;
    }
    ssize_t length = read(file, name, sizeof(name) - 1);
    close(file);
    return length > 0 && (strncmp(name, "hpet", 4) == 0 || strncmp(name, "acpi_pm", 7) == 0 ||
                          strncmp(name, "jiffies", 7) == 0 || strncmp(name, "refined-jiffies", 15) == 0);
}

/* One reading of both clocks, the counter taken in the middle of the shortest of a few tries: an interruption between
 * them would be an error of rate. */
static uint64_t
ticks_and_ns(uint64_t *ns)
{
    uint64_t best = UINT64_MAX, ticks = 0;
    for (int attempt = 0; attempt < 5; attempt++) {
        uint64_t before = monotonic_ns();
        uint64_t now = rw_clock_ticks();
        uint64_t after = monotonic_ns();
        if (after - before < best) {
            best = after - before;
            ticks = now;
            *ns = before + best / 2;
        }
    }
    return ticks;
}
#endif

uint64_t
rw_clock_init(void)
{
#if defined(__x86_64__)
    rw_clock_uses_tsc = tsc_is_invariant() && !kernel_distrusts_tsc();
    if (rw_clock_uses_tsc) {
        uint64_t start_ns = 0, end_ns = 0;
        uint64_t start = ticks_and_ns(&start_ns);
        while (monotonic_ns() - start_ns < MEASURE_NS) {
            _mm_pause();
        }
        uint64_t end = ticks_and_ns(&end_ns);
        return (uint64_t)((double)(end - start) * NANOSECONDS / (double)(end_ns - start_ns));
    }
#endif
    return NANOSECONDS;
}
