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

_Atomic(rw_shadow *) *rw_shadow_chunks;

static void *
map_sparse(size_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

int
rw_shadow_start(void)
{
    if (rw_shadow_chunks == NULL) {
        rw_shadow_chunks = map_sparse(sizeof(*rw_shadow_chunks) << (RW_SHADOW_ADDRESS_BITS - RW_SHADOW_CHUNK_BITS));
    }
    if (rw_shadow_chunks == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    return 0;
}

rw_shadow *
rw_shadow_make(const void *address)
{
    rw_shadow *word = rw_shadow_find(address);
    if (word != NULL) {
        return word;
    }
    size_t bytes = sizeof(rw_shadow) << (RW_SHADOW_CHUNK_BITS - RW_SHADOW_GRANULE_BITS);
    rw_shadow *fresh = map_sparse(bytes);
    if (fresh == NULL) {
        return NULL;
    }
    rw_shadow *expected = NULL;
    size_t chunk =
        ((uintptr_t)address >> RW_SHADOW_CHUNK_BITS) & ((1u << (RW_SHADOW_ADDRESS_BITS - RW_SHADOW_CHUNK_BITS)) - 1);
    if (!atomic_compare_exchange_strong_explicit(&rw_shadow_chunks[chunk], &expected, fresh, memory_order_acq_rel,
                                                 memory_order_acquire)) {
        munmap(fresh, bytes); /* another thread was first */
    }
    return rw_shadow_find(address);
}
