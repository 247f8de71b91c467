/* One shadow word for each object, and one cell for each place that accesses are told apart by, found from an address
 * in two loads (shadow.c).
 *
 *  shadow word of an object:
 *    63        52 48 47 46 45 44 43 42 40 39                0
 *   +------------+----+--+--+--+--+--+-----+-------------------+
 *   |            |kind|D |T |I |A |U |     | object number     |
 *   +------------+----+--+--+--+--+--+-----+-------------------+
 *
 * kind: enum rw_object_kind. U: no OBJECT record has been written yet (kept.h). A: the number is that of another object
 * (the instance whose __dict__ this is). D: its own __dict__ has been handed out. T: see sync.h. I: a lock that orders
 * nothing (sync_lock.c). Any thread may read a word and change it by read-modify-write; the thread that destroys the
 * object clears it, before the memory is given back: the allocator orders that before any later object at the address.
 *
 * Cells belong to the repeat filter (filter.h).
 */
#ifndef RW_SHADOW_H
#define RW_SHADOW_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

typedef _Atomic uint64_t rw_shadow;
typedef _Atomic uint64_t rw_cell;

#define RW_SHADOW_NUMBER ((UINT64_C(1) << 40) - 1)
#define RW_SHADOW_KIND_SHIFT 48
#define RW_SHADOW_UNTOLD (UINT64_C(1) << 43)
#define RW_SHADOW_ALIAS (UINT64_C(1) << 44)
#define RW_SHADOW_IGNORED (UINT64_C(1) << 45)
#define RW_SHADOW_ALIASED (UINT64_C(1) << 47)

static inline unsigned
rw_shadow_kind(uint64_t word)
{
    return (unsigned)(word >> RW_SHADOW_KIND_SHIFT) & 15;
}

enum { RW_SHADOW_CHUNK_BITS = 24, RW_SHADOW_ADDRESS_BITS = 47, RW_SHADOW_GRANULE_BITS = 4, RW_CELL_GRANULE_BITS = 3 };

/* Chunks of 64-bit words, one chunk for each 16 MiB of addresses. The array is set by rw_shadow_start() and immutable;
 * its elements are set once each by compare-and-swap. */
typedef struct {
    _Atomic(_Atomic uint64_t *) *chunks;
} rw_sparse_map;

extern rw_sparse_map rw_shadow_words, rw_cells;

static inline size_t
rw_sparse_chunk(const void *address)
{
    return ((uintptr_t)address >> RW_SHADOW_CHUNK_BITS) & ((1u << (RW_SHADOW_ADDRESS_BITS - RW_SHADOW_CHUNK_BITS)) - 1);
}

static inline _Atomic uint64_t *
rw_sparse_find(const rw_sparse_map *map, const void *address, int granule_bits)
{
    _Atomic uint64_t *chunk = atomic_load_explicit(&map->chunks[rw_sparse_chunk(address)], memory_order_acquire);
    size_t offset = (uintptr_t)address & ((1u << RW_SHADOW_CHUNK_BITS) - 1);
    return __builtin_expect(chunk == NULL, 0) ? NULL : chunk + (offset >> granule_bits);
}

/* The same, made when it is not there. NULL only without memory. */
_Atomic uint64_t *rw_sparse_make(rw_sparse_map *map, const void *address, int granule_bits);

/* The word of the object at `address`, or NULL when nothing in its 16 MiB has one yet. */
static inline rw_shadow *
rw_shadow_find(const void *address)
{
    return rw_sparse_find(&rw_shadow_words, address, RW_SHADOW_GRANULE_BITS);
}

static inline rw_shadow *
rw_shadow_make(const void *address)
{
    return rw_sparse_make(&rw_shadow_words, address, RW_SHADOW_GRANULE_BITS);
}

/* The cell of the 8 bytes at `address`; NULL only without memory. */
static inline rw_cell *
rw_cell_of(const void *address)
{
    rw_cell *cell = rw_sparse_find(&rw_cells, address, RW_CELL_GRANULE_BITS);
    return __builtin_expect(cell == NULL, 0) ? rw_sparse_make(&rw_cells, address, RW_CELL_GRANULE_BITS) : cell;
}

#endif
