#include "filter.h"

#include "cell.h"
#include "counters.h"
#include "held.h"
#include "kept.h"
#include "known.h"
#include "lifetime.h"
#include "stack.h"
#include "sync.h"

#include <stdlib.h>
#include <string.h>

enum {
    CALLERS = 2,
    FIRST_SLOTS = 256,  /* of each table; powers of two */
    MOST_SLOTS = 16384, /* where the table of single accesses stops growing */
    MOST_RANGES = 1024,
    HOLD_AFTER = 8,       /* items of a range that are recorded one by one */
    HOLD_OWNED_AFTER = 2, /* or kept one by one */
    MAX_STRIDE = 1 << 30, /* and items of one range, see docs/wire-format.md */
};

static _Atomic uint32_t all_disturbed; /* counts rw_filter_order_all(); any thread, relaxed */

void
rw_filter_order_all(void)
{
    atomic_fetch_add_explicit(&all_disturbed, 1, memory_order_relaxed);
}

/* ---- what a thread remembers ---- */

/* Owned by one thread. */
struct rw_filter {
    uint32_t news;    /* accesses recorded, or kept, that were no repeats */
    uint32_t clashes; /* of what was remembered in the present epoch, or kept, since the tables last grew */
    size_t slots;     /* of `ranges`; a power of two */
    rw_range *ranges;
    rw_kept single;
    rw_held held;
};

bool rw_filter_wanted;

static bool
make_tables(rw_thread *self, struct rw_filter *filter, size_t slots)
{
    size_t count = slots < MOST_RANGES ? slots : MOST_RANGES;
    rw_range *ranges = calloc(count, sizeof(*ranges));
    if (ranges == NULL || !rw_kept_resize(self, &filter->single, slots)) {
        free(ranges);
        return false;
    }
    free(filter->ranges);
    filter->ranges = ranges;
    filter->slots = count;
    filter->clashes = 0;
    return true;
}

static struct rw_filter *
filter_of(rw_thread *self)
{
    struct rw_filter *filter = self->filter;
    if (filter == NULL && rw_filter_wanted) {
        filter = calloc(1, sizeof(*filter));
        if (filter == NULL || !make_tables(self, filter, FIRST_SLOTS)) {
            free(filter);
            return NULL;
        }
        self->filter = filter;
        atomic_store_explicit(&self->held, &filter->held, memory_order_release);
        atomic_store_explicit(&self->kept, &filter->single, memory_order_release);
    }
    return filter;
}

/* A thread that keeps forgetting what it still needs gets larger tables, with what it keeps. */
static void
grow(rw_thread *self, struct rw_filter *filter)
{
    if (filter->single.size < MOST_SLOTS && filter->clashes > filter->single.size) {
        rw_held_record(self); /* others do not look into `ranges` then */
        make_tables(self, filter, filter->single.size * 4);
    }
}

void
rw_filter_free(rw_thread *self)
{
    if (self->filter != NULL) {
        free(self->filter->single.slots);
        free(self->filter->single.sets);
        free(self->filter->ranges);
        free(self->filter);
    }
    self->filter = NULL;
    atomic_store_explicit(&self->held, NULL, memory_order_relaxed);
    atomic_store_explicit(&self->kept, NULL, memory_order_relaxed);
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

typedef struct {
    uint64_t name, key, place, now, version, whole;
    PyObject *object;
    bool write;
    bool owned;
    bool untold;
} attempt;

static bool
is_fresh(const struct rw_filter *filter, const attempt *a, uint32_t news)
{
    return news == filter->news || (!a->write && !rw_lifetime_end_is_seen(a->object));
}

/* What its owners do with an object does not change the versions of its cells: what was seen then was another one. */
static uint64_t
version_seen(const attempt *a)
{
    return a->version ^ a->whole << 24 ^ (uint64_t)a->owned << 63;
}

static bool
repeats(const struct rw_filter *filter, const attempt *a, const rw_remembered *now, const rw_remembered *slot)
{
    return slot != NULL && slot->now == now->now && slot->version == now->version && is_fresh(filter, a, slot->news);
}

static rw_remembered
to_remember(const struct rw_filter *filter, const attempt *a)
{
    return (rw_remembered){.name = a->name,
                           .key = a->key,
                           .place = a->place,
                           .now = a->now,
                           .version = version_seen(a),
                           .news = filter->news + 1,
                           .keys = 1,
                           .object = a->object};
}

enum answer { RECORD, RECORDED, HELD };

/* The range is held back from here on; what has been held back of it so far is recorded. */
static void
hold(rw_thread *self, rw_range *range, const attempt *a, bool owned)
{
    if (!range->held) {
        range->stack = rw_stack(self);
        range->object = a->object;
        range->type = owned ? rw_type(self, Py_TYPE(a->object)) : 0;
    }
    if (!owned) {
        rw_object_tell(self, a->object);
    }
    rw_thread_lock(self);
    range->moment = owned ? rw_kept_moment(self) : 0;
    rw_thread_unlock(self);
    if (!range->held) {
        rw_held_add(self, range);
    }
}

/* Goes on with the range of the instruction, or begins it anew. */
static enum answer
go_along(rw_thread *self, struct rw_filter *filter, const attempt *a, bool owned)
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
            if (count < (owned ? HOLD_OWNED_AFTER : HOLD_AFTER)) {
                atomic_store_explicit(&range->recorded, count + 1, memory_order_relaxed);
                atomic_store_explicit(&range->count, count + 1, memory_order_release);
                range->news = filter->news + 1;
                return RECORD;
            }
            if (!range->held || atomic_load_explicit(&range->recorded, memory_order_relaxed) == count) {
                hold(self, range, a, owned);
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
    rw_remembered one = to_remember(filter, a);
    if (repeats(filter, a, &one, rw_kept_find(&filter->single, &one))) {
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

static void
describe(rw_thread *self, const attempt *a, const rw_attempt *made, rw_remembered *now)
{
    if (made->name != NULL) {
        rw_key_of_text(self, made->name);
    }
    now->stack = made->stack != 0 ? made->stack : rw_stack(self);
    now->type = a->untold ? rw_type(self, Py_TYPE(a->object)) : 0;
}

/* Whether a read adds nothing to the one that was recorded in an earlier epoch, as long as nobody writes: cell.h, KEPT.
 */
static bool
reads_again(const rw_remembered *slot, const rw_remembered *now, enum rw_operation operation)
{
    return slot != NULL && (operation == RW_OP_READ || operation == RW_OP_SHAPE_READ) &&
           slot->version == now->version && (uint32_t)slot->now == (uint32_t)now->now;
}

/* Whether the access is left out: as a repeat, or because it is kept back. If not, it is remembered as recorded now.
 * `entered`: the cell that all accesses go through that it conflicts with, NULL where there is none. */
static bool
remember(rw_thread *self, struct rw_filter *filter, const attempt *a, const rw_attempt *made, const rw_entered *entered)
{
    rw_remembered now = to_remember(filter, a);
    rw_remembered *slot = rw_kept_find(&filter->single, &now);
    if (repeats(filter, a, &now, slot)) {
        rw_count(RW_RULE_REPEAT, made->operation);
        return true;
    }
    bool goes_on = slot != NULL && slot->now == now.now;
    bool owned = entered != NULL && (entered->value & RW_CELL_OWNED) != 0;
    bool again = entered != NULL && !owned && !goes_on && reads_again(slot, &now, made->operation);
    if (slot == NULL) {
        slot = rw_kept_place(self, &filter->single, &now);
    }
    filter->clashes += !goes_on && !again && (slot->now == now.now || rw_kept_is(slot)) && rw_kept_is_of_use(slot);
    if ((owned || (again && rw_cell_keep_reads(entered))) && !made->range && rw_kept_pays(&filter->single)) {
        if (goes_on && rw_kept_is(slot)) {
            now.stack = slot->stack;
            now.type = slot->type;
        }
        else {
            describe(self, a, made, &now);
            if (a->write && !goes_on) {
                rw_held_record(self); /* a write that goes on within its epoch does not cut the ranges beside it */
            }
        }
        if (rw_kept_keep(self, entered, slot, &now)) {
            filter->news++;
            rw_count(RW_RULE_KEPT, made->operation);
            return true;
        }
    }
    rw_kept_evict(self, slot);
    memcpy(slot, &now, offsetof(rw_remembered, kept)); /* others may be looking whether it is kept, which it is not */
    return false;
}

/* Whether the operation touches nothing but its key, of an object whose keys may have cells of their own. */
static bool
is_at_key_only(const rw_attempt *made, enum rw_object_kind kind)
{
    return (made->operation == RW_OP_READ || made->operation == RW_OP_WRITE) && !made->range &&
           (kind <= RW_KIND_MODULE || kind == RW_KIND_DICT);
}

/* The access is to be recorded, which that rule says. */
static bool
is_news(rw_thread *self, struct rw_filter *filter, const rw_attempt *made, enum rw_rule rule)
{
    filter->news++;
    rw_object_tell(self, made->target.object);
    rw_count(rule, made->operation);
    return false;
}

bool
rw_filter_repeats(rw_thread *self, rw_attempt made)
{
    struct rw_filter *filter = filter_of(self);
    if (filter == NULL) {
        return false;
    }
    if (rw_sync_alone(self)) {
        rw_count(RW_RULE_ALONE, made.operation);
        return true; /* whatever the only thread does comes before all that any other thread will do */
    }
    enum rw_operation operation = made.operation;
    rw_target target = made.target;
    rw_shadow *word = rw_shadow_find(target.object);
    uint64_t shadow = word == NULL ? RW_SHADOW_ALIAS : atomic_load_explicit(word, memory_order_acquire);
    rw_cell *own = rw_cell_of(target.object);
    if ((shadow & (RW_SHADOW_ALIAS | RW_SHADOW_ALIASED)) != 0 || own == NULL) {
        rw_held_record(self); /* two names for one object: neither's cell tells of the other's writes */
        if (reads(operation)) {
            rw_filter_order_all();
        }
        return is_news(self, filter, &made, RW_RULE_ALIAS);
    }
    attempt a = {.name = rw_name(target.number, operation),
                 .key = made.key,
                 .place = place_now(),
                 .object = target.object,
                 .write = writes(operation)};
    const char *item = made.range ? NULL : item_address(target.object, operation, made.key);
    rw_cell *place = item == NULL ? NULL : rw_cell_of(item);
    rw_visit visit = {.target = target,
                      .key = made.key,
                      .kind = (enum rw_object_kind)rw_shadow_kind(shadow),
                      .write = a.write && place == NULL,
                      .read = reads(operation)};
    /* a deque's hand-overs order its own accesses in a way that only their place in the stream tells */
    visit.may_own = visit.kind != RW_KIND_DEQUE;
    visit.at_key_only = is_at_key_only(&made, visit.kind);
    rw_entered entered;
    if (!rw_cell_is_entered(self, own, visit.write, &entered)) {
        rw_cell_enter_object(self, own, &visit, &entered);
    }
    uint64_t cell = entered.value;
    bool quiet = entered.quiet;
    bool owned = (cell & RW_CELL_OWNED) != 0;
    bool is_list = PyList_Check(target.object);
    if (place != NULL) {
        /* not 0: several threads have appended, inserted or sorted, which no item's cell tells */
        a.whole = rw_cell_version(cell);
        visit.write = a.write;
        visit.may_own = false;
        rw_entered at_item;
        if (!rw_cell_is_entered(self, place, visit.write, &at_item)) {
            rw_cell_enter_item(self, place, &visit, &at_item);
        }
        cell = at_item.value;
        quiet = quiet && at_item.quiet && a.whole == 0;
        if (a.write) {
            rw_cell_item_written(self, own);
        }
    }
    else if (!a.write && (cell & RW_CELL_ITEMS) != 0 && !owned && operation != RW_OP_SHAPE_READ) {
        rw_held_pull_all(self, target.number);
        rw_filter_order_all();
        return is_news(self, filter, &made, RW_RULE_WHOLE);
    }
    else if (a.write && !owned && is_list) {
        rw_held_pull_all(self, target.number);
    }
    uint32_t disturbed =
        atomic_load_explicit(&all_disturbed, memory_order_relaxed) +
        (self->slot < RW_NAMED_SLOTS - 1 ? atomic_load_explicit(&rw_of_slot[self->slot].disturbed, memory_order_relaxed)
                                         : 0);
    a.now = (uint64_t)self->epoch << 32 | disturbed;
    a.version = rw_cell_version(cell);
    a.owned = owned;
    /* whoever owns a list appends to it where only the list's own cell could tell of others */
    bool goes_along = place != NULL || (owned && operation == RW_OP_APPEND && is_list);
    bool keeps = owned && filter->single.pause == 0;
    enum answer answer = goes_along && quiet ? go_along(self, filter, &a, keeps) : RECORD;
    if (answer != RECORD) {
        rw_count(answer == HELD ? RW_RULE_RANGE : RW_RULE_REPEAT, operation);
        return true;
    }
    a.untold = (shadow & RW_SHADOW_UNTOLD) != 0;
    bool may_keep = owned || (visit.kind != RW_KIND_DEQUE && (!is_list || operation == RW_OP_SHAPE_READ));
    if (remember(self, filter, &a, &made, may_keep ? &entered : NULL)) {
        grow(self, filter);
        return true;
    }
    if (a.write || !quiet) {
        rw_held_record(self); /* what came before, in this thread or by order from another one, is told before */
    }
    grow(self, filter);
    return is_news(self, filter, &made, RW_RULE_RECORDED);
}
