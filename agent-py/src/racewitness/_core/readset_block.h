/* What readset.c, which holds reads, and readset_tell.c, which tells them, share. */
#ifndef RW_READSET_BLOCK_H
#define RW_READSET_BLOCK_H

#include "readset.h"

/* Items RW_READSET_PLACES in a row of a list, or as many objects numbered in a row: what has been read of them, by
 * which instructions. Written by the owner, with the stream's lock; others read with it. */
typedef struct rw_readset_block {
    uint64_t number; /* of the list, or the first */
    uint64_t key;    /* the first; 0 of objects */
    rw_readset *sets;
    struct rw_readset_block *next; /* of the same bucket */
    bool small;
    bool used;           /* since room was last looked for here; owner */
    PyObject *objects[]; /* 1, or RW_READSET_PLACES: addresses */
} rw_readset_block;

static inline size_t
rw_readset_bucket(uint64_t number, uint64_t key, bool small)
{
    uint64_t hash = (number ^ (key + small) * UINT64_C(0xFF51AFD7ED558CCD)) * UINT64_C(0x9E3779B97F4A7C15);
    return hash >> 40 & (RW_READSET_BUCKETS - 1);
}

/* The block in which that key of the object lies: of objects, or of the object's keys. */
rw_readset_block *rw_readset_block_of(const rw_readsets *sets, uint64_t number, uint64_t key, bool small);

static inline uint32_t
rw_readset_moment(const rw_readset *set, size_t place)
{
    return atomic_load_explicit(&set->moments[place], memory_order_relaxed);
}

static inline uint32_t
rw_readset_count(const rw_readset *set)
{
    return atomic_load_explicit(&set->count, memory_order_relaxed);
}

/* What is held of the place from now on: a moment since the set's base, or 0, nothing. With the stream's lock. */
static inline void
rw_readset_put(rw_readset *set, size_t place, uint32_t moment)
{
    uint32_t more = (uint32_t)(moment != 0) - (uint32_t)(rw_readset_moment(set, place) != 0);
    atomic_store_explicit(&set->count, rw_readset_count(set) + more, memory_order_relaxed);
    atomic_store_explicit(&set->moments[place], moment, memory_order_relaxed);
}

/* Tells what the set holds of before that moment, but what `writer` knows of, as of rw_readset_tell_of(): items in a
 * row that were read in one epoch as one range, of the first moment. How many of objects that live. With the stream's
 * lock. */
uint32_t rw_readset_tell_set(rw_thread *thread, rw_readsets *sets, const rw_thread *writer, rw_readset *set,
                             uint64_t before);

/* What the thread has read by that instruction was held in vain: it is told after all. Owner. */
void rw_readset_note_vain(rw_readsets *sets, uint64_t place, uint32_t weight);

/* An instruction's reads are held in vain where its thread writes one of so many next, or does not come back to one of
 * so many; where that goes on for long, none is held for a while. */
enum { RW_READSET_WRITTEN = 16, RW_READSET_FORGOTTEN = 2, RW_READSET_TOO_OFTEN = 2048 };

#endif
