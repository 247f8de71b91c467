#include "crc32c.h"

#include <stdbool.h>
#include <string.h>

enum { SLICES = 8 };

static uint32_t table[SLICES][256]; /* written by rw_crc32c_init(), read-only afterwards */
static bool has_instruction;        /* likewise */

void
rw_crc32c_init(void)
{
    const uint32_t reflected = UINT32_C(0x82F63B78);
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t crc = byte;
        for (int bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ (crc & 1 ? reflected : 0);
        }
        table[0][byte] = crc;
    }
    for (uint32_t byte = 0; byte < 256; byte++) {
        for (int slice = 1; slice < SLICES; slice++) {
            uint32_t crc = table[slice - 1][byte];
            table[slice][byte] = crc >> 8 ^ table[0][crc & 255];
        }
    }
#if defined(__x86_64__)
    has_instruction = __builtin_cpu_supports("sse4.2");
#endif
}

static uint32_t
byte_by_byte(uint32_t state, const uint8_t *at, size_t bytes)
{
    while (bytes-- > 0) {
        state = state >> 8 ^ table[0][(state ^ *at++) & 255];
    }
    return state;
}

/* Slicing by eight (Kounavis, Berry, "A Systematic Approach to Building High Performance Software-Based CRC
 * Generators", 2005). */
uint32_t
rw_crc32c_by_table(uint32_t crc, const void *data, size_t bytes)
{
    const uint8_t *at = data;
    uint32_t state = ~crc;
    for (; bytes >= 8; at += 8, bytes -= 8) {
        uint64_t word = 0;
        for (int i = 7; i >= 0; i--) {
            word = word << 8 | at[i];
        }
        word ^= state;
        state = 0;
        for (int i = 0; i < SLICES; i++) {
            state ^= table[SLICES - 1 - i][word >> 8 * i & 255];
        }
    }
    return ~byte_by_byte(state, at, bytes);
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) static uint32_t
by_instruction(uint32_t crc, const void *data, size_t bytes)
{
    const uint8_t *at = data;
    uint64_t state = (uint32_t)~crc;
    for (; bytes >= 8; at += 8, bytes -= 8) {
        uint64_t word;
        memcpy(&word, at, sizeof(word));
        state = __builtin_ia32_crc32di(state, word);
    }
    for (; bytes > 0; at++, bytes--) {
        state = __builtin_ia32_crc32qi((uint32_t)state, *at);
    }
    return ~(uint32_t)state;
}
#endif

uint32_t
rw_crc32c(uint32_t crc, const void *data, size_t bytes)
{
#if defined(__x86_64__)
    if (has_instruction) {
        return by_instruction(crc, data, bytes);
    }
#endif
    return rw_crc32c_by_table(crc, data, bytes);
}
