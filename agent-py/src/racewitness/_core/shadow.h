/* One shadow word for each object, found from its address in two loads (shadow.c).
 *
 *    63     48 47 46 45 44 43    40 39                0
 *   +---------+--+--+--+--+--------+-------------------+
 *   | version |D |T |I |A |        | object number     |
 *   +---------+--+--+--+--+--------+-------------------+
 *
 * A: the number is that of another object (the instance whose __dict__ this is). D: its own __dict__ has been handed
 * out. E: see sync.h. I: a lock that orders nothing (sync_lock.c). Version: raised with each recorded write to the
 * object, for the repeat filter; it wraps. W: classes of the threads that have
 * made such a write (thread number modulo 4), likewise. Any thread may read a word and change it by read-modify-write;
 * the thread that destroys the object clears it, before the memory is given back: the allocator orders that before any
 * later object at the address.
 */
#ifndef RW_SHADOW_H
#define RW_SHADOW_H

#include <stdatomic.h>
#include <stdint.h>

typedef _Atomic uint64_t rw_shadow;

#define RW_SHADOW_NUMBER ((UINT64_C(1) << 40) - 1)
#define RW_SHADOW_WRITER(class) (UINT64_C(1) << (40 + (class)))
#define RW_SHADOW_ALIAS (UINT64_C(1) << 44)
#define RW_SHADOW_IGNORED (UINT64_C(1) << 45)
#define RW_SHADOW_ALIASED (UINT64_C(1) << 47)
#define RW_SHADOW_VERSION_ONE (UINT64_C(1) << 48)

enum { RW_SHADOW_WRITER_CLASSES = 4 };
enum { RW_SHADOW_CHUNK_BITS = 24, RW_SHADOW_GRANULE_BITS = 4, RW_SHADOW_ADDRESS_BITS = 47 };

extern _Atomic(rw_shadow *) *rw_shadow_chunks; /* the array is set by rw_shadow_start() and immutable; its elements are
                                                  set once each by compare-and-swap */

/* The word of the object at `address`, or NULL when nothing in its 16 MiB has one yet. */
static inline rw_shadow *
rw_shadow_find(const void *address)
{
    uintptr_t bits = (uintptr_t)address;
    rw_shadow *chunk =
        atomic_load_explicit(&rw_shadow_chunks[(bits >> RW_SHADOW_CHUNK_BITS) &
                                               ((1u << (RW_SHADOW_ADDRESS_BITS - RW_SHADOW_CHUNK_BITS)) - 1)],
                             memory_order_acquire);
    return chunk == NULL ? NULL : chunk + ((bits & ((1u << RW_SHADOW_CHUNK_BITS) - 1)) >> RW_SHADOW_GRANULE_BITS);
}

/* The same, made when it is not there. NULL only without memory. */
rw_shadow *rw_shadow_make(const void *address);

#endif
