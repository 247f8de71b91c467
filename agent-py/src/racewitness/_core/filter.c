#include "filter.h"

#include "counters.h"
#include "filter_state.h"
#include "known.h"
#include "stack.h"
#include "sync.h"

#include <stdlib.h>
#include <string.h>

enum {
    FIRST_SLOTS = 256,  /* of each table; powers of two */
    MOST_SLOTS = 16384, /* where the table of single accesses stops growing */
    MOST_RANGES = 1024,
    VAIN = 64,   /* accesses remembered in a row for nothing, after which */
    PROBED = 16, /* one of so many is */
    CACHE_LINE = 64,
};

_Atomic uint32_t rw_all_disturbed;

void
rw_filter_order_all(void)
{
    atomic_fetch_add_explicit(&rw_all_disturbed, 1, memory_order_relaxed);
}

/* ---- what a thread remembers ---- */

bool rw_filter_wanted;

static bool
make_tables(rw_thread *self, struct rw_filter *filter, size_t slots)
{
    size_t count = slots < MOST_RANGES ? slots : MOST_RANGES;
    rw_range *ranges = aligned_alloc(CACHE_LINE, count * sizeof(*ranges));
    if (ranges == NULL || !rw_kept_resize(self, &filter->single, slots)) {
        free(ranges);
        return false;
    }
    memset(ranges, 0, count * sizeof(*ranges));
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
        free(self->filter->single.latest);
        rw_readset_free(self->filter->single.reads);
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

/* Where the item lies in the container's memory; NULL where its items have no places of their own. The place is looked
 * up as an address, never read: the container may be changing. */
static const char *
item_address(const rw_attempt *made)
{
    PyObject *object = made->target.object;
    enum rw_operation operation = made->operation;
    if (made->key >> RW_KEY_BITS != RW_KEY_INDEX || made->range || !PyList_Check(object) ||
        (operation != RW_OP_READ && operation != RW_OP_WRITE && operation != RW_OP_ITERATE_STEP)) {
        return NULL;
    }
    const char *items = (const char *)_Py_atomic_load_ptr_relaxed(&((PyListObject *)object)->ob_item);
    bool there = items != NULL && (Py_ssize_t)made->key < PyList_GET_SIZE(object);
    return there ? items + made->key * sizeof(PyObject *) : NULL;
}

static rw_remembered
to_remember(const struct rw_filter *filter, const rw_asked *asked)
{
    return (rw_remembered){.name = asked->name,
                           .key = asked->key,
                           .place = asked->place,
                           .now = asked->now,
                           .at = asked->at,
                           .cell = asked->cell,
                           .own = asked->own,
                           .news = filter->news + 1,
                           .keys = 1,
                           .object = asked->object};
}

/* Whether a new access is worth the look and the place that remembering it costs: not where hardly any comes twice,
 * like those of a walk over a graph. What is not remembered is recorded each time. */
static bool
is_worth_it(struct rw_filter *filter, const rw_asked *asked)
{
    uint8_t *in_vain = rw_in_vain(filter, asked->place);
    *in_vain += *in_vain < VAIN;
    return *in_vain < VAIN || filter->news % PROBED == 0;
}

/* ---- an access like the last one ---- */

/* Enters the cell of an item of a list. */
static void
enter_item(rw_thread *self, const rw_attempt *made, rw_asked *asked)
{
    uint64_t before = asked->cell;
    rw_entered entered;
    if (!rw_cell_is_entered(self, asked->at, asked->write, &entered)) {
        rw_visit visit = {
            .target = made->target, .key = made->key, .write = asked->write, .read = reads(made->operation)};
        rw_cell_enter_item(self, asked->at, &visit, &entered);
    }
    asked->cell = entered.value;
    asked->quiet = entered.quiet;
    asked->changed = entered.value != before;
    asked->entered = true;
}

/* Goes on with a range. Through a cell of the list that says what the last one said then: entering it would change
 * nothing. Through any other it is entered: what is read there was written by the thread itself, or before its epoch
 * began, so that what it has read there in this epoch was the same. */
static enum rw_answer
goes_along(rw_thread *self, struct rw_filter *filter, const rw_attempt *made, rw_asked *asked)
{
    rw_range *range = rw_range_of(filter, asked);
    if (range->name != asked->name || range->place != asked->place || range->now != asked->now ||
        range->own != asked->own) {
        return RW_RECORD;
    }
    if (range->cell != asked->cell) {
        if (!asked->item) {
            return RW_RECORD;
        }
        enter_item(self, made, asked);
        if (!asked->quiet) {
            return RW_RECORD;
        }
        range->cell = asked->cell;
    }
    return rw_range_goes_on(filter, range, asked);
}

/* Whether the access is known to be left out without a look at who else has been there: the thread has made it before
 * in this epoch, and the cells that it went through have not changed. Most accesses end here. */
static bool
is_made_again(rw_thread *self, struct rw_filter *filter, const rw_attempt *made, rw_asked *asked)
{
    bool may_go_along = asked->item || made->operation == RW_OP_APPEND;
    enum rw_answer answer = may_go_along ? goes_along(self, filter, made, asked) : RW_RECORD;
    if (answer != RW_RECORD) {
        rw_count(answer == RW_HELD ? RW_RULE_RANGE : RW_RULE_REPEAT, made->operation);
        return true;
    }
    if (made->place == 0 && rw_is_read_of_many(filter, made, asked)) {
        rw_count(RW_RULE_REPEAT, made->operation);
        return true;
    }
    rw_remembered *slot = rw_remembered_of(filter, asked);
    if (slot == NULL || slot->now != asked->now || slot->at == NULL || slot->own != asked->own ||
        (asked->item && slot->at != asked->at) || atomic_load_explicit(slot->at, memory_order_acquire) != slot->cell) {
        return false;
    }
    return rw_stands_again(self, filter, slot, made, asked->write);
}

/* ---- any other ---- */

static void
describe(rw_thread *self, const rw_asked *asked, const rw_attempt *made, rw_remembered *now)
{
    if (made->name != NULL) {
        rw_key_of_text(self, made->name);
    }
    now->stack = made->stack != 0 ? made->stack : rw_stack(self);
    now->type = asked->untold ? rw_type(self, Py_TYPE(asked->object)) : 0;
}

/* Whether a read adds nothing to the one that was recorded in an earlier epoch, as long as nobody writes: cell.h, KEPT.
 */
static bool
reads_again(const rw_remembered *slot, const rw_asked *asked, enum rw_operation operation)
{
    return slot != NULL && (operation == RW_OP_READ || operation == RW_OP_SHAPE_READ) &&
           rw_has_seen_the_same(slot, asked) && (uint32_t)slot->now == (uint32_t)asked->now;
}

/* Whether the access is left out: as a repeat, or because it is kept back. If not, it is remembered as recorded now.
 * `entered`: the object's or key's cell, where it may be kept back; else NULL. */
static bool
remember(rw_thread *self, struct rw_filter *filter, rw_asked *asked, const rw_attempt *made, const rw_entered *entered)
{
    rw_entered item = {.place = asked->at, .value = asked->cell};
    const rw_entered *of_item = asked->item ? &item : NULL;
    rw_remembered *slot = rw_remembered_of(filter, asked);
    if (rw_stands(filter, asked, slot)) {
        rw_count(RW_RULE_REPEAT, made->operation);
        return true;
    }
    rw_remembered now = to_remember(filter, asked);
    bool goes_on = slot != NULL && slot->now == now.now;
    bool owned = entered != NULL && (entered->value & RW_CELL_OWNED) != 0;
    bool again = entered != NULL && !owned && !goes_on && reads_again(slot, asked, made->operation);
    if (slot != NULL) {
        *rw_in_vain(filter, asked->place) = 0;
        if (!goes_on) {
            rw_read_before(filter, asked);
        }
    }
    else if (!owned && !is_worth_it(filter, asked)) {
        return false;
    }
    else {
        slot = rw_kept_place(self, &filter->single, &now);
    }
    filter->clashes += !goes_on && !again && (slot->now == now.now || rw_kept_is(slot)) && rw_kept_is_of_use(slot);
    if ((owned || (again && rw_cell_keep_reads(entered, of_item))) && !made->range && rw_kept_pays(&filter->single)) {
        if (asked->write) {
            rw_held_record_before_kept(self, made->target.number);
        }
        /* a range that was recorded may have got its place */
        if (goes_on && rw_kept_is(slot) && rw_kept_has(slot, now.name, now.key, now.place, now.keys)) {
            now.stack = slot->stack;
            now.type = slot->type;
        }
        else {
            describe(self, asked, made, &now);
        }
        if (rw_kept_keep(self, entered, owned ? NULL : of_item, slot, &now)) {
            filter->news++;
            rw_count(RW_RULE_KEPT, made->operation);
            return true;
        }
    }
    rw_kept_evict(self, slot, &now);
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

/* Two names for one object: neither's cell tells of the other's writes. */
static bool
is_of_alias(rw_thread *self, struct rw_filter *filter, const rw_attempt *made)
{
    rw_held_record(self);
    if (reads(made->operation)) {
        rw_filter_order_all();
    }
    return is_news(self, filter, made, RW_RULE_ALIAS);
}

/* Enters the cells that tell who else has been there. Whether the access may be left out, now or for good. */
static bool
enters(rw_thread *self, struct rw_filter *filter, rw_asked *asked, const rw_attempt *made, uint64_t shadow)
{
    enum rw_operation operation = made->operation;
    rw_cell *own = rw_cell_of(asked->object);
    rw_visit visit = {.target = made->target,
                      .key = made->key,
                      .kind = (enum rw_object_kind)rw_shadow_kind(shadow),
                      .write = asked->write && !asked->item,
                      .read = reads(operation)};
    /* a deque's hand-overs order its own accesses in a way that only their place in the stream tells */
    visit.may_own = visit.kind != RW_KIND_DEQUE;
    visit.at_key_only = is_at_key_only(made, visit.kind);
    bool is_list = PyList_Check(asked->object);
    rw_entered object;
    if (!rw_cell_is_entered(self, own, visit.write, &object)) {
        rw_cell_enter_object(self, own, &visit, &object);
    }
    bool owned = (object.value & RW_CELL_OWNED) != 0;
    if (asked->item) {
        asked->own = object.value;
        if (!asked->entered) {
            enter_item(self, made, asked);
        }
        if (asked->write) {
            rw_cell_item_written(self, own);
        }
    }
    else {
        asked->at = object.place;
        asked->cell = object.value;
        if (!asked->write && (object.value & RW_CELL_ITEMS) != 0 && !owned && operation != RW_OP_SHAPE_READ) {
            rw_held_pull_all(self, made->target.number);
            rw_filter_order_all();
            return is_news(self, filter, made, RW_RULE_WHOLE);
        }
        if (asked->write && !owned && is_list) {
            rw_held_pull_all(self, made->target.number);
        }
    }
    asked->now = rw_now_of(self);
    /* several threads have appended, inserted or sorted, which no item's cell tells: not 0 */
    bool quiet = object.quiet && asked->quiet && rw_cell_version(asked->own) == 0;
    /* whoever owns a list appends to it where only the list's own cell could tell of others */
    if (quiet && (asked->item || (owned && operation == RW_OP_APPEND && is_list))) {
        enum rw_answer answer = rw_range_enter(self, filter, asked, owned && filter->single.pause == 0);
        if (answer != RW_RECORD) {
            rw_count(answer == RW_HELD ? RW_RULE_RANGE : RW_RULE_REPEAT, operation);
            return true;
        }
    }
    asked->untold = (shadow & RW_SHADOW_UNTOLD) != 0;
    if (!asked->write && quiet && rw_holds_read_of_many(self, filter, made, asked, &object, visit.kind)) {
        filter->news++;
        rw_count(RW_RULE_KEPT, operation);
        return true;
    }
    if (!object.quiet || !asked->quiet) {
        asked->at = NULL;
    }
    bool keeps_reads = asked->item ? quiet : visit.kind != RW_KIND_DEQUE && (!is_list || operation == RW_OP_SHAPE_READ);
    bool may_keep = owned || keeps_reads;
    if (remember(self, filter, asked, made, may_keep ? &object : NULL)) {
        grow(self, filter);
        return true;
    }
    if (asked->write || !quiet) {
        rw_held_record(self); /* what came before, in this thread or by order from another one, is told before */
    }
    grow(self, filter);
    return is_news(self, filter, made, RW_RULE_RECORDED);
}

bool
rw_filter_repeats(rw_thread *self, const rw_attempt *made)
{
    struct rw_filter *filter = filter_of(self);
    if (filter == NULL) {
        return false;
    }
    if (rw_sync_alone(self)) {
        rw_count(RW_RULE_ALONE, made->operation);
        return true; /* whatever the only thread does comes before all that any other thread will do */
    }
    rw_shadow *word = rw_shadow_find(made->target.object);
    uint64_t shadow = word == NULL ? RW_SHADOW_ALIAS : atomic_load_explicit(word, memory_order_acquire);
    rw_cell *own = rw_cell_of(made->target.object);
    if ((shadow & (RW_SHADOW_ALIAS | RW_SHADOW_ALIASED)) != 0 || own == NULL) {
        return is_of_alias(self, filter, made);
    }
    const char *item = item_address(made);
    __builtin_prefetch(item); /* the instruction is about to touch it; the cells are fetched meanwhile */
    rw_cell *at = item == NULL ? NULL : rw_cell_of(item);
    rw_asked asked = {.object = made->target.object,
                      .name = rw_name(made->target.number, made->operation),
                      .key = made->key,
                      .place = made->place != 0 ? made->place : rw_place(rw_current_frame()),
                      .now = rw_now_of(self),
                      .at = at == NULL ? own : at,
                      .own = at == NULL ? 0 : atomic_load_explicit(own, memory_order_acquire),
                      .write = writes(made->operation),
                      .item = at != NULL,
                      .quiet = true};
    asked.cell = atomic_load_explicit(asked.at, memory_order_acquire);
    return is_made_again(self, filter, made, &asked) || enters(self, filter, &asked, made, shadow);
}
