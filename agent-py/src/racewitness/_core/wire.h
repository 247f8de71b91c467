/* Record layout of the wire format, version 1.
 *
 * The normative page is docs/wire-format.md; the twin of this file is org.racewitness.analyzer.wire.RecordDescriptor
 * (Java), and both are held to docs/golden/. Nothing here knows where the bytes go.
 *
 *    0    1    2       4        8                 16
 *   +----+----+-------+--------+------------------+--
 *   |tag | op | words | arg    | (events) u40     |  ...
 *   |    |    | u16   | u32    | object, u24 time |
 *   +----+----+-------+--------+------------------+--
 */
#ifndef RW_WIRE_H
#define RW_WIRE_H

#include <stdint.h>

enum { RW_WORD_BYTES = 8, RW_RECORD_MAX_WORDS = 4096, RW_TEXT_MAX_BYTES = 4096, RW_PART_MAX_BYTES = 16 * 1024 };

enum rw_tag {
    RW_ACCESS = 0x01,
    RW_ACCESS_RANGE = 0x02,
    RW_SYNC = 0x03,
    RW_DEAD = 0x04,
    RW_TIME = 0x05,
    RW_ACCESS_LATE = 0x06,
    RW_STEP = 0x07,
    RW_STRING = 0x20,
    RW_KEY = 0x21,
    RW_TYPE = 0x22,
    RW_OBJECT = 0x23,
    RW_CODE = 0x24,
    RW_CODE_BYTES = 0x25,
    RW_STACK = 0x26,
    RW_THREAD = 0x27,
    RW_NOTE = 0x28,
    RW_COUNTER = 0x29,
};

/* What an access does to its key, to the container's shape and to all items: the table "Operations". */
enum rw_operation {
    RW_OP_NONE = 0,
    RW_OP_READ = 1,
    RW_OP_WRITE = 2,
    RW_OP_DELETE = 3,
    RW_OP_INSERT = 4,
    RW_OP_REMOVE = 5,
    RW_OP_UPDATE_INSERT = 6,
    RW_OP_UPDATE_REMOVE = 7,
    RW_OP_UPDATE_KEEP = 8,
    RW_OP_APPEND = 9,
    RW_OP_POP_END = 10,
    RW_OP_SHAPE_READ = 11,
    RW_OP_POP_EMPTY = 12,
    RW_OP_ITERATE_STEP = 13,
    RW_OP_ITERATE = 14,
    RW_OP_READ_ALL = 15,
    RW_OP_TORN_ALL = 16,
    RW_OP_WRITE_ALL = 17,
    RW_OP_EXTEND = 18,
};

enum rw_sync_kind {
    RW_SYNC_ACQUIRE = 1,
    RW_SYNC_RELEASE = 2,
    RW_SYNC_FORK = 3,
    RW_SYNC_BEGIN = 4,
    RW_SYNC_END = 5,
    RW_SYNC_JOIN = 6,
    RW_SYNC_POST = 7,
    RW_SYNC_TAKE = 8,
    RW_SYNC_SIGNAL = 9,
    RW_SYNC_OBSERVE = 10,
    RW_SYNC_LAST_USE = 11,
    RW_SYNC_DROP = 12,
    RW_SYNC_EVICT = 13,
    RW_SYNC_PLACE = 14,
};

enum rw_object_kind {
    RW_KIND_INSTANCE = 1,
    RW_KIND_CLASS = 2,
    RW_KIND_FUNCTION = 3,
    RW_KIND_MODULE = 4,
    RW_KIND_CELL = 5,
    RW_KIND_LIST = 6,
    RW_KIND_DICT = 7,
    RW_KIND_SET = 8,
    RW_KIND_DEQUE = 9,
    RW_KIND_BYTEARRAY = 10,
    RW_KIND_ARRAY = 11,
    RW_KIND_LOCK = 12,
    RW_KIND_THREAD_LOCAL = 13,
    RW_KIND_CONTAINER = 14,
    RW_KIND_CHANNEL = 15,
};

enum rw_note_kind {
    RW_NOTE_GIL = 1,
    RW_NOTE_SUBINTERPRETER = 2,
    RW_NOTE_TEST_BEGIN = 3,
    RW_NOTE_TEST_END = 4,
    RW_NOTE_AGENT = 5,
    RW_NOTE_BENIGN_BEGIN = 6,
    RW_NOTE_BENIGN_END = 7
};

/* Location keys: the upper four bits say what the other sixty are. */
#define RW_KEY_BITS 60
#define RW_KEY_MASK ((UINT64_C(1) << RW_KEY_BITS) - 1)
enum rw_key_kind {
    RW_KEY_INDEX = 0,
    RW_KEY_INTEGER = 1,
    RW_KEY_TEXT = 2,
    RW_KEY_CONTENT = 3,
    RW_KEY_OBJECT = 4,
    RW_KEY_SPECIAL = 15
};

static inline uint64_t
rw_key(enum rw_key_kind kind, uint64_t value)
{
    return (uint64_t)kind << RW_KEY_BITS | (value & RW_KEY_MASK);
}

#define RW_KEY_SHAPE rw_key(RW_KEY_SPECIAL, 0)
#define RW_KEY_ALL rw_key(RW_KEY_SPECIAL, 1)
#define RW_KEY_CELL rw_key(RW_KEY_SPECIAL, 2)

/* Moments of a thread from one event to the next: places for what is told late. */
#define RW_MOMENTS 256

#define RW_OBJECT_BITS 40

/* An operation on an object in one word. */
static inline uint64_t
rw_name(uint64_t object, unsigned operation)
{
    return object | (uint64_t)operation << RW_OBJECT_BITS;
}

static inline uint64_t
rw_name_object(uint64_t name)
{
    return name & ((UINT64_C(1) << RW_OBJECT_BITS) - 1);
}

static inline unsigned
rw_name_operation(uint64_t name)
{
    return (unsigned)(name >> RW_OBJECT_BITS);
}

#define RW_TIME_DELTA_MAX ((UINT64_C(1) << 24) - 1)

static inline uint64_t
rw_record_head(enum rw_tag tag, unsigned op, unsigned words, uint32_t arg)
{
    return (uint64_t)tag | (uint64_t)op << 8 | (uint64_t)words << 16 | (uint64_t)arg << 32;
}

static inline uint64_t
rw_pair(uint32_t low, uint32_t high)
{
    return (uint64_t)low | (uint64_t)high << 32;
}

#endif
