/* Telling what read sets hold (readset.h). All with the stream's lock. */
#include "kept.h"
#include "objects.h"
#include "readset_block.h"

static rw_readset_block *
find_block(const rw_readsets *sets, uint64_t number, uint64_t key, bool small)
{
    rw_readset_block *block = sets->buckets[rw_readset_bucket(number, key, small)];
    while (block != NULL && (block->number != number || block->key != key || block->small != small)) {
        block = block->next;
    }
    return block;
}

rw_readset_block *
rw_readset_block_of(const rw_readsets *sets, uint64_t number, uint64_t key, bool small)
{
    return small ? find_block(sets, number & ~rw_readset_mask(), 0, true)
                 : find_block(sets, number, key & ~rw_readset_mask(), false);
}

/* The stretch in which a held read was made; NULL: nothing is held there, or it is forgotten. */
static const rw_stretch *
stretch_of(const rw_readsets *sets, const rw_readset *set, size_t place)
{
    uint32_t moment = rw_readset_moment(set, place);
    return moment == 0 ? NULL : rw_moments_find(&sets->moments, set->base + moment);
}

/* Whether a read of that place is held in `set` that was made in the same stretch as one in `like`. */
static bool
is_beside(const rw_readsets *sets, const rw_readset *set, const rw_readset *like, size_t place, const rw_stretch *made)
{
    return set != NULL && made != NULL && place < RW_READSET_PLACES && set->stack == like->stack &&
           stretch_of(sets, set, place) == made;
}

/* Tells `count` reads of keys in a row, which have been taken out, if they are of an object that lives. How many. */
static uint32_t
tell(rw_thread *thread, rw_readsets *sets, const rw_readset *set, size_t place, uint32_t count, uint64_t moment)
{
    PyObject *object = set->block->objects[set->small ? place : 0];
    uint64_t name = set->name + (set->small ? place : 0);
    if (!rw_kept_tell_object(thread, object, rw_name_object(name), set->type, set->stack)) {
        return 0;
    }
    atomic_fetch_add_explicit(&sets->told, count, memory_order_relaxed);
    rw_write_late(thread, name, set->key + (set->small ? 0 : place), count, set->stack, moment);
    return count;
}

static uint64_t
take_out(rw_readset *set, size_t place)
{
    uint64_t moment = set->base + rw_readset_moment(set, place);
    rw_readset_put(set, place, 0);
    return moment;
}

/* Tells what the set holds of a place, and what was read of items before and behind in that stretch. How many. */
static uint32_t
tell_from(rw_thread *thread, rw_readsets *sets, rw_readset *set, size_t place)
{
    const rw_stretch *made = stretch_of(sets, set, place);
    rw_readset *first = set;
    size_t at = place;
    uint64_t moment = UINT64_MAX;
    uint32_t count = 0;
    while (set->small && is_beside(sets, first->below, set, place, made)) {
        first = first->below;
    }
    for (rw_readset *next = first; count == 0 || is_beside(sets, next, set, at, made);) {
        uint64_t taken = take_out(next, at);
        moment = taken < moment ? taken : moment;
        count++;
        next = set->small ? next->above : next;
        at += set->small ? 0 : 1;
    }
    return tell(thread, sets, first, place, count, moment);
}

/* Whether a read is held of that place that is to be told. */
static bool
is_to_tell(const rw_thread *thread, const rw_readsets *sets, const rw_thread *writer, const rw_readset *set,
           size_t place, uint64_t before)
{
    uint32_t moment = rw_readset_moment(set, place);
    if (moment == 0 || set->base + moment >= before) {
        return false;
    }
    const rw_stretch *made = writer == NULL ? NULL : stretch_of(sets, set, place);
    return made == NULL || !rw_known_to_writer(writer, thread, (uint64_t)made->epoch << 32);
}

uint32_t
rw_readset_tell_set(rw_thread *thread, rw_readsets *sets, const rw_thread *writer, rw_readset *set, uint64_t before)
{
    uint32_t told = 0;
    for (size_t place = 0; place < RW_READSET_PLACES && rw_readset_count(set) != 0; place++) {
        if (is_to_tell(thread, sets, writer, set, place, before)) {
            told += tell_from(thread, sets, set, place);
        }
    }
    return told;
}

/* Of one place of the block, at that key (RW_KEY_ALL: at any). */
static void
tell_place(rw_thread *thread, rw_readsets *sets, const rw_thread *writer, const rw_readset_block *block, uint64_t key,
           size_t place)
{
    for (rw_readset *set = block->sets; set != NULL; set = set->next) {
        if (block->small && key != RW_KEY_ALL && set->key != key) {
            continue;
        }
        if (is_to_tell(thread, sets, writer, set, place, UINT64_MAX)) {
            if (key == RW_KEY_ALL) {
                tell_from(thread, sets, set, place);
            }
            else {
                tell(thread, sets, set, place, 1, take_out(set, place));
            }
            if (writer == thread) {
                rw_readset_note_vain(sets, set->place, RW_READSET_WRITTEN);
            }
        }
    }
}

static void
tell_block(rw_thread *thread, rw_readsets *sets, const rw_thread *writer, const rw_readset_block *block)
{
    for (rw_readset *set = block->sets; set != NULL; set = set->next) {
        rw_readset_tell_set(thread, sets, writer, set, UINT64_MAX);
    }
}

void
rw_readset_tell_of(rw_thread *thread, rw_readsets *sets, const rw_thread *writer, uint64_t number, uint64_t key)
{
    const rw_readset_block *block = rw_readset_block_of(sets, number, 0, true);
    if (block != NULL) {
        tell_place(thread, sets, writer, block, key, number & rw_readset_mask());
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
    else if ((block = rw_readset_block_of(sets, number, key, false)) != NULL) {
        tell_place(thread, sets, writer, block, key, key & rw_readset_mask());
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
