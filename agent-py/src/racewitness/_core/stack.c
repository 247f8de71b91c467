/* The calling thread's stack as a number.
 *
 * The thread remembers the frames of its last stack, outermost first, with the number of each prefix. A frame that is
 * still at the same address with the same instruction under frames that are the same has the same number: the walk
 * compares two words a frame, from the inside out, and interns only what is new.
 */
#include "compat.h"

#include "code.h"
#include "objects.h"
#include "stack.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    _PyInterpreterFrame *frame; /* also those on the C stack, which are no part of the number */
    const void *instruction;
    uint32_t number; /* of the stack that ends in this frame */
} remembered_frame;

typedef struct {
    uint64_t key; /* parent << 32 | code; 0 free */
    uint32_t offset;
    uint32_t number;
} stack_node;

enum {
    FIRST_NODES = 64,     /* of a table; powers of two */
    MOST_NODES = 1 << 16, /* 1 MiB */
    LEFT = 16,            /* frames that the thread may have left since, and be known to have */
    NEAR_BITS = 6,        /* of instructions that are beside each other, in bytes */
};

/* Open addressing, filled to three quarters. */
typedef struct {
    stack_node *nodes;
    size_t size;
    uint32_t count;
} node_table;

/* Owned by one thread. A program that recurs along ever other paths has more stacks than there is room for: when the
 * present table is full it becomes the former one, and a stack that is neither here nor there gets another number. */
struct rw_stack_cache {
    uint64_t generation; /* code_deaths when the remembered frames were taken */
    size_t depth;
    size_t capacity; /* of frames and walk */
    remembered_frame *frames;
    _PyInterpreterFrame **walk;
    node_table present, former;
    uint32_t numbers; /* given so far: 1..numbers */
};

static _Atomic uint64_t code_deaths; /* counts rw_stack_code_died(); relaxed: a frame of a dead code object is never on
                                        the caller's own stack */

void
rw_stack_code_died(void)
{
    atomic_fetch_add_explicit(&code_deaths, 1, memory_order_relaxed);
}

static bool
make_table(node_table *table, size_t size)
{
    *table = (node_table){calloc(size, sizeof(*table->nodes)), size, 0};
    return table->nodes != NULL;
}

static struct rw_stack_cache *
make_cache(rw_thread *self)
{
    struct rw_stack_cache *cache = calloc(1, sizeof(*cache));
    if (cache != NULL && !make_table(&cache->present, FIRST_NODES)) {
        free(cache);
        return NULL;
    }
    self->stacks = cache;
    return cache;
}

void
rw_stack_free(rw_thread *self)
{
    if (self->stacks != NULL) {
        free(self->stacks->frames);
        free(self->stacks->walk);
        free(self->stacks->present.nodes);
        free(self->stacks->former.nodes);
        free(self->stacks);
        self->stacks = NULL;
    }
}

void
rw_stack_reset(rw_thread *self)
{
    rw_stack_free(self);
}

/* Instructions beside each other in one frame lie beside each other: four nodes share a cache line. The finalizer of
 * MurmurHash3. */
static uint64_t
node_hash(uint64_t key, uint32_t offset)
{
    uint64_t hash = key ^ (uint64_t)(offset >> NEAR_BITS) << 17;
    hash = (hash ^ hash >> 33) * UINT64_C(0xFF51AFD7ED558CCD);
    hash = (hash ^ hash >> 33) * UINT64_C(0xC4CEB9FE1A85EC53);
    return (hash ^ hash >> 33) & ~UINT64_C(3);
}

/* The place of that stack, or the free one that it would have. NULL where there is no table. */
static stack_node *
node_at(const node_table *table, uint64_t key, uint32_t offset)
{
    if (table->nodes == NULL) {
        return NULL;
    }
    stack_node *node = &table->nodes[node_hash(key, offset) & (table->size - 1)];
    while (node->key != 0 && (node->key != key || node->offset != offset)) {
        node = node + 1 == table->nodes + table->size ? table->nodes : node + 1;
    }
    return node;
}

/* Makes room for one stack more: in a larger table, or in an empty one. */
static void
make_room_for_node(struct rw_stack_cache *cache)
{
    node_table *present = &cache->present, next;
    if (present->count < present->size / 4 * 3) {
        return;
    }
    if (!make_table(&next, present->size < MOST_NODES ? present->size * 2 : MOST_NODES)) {
        memset(present->nodes, 0, present->size * sizeof(*present->nodes)); /* forget rather than fill up */
        present->count = 0;
        return;
    }
    if (present->size == MOST_NODES) {
        free(cache->former.nodes);
        cache->former = *present;
    }
    else {
        for (size_t i = 0; i < present->size; i++) {
            if (present->nodes[i].key != 0) {
                *node_at(&next, present->nodes[i].key, present->nodes[i].offset) = present->nodes[i];
            }
        }
        next.count = present->count;
        free(present->nodes);
    }
    *present = next;
}

/* A STACK record with the next number; 0: switched off. */
static uint32_t
write_stack(rw_thread *self, struct rw_stack_cache *cache, uint32_t parent, uint32_t code, uint32_t offset)
{
    uint64_t *record = rw_reserve(self, 3);
    if (record == NULL) {
        return 0;
    }
    uint32_t number = ++cache->numbers;
    record[0] = rw_record_head(RW_STACK, 0, 3, number);
    record[1] = rw_pair(parent, code);
    record[2] = rw_pair(offset, 0);
    rw_commit(self, 3);
    return number;
}

/* Number of the stack (parent, code, offset); a STACK record is written for a new one. 0: switched off. */
static uint32_t
intern(rw_thread *self, struct rw_stack_cache *cache, uint32_t parent, uint32_t code, uint32_t offset)
{
    uint64_t key = (uint64_t)parent << 32 | code;
    const stack_node *node = node_at(&cache->present, key, offset);
    if (node->key != 0) {
        return node->number;
    }
    const stack_node *former = node_at(&cache->former, key, offset);
    bool known = former != NULL && former->key != 0;
    uint32_t number = known ? former->number : write_stack(self, cache, parent, code, offset);
    if (number != 0) {
        make_room_for_node(cache);
        *node_at(&cache->present, key, offset) = (stack_node){key, offset, number};
        cache->present.count++;
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

/* How many remembered frames there are up to this one, which is the innermost or was left and come back to; 0: it is
 * not among the last ones. */
static size_t
depth_of(const struct rw_stack_cache *cache, const _PyInterpreterFrame *frame)
{
    for (size_t i = 0; i < LEFT && i < cache->depth; i++) {
        if (cache->frames[cache->depth - 1 - i].frame == frame) {
            return cache->depth - i;
        }
    }
    return 0;
}

/* How many of the outermost frames are as remembered, the remembered ones up to `depth` being those of `frame` and its
 * callers; -1: they are not. */
static Py_ssize_t
same_of(const struct rw_stack_cache *cache, const _PyInterpreterFrame *frame, size_t depth)
{
    size_t same = depth;
    for (size_t i = depth; i > 0; i--, frame = frame->previous) {
        if (frame != cache->frames[i - 1].frame) {
            return -1;
        }
        if (frame->instr_ptr != cache->frames[i - 1].instruction) {
            same = i - 1;
        }
    }
    return frame == NULL ? (Py_ssize_t)same : -1;
}

/* Takes the present frames, outermost first; how many of them are as remembered. -1: no memory. */
static Py_ssize_t
take_frames(struct rw_stack_cache *cache)
{
    _PyInterpreterFrame *frame = _PyThreadState_GET()->current_frame;
    size_t count = 0, depth = 0;
    Py_ssize_t same = 0;
    for (; frame != NULL; frame = frame->previous) {
        depth = depth_of(cache, frame);
        same = depth == 0 ? 0 : same_of(cache, frame, depth);
        if (depth != 0 && same >= 0) {
            break;
        }
        depth = 0;
        if (count == cache->capacity && !make_room(cache)) {
            return -1;
        }
        cache->walk[count++] = frame;
    }
    while (depth + count > cache->capacity) {
        if (!make_room(cache)) {
            return -1;
        }
    }
    for (size_t i = 0; i < count; i++) {
        cache->frames[depth + i].frame = cache->walk[count - 1 - i];
    }
    cache->depth = depth + count;
    return depth == 0 ? 0 : same;
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
    Py_ssize_t same = take_frames(cache);
    if (same < 0) {
        cache->depth = 0;
        return 0;
    }
    uint32_t number = same == 0 ? 0 : cache->frames[same - 1].number;
    for (size_t i = (size_t)same; i < cache->depth; i++) {
        remembered_frame *remembered = &cache->frames[i];
        if (rw_frame_is_python(remembered->frame)) {
            uint32_t code = rw_code_number(self, _PyFrame_GetCode(remembered->frame));
            number = code == 0 ? number : intern(self, cache, number, code, rw_frame_offset(remembered->frame));
        }
        remembered->instruction = remembered->frame->instr_ptr;
        remembered->number = number;
    }
    return number;
}
