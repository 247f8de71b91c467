#include "kept.h"

#include <stdlib.h>

enum {
    OLD = 256,          /* epochs after which what is kept is told */
    SWEEP_EPOCHS = 512, /* in which all of a table is looked through; a reader knows the last 1024 */
};

static rw_kept *
kept_of(rw_thread *thread)
{
    return atomic_load_explicit(&thread->kept, memory_order_acquire);
}

static uint64_t
object_of(const rw_remembered *slot)
{
    return rw_name_object(slot->name);
}

static bool
is_same(const rw_remembered *one, const rw_remembered *other)
{
    return one->name == other->name && one->key == other->key && one->place == other->place;
}

static rw_set *
home_of(const rw_kept *kept, uint64_t number)
{
    return &kept->sets[number & (kept->size / RW_WAYS - 1)];
}

bool
rw_kept_is_of_use(const rw_remembered *slot)
{
    return slot->name != 0 && (!rw_kept_is(slot) || rw_object_known(slot->object) == object_of(slot));
}

/* ---- finding; owner ---- */

static rw_remembered *
in_set(const rw_kept *kept, const rw_set *set, const rw_remembered *made, uint16_t tag)
{
    rw_remembered *slots = &kept->slots[(set - kept->sets) * RW_WAYS];
    for (int i = 0; i < RW_WAYS; i++) {
        if (set->tags[i] == tag && is_same(&slots[i], made)) {
            return &slots[i];
        }
    }
    return NULL;
}

static rw_remembered *
next_of_set(const rw_kept *kept, const rw_set *set)
{
    return &kept->slots[(size_t)(set - kept->sets) * RW_WAYS + set->turn];
}

static rw_remembered *
take_next(const rw_kept *kept, rw_set *set, uint16_t tag)
{
    rw_remembered *slot = next_of_set(kept, set);
    set->tags[set->turn] = tag;
    set->turn = (set->turn + 1) % RW_WAYS;
    return slot;
}

static uint64_t
hash_of(const rw_remembered *made)
{
    return (made->name ^ made->place ^ made->key * UINT64_C(0xFF51AFD7ED558CCD)) * UINT64_C(0x9E3779B97F4A7C15);
}

static uint16_t
tag_of(uint64_t hash)
{
    return (uint16_t)(hash >> 48) | 1;
}

static rw_set *
other_set(const rw_kept *kept, uint64_t hash)
{
    return &kept->sets[hash >> 20 & (kept->size / RW_WAYS - 1)];
}

rw_remembered *
rw_kept_find(const rw_kept *kept, const rw_remembered *made)
{
    uint64_t hash = hash_of(made);
    const rw_set *home = home_of(kept, object_of(made));
    rw_remembered *slot = in_set(kept, home, made, tag_of(hash));
    return slot != NULL || !home->full ? slot : in_set(kept, other_set(kept, hash), made, tag_of(hash));
}

rw_remembered *
rw_kept_place(rw_thread *self, rw_kept *kept, const rw_remembered *made)
{
    uint64_t hash = hash_of(made);
    rw_set *home = home_of(kept, object_of(made));
    rw_remembered *next = next_of_set(kept, home);
    if (object_of(next) != object_of(made) || next->now != made->now) {
        return take_next(kept, home, tag_of(hash));
    }
    if (!home->full) {
        rw_thread_lock(self);
        home->full = true;
        rw_thread_unlock(self);
    }
    return take_next(kept, other_set(kept, hash), tag_of(hash));
}

/* ---- telling; with the stream's lock ---- */

/* Whether the object lives; its OBJECT record is written if that was still to be done. */
static bool
tell_object(rw_thread *thread, const rw_remembered *slot)
{
    uint64_t number = object_of(slot);
    rw_shadow *word = rw_shadow_find(slot->object);
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
    rw_object_write(thread, number, (enum rw_object_kind)rw_shadow_kind(value), slot->type, slot->stack, 0);
    return true;
}

static void
tell(rw_thread *thread, rw_kept *kept, rw_remembered *slot)
{
    atomic_store_explicit(&slot->kept, false, memory_order_relaxed);
    kept->count--;
    if (tell_object(thread, slot)) {
        rw_write_late(thread, slot->name, slot->key, 1, slot->stack, slot->moment);
    }
}

static int
by_moment(const void *one, const void *other)
{
    const rw_remembered *a = *(rw_remembered *const *)one, *b = *(rw_remembered *const *)other;
    return (a->moment > b->moment) - (a->moment < b->moment);
}

/* Tells what is kept of one object, in the order in which it was made: a verdict asks what was read before a write. */
static void
tell_of(rw_thread *thread, rw_kept *kept, uint64_t number)
{
    enum { MANY = 256 };
    rw_remembered *found[MANY];
    rw_set *home = home_of(kept, number);
    rw_remembered *slots = home->full ? kept->slots : &kept->slots[(size_t)(home - kept->sets) * RW_WAYS];
    rw_remembered *end = slots + (home->full ? kept->size : RW_WAYS);
    while (slots < end && kept->count != 0) {
        size_t count = 0;
        for (; slots < end && count < MANY; slots++) {
            if (rw_kept_is(slots) && object_of(slots) == number) { /* the owner changes what is not kept */
                found[count++] = slots;
            }
        }
        qsort(found, count, sizeof(found[0]), by_moment);
        for (size_t i = 0; i < count; i++) {
            tell(thread, kept, found[i]);
        }
    }
}

/* ---- the owner ---- */

uint64_t
rw_kept_moment(rw_thread *self)
{
    rw_kept *kept = kept_of(self);
    if (kept->after == self->events && kept->turn == RW_MOMENTS - 1 &&
        rw_begin_event_locked(self, RW_STEP, 0, 2, 0, 0) != NULL) {
        self->events++;
        rw_commit_event_locked(self, 2);
    }
    if (kept->after != self->events) {
        kept->after = self->events;
        kept->turn = 0;
    }
    kept->turn += kept->turn < RW_MOMENTS - 1;
    return kept->after * RW_MOMENTS + kept->turn;
}

bool
rw_kept_resize(rw_thread *self, rw_kept *kept, size_t size)
{
    rw_remembered *slots = calloc(size, sizeof(*slots));
    rw_set *sets = calloc(size / RW_WAYS, sizeof(*sets));
    if (slots == NULL || sets == NULL) {
        free(slots);
        free(sets);
        return false;
    }
    rw_kept_tell(self);
    rw_thread_lock(self);
    free(kept->slots);
    free(kept->sets);
    kept->slots = slots;
    kept->sets = sets;
    kept->size = size;
    rw_thread_unlock(self);
    return true;
}

bool
rw_kept_keep(rw_thread *self, rw_cell *cell, rw_remembered *slot, const rw_remembered *made)
{
    rw_kept *kept = kept_of(self);
    rw_shadow *word = rw_shadow_find(made->object);
    rw_thread_lock(self);
    /* What hands out an object's __dict__ marks the object first and takes it then: one of the two is seen here. */
    bool mine = !kept->closed && (atomic_load_explicit(cell, memory_order_seq_cst) & RW_CELL_OWNED) != 0 &&
                (atomic_load_explicit(word, memory_order_seq_cst) & RW_SHADOW_ALIASED) == 0;
    if (rw_kept_is(slot)) {
        if (mine && is_same(slot, made)) {
            kept->count--;
        }
        else {
            tell(self, kept, slot);
        }
    }
    if (mine) {
        *slot = *made;
        slot->moment = rw_kept_moment(self);
        atomic_store_explicit(&slot->kept, true, memory_order_relaxed);
        kept->count++;
    }
    rw_thread_unlock(self);
    return mine;
}

void
rw_kept_evict(rw_thread *self, rw_remembered *slot)
{
    if (rw_kept_is(slot)) {
        rw_thread_lock(self);
        if (rw_kept_is(slot)) {
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

void
rw_kept_sweep(rw_thread *self)
{
    rw_kept *kept = kept_of(self);
    if (kept == NULL) {
        return;
    }
    uint32_t passed = self->epoch - kept->swept;
    passed = passed < SWEEP_EPOCHS ? passed : SWEEP_EPOCHS;
    size_t first = kept->size * (uint64_t)(kept->swept % SWEEP_EPOCHS) / SWEEP_EPOCHS;
    size_t end = kept->size * (uint64_t)(kept->swept % SWEEP_EPOCHS + passed) / SWEEP_EPOCHS;
    kept->swept = self->epoch;
    for (size_t i = first; i < end; i++) {
        rw_remembered *slot = &kept->slots[i & (kept->size - 1)];
        if (rw_kept_is(slot) && self->epoch - (uint32_t)(slot->now >> 32) >= OLD) {
            rw_thread_lock(self);
            tell_of(self, kept, object_of(slot));
            rw_thread_unlock(self);
        }
    }
}

/* ---- others ---- */

static void
tell_object_of(rw_thread *thread, uint64_t number)
{
    rw_kept *kept = kept_of(thread);
    if (kept != NULL) {
        rw_thread_lock(thread);
        tell_of(thread, kept, number);
        rw_thread_unlock(thread);
    }
}

void
rw_kept_take(rw_cell *cell, uint64_t number)
{
    uint64_t before = atomic_load_explicit(cell, memory_order_acquire);
    do {
        if ((before & RW_CELL_OWNED) == 0) {
            return;
        }
    } while (!atomic_compare_exchange_weak_explicit(cell, &before, before & ~(RW_CELL_OWNED | RW_CELL_READ),
                                                    memory_order_seq_cst, memory_order_acquire));
    if ((before & RW_CELL_READ) == 0) {
        rw_thread *owner = rw_thread_pin((uint32_t)(before & RW_CELL_HOLDER) - 1);
        if (owner != NULL) { /* one that has ended has told everything */
            tell_object_of(owner, number);
            rw_thread_unpin(owner);
        }
        return;
    }
    for (rw_thread *thread = rw_thread_pin_next(NULL); thread != NULL; thread = rw_thread_pin_next(thread)) {
        tell_object_of(thread, number);
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
    for (size_t i = 0; i < kept->size && kept->count != 0; i++) {
        if (rw_kept_is(&kept->slots[i])) {
            tell_of(thread, kept, object_of(&kept->slots[i]));
        }
    }
    rw_thread_unlock(thread);
}

void
rw_kept_tell_everything(void)
{
    for (rw_thread *thread = rw_thread_pin_next(NULL); thread != NULL; thread = rw_thread_pin_next(thread)) {
        rw_kept_tell(thread);
    }
}
