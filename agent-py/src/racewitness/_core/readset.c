#include "readset.h"

#include "kept.h"
#include "objects.h"
#include "readset_block.h"

#include <stdlib.h>
#include <string.h>

enum {
    MOST = 2048,    /* room of a thread, in sets: some 2.3 MiB */
    OF_OBJECTS = 2, /* room that a block of objects takes */
    STACKS = 4,     /* with which one instruction's reads of the same places are held */
    TRIED = 4096,   /* reads held after which it is asked whether that pays */
    FEW = 8,        /* reads of a set on average, below which it does not */
    PAUSE = 16384,  /* reads that are not held then */
};

void
rw_readset_note_vain(rw_readsets *sets, uint64_t place, uint32_t weight)
{
    uint16_t *vain = &sets->vain[place >> 56];
    *vain = *vain + weight >= RW_READSET_TOO_OFTEN ? UINT16_MAX : (uint16_t)(*vain + weight);
}

/* Whether little of what the instruction reads is held in vain. */
static bool
is_worth_holding(rw_readsets *sets, uint64_t place)
{
    uint16_t *vain = &sets->vain[place >> 56];
    *vain -= *vain != 0;
    return *vain < RW_READSET_TOO_OFTEN;
}

/* ---- room ---- */

static size_t
room_of(bool small)
{
    return small ? OF_OBJECTS : 0;
}

static void
free_block(rw_readsets *sets, rw_readset_block *block)
{
    for (rw_readset *set = block->sets, *next; set != NULL; set = next) {
        next = set->next;
        sets->room--;
        free(set);
    }
    sets->lists -= !block->small;
    sets->room -= room_of(block->small);
    free(block);
}

/* Tells what blocks of one bucket hold that have not been used since it last was this one's turn, and gives them up. */
static void
clear_bucket(rw_thread *self, rw_readsets *sets, rw_readset_block **bucket)
{
    for (rw_readset_block *block = *bucket; block != NULL; block = *bucket) {
        if (block->used) {
            block->used = false;
            bucket = &block->next;
            continue;
        }
        for (rw_readset *set = block->sets; set != NULL; set = set->next) {
            uint32_t told = rw_readset_tell_set(self, sets, NULL, set, UINT64_MAX);
            rw_readset_note_vain(sets, set->place, RW_READSET_FORGOTTEN * told);
        }
        *bucket = block->next;
        free_block(sets, block);
    }
}

static void
make_room(rw_thread *self, rw_readsets *sets)
{
    memset(sets->front, 0, sizeof(sets->front));
    rw_thread_lock(self);
    for (int i = 0; i < 2 * RW_READSET_BUCKETS && sets->room > MOST / 8 * 7; i++) {
        sets->evicted = (sets->evicted + 1) % RW_READSET_BUCKETS;
        clear_bucket(self, sets, &sets->buckets[sets->evicted]);
    }
    rw_thread_unlock(self);
}

static rw_readset_block *
make_block(rw_thread *self, rw_readsets *sets, const rw_read *read)
{
    rw_readset_block *block = calloc(1, sizeof(*block) + (read->small ? RW_READSET_PLACES : 1) * sizeof(PyObject *));
    if (block == NULL) {
        return NULL;
    }
    uint64_t number = rw_name_object(read->name);
    block->number = read->small ? number & ~rw_readset_mask() : number;
    block->key = read->small ? 0 : read->key & ~rw_readset_mask();
    block->small = read->small;
    rw_readset_block **bucket = &sets->buckets[rw_readset_bucket(block->number, block->key, block->small)];
    rw_thread_lock(self);
    block->next = *bucket;
    *bucket = block;
    sets->lists += !block->small;
    sets->room += room_of(block->small);
    rw_thread_unlock(self);
    return block;
}

static bool
is_item_of_few(const rw_read *read)
{
    return read->small && read->key >> RW_KEY_BITS == RW_KEY_INDEX;
}

/* What was read of items in a row is told as a range. */
static void
link_items(rw_readset *item, rw_readset *set)
{
    if (item->place == set->place && item->name == set->name && item->key + 1 == set->key) {
        item->above = set;
        set->below = item;
    }
    else if (item->place == set->place && item->name == set->name && item->key == set->key + 1) {
        item->below = set;
        set->above = item;
    }
}

/* A set more, beside `like` (NULL: none yet), the same but for the stack. */
static rw_readset *
make_set(rw_thread *self, rw_readsets *sets, const rw_read *read, rw_readset_block *block, rw_readset *like)
{
    rw_readset *set = calloc(1, sizeof(*set));
    if (set == NULL) {
        return NULL;
    }
    sets->made++;
    set->name = read->small ? read->name & ~rw_readset_mask() : read->name;
    set->key = read->small ? read->key : read->key & ~rw_readset_mask();
    set->place = read->place;
    set->now = ~read->now;
    set->small = read->small;
    set->type = rw_type(self, Py_TYPE(read->object));
    set->of_type = Py_TYPE(read->object);
    set->block = block;
    set->other = like == NULL ? set : like->other;
    if (like != NULL) {
        like->other = set;
    }
    if (read->text != NULL) {
        rw_key_of_text(self, read->text);
    }
    rw_thread_lock(self);
    for (rw_readset *item = block->sets; item != NULL && is_item_of_few(read); item = item->next) {
        link_items(item, set);
    }
    set->next = block->sets;
    block->sets = set;
    sets->room++;
    rw_thread_unlock(self);
    return set;
}

/* ---- finding ---- */

/* The block that the read belongs to; NULL without memory. */
static rw_readset_block *
block_of(rw_thread *self, rw_readsets *sets, const rw_read *read)
{
    rw_readset_block *block = rw_readset_block_of(sets, rw_name_object(read->name), read->key, read->small);
    if (block == NULL && sets->room >= MOST) {
        make_room(self, sets);
    }
    return block == NULL ? make_block(self, sets, read) : block;
}

/* Of the sets of the same reads the one with that stack: one that has it, or is empty, or else the oldest. NULL without
 * memory. */
static rw_readset *
of_stack(rw_thread *self, rw_readsets *sets, const rw_read *read, rw_readset *like, uint32_t stack)
{
    rw_readset *set = like;
    for (int i = 1; set->stack != stack && rw_readset_count(set) != 0; set = set->other, i++) {
        if (set->other == like) {
            set = i < STACKS ? make_set(self, sets, read, like->block, like) : set;
            break;
        }
    }
    if (set != NULL && set->stack != stack) {
        rw_thread_lock(self);
        rw_readset_note_vain(sets, set->place,
                             RW_READSET_FORGOTTEN * rw_readset_tell_set(self, sets, NULL, set, UINT64_MAX));
        set->stack = stack;
        rw_thread_unlock(self);
    }
    return set;
}

/* The set that the read belongs to; NULL without memory. */
static rw_readset *
set_of(rw_thread *self, rw_readsets *sets, const rw_read *read)
{
    rw_readset **front = rw_readset_front(sets, read);
    rw_readset *set = *front;
    if (set == NULL || !rw_readset_is_of(set, read)) {
        rw_readset_block *block = block_of(self, sets, read);
        for (set = block == NULL ? NULL : block->sets; set != NULL && !rw_readset_is_of(set, read);) {
            set = set->next;
        }
        if (block != NULL && set == NULL) {
            set = make_set(self, sets, read, block, NULL);
        }
    }
    if (set != NULL && set->now != read->now) {
        set = of_stack(self, sets, read, set, rw_stack(self));
    }
    if (set != NULL) {
        set->now = read->now;
        set->block->used = true;
    }
    return *front = set;
}

/* ---- holding ---- */

static bool
pays(rw_readsets *sets)
{
    if (sets->pause != 0) {
        sets->pause--;
        return false;
    }
    if (++sets->held == TRIED) {
        uint32_t told = atomic_exchange_explicit(&sets->told, 0, memory_order_relaxed);
        sets->pause = told > TRIED / 4 * 3 || sets->made > TRIED / FEW ? PAUSE : 0;
        sets->held = sets->made = 0;
    }
    return true;
}

/* The present moment, counted from the set's base. 0: it cannot be told later. With the stream's lock. */
static uint32_t
moment_now(rw_thread *self, rw_readsets *sets, rw_readset *set, uint64_t now)
{
    if (sets->now != now) {
        rw_stretch begun = {.since = rw_kept_moment(self), .epoch = self->epoch};
        if (!rw_moments_begin(&sets->moments, &begun, RW_KEPT_OLD + RW_KEPT_SWEEP_EPOCHS)) {
            return 0;
        }
        sets->now = now;
        sets->since = begun.since;
    }
    uint64_t moment = rw_kept_moment_of_read(self);
    if (moment - set->base > UINT32_MAX) {
        rw_readset_tell_set(self, sets, NULL, set, UINT64_MAX);
    }
    if (rw_readset_count(set) == 0) {
        set->base = moment - 1;
    }
    return (uint32_t)(moment - set->base);
}

bool
rw_readset_hold(rw_thread *self, rw_readsets *sets, const rw_read *read, const rw_entered *object,
                const rw_entered *item)
{
    bool owned = (object->value & RW_CELL_OWNED) != 0;
    if (!is_worth_holding(sets, read->place) || !pays(sets) || (!owned && !rw_cell_keep_reads(object, item))) {
        return false;
    }
    rw_readset *set = set_of(self, sets, read);
    if (set == NULL) {
        return false;
    }
    if (read->untold && set->of_type != Py_TYPE(read->object)) {
        rw_object_tell(self, read->object);
    }
    size_t place = rw_readset_place(read);
    /* Who writes changes the cell first and asks what is held then, with the lock: one of the two is seen. */
    rw_thread_lock(self);
    bool may = rw_kept_may(read->object, object, owned ? NULL : item);
    uint32_t moment = may ? moment_now(self, sets, set, read->now) : 0;
    if (moment != 0) {
        set->block->objects[read->small ? place : 0] = read->object;
        rw_readset_put(set, place, moment);
        for (rw_readset *former = set->other; former != set; former = former->other) {
            rw_readset_put(former, place, 0);
        }
    }
    rw_thread_unlock(self);
    return moment != 0;
}

/* ---- at any time ---- */

static void
sweep_block(rw_thread *self, rw_readsets *sets, const rw_readset_block *block, uint64_t before)
{
    for (rw_readset *set = block->sets; set != NULL; set = set->next) {
        if (rw_readset_count(set) != 0 && set->base < before) {
            rw_thread_lock(self);
            uint32_t told = rw_readset_tell_set(self, sets, NULL, set, before);
            rw_readset_note_vain(sets, set->place, RW_READSET_FORGOTTEN * told);
            rw_thread_unlock(self);
        }
    }
}

void
rw_readset_sweep(rw_thread *self, rw_readsets *sets, uint32_t from, uint32_t to)
{
    size_t first = (size_t)RW_READSET_BUCKETS * from / RW_KEPT_SWEEP_EPOCHS;
    size_t end = (size_t)RW_READSET_BUCKETS * to / RW_KEPT_SWEEP_EPOCHS;
    uint64_t before = first == end ? 0 : rw_moments_before(&sets->moments, self->epoch, RW_KEPT_OLD);
    for (size_t i = first; i < end; i++) {
        for (rw_readset_block *block = sets->buckets[i % RW_READSET_BUCKETS]; block != NULL; block = block->next) {
            sweep_block(self, sets, block, before);
        }
    }
}

void
rw_readset_free(rw_readsets *sets)
{
    for (size_t i = 0; sets != NULL && i < RW_READSET_BUCKETS; i++) {
        for (rw_readset_block *block = sets->buckets[i], *next; block != NULL; block = next) {
            next = block->next;
            free_block(sets, block);
        }
    }
    if (sets != NULL) {
        rw_moments_free(&sets->moments);
    }
    free(sets);
}
