/* Shadow memory: a table of 16 MiB chunks of address space, each with a word for every 16 bytes, mapped without reserve
 * so that only the words of objects that take part in events cost memory (half a page of shadow for a page of such
 * objects).
 *
 * Python objects are at least 16 bytes and 16-byte aligned on the free-threaded build (Objects/mimalloc, static types
 * alike), so no two share a word.
 */
#include "compat.h"

#include "agent.h"
#include "shadow.h"

#include <sys/mman.h>

rw_sparse_map rw_shadow_words, rw_cells;

static void *
map_sparse(size_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

static bool
start(rw_sparse_map *map)
{
    if (map->chunks == NULL) {
        map->chunks = map_sparse(sizeof(*map->chunks) << (RW_SHADOW_ADDRESS_BITS - RW_SHADOW_CHUNK_BITS));
    }
    return map->chunks != NULL;
}

int
rw_shadow_start(void)
{
    if (!start(&rw_shadow_words) || !start(&rw_cells)) {
        PyErr_NoMemory();
        return -1;
    }
    return 0;
}

_Atomic uint64_t *
rw_sparse_make(rw_sparse_map *map, const void *address, int granule_bits)
{
    _Atomic uint64_t *word = rw_sparse_find(map, address, granule_bits);
    if (word != NULL) {
        return word;
    }
    size_t bytes = sizeof(*word) << (RW_SHADOW_CHUNK_BITS - granule_bits);
    _Atomic uint64_t *fresh = map_sparse(bytes);
    if (fresh == NULL) {
        return NULL;
    }
    _Atomic uint64_t *expected = NULL;
    if (!atomic_compare_exchange_strong_explicit(&map->chunks[rw_sparse_chunk(address)], &expected, fresh,
                                                 memory_order_acq_rel, memory_order_acquire)) {
        munmap(fresh, bytes); /* another thread was first */
    }
    return rw_sparse_find(map, address, granule_bits);
}
