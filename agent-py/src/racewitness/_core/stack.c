/* The calling thread's stack as a number.
 *
 * The thread remembers the frames of its last stack, outermost first, with the number of each prefix. A frame that is
 * still at the same address with the same instruction under frames that are the same has the same number: the walk
 * compares two words a frame and interns only what is new.
 */
#include "compat.h"

#include "code.h"
#include "objects.h"
#include "stack.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    const _PyInterpreterFrame *frame;
    const void *instruction;
    uint32_t number; /* of the stack that ends in this frame */
} remembered_frame;

typedef struct {
    uint64_t key; /* parent << 32 | code; 0 free */
    uint32_t offset;
    uint32_t number;
} stack_node;

/* Owned by one thread. */
struct rw_stack_cache {
    uint64_t generation; /* code_deaths when the remembered frames were taken */
    size_t depth;
    size_t capacity; /* of frames and walk */
    remembered_frame *frames;
    _PyInterpreterFrame **walk;
    stack_node *nodes; /* open addressing, a power of two */
    size_t node_mask;
    uint32_t node_count; /* numbers are 1..node_count */
};

static _Atomic uint64_t code_deaths; /* counts rw_stack_code_died(); relaxed: a frame of a dead code object is never on
                                        the caller's own stack */

void
rw_stack_code_died(void)
{
    atomic_fetch_add_explicit(&code_deaths, 1, memory_order_relaxed);
}

static struct rw_stack_cache *
make_cache(rw_thread *self)
{
    struct rw_stack_cache *cache = calloc(1, sizeof(*cache));
    if (cache != NULL) {
        cache->node_mask = 63;
        cache->nodes = calloc(cache->node_mask + 1, sizeof(*cache->nodes));
        if (cache->nodes == NULL) {
            free(cache);
            return NULL;
        }
        self->stacks = cache;
    }
    return cache;
}

void
rw_stack_free(rw_thread *self)
{
    if (self->stacks != NULL) {
        free(self->stacks->frames);
        free(self->stacks->walk);
        free(self->stacks->nodes);
        free(self->stacks);
        self->stacks = NULL;
    }
}

void
rw_stack_reset(rw_thread *self)
{
    rw_stack_free(self);
}

static uint64_t
node_hash(uint64_t key, uint32_t offset)
{
    uint64_t hash = (key ^ (uint64_t)offset << 17) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ hash >> 29;
}

static bool
grow_nodes(struct rw_stack_cache *cache)
{
    size_t mask = cache->node_mask * 2 + 1;
    stack_node *nodes = calloc(mask + 1, sizeof(*nodes));
    if (nodes == NULL) {
        return false;
    }
    for (size_t i = 0; i <= cache->node_mask; i++) {
        stack_node *node = &cache->nodes[i];
        if (node->key != 0) {
            size_t place = node_hash(node->key, node->offset) & mask;
            while (nodes[place].key != 0) {
                place = (place + 1) & mask;
            }
            nodes[place] = *node;
        }
    }
    free(cache->nodes);
    cache->nodes = nodes;
    cache->node_mask = mask;
    return true;
}

/* Number of the stack (parent, code, offset); a STACK record is written for a new one. 0: no memory, or switched off.
 */
static uint32_t
intern(rw_thread *self, struct rw_stack_cache *cache, uint32_t parent, uint32_t code, uint32_t offset)
{
    uint64_t key = (uint64_t)parent << 32 | code;
    size_t place = node_hash(key, offset) & cache->node_mask;
    while (cache->nodes[place].key != 0) {
        if (cache->nodes[place].key == key && cache->nodes[place].offset == offset) {
            return cache->nodes[place].number;
        }
        place = (place + 1) & cache->node_mask;
    }
    uint64_t *record = rw_reserve(self, 3);
    if (record == NULL) {
        return 0;
    }
    uint32_t number = ++cache->node_count;
    record[0] = rw_record_head(RW_STACK, 0, 3, number);
    record[1] = rw_pair(parent, code);
    record[2] = rw_pair(offset, 0);
    rw_commit(self, 3);
    cache->nodes[place] = (stack_node){key, offset, number};
    if ((size_t)cache->node_count * 2 > cache->node_mask && !grow_nodes(cache)) {
        memset(cache->nodes, 0,
               (cache->node_mask + 1) * sizeof(*cache->nodes)); /* forget rather than fill up: numbers go on */
    }
    return number;
}

static bool
make_room(struct rw_stack_cache *cache)
{
    size_t capacity = cache->capacity == 0 ? 64 : cache->capacity * 2;
    remembered_frame *frames = realloc(cache->frames, capacity * sizeof(*frames));
    if (frames == NULL) {
        return false;
    }
    cache->frames = frames;
    _PyInterpreterFrame **walk = realloc(cache->walk, capacity * sizeof(*walk));
    if (walk == NULL) {
        return false;
    }
    cache->walk = walk;
    cache->capacity = capacity;
    return true;
}

uint32_t
rw_stack(rw_thread *self)
{
    struct rw_stack_cache *cache = self->stacks != NULL ? self->stacks : make_cache(self);
    if (cache == NULL) {
        return 0;
    }
    uint64_t generation = atomic_load_explicit(&code_deaths, memory_order_relaxed);
    if (cache->generation != generation) {
        cache->generation = generation;
        cache->depth = 0;
    }
    size_t depth = 0;
    for (_PyInterpreterFrame *frame = rw_current_frame(); frame != NULL; frame = frame->previous) {
        if (rw_frame_is_python(frame)) {
            if (depth == cache->capacity && !make_room(cache)) {
                return 0;
            }
            cache->walk[depth++] = frame;
        }
    }
    size_t known = 0;
    size_t limit = depth < cache->depth ? depth : cache->depth;
    while (known < limit && cache->frames[known].frame == cache->walk[depth - 1 - known] &&
           cache->frames[known].instruction == cache->walk[depth - 1 - known]->instr_ptr) {
        known++;
    }
    uint32_t number = known == 0 ? 0 : cache->frames[known - 1].number;
    for (size_t i = known; i < depth; i++) {
        _PyInterpreterFrame *frame = cache->walk[depth - 1 - i];
        uint32_t code = rw_code_number(self, _PyFrame_GetCode(frame));
        number = code == 0 ? number : intern(self, cache, number, code, rw_frame_offset(frame));
        cache->frames[i] = (remembered_frame){frame, frame->instr_ptr, number};
    }
    cache->depth = depth;
    return number;
}
