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
    uint32_t observed; /* how often a writer of the thread's class had been observed */
    uint16_t foreign;  /* the object's version less the thread's own writes */
} remembered;

/* What the thread knows of an object; forgotten after a clash, which only costs repeats. */
typedef struct {
    uint64_t number;
    uint16_t writes; /* how many of its recorded writes are the thread's own */
    uint16_t seen;   /* its version at the thread's last recorded read */
} own_object;

/* Owned by one thread. */
struct rw_filter {
    uint32_t news; /* accesses recorded that were no repeats */
    remembered slots[FILTER_SLOTS];
    own_object own[OWN_SLOTS];
};

bool rw_filter_wanted;

/* By writer class: how often a thread has recorded a read of what a thread of the class may have written. Each on a
 * cache line of its own; any thread raises and reads them, relaxed: they only have to change. */
static struct {
    _Alignas(64) _Atomic uint32_t count;
} observed[RW_SHADOW_WRITER_CLASSES];

static void
observe_writers(uint64_t shadow)
{
    for (unsigned class = 0; class < RW_SHADOW_WRITER_CLASSES; class++) {
        if ((shadow & RW_SHADOW_WRITER(class)) != 0) {
            atomic_fetch_add_explicit(&observed[class].count, 1, memory_order_relaxed);
        }
    }
}

void
rw_filter_order_all(void)
{
    observe_writers(~UINT64_C(0));
}

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

static bool
reads(enum rw_operation operation)
{
    switch (operation) {
        case RW_OP_WRITE:
        case RW_OP_DELETE:
        case RW_OP_INSERT:
        case RW_OP_REMOVE:
        case RW_OP_APPEND:
        case RW_OP_EXTEND:
        case RW_OP_TORN_ALL:
        case RW_OP_WRITE_ALL: return false;
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
    uint64_t shadow = word == NULL ? RW_SHADOW_ALIAS : atomic_load_explicit(word, memory_order_acquire);
    bool write = writes(operation);
    if ((shadow & (RW_SHADOW_ALIAS | RW_SHADOW_ALIASED)) != 0) {
        filter->news++; /* two names for one object: neither's version tells of the other's writes */
        if (reads(operation)) {
            rw_filter_order_all();
        }
        return false;
    }
    uint64_t name = target.number | (uint64_t)operation << RW_OBJECT_BITS;
    uint64_t place = place_now();
    uint64_t hash = (name ^ key ^ place) * UINT64_C(0x9E3779B97F4A7C15);
    remembered *slot = &filter->slots[hash >> 54];
    own_object *own = &filter->own[target.number % OWN_SLOTS];
    uint16_t version = (uint16_t)(shadow / RW_SHADOW_VERSION_ONE);
    if (own->number != target.number) {
        *own = (own_object){target.number, 0, (uint16_t)(version - 1)};
    }
    unsigned class = self->uid % RW_SHADOW_WRITER_CLASSES;
    uint16_t foreign = (uint16_t)(version - own->writes);
    uint32_t seen = atomic_load_explicit(&observed[class].count, memory_order_relaxed);
    bool known = slot->target == name && slot->key == key && slot->place == place && slot->epoch == self->epoch;
    if (known && slot->foreign == foreign && slot->observed == seen &&
        (slot->news == filter->news || (!write && !rw_lifetime_end_is_seen(target.object)))) {
        return true;
    }
    if (foreign != 0 && own->seen != version && reads(operation)) {
        own->seen = version;
        observe_writers(shadow);
    }
    if (write) {
        if ((shadow & RW_SHADOW_WRITER(class)) == 0) {
            atomic_fetch_or_explicit(word, RW_SHADOW_WRITER(class), memory_order_relaxed);
        }
        atomic_fetch_add_explicit(word, RW_SHADOW_VERSION_ONE, memory_order_release); /* who sees it sees the class */
        own->writes++;
    }
    if (!known || !write) {
        filter->news++;
    }
    *slot = (remembered){name, key, place, self->epoch, filter->news, seen, foreign};
    return false;
}
