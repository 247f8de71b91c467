/* Frames of the wire format, version 1. The normative page is docs/wire-format.md, the twin of this file is
 * org.racewitness.analyzer.wire.FrameDescriptor (Java).
 *
 *   0        4    5     6        8         16       20         24         32      40        44       48
 *   +--------+----+-----+--------+---------+--------+----------+----------+-------+---------+--------+---------
 *   | magic  |type|flags| header | session | thread | payload  | sequence | time  | records | crc32c | payload
 *   |        |    |     | bytes  |         |        | bytes    |          |       |         |        |
 *   +--------+----+-----+--------+---------+--------+----------+----------+-------+---------+--------+---------
 *
 * Written by copying this struct: the agent runs on little-endian machines only.
 */
#ifndef RW_FRAME_H
#define RW_FRAME_H

#include <stdint.h>

#include "crc32c.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the agent writes its records in the byte order of the machine, which the wire format fixes as little-endian"
#endif

#define RW_FRAME_MAGIC UINT32_C(0x31465752)  /* "RWF1" */
#define RW_ANSWER_MAGIC UINT32_C(0x31415752) /* "RWA1" */

enum {
    RW_WIRE_VERSION = 1,
    RW_FRAME_HEADER_BYTES = 48,
    RW_FRAME_PAYLOAD_BYTES = 64 * 1024,
    RW_TOKEN_BYTES = 32,
    RW_ANSWER_BYTES = 8
};

enum rw_frame_type { RW_FRAME_HELLO = 1, RW_FRAME_RECORDS = 2, RW_FRAME_MARK = 3, RW_FRAME_END = 4 };

typedef struct {
    uint32_t magic;
    uint8_t type;
    uint8_t flags;
    uint16_t header_bytes;
    uint64_t session;
    uint32_t thread;
    uint32_t payload_bytes;
    uint64_t sequence; /* stream position of the payload's first byte; for thread 0 the number of the frame */
    uint64_t time;     /* ticks */
    uint32_t records;
    uint32_t crc32c;
} rw_frame_header;

_Static_assert(sizeof(rw_frame_header) == RW_FRAME_HEADER_BYTES, "the header is sent as it lies in memory");

/* Completes a header whose other fields are set: the checksum of header and payload. */
static inline void
rw_frame_seal(rw_frame_header *header, const void *payload)
{
    header->magic = RW_FRAME_MAGIC;
    header->flags = 0;
    header->header_bytes = RW_FRAME_HEADER_BYTES;
    header->crc32c = 0;
    header->crc32c = rw_crc32c(rw_crc32c(0, header, sizeof(*header)), payload, header->payload_bytes);
}

#endif
