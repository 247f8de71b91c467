#include "filter.h"

#include "held.h"
#include "lifetime.h"
#include "shadow.h"
#include "sync.h"

#include <stdlib.h>
#include <string.h>

enum {
    CALLERS = 2,
    FIRST_SLOTS = 256,    /* of each table; powers of two */
    MOST_SLOTS = 8192,    /* where the tables stop growing */
    HOLD_AFTER = 8,       /* items of a range that are recorded one by one */
    MAX_STRIDE = 1 << 30, /* and items of one range, see docs/wire-format.md */
};

/* ---- cells ---- */

#define HOLDER_MASK UINT64_C(0xFFFF)
#define HOLDER_READERS UINT64_C(0xFFFF)
#define HOLDER_NAMELESS ((uint64_t)RW_NAMED_SLOTS) /* a thread whose slot does not fit */
#define DIRTY (UINT64_C(1) << 16)
#define ITEMS (UINT64_C(1) << 17)
#define EPOCH_SHIFT 18
#define EPOCH_MASK ((UINT64_C(1) << 24) - 1)
#define VERSION_SHIFT 42
#define VERSION_ONE (UINT64_C(1) << VERSION_SHIFT)

static _Atomic uint32_t all_disturbed; /* counts rw_filter_order_all(); any thread, relaxed */

static inline uint64_t
holder_of(const rw_thread *thread)
{
    return thread->slot < RW_NAMED_SLOTS - 1 ? thread->slot + 1 : HOLDER_NAMELESS;
}

static inline uint64_t
version_of(uint64_t cell)
{
    return cell >> VERSION_SHIFT;
}

void
rw_filter_order_all(void)
{
    atomic_fetch_add_explicit(&all_disturbed, 1, memory_order_relaxed);
}

/* Another thread is about to touch what `cell` says `holder` has: a race, if that happened in its present epoch. Its
 * ranges come first, and its repeats count anew when it is now ordered before a reader. */
static void
meet_holder(uint64_t cell, uint64_t holder, bool reads)
{
    uint32_t slot = (uint32_t)holder - 1;
    uint32_t epoch = atomic_load_explicit(&rw_of_slot[slot].epoch, memory_order_relaxed);
    if ((cell >> EPOCH_SHIFT & EPOCH_MASK) != (epoch & EPOCH_MASK)) {
        return;
    }
    rw_held_pull(slot);
    if (reads && (cell & DIRTY) != 0) {
        atomic_fetch_add_explicit(&rw_of_slot[slot].disturbed, 1, memory_order_relaxed);
    }
}

/* Makes the thread the holder or a reader of the cell. *quiet: no other thread has written there before this access.
 * Returns the cell as it is then. */
static uint64_t
enter(rw_thread *self, rw_cell *place, uint64_t object, bool write, bool read, bool *quiet)
{
    uint64_t me = holder_of(self);
    uint64_t epoch = (uint64_t)(self->epoch & EPOCH_MASK) << EPOCH_SHIFT;
    uint64_t cell = atomic_load_explicit(place, memory_order_acquire);
    for (;;) {
        uint64_t holder = cell & HOLDER_MASK;
        uint64_t kept = cell & (ITEMS | ~(VERSION_ONE - 1));
        uint64_t next;
        if (holder == me && me != HOLDER_NAMELESS) {
            next = kept | me | (cell & DIRTY) | (write ? DIRTY : 0) | epoch;
            *quiet = true;
        }
        else if (holder == 0) {
            next = kept | me | (write ? DIRTY : 0) | epoch;
            *quiet = true;
        }
        else if (!write) {
            next = holder == HOLDER_READERS ? cell : kept | HOLDER_READERS | (cell & DIRTY);
            *quiet = (cell & DIRTY) == 0;
        }
        else {
            next = (kept + VERSION_ONE) | me | DIRTY | epoch;
            *quiet = false;
        }
        if (next == cell) {
            return cell;
        }
        if (atomic_compare_exchange_weak_explicit(place, &cell, next, memory_order_seq_cst, memory_order_acquire)) {
            if (holder == HOLDER_READERS) {
                rw_held_record(self);
                rw_held_pull_all(self, object);
            }
            else if (holder != me && holder != 0 && holder != HOLDER_NAMELESS && (write || (cell & DIRTY) != 0)) {
                meet_holder(cell, holder, read);
            }
            return next;
        }
    }
}

/* ---- what a thread remembers ---- */

typedef struct {
    uint64_t name; /* object number | operation << RW_OBJECT_BITS; 0 free */
    uint64_t key;
    uint64_t place; /* instruction and callers, mixed */
    uint64_t now;   /* epoch and disturbances of the thread */
    uint64_t version;
    uint32_t news;
} remembered;

/* Owned by one thread. */
struct rw_filter {
    uint32_t news;    /* accesses recorded that were no repeats */
    uint32_t clashes; /* of what was remembered in the present epoch, since the tables last grew */
    size_t slots;     /* of both tables; a power of two */
    remembered *single;
    rw_range *ranges;
    rw_held held;
};

bool rw_filter_wanted;

static bool
make_tables(struct rw_filter *filter, size_t slots)
{
    remembered *single = calloc(slots, sizeof(*single));
    rw_range *ranges = calloc(slots, sizeof(*ranges));
    if (single == NULL || ranges == NULL) {
        free(single);
        free(ranges);
        return false;
    }
    free(filter->single);
    free(filter->ranges);
    /* The list of held ranges stays as it is, empty: others look at its length at any time. */
    filter->clashes = 0;
    filter->slots = slots;
    filter->single = single;
    filter->ranges = ranges;
    return true;
}

static struct rw_filter *
filter_of(rw_thread *self)
{
    struct rw_filter *filter = self->filter;
    if (filter == NULL && rw_filter_wanted) {
        filter = calloc(1, sizeof(*filter));
        if (filter == NULL || !make_tables(filter, FIRST_SLOTS)) {
            free(filter);
            return NULL;
        }
        self->filter = filter;
        atomic_store_explicit(&self->held, &filter->held, memory_order_release);
        self->epoch = self->slot < RW_NAMED_SLOTS - 1
                          ? atomic_load_explicit(&rw_of_slot[self->slot].epoch, memory_order_relaxed) + 1
                          : self->epoch;
        rw_next_epoch(self);
    }
    return filter;
}

/* A thread that keeps forgetting what it still needs gets larger tables; nothing in them is worth keeping. */
static void
grow(rw_thread *self, struct rw_filter *filter)
{
    if (filter->slots < MOST_SLOTS && filter->clashes > filter->slots) {
        rw_held_record(self);
        rw_thread_lock(self); /* nobody looks into the list of held ranges, which is empty */
        make_tables(filter, filter->slots * 4);
        rw_thread_unlock(self);
    }
}

void
rw_filter_free(rw_thread *self)
{
    if (self->filter != NULL) {
        free(self->filter->single);
        free(self->filter->ranges);
        free(self->filter);
    }
    self->filter = NULL;
    atomic_store_explicit(&self->held, NULL, memory_order_relaxed);
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

/* Where the item lies in the container's memory; NULL where its items have no places of their own. The place is looked
 * up as an address, never read: the container may be changing. */
static const char *
item_address(PyObject *object, enum rw_operation operation, uint64_t key)
{
    if (key >> RW_KEY_BITS != RW_KEY_INDEX ||
        (operation != RW_OP_READ && operation != RW_OP_WRITE && operation != RW_OP_ITERATE_STEP)) {
        return NULL;
    }
    if (PyList_Check(object)) {
        const char *items = (const char *)_Py_atomic_load_ptr_relaxed(&((PyListObject *)object)->ob_item);
        return items == NULL || (Py_ssize_t)key >= PyList_GET_SIZE(object) ? NULL : items + key * sizeof(PyObject *);
    }
    return NULL;
}

/* Whole reads look at the object's own cell, writes of items at the item's: the object's says when there are any. */
static void
tell_object(rw_thread *self, rw_cell *place)
{
    uint64_t me = holder_of(self);
    uint64_t cell = atomic_load_explicit(place, memory_order_acquire);
    while ((cell & ITEMS) == 0 && ((cell & HOLDER_MASK) != me || me == HOLDER_NAMELESS)) {
        uint64_t next = (cell & HOLDER_MASK) == 0 ? cell | me | DIRTY : cell | ITEMS;
        if (atomic_compare_exchange_weak_explicit(place, &cell, next, memory_order_seq_cst, memory_order_acquire)) {
            return;
        }
    }
}

typedef struct {
    uint64_t name, key, place, now, version, whole;
    PyObject *object;
    bool write;
} attempt;

static bool
is_fresh(const struct rw_filter *filter, const attempt *a, uint32_t news)
{
    return news == filter->news || (!a->write && !rw_lifetime_end_is_seen(a->object));
}

static remembered *
single_of(const struct rw_filter *filter, const attempt *a)
{
    uint64_t hash = (a->name ^ a->place) * UINT64_C(0x9E3779B97F4A7C15);
    return &filter->single[(hash ^ a->key * UINT64_C(0xFF51AFD7ED558CCD)) >> 20 & (filter->slots - 1)];
}

static uint64_t
version_seen(const attempt *a)
{
    return a->version ^ a->whole << 24;
}

static bool
is_same(const attempt *a, const remembered *slot)
{
    return slot->name == a->name && slot->key == a->key && slot->place == a->place;
}

static bool
repeats(const struct rw_filter *filter, const attempt *a, const remembered *slot)
{
    return is_same(a, slot) && slot->now == a->now && slot->version == version_seen(a) &&
           is_fresh(filter, a, slot->news);
}

enum answer { RECORD, RECORDED, HELD };

/* Goes on with the range of the instruction, or begins it anew. */
static enum answer
go_along(rw_thread *self, struct rw_filter *filter, const attempt *a)
{
    uint64_t hash = (a->name ^ a->place) * UINT64_C(0x9E3779B97F4A7C15);
    rw_range *range = &filter->ranges[hash >> 40 & (filter->slots - 1)];
    bool known = range->name == a->name && range->place == a->place && range->now == a->now &&
                 range->version == a->version && range->whole == a->whole;
    uint64_t count = atomic_load_explicit(&range->count, memory_order_relaxed);
    int64_t distance = (int64_t)(a->key - range->first);
    if (known && count > 1) {
        uint64_t steps = range->stride == 1 ? (uint64_t)distance : (uint64_t)(distance / range->stride);
        if (steps == count && (int64_t)steps * range->stride == distance && count < MAX_STRIDE) {
            if (count < HOLD_AFTER) {
                atomic_store_explicit(&range->recorded, count + 1, memory_order_relaxed);
                atomic_store_explicit(&range->count, count + 1, memory_order_release);
                range->news = filter->news + 1;
                return RECORD;
            }
            if (!range->held) {
                range->stack = rw_stack(self);
                rw_held_add(self, range);
            }
            atomic_store_explicit(&range->count, count + 1, memory_order_release);
            range->news = ++filter->news;
            return HELD;
        }
        if (steps < count && (int64_t)steps * range->stride == distance && is_fresh(filter, a, range->news)) {
            return RECORDED;
        }
    }
    else if (known && count == 1 && distance != 0 && distance < MAX_STRIDE && distance > -MAX_STRIDE) {
        range->stride = distance;
        atomic_store_explicit(&range->recorded, 2, memory_order_relaxed);
        atomic_store_explicit(&range->count, 2, memory_order_relaxed);
        return RECORD;
    }
    if (repeats(filter, a, single_of(filter, a))) {
        return RECORDED;
    }
    if (range->held) {
        rw_held_record(self);
    }
    filter->clashes += range->name != 0 && range->now == a->now && !known;
    range->name = a->name;
    range->place = a->place;
    range->now = a->now;
    range->version = a->version;
    range->whole = a->whole;
    range->first = a->key;
    range->stride = 0;
    range->news = filter->news + 1;
    atomic_store_explicit(&range->recorded, 1, memory_order_relaxed);
    atomic_store_explicit(&range->count, 1, memory_order_relaxed);
    return RECORD;
}

/* Whether the same has been recorded before; if not, it is remembered now. */
static bool
remember(struct rw_filter *filter, const attempt *a)
{
    remembered *slot = single_of(filter, a);
    if (repeats(filter, a, slot)) {
        return true;
    }
    filter->clashes += !is_same(a, slot) && slot->name != 0 && slot->now == a->now;
    *slot = (remembered){a->name, a->key, a->place, a->now, version_seen(a), filter->news + 1};
    return false;
}

bool
rw_filter_repeats(rw_thread *self, enum rw_operation operation, rw_target target, uint64_t key)
{
    struct rw_filter *filter = filter_of(self);
    if (filter == NULL) {
        return false;
    }
    if (rw_sync_alone(self)) {
        return true; /* whatever the only thread does comes before all that any other thread will do */
    }
    rw_shadow *word = rw_shadow_find(target.object);
    uint64_t shadow = word == NULL ? RW_SHADOW_ALIAS : atomic_load_explicit(word, memory_order_acquire);
    rw_cell *own = rw_cell_of(target.object);
    if ((shadow & (RW_SHADOW_ALIAS | RW_SHADOW_ALIASED)) != 0 || own == NULL) {
        rw_held_record(self);
        filter->news++; /* two names for one object: neither's cell tells of the other's writes */
        if (reads(operation)) {
            rw_filter_order_all();
        }
        return false;
    }
    attempt a = {.name = target.number | (uint64_t)operation << RW_OBJECT_BITS,
                 .key = key,
                 .place = place_now(),
                 .object = target.object,
                 .write = writes(operation)};
    const char *item = item_address(target.object, operation, key);
    rw_cell *place = item == NULL ? NULL : rw_cell_of(item);
    bool quiet, item_quiet = true;
    uint64_t cell = enter(self, own, target.number, a.write && place == NULL, reads(operation), &quiet);
    if (place != NULL) {
        a.whole =
            version_of(cell); /* not 0: several threads have appended, inserted or sorted, which no item's cell tells */
        cell = enter(self, place, target.number, a.write, reads(operation), &item_quiet);
        quiet = quiet && item_quiet && a.whole == 0;
        if (a.write) {
            tell_object(self, own);
        }
    }
    else if (!a.write && (cell & ITEMS) != 0 && operation != RW_OP_SHAPE_READ) {
        rw_held_record(self);
        rw_held_pull_all(self, target.number);
        rw_filter_order_all();
        filter->news++;
        return false;
    }
    else if (a.write && PyList_Check(target.object)) {
        rw_held_record(self);
        rw_held_pull_all(self, target.number);
    }
    uint32_t disturbed =
        atomic_load_explicit(&all_disturbed, memory_order_relaxed) +
        (self->slot < RW_NAMED_SLOTS - 1 ? atomic_load_explicit(&rw_of_slot[self->slot].disturbed, memory_order_relaxed)
                                         : 0);
    a.now = (uint64_t)self->epoch << 32 | disturbed;
    a.version = version_of(cell);
    enum answer answer = place != NULL && quiet ? go_along(self, filter, &a) : RECORD;
    if (answer != RECORD || remember(filter, &a)) {
        return true;
    }
    if (a.write || !quiet) {
        rw_held_record(self); /* what came before, in this thread or by order from another one, is told before */
    }
    filter->news++;
    grow(self, filter);
    return false;
}
