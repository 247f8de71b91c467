/* CRC-32C (Castagnoli, RFC 3720 appendix B.4), the checksum of a frame. */
#ifndef RW_CRC32C_H
#define RW_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* Makes the tables and looks at the processor. Called once, before the first rw_crc32c(); what it writes is immutable
 * from then on. */
void rw_crc32c_init(void);

/* Checksum of what `crc` is the checksum of, followed by `bytes` bytes at `data`. The checksum of nothing is 0. */
uint32_t rw_crc32c(uint32_t crc, const void *data, size_t bytes);

/* The same by tables alone, for processors without the instruction and as its referee in tests. */
uint32_t rw_crc32c_by_table(uint32_t crc, const void *data, size_t bytes);

#endif
