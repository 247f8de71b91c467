#include "readset.h"

#include "kept.h"
#include "objects.h"

#include <stdlib.h>
#include <string.h>

enum {
    MOST = 8192,      /* room of a thread, in groups: some 2.3 MiB */
    OF_OBJECTS = 8,   /* room that a block of objects takes */
    TRIED = 4096,     /* reads held after which it is asked whether that pays */
    FEW = 8,          /* reads of a group on average, below which it does not */
    PAUSE = 16384,    /* reads that are not held then */
    WRITTEN = 16,     /* an instruction's reads are held in vain where its thread writes one of so many next, */
    FORGOTTEN = 2,    /* or does not come back to one of so many; */
    TOO_OFTEN = 2048, /* where that goes on for long, none is held for a while */
};

/* Items RW_READSET_PLACES in a row of a list, or as many objects numbered in a row: what has been read of them, by
 * which instructions. Written by the owner, with the stream's lock; others read with it. */
typedef struct rw_readset_block {
    uint64_t number; /* of the list, or the first */
    uint64_t key;    /* the first; 0 of objects */
    rw_readset_group *groups;
    struct rw_readset_block *next; /* of the same bucket */
    bool small;
    PyObject *_Atomic objects[]; /* 1, or RW_READSET_PLACES: addresses; relaxed, set before the bit */
} rw_readset_block;

static size_t
bucket_of(uint64_t number, uint64_t key, bool small)
{
    uint64_t hash = (number ^ (key + small) * UINT64_C(0xFF51AFD7ED558CCD)) * UINT64_C(0x9E3779B97F4A7C15);
    return hash >> 40 & (RW_READSET_BUCKETS - 1);
}

static rw_readset_block *
find_block(const rw_readsets *sets, uint64_t number, uint64_t key, bool small)
{
    rw_readset_block *block = sets->buckets[bucket_of(number, key, small)];
    while (block != NULL && (block->number != number || block->key != key || block->small != small)) {
        block = block->next;
    }
    return block;
}

/* The block in which that key of the object lies: of objects, or of the object's keys. */
static rw_readset_block *
block_of(const rw_readsets *sets, uint64_t number, uint64_t key, bool small)
{
    return small ? find_block(sets, number & ~rw_readset_mask(), 0, true)
                 : find_block(sets, number, key & ~rw_readset_mask(), false);
}

static bool
is_empty(const rw_readset *set)
{
    uint64_t any = 0;
    for (int i = 0; i < RW_READSET_WORDS; i++) {
        any |= atomic_load_explicit(&set->bits[i], memory_order_relaxed);
    }
    return any == 0;
}

/* ---- telling; with the stream's lock ---- */

/* Takes `count` bits from one on out of the set, and tells them if they are of an object that lives. */
static void
tell_bits(rw_thread *thread, rw_readsets *sets, const rw_readset_block *block, const rw_readset_group *group,
          rw_readset *set, unsigned bit, unsigned count)
{
    for (unsigned i = bit; i < bit + count; i++) {
        atomic_fetch_and_explicit(&set->bits[i / 64], ~(UINT64_C(1) << i % 64), memory_order_relaxed);
    }
    PyObject *object = atomic_load_explicit(&block->objects[block->small ? bit : 0], memory_order_relaxed);
    uint64_t name = group->name + (block->small ? bit : 0);
    if (rw_kept_tell_object(thread, object, rw_name_object(name), group->type, set->stack)) {
        atomic_fetch_add_explicit(&sets->told, count, memory_order_relaxed);
        rw_write_late(thread, name, group->key + (block->small ? 0 : bit), count, set->stack, set->moment);
    }
}

static bool
has(const rw_readset *set, unsigned bit)
{
    return (atomic_load_explicit(&set->bits[bit / 64], memory_order_relaxed) >> bit % 64 & 1) != 0;
}

/* All of a set, items in a row as one range; how many there were. */
static uint32_t
tell_set(rw_thread *thread, rw_readsets *sets, const rw_readset_block *block, const rw_readset_group *group,
         rw_readset *set)
{
    uint32_t told = 0;
    for (unsigned bit = 0; bit < RW_READSET_PLACES;) {
        if (atomic_load_explicit(&set->bits[bit / 64], memory_order_relaxed) >> bit % 64 == 0) {
            bit = (bit / 64 + 1) * 64;
            continue;
        }
        unsigned count = 0;
        while (bit + count < RW_READSET_PLACES && has(set, bit + count) && (count == 0 || !block->small)) {
            count++;
        }
        if (count != 0) {
            tell_bits(thread, sets, block, group, set, bit, count);
        }
        told += count;
        bit += count + (count == 0);
    }
    return told;
}

/* What the thread has read by that instruction was held in vain: it is told after all. Owner. */
static void
note_vain(rw_readsets *sets, uint64_t place, uint32_t weight)
{
    uint16_t *vain = &sets->vain[place >> 56];
    *vain = *vain + weight >= TOO_OFTEN ? UINT16_MAX : (uint16_t)(*vain + weight);
}

/* Whether little of what the instruction reads is held in vain. Owner. */
static bool
is_worth_holding(rw_readsets *sets, uint64_t place)
{
    uint16_t *vain = &sets->vain[place >> 56];
    *vain -= *vain != 0;
    return *vain < TOO_OFTEN;
}

/* Of one bit of the block, at that key (RW_KEY_ALL: at any). */
static void
tell_place(rw_thread *thread, rw_readsets *sets, const rw_thread *writer, const rw_readset_block *block, uint64_t key,
           unsigned bit)
{
    for (rw_readset_group *group = block->groups; group != NULL; group = group->next) {
        if (block->small && key != RW_KEY_ALL && group->key != key) {
            continue;
        }
        for (int i = 0; i < RW_READSET_EPOCHS; i++) {
            rw_readset *set = &group->sets[i];
            if (has(set, bit) && !rw_known_to_writer(writer, thread, set->now)) {
                tell_bits(thread, sets, block, group, set, bit, 1);
                if (writer == thread) {
                    note_vain(sets, group->place, WRITTEN);
                }
            }
        }
    }
}

static void
tell_block(rw_thread *thread, rw_readsets *sets, const rw_thread *writer, const rw_readset_block *block)
{
    for (rw_readset_group *group = block->groups; group != NULL; group = group->next) {
        for (int i = 0; i < RW_READSET_EPOCHS; i++) {
            if (!rw_known_to_writer(writer, thread, group->sets[i].now)) {
                tell_set(thread, sets, block, group, &group->sets[i]);
            }
        }
    }
}

void
rw_readset_tell_of(rw_thread *thread, rw_readsets *sets, const rw_thread *writer, uint64_t number, uint64_t key)
{
    const rw_readset_block *block = block_of(sets, number, 0, true);
    if (block != NULL) {
        tell_place(thread, sets, writer, block, key, (unsigned)(number & rw_readset_mask()));
    }
    if (key == RW_KEY_ALL) {
        for (size_t i = 0; i < RW_READSET_BUCKETS && sets->lists != 0; i++) {
            for (block = sets->buckets[i]; block != NULL; block = block->next) {
                if (block->number == number && !block->small) {
                    tell_block(thread, sets, writer, block);
                }
            }
        }
    }
    else if ((block = block_of(sets, number, key, false)) != NULL) {
        tell_place(thread, sets, writer, block, key, (unsigned)(key & rw_readset_mask()));
    }
}

void
rw_readset_tell(rw_thread *thread, rw_readsets *sets)
{
    for (size_t i = 0; i < RW_READSET_BUCKETS && sets->room != 0; i++) {
        for (const rw_readset_block *block = sets->buckets[i]; block != NULL; block = block->next) {
            tell_block(thread, sets, NULL, block);
        }
    }
}

/* ---- the owner ---- */

static size_t
room_of(bool small)
{
    return small ? OF_OBJECTS : 1;
}

static void
free_block(rw_readsets *sets, rw_readset_block *block)
{
    for (rw_readset_group *group = block->groups, *next; group != NULL; group = next) {
        next = group->next;
        sets->room--;
        free(group);
    }
    sets->lists -= !block->small;
    sets->room -= room_of(block->small);
    free(block);
}

/* Tells what a part of the buckets hold, and gives them up. */
static void
make_room(rw_thread *self, rw_readsets *sets)
{
    memset(sets->front, 0, sizeof(sets->front));
    rw_thread_lock(self);
    for (int i = 0; i < RW_READSET_BUCKETS / 8; i++) {
        sets->evicted = (sets->evicted + 1) % RW_READSET_BUCKETS;
        rw_readset_block **bucket = &sets->buckets[sets->evicted];
        for (rw_readset_block *block = *bucket; block != NULL; block = *bucket) {
            tell_block(self, sets, NULL, block);
            *bucket = block->next;
            free_block(sets, block);
        }
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
    rw_readset_block **bucket = &sets->buckets[bucket_of(block->number, block->key, block->small)];
    rw_thread_lock(self);
    block->next = *bucket;
    *bucket = block;
    sets->lists += !block->small;
    sets->room += room_of(block->small);
    rw_thread_unlock(self);
    return block;
}

static rw_readset_group *
make_group(rw_thread *self, rw_readsets *sets, const rw_read *read, rw_readset_block *block)
{
    rw_readset_group *group = calloc(1, sizeof(*group));
    if (group == NULL) {
        return NULL;
    }
    sets->made++;
    group->name = read->small ? read->name & ~rw_readset_mask() : read->name;
    group->key = read->small ? read->key : read->key & ~rw_readset_mask();
    group->place = read->place;
    group->small = read->small;
    group->type = rw_type(self, Py_TYPE(read->object));
    group->of_type = Py_TYPE(read->object);
    if (read->text != NULL) {
        rw_key_of_text(self, read->text);
    }
    rw_thread_lock(self);
    group->next = block->groups;
    block->groups = group;
    sets->room++;
    rw_thread_unlock(self);
    return group;
}

/* The group that the read belongs to; NULL without memory. */
static rw_readset_group *
group_of(rw_thread *self, rw_readsets *sets, const rw_read *read, rw_readset_block **block)
{
    uint64_t number = rw_name_object(read->name);
    *block = block_of(sets, number, read->key, read->small);
    if (*block == NULL && sets->room >= MOST) {
        make_room(self, sets);
    }
    if (*block == NULL && (*block = make_block(self, sets, read)) == NULL) {
        return NULL;
    }
    rw_readset_group **front = rw_readset_front(sets, read);
    if (*front == NULL || !rw_readset_is_of(*front, read)) {
        rw_readset_group *group = (*block)->groups;
        while (group != NULL && !rw_readset_is_of(group, read)) {
            group = group->next;
        }
        *front = group != NULL ? group : make_group(self, sets, read, *block);
    }
    return *front;
}

/* A set for the present epoch: one that is empty by now, or the oldest, which is told. */
static rw_readset *
begin_set(rw_thread *self, rw_readsets *sets, const rw_read *read, const rw_readset_block *block,
          rw_readset_group *group)
{
    uint32_t stack = rw_stack(self);
    uint32_t next = (group->newest + 1) % RW_READSET_EPOCHS;
    for (uint32_t i = 0; i < RW_READSET_EPOCHS && !is_empty(&group->sets[next]); i++) {
        next = (next + 1) % RW_READSET_EPOCHS;
    }
    rw_thread_lock(self);
    rw_readset *set = &group->sets[next];
    note_vain(sets, group->place, FORGOTTEN * tell_set(self, sets, block, group, set));
    set->now = read->now;
    set->stack = stack;
    set->moment = rw_kept_moment(self);
    group->newest = next;
    rw_thread_unlock(self);
    return set;
}

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

bool
rw_readset_hold(rw_thread *self, rw_readsets *sets, const rw_read *read, const rw_entered *object,
                const rw_entered *item)
{
    bool owned = (object->value & RW_CELL_OWNED) != 0;
    if (!is_worth_holding(sets, read->place) || !pays(sets) || (!owned && !rw_cell_keep_reads(object, item))) {
        return false;
    }
    rw_readset_block *block;
    rw_readset_group *group = group_of(self, sets, read, &block);
    if (group == NULL) {
        return false;
    }
    if (read->untold && group->of_type != Py_TYPE(read->object)) {
        rw_object_tell(self, read->object);
    }
    rw_readset *set = &group->sets[group->newest];
    if (set->now != read->now) {
        set = begin_set(self, sets, read, block, group);
    }
    uint64_t mask;
    size_t word = rw_readset_bit(read, &mask);
    atomic_store_explicit(&block->objects[read->small ? rw_name_object(read->name) & rw_readset_mask() : 0],
                          read->object, memory_order_relaxed);
    /* Who writes changes the cell first and looks for bits then: one of the two is seen. */
    atomic_fetch_or_explicit(&set->bits[word], mask, memory_order_seq_cst);
    if (!rw_kept_may(read->object, object, owned ? NULL : item)) {
        rw_thread_lock(self);
        bool untold = (atomic_fetch_and_explicit(&set->bits[word], ~mask, memory_order_relaxed) & mask) != 0;
        rw_thread_unlock(self);
        return !untold;
    }
    for (rw_readset *former = group->sets; former < group->sets + RW_READSET_EPOCHS; former++) {
        if (former != set && (atomic_load_explicit(&former->bits[word], memory_order_relaxed) & mask) != 0) {
            atomic_fetch_and_explicit(&former->bits[word], ~mask, memory_order_relaxed);
        }
    }
    return true;
}

static void
sweep_block(rw_thread *self, rw_readsets *sets, const rw_readset_block *block)
{
    for (rw_readset_group *group = block->groups; group != NULL; group = group->next) {
        for (rw_readset *set = group->sets; set < group->sets + RW_READSET_EPOCHS; set++) {
            if (rw_kept_is_old(self, set->now) && !is_empty(set)) {
                rw_thread_lock(self);
                tell_set(self, sets, block, group, set);
                rw_thread_unlock(self);
            }
        }
    }
}

void
rw_readset_sweep(rw_thread *self, rw_readsets *sets, uint32_t from, uint32_t to)
{
    size_t first = (size_t)RW_READSET_BUCKETS * from / RW_KEPT_SWEEP_EPOCHS;
    size_t end = (size_t)RW_READSET_BUCKETS * to / RW_KEPT_SWEEP_EPOCHS;
    for (size_t i = first; i < end; i++) {
        for (rw_readset_block *block = sets->buckets[i % RW_READSET_BUCKETS]; block != NULL; block = block->next) {
            sweep_block(self, sets, block);
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
    free(sets);
}
