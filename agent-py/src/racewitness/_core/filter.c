#include "filter.h"

#include "lifetime.h"
#include "shadow.h"

#include <stdlib.h>

enum { FILTER_SLOTS = 1024, OWN_SLOTS = 256, CALLERS = 2 };

typedef struct {
    uint64_t target; /* object number | operation << 40; 0 free */
    uint64_t key;
    uint64_t place; /* instruction and callers, mixed */
    uint32_t epoch;
    uint32_t news;
    uint16_t foreign; /* the object's version less the thread's own writes */
} remembered;

/* How many of an object's recorded writes are the thread's own; counts from 0 again after a clash, which only costs
 * repeats. */
typedef struct {
    uint64_t number;
    uint16_t writes;
} own_writes;

/* Owned by one thread. */
struct rw_filter {
    uint32_t news; /* accesses recorded that were no repeats */
    remembered slots[FILTER_SLOTS];
    own_writes own[OWN_SLOTS];
};

bool rw_filter_wanted;

void
rw_filter_free(rw_thread *self)
{
    free(self->filter);
    self->filter = NULL;
}

void
rw_filter_reset(rw_thread *self)
{
    rw_filter_free(self);
}

static bool
writes(enum rw_operation operation)
{
    switch (operation) {
        case RW_OP_READ:
        case RW_OP_UPDATE_KEEP:
        case RW_OP_SHAPE_READ:
        case RW_OP_POP_EMPTY:
        case RW_OP_ITERATE_STEP:
        case RW_OP_ITERATE:
        case RW_OP_READ_ALL: return false;
        default: return true;
    }
}

/* The instruction about to run and the calls that led to it: what a verdict looks at is told apart. */
static uint64_t
place_now(void)
{
    uint64_t place = 0;
    _PyInterpreterFrame *frame = rw_current_frame();
    for (int i = 0; i <= CALLERS && frame != NULL; frame = frame->previous) {
        if (rw_frame_is_python(frame)) {
            place = (place ^ (uint64_t)(uintptr_t)frame->instr_ptr) * UINT64_C(0x9E3779B97F4A7C15);
            i++;
        }
    }
    return place;
}

bool
rw_filter_repeats(rw_thread *self, enum rw_operation operation, rw_target target, uint64_t key)
{
    struct rw_filter *filter = self->filter;
    if (filter == NULL) {
        filter = self->filter = rw_filter_wanted ? calloc(1, sizeof(*filter)) : NULL;
        if (filter == NULL) {
            return false;
        }
    }
    rw_shadow *word = rw_shadow_find(target.object);
    uint64_t shadow = word == NULL ? RW_SHADOW_ALIAS : atomic_load_explicit(word, memory_order_relaxed);
    bool write = writes(operation);
    if ((shadow & (RW_SHADOW_ALIAS | RW_SHADOW_ALIASED)) != 0) {
        filter->news++; /* two names for one object: neither's version tells of the other's writes */
        return false;
    }
    uint64_t name = target.number | (uint64_t)operation << RW_OBJECT_BITS;
    uint64_t place = place_now();
    uint64_t hash = (name ^ key ^ place) * UINT64_C(0x9E3779B97F4A7C15);
    remembered *slot = &filter->slots[hash >> 54];
    own_writes *own = &filter->own[target.number % OWN_SLOTS];
    if (own->number != target.number) {
        *own = (own_writes){target.number, 0};
    }
    uint16_t foreign = (uint16_t)(shadow / RW_SHADOW_VERSION_ONE - own->writes);
    bool known = slot->target == name && slot->key == key && slot->place == place && slot->epoch == self->epoch;
    if (known && (write || slot->foreign == foreign) &&
        (slot->news == filter->news || (!write && !rw_lifetime_end_is_seen(target.object)))) {
        return true;
    }
    if (write) {
        atomic_fetch_add_explicit(word, RW_SHADOW_VERSION_ONE, memory_order_relaxed);
        own->writes++;
    }
    if (!known || !write) {
        filter->news++;
    }
    *slot = (remembered){name, key, place, self->epoch, filter->news, foreign};
    return false;
}
