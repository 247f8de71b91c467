#include "kept_table.h"

#include <stdlib.h>
#include <string.h>

enum {
    TRIED = 2048,  /* kept accesses after which it is asked whether keeping pays */
    PAUSE = 32768, /* accesses that are not kept where it does not */
};

static rw_kept *
kept_of(rw_thread *thread)
{
    return atomic_load_explicit(&thread->kept, memory_order_acquire);
}

static bool
is_same(const rw_remembered *one, const rw_remembered *other)
{
    return rw_kept_has(one, other->name, other->key, other->place, other->keys);
}

/* ---- telling; with the stream's lock ---- */

bool
rw_kept_tell_object(rw_thread *thread, PyObject *object, uint64_t number, uint32_t type, uint32_t stack)
{
    rw_shadow *word = rw_shadow_find(object);
    uint64_t value = word == NULL ? 0 : atomic_load_explicit(word, memory_order_acquire);
    do {
        if ((value & RW_SHADOW_NUMBER) != number) {
            return false;
        }
        if ((value & RW_SHADOW_UNTOLD) == 0) {
            return true;
        }
    } while (!atomic_compare_exchange_weak_explicit(word, &value, value & ~RW_SHADOW_UNTOLD, memory_order_acq_rel,
                                                    memory_order_acquire));
    rw_object_write(thread, number, (enum rw_object_kind)rw_shadow_kind(value), type, stack, 0);
    return true;
}

static bool
tell_object(rw_thread *thread, const rw_remembered *slot)
{
    return rw_kept_tell_object(thread, slot->object, rw_kept_object(slot), slot->type, slot->stack);
}

/* Whether something is kept in the slot is to change. */
static void
set_kept(rw_kept *kept, rw_remembered *slot, bool is_kept)
{
    _Atomic uint8_t *of_set = &kept->sets[(slot - kept->slots) / RW_WAYS].kept;
    int more = (int)is_kept - (int)rw_kept_is(slot);
    kept->count += (uint32_t)more;
    atomic_store_explicit(of_set, (uint8_t)(atomic_load_explicit(of_set, memory_order_relaxed) + more),
                          memory_order_relaxed);
    atomic_store_explicit(&slot->kept, is_kept, memory_order_release);
}

/* The slot is the owner's as soon as nothing is kept there: last. */
static void
tell(rw_thread *thread, rw_kept *kept, rw_remembered *slot)
{
    if (tell_object(thread, slot)) {
        kept->lost++;
        rw_write_late(thread, slot->name, slot->key, slot->keys, slot->stack, slot->moment);
    }
    set_kept(kept, slot, false);
}

static int
by_moment(const void *one, const void *other)
{
    const rw_remembered *a = *(rw_remembered *const *)one, *b = *(rw_remembered *const *)other;
    return (a->moment > b->moment) - (a->moment < b->moment);
}

enum { MANY = 256 };

static size_t
find_of(const rw_kept *kept, const rw_set *set, uint64_t number, uint64_t key, rw_remembered **found)
{
    rw_remembered *slots = rw_kept_slots(kept, set);
    size_t count = 0;
    for (int i = 0; i < RW_WAYS; i++) {
        /* the owner changes what is not kept */
        if (rw_kept_is(&slots[i]) && rw_kept_object(&slots[i]) == number &&
            (key == RW_KEY_ALL || slots[i].key == key)) {
            found[count++] = &slots[i];
        }
    }
    return count;
}

/* In the order in which it was made: a verdict asks what was read before a write. */
static void
tell_found(rw_thread *thread, rw_kept *kept, rw_remembered **found, size_t count)
{
    if (count > 1) {
        qsort(found, count, sizeof(found[0]), by_moment);
    }
    for (size_t i = 0; i < count; i++) {
        tell(thread, kept, found[i]);
    }
}

/* Tells what is kept of one object, or of a key of it. */
static void
tell_of(rw_thread *thread, rw_kept *kept, uint64_t number, uint64_t key)
{
    rw_remembered *found[MANY];
    size_t count = 0;
    rw_set *home = rw_kept_home(kept, number);
    rw_set *other = rw_kept_other(kept, number, key);
    if (!home->full || key != RW_KEY_ALL) {
        count = find_of(kept, home, number, key, found);
        count += home->full && other != home ? find_of(kept, other, number, key, found + count) : 0;
    }
    else {
        for (rw_set *set = kept->sets; set < kept->sets + kept->size / RW_WAYS && kept->count != 0; set++) {
            if (count > MANY - RW_WAYS) {
                tell_found(thread, kept, found, count);
                count = 0;
            }
            if (atomic_load_explicit(&set->kept, memory_order_relaxed) != 0) {
                count += find_of(kept, set, number, key, found + count);
            }
        }
    }
    tell_found(thread, kept, found, count);
}

/* ---- the owner ---- */

/* There is a place more behind the thread's latest event. With the stream's lock. */
static void
make_turn(rw_thread *self, rw_kept *kept)
{
    if (kept->after == self->events && kept->turn == RW_MOMENTS - 1 &&
        rw_begin_event_locked(self, RW_STEP, 0, 2, 0, 0) != NULL) {
        self->events++;
        rw_commit_event_locked(self, 2);
    }
    if (kept->after != self->events) {
        kept->after = self->events;
        kept->turn = 0;
    }
}

uint64_t
rw_kept_moment(rw_thread *self)
{
    rw_kept *kept = kept_of(self);
    make_turn(self, kept);
    kept->turn += kept->turn < RW_MOMENTS - 1;
    return kept->after * RW_MOMENTS + kept->turn;
}

uint64_t
rw_kept_moment_of_read(rw_thread *self)
{
    rw_kept *kept = kept_of(self);
    make_turn(self, kept);
    return kept->after * RW_MOMENTS + kept->turn + 1;
}

rw_remembered *
rw_kept_place(rw_thread *self, rw_kept *kept, const rw_remembered *made)
{
    bool is_item = made->own != 0; /* of many, which are read in turn: in one set they would drive each other out */
    rw_remembered *slot = is_item ? NULL : rw_kept_take(kept, made);
    if (slot == NULL) {
        rw_thread_lock(self);
        slot = rw_kept_take_elsewhere(kept, made);
        rw_thread_unlock(self);
    }
    return slot;
}

/* The slot that an access is to have; what is kept there is told. With the stream's lock. */
static rw_remembered *
clear_place(rw_thread *self, rw_kept *kept, const rw_remembered *made)
{
    rw_remembered *slot = rw_kept_take(kept, made);
    if (slot == NULL) {
        slot = rw_kept_take_elsewhere(kept, made);
    }
    if (rw_kept_is(slot)) {
        tell(self, kept, slot);
    }
    return slot;
}

/* An access more is kept. With the stream's lock. */
static void
count_made(rw_kept *kept)
{
    kept->lost = kept->made == 0 ? 0 : kept->lost; /* what was told while nothing was kept says nothing */
    if (++kept->made == TRIED) {
        kept->pause = kept->lost > TRIED / 2 ? PAUSE : 0;
        kept->made = 0;
    }
}

/* Keeps the access in that slot, in which no other is kept. With the stream's lock. */
static void
put(rw_kept *kept, rw_remembered *slot, const rw_remembered *made, uint64_t moment)
{
    set_kept(kept, slot, true);
    memcpy(slot, made, offsetof(rw_remembered, kept));
    slot->moment = moment;
    count_made(kept);
}

bool
rw_kept_resize(rw_thread *self, rw_kept *kept, size_t size)
{
    rw_kept next = {.size = size};
    next.slots = calloc(size, sizeof(*next.slots));
    next.sets = calloc(size / RW_WAYS, sizeof(*next.sets));
    next.latest = calloc(2 * size, sizeof(*next.latest));
    if (next.slots == NULL || next.sets == NULL || next.latest == NULL) {
        free(next.slots);
        free(next.sets);
        free(next.latest);
        return false;
    }
    rw_thread_lock(self);
    rw_kept former = *kept;
    kept->slots = next.slots;
    kept->sets = next.sets;
    kept->latest = next.latest;
    kept->size = size;
    kept->count = 0;
    for (size_t i = 0; i < former.size; i++) {
        if (rw_kept_is(&former.slots[i])) {
            put(kept, clear_place(self, kept, &former.slots[i]), &former.slots[i], former.slots[i].moment);
        }
    }
    rw_thread_unlock(self);
    free(former.slots);
    free(former.sets);
    free(former.latest);
    return true;
}

bool
rw_kept_renew(rw_thread *self, rw_remembered *slot)
{
    if (!rw_kept_is(slot)) {
        return false;
    }
    rw_kept *kept = kept_of(self);
    rw_thread_lock(self);
    bool still = rw_kept_is(slot); /* if not, others have come, and have told it as of before */
    if (still) {
        slot->moment = rw_kept_moment(self);
        count_made(kept);
    }
    rw_thread_unlock(self);
    return still;
}

bool
rw_kept_may(const PyObject *object, const rw_entered *own, const rw_entered *item)
{
    rw_shadow *word = rw_shadow_find(object);
    /* What hands out an object's __dict__ marks the object first and takes it then: one of the two is seen here. */
    return rw_cell_may_keep(own) && (item == NULL || rw_cell_may_keep(item)) && word != NULL &&
           (atomic_load_explicit(word, memory_order_seq_cst) & RW_SHADOW_ALIASED) == 0;
}

bool
rw_kept_keep(rw_thread *self, const rw_entered *entered, const rw_entered *item, rw_remembered *slot,
             const rw_remembered *made)
{
    rw_kept *kept = kept_of(self);
    rw_thread_lock(self);
    bool mine = !kept->closed && rw_kept_may(made->object, entered, item);
    if (rw_kept_is(slot) && !(mine && is_same(slot, made))) {
        tell(self, kept, slot);
    }
    if (mine) {
        put(kept, slot, made, rw_kept_moment(self));
    }
    rw_thread_unlock(self);
    return mine;
}

rw_readsets *
rw_kept_reads(rw_thread *self, rw_kept *kept)
{
    if (kept->reads == NULL && !kept->closed) {
        rw_readsets *made = calloc(1, sizeof(*made));
        if (made != NULL) {
            made->now = UINT64_MAX;
        }
        rw_thread_lock(self);
        kept->reads = made;
        rw_thread_unlock(self);
    }
    return kept->closed ? NULL : kept->reads;
}

bool
rw_kept_pays(rw_kept *kept)
{
    kept->pause -= kept->pause != 0;
    return kept->pause == 0;
}

void
rw_kept_range(rw_thread *thread, const rw_range *range, uint64_t first, uint64_t keys, bool owner)
{
    rw_kept *kept = kept_of(thread);
    rw_remembered made = {.name = range->name,
                          .key = first,
                          .place = range->place,
                          .now = range->now,
                          .stack = range->stack,
                          .moment = range->moment,
                          .keys = keys,
                          .object = range->object,
                          .type = range->type};
    rw_entered entered = {.place = rw_cell_of(range->object), .value = RW_CELL_OWNED};
    bool keeps =
        owner && !kept->closed && rw_object_known(range->object) == rw_kept_object(&made) && rw_cell_may_keep(&entered);
    if (!keeps) {
        if (tell_object(thread, &made)) {
            rw_write_late(thread, made.name, made.key, made.keys, made.stack, made.moment);
        }
        return;
    }
    made.cell = range->cell;
    made.own = range->own;
    made.news = range->news;
    rw_remembered *slot = rw_kept_find(kept, made.name, made.key, made.place, made.keys);
    put(kept, slot != NULL ? slot : clear_place(thread, kept, &made), &made, range->moment);
}

void
rw_kept_evict(rw_thread *self, rw_remembered *slot, const rw_remembered *made)
{
    if (rw_kept_is(slot)) {
        rw_thread_lock(self);
        if (rw_kept_is(slot) && is_same(slot, made)) {
            set_kept(kept_of(self), slot, false);
        }
        else if (rw_kept_is(slot)) {
            tell(self, kept_of(self), slot);
        }
        rw_thread_unlock(self);
    }
}

void
rw_kept_close(rw_thread *self)
{
    rw_kept *kept = kept_of(self);
    rw_kept_tell(self);
    if (kept != NULL) {
        kept->closed = true;
    }
}

static void
sweep_set(rw_thread *self, rw_kept *kept, const rw_set *set)
{
    for (rw_remembered *slot = rw_kept_slots(kept, set); slot < rw_kept_slots(kept, set) + RW_WAYS; slot++) {
        if (rw_kept_is(slot) && rw_kept_is_old(self, slot->now)) {
            rw_thread_lock(self);
            uint64_t key = rw_kept_home(kept, rw_kept_object(slot))->full ? slot->key : RW_KEY_ALL;
            tell_of(self, kept, rw_kept_object(slot), key);
            rw_thread_unlock(self);
        }
    }
}

void
rw_kept_sweep(rw_thread *self)
{
    rw_kept *kept = kept_of(self);
    if (kept == NULL) {
        return;
    }
    uint32_t passed = self->epoch - kept->swept;
    uint32_t from = kept->swept % RW_KEPT_SWEEP_EPOCHS;
    uint32_t to = from + (passed < RW_KEPT_SWEEP_EPOCHS ? passed : RW_KEPT_SWEEP_EPOCHS);
    size_t sets = kept->size / RW_WAYS;
    size_t first = sets * from / RW_KEPT_SWEEP_EPOCHS;
    size_t end = sets * to / RW_KEPT_SWEEP_EPOCHS;
    kept->swept = self->epoch;
    for (size_t i = first; i < end; i++) {
        rw_set *set = &kept->sets[i & (sets - 1)];
        if (atomic_load_explicit(&set->kept, memory_order_relaxed) != 0) {
            sweep_set(self, kept, set);
        }
    }
    if (kept->reads != NULL) {
        rw_readset_sweep(self, kept->reads, from, to);
    }
}

/* ---- others ---- */

static void
tell_of_thread(rw_thread *thread, const rw_thread *writer, uint64_t number, uint64_t key)
{
    rw_kept *kept = kept_of(thread);
    if (kept != NULL) {
        rw_thread_lock(thread);
        if (kept->reads != NULL) { /* first: a verdict asks what was read before a write */
            rw_readset_tell_of(thread, kept->reads, writer, number, key);
        }
        tell_of(thread, kept, number, key);
        rw_thread_unlock(thread);
    }
}

void
rw_kept_tell_of_slot(uint32_t slot, uint64_t number, uint64_t key)
{
    rw_thread *thread = rw_thread_pin(slot);
    if (thread != NULL) { /* one that has ended has told everything */
        tell_of_thread(thread, NULL, number, key);
        rw_thread_unpin(thread);
    }
}

void
rw_kept_tell_of_all(const rw_thread *writer, uint64_t number, uint64_t key)
{
    for (rw_thread *thread = rw_thread_pin_next(NULL); thread != NULL; thread = rw_thread_pin_next(thread)) {
        tell_of_thread(thread, writer, number, key);
    }
}

void
rw_kept_tell(rw_thread *thread)
{
    rw_kept *kept = kept_of(thread);
    if (kept == NULL) {
        return;
    }
    rw_thread_lock(thread);
    rw_remembered **found = kept->count == 0 ? NULL : malloc(kept->count * sizeof(found[0]));
    size_t count = 0;
    for (size_t i = 0; i < kept->size && kept->count != 0; i++) {
        if (!rw_kept_is(&kept->slots[i])) {
            continue;
        }
        if (found != NULL) {
            found[count++] = &kept->slots[i];
        }
        else {
            tell(thread, kept, &kept->slots[i]); /* without memory: in any order */
        }
    }
    if (kept->reads != NULL) {
        rw_readset_tell(thread, kept->reads);
    }
    tell_found(thread, kept, found, count);
    rw_thread_unlock(thread);
    free(found);
}

void
rw_kept_tell_everything(void)
{
    for (rw_thread *thread = rw_thread_pin_next(NULL); thread != NULL; thread = rw_thread_pin_next(thread)) {
        rw_kept_tell(thread);
    }
}
