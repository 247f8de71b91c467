/* Accesses of one instruction to items at a constant distance, as the filter sees them come: held.h. */
#include "filter_state.h"
#include "objects.h"

enum {
    HOLD_AFTER = 8,       /* items of a range that are recorded one by one */
    HOLD_OWNED_AFTER = 2, /* or kept one by one */
    MAX_STRIDE = 1 << 30, /* and items of one range, see docs/wire-format.md */
};

/* How many items lie before the one that is asked for; false: it is not on the range's way. */
static bool
steps_to(const rw_range *range, uint64_t key, uint64_t *steps)
{
    int64_t distance = (int64_t)(key - range->first);
    *steps = range->stride == 1 ? (uint64_t)distance : (uint64_t)(distance / range->stride);
    return (int64_t)*steps * range->stride == distance;
}

static void
add(struct rw_filter *filter, rw_range *range, uint32_t count)
{
    atomic_store_explicit(&range->count, count + 1, memory_order_release);
    range->news = ++filter->news;
}

enum rw_answer
rw_range_goes_on(struct rw_filter *filter, rw_range *range, const rw_asked *asked)
{
    uint32_t count = atomic_load_explicit(&range->count, memory_order_relaxed);
    if (count <= 1) {
        return RW_RECORD;
    }
    if (asked->key == range->first + (uint64_t)(range->stride * (int64_t)count)) {
        if (count >= MAX_STRIDE || atomic_load_explicit(&range->recorded, memory_order_relaxed) == count) {
            return RW_RECORD; /* nothing is held back */
        }
        add(filter, range, count);
        return RW_HELD;
    }
    uint64_t steps;
    bool passed = steps_to(range, asked->key, &steps) && steps < count && !(asked->write && asked->changed);
    return passed && rw_is_fresh(filter, asked->object, asked->write, range->news) ? RW_RECORDED : RW_RECORD;
}

/* The range is held back from here on; what has been held back of it so far is recorded. */
static void
hold(rw_thread *self, rw_range *range, const rw_asked *asked, bool owned)
{
    if (!range->held) {
        range->stack = rw_stack(self);
        range->object = asked->object;
        range->type = owned ? rw_type(self, Py_TYPE(asked->object)) : 0;
    }
    if (!owned) {
        rw_object_tell(self, asked->object);
    }
    rw_thread_lock(self);
    range->moment = owned ? rw_kept_moment(self) : 0;
    rw_thread_unlock(self);
    if (!range->held) {
        rw_held_add(self, range);
    }
}

/* Whether the item is the one behind the last one of the range; the second gives the distance. */
static bool
is_next(rw_range *range, uint32_t count, uint64_t key)
{
    int64_t distance = (int64_t)(key - range->first);
    if (count == 1 && distance != 0 && distance < MAX_STRIDE && distance > -MAX_STRIDE) {
        range->stride = (int32_t)distance;
    }
    uint64_t steps;
    return range->stride != 0 && steps_to(range, key, &steps) && steps == count && count < MAX_STRIDE;
}

static void
begin(rw_thread *self, struct rw_filter *filter, rw_range *range, const rw_asked *asked)
{
    if (range->held) {
        rw_held_record(self);
    }
    range->name = asked->name;
    range->place = asked->place;
    range->now = asked->now;
    range->own = asked->own;
    range->cell = asked->cell;
    range->first = asked->key;
    range->stride = 0;
    range->news = filter->news + 1;
    atomic_store_explicit(&range->recorded, 1, memory_order_relaxed);
    atomic_store_explicit(&range->count, 1, memory_order_relaxed);
}

/* Whether the list's own cell says what it said of the range: where its items have cells, those say the rest. */
static bool
is_of_same_list(const rw_range *range, const rw_asked *asked)
{
    return asked->item ? rw_cell_seen(0, range->own) == rw_cell_seen(0, asked->own)
                       : rw_cell_seen(range->cell, range->own) == rw_cell_seen(asked->cell, asked->own);
}

enum rw_answer
rw_range_enter(rw_thread *self, struct rw_filter *filter, rw_asked *asked, bool keeps)
{
    rw_range *range = rw_range_of(filter, asked);
    bool known = range->name == asked->name && range->place == asked->place && range->now == asked->now &&
                 is_of_same_list(range, asked);
    if (known) {
        range->own = asked->own;
        range->cell = asked->cell;
        enum rw_answer answer = rw_range_goes_on(filter, range, asked);
        if (answer != RW_RECORD) {
            return answer;
        }
        uint32_t count = atomic_load_explicit(&range->count, memory_order_relaxed);
        if (is_next(range, count, asked->key)) {
            if (count >= (keeps ? HOLD_OWNED_AFTER : HOLD_AFTER)) {
                hold(self, range, asked, keeps);
                add(filter, range, count);
                return RW_HELD;
            }
            atomic_store_explicit(&range->recorded, count + 1, memory_order_relaxed);
            atomic_store_explicit(&range->count, count + 1, memory_order_release);
            range->news = filter->news + 1;
            return RW_RECORD;
        }
    }
    if (rw_stands(filter, asked, rw_remembered_of(filter, asked))) {
        return RW_RECORDED;
    }
    filter->clashes += range->name != 0 && range->now == asked->now && !known;
    begin(self, filter, range, asked);
    return RW_RECORD;
}
