/* Read sets: what one instruction reads of many places close to each other, items of one list or the same key of
 * objects numbered in a row, is kept back (kept.h) as a moment for each, in place of an entry for each.
 *
 * A set belongs to one thread and one instruction with its stack, and holds the latest read of each place, whatever the
 * epoch, as of its own moment. Only reads are held there that saw no write but such as are known to happen before. Each
 * cell that they went through says so (OWNED or KEPT, cell.h): whoever takes an object from its owner tells what was
 * read of it, whoever writes to one that is nobody's alone the reads that it does not know to happen before, and takes
 * them out of their sets. So a read that is held as of a moment of the present epoch stands for the next one.
 */
#ifndef RW_READSET_H
#define RW_READSET_H

#include "cell.h"
#include "moments.h"
#include "thread.h"

enum {
    RW_READSET_BITS = 8, /* of the keys, or object numbers, that one set tells apart */
    RW_READSET_PLACES = 1 << RW_READSET_BITS,
};

/* A read that may be held. */
typedef struct {
    PyObject *object;
    uint64_t name, key, place, now; /* as of rw_remembered */
    PyObject *text;                 /* what the key is to be described by, or NULL */
    bool untold;                    /* the object's OBJECT record has not been written */
    bool small;                     /* key and object: it lies with those of other objects, not of other keys */
} rw_read;

struct rw_readset_block;

/* Reads of the places of a block. All but `now` is written by the owner, with the stream's lock; others read with it,
 * and take reads out of `moments` and `count`, at which the owner looks without, relaxed. */
typedef struct rw_readset {
    uint64_t name, key, place; /* name and key without the bits that a place is told apart by */
    uint64_t now;              /* in which something was last held; owner */
    uint64_t base;             /* moment (kept.h) from which the others count */
    bool small;
    uint32_t stack;
    uint32_t type;          /* number of the type of objects that have no OBJECT record yet */
    _Atomic uint32_t count; /* places of which a read is held */
    const void *of_type;    /* that type's address */
    struct rw_readset_block *block;
    struct rw_readset *next;                     /* of the same block */
    struct rw_readset *other;                    /* the same but for the stack; in a circle */
    struct rw_readset *below, *above;            /* of short lists: of the items before and behind; NULL: none */
    _Atomic uint32_t moments[RW_READSET_PLACES]; /* since `base`; 0: nothing is held */
} rw_readset;

enum { RW_READSET_BUCKETS = 512, RW_READSET_FRONT = 1024 };

/* What a thread holds in read sets. */
typedef struct rw_readsets {
    rw_readset *front[RW_READSET_FRONT];                  /* where a set was found last; owner */
    struct rw_readset_block *buckets[RW_READSET_BUCKETS]; /* owner with the stream's lock; others read with it */
    size_t room;           /* that sets and blocks take, in sets; owner with the stream's lock; others read with it */
    size_t lists;          /* blocks of items; owner with the stream's lock; others read with it */
    rw_moments moments;    /* in which epochs the reads were made; with the stream's lock */
    uint64_t now;          /* in which something was last held, and */
    uint64_t since;        /* the moment when the first was, which none has; owner */
    uint32_t evicted;      /* bucket where room was last made; owner */
    uint32_t held;         /* reads, */
    uint32_t made;         /* sets, and, */
    _Atomic uint32_t told; /* since it was last asked whether holding pays; raised by others, too; relaxed */
    uint32_t pause;        /* reads that are not to be held, for it does not; owner */
    uint16_t vain[256];    /* how much of what an instruction reads was held in vain of late; owner */
} rw_readsets;

static inline uint64_t
rw_readset_mask(void)
{
    return RW_READSET_PLACES - 1;
}

/* Where the set of the read was found last. */
static inline rw_readset **
rw_readset_front(rw_readsets *sets, const rw_read *read)
{
    uint64_t block = read->small ? read->name & ~rw_readset_mask() : read->key & ~rw_readset_mask();
    uint64_t other = read->small ? read->key : read->name;
    uint64_t hash = (block ^ read->place ^ other * UINT64_C(0xFF51AFD7ED558CCD)) * UINT64_C(0x9E3779B97F4A7C15);
    return &sets->front[hash >> 54];
}

static inline bool
rw_readset_is_of(const rw_readset *set, const rw_read *read)
{
    uint64_t of_name = read->small ? ~rw_readset_mask() : ~UINT64_C(0);
    uint64_t of_key = read->small ? ~UINT64_C(0) : ~rw_readset_mask();
    return set->place == read->place && set->name == (read->name & of_name) && set->key == (read->key & of_key) &&
           set->small == read->small;
}

static inline size_t
rw_readset_place(const rw_read *read)
{
    return (size_t)((read->small ? read->name : read->key) & rw_readset_mask());
}

/* Whether the thread has made the read before in this epoch, and nobody has written there since. Owner. */
static inline bool
rw_readset_has(rw_readsets *sets, const rw_read *read)
{
    const rw_readset *set = *rw_readset_front(sets, read);
    if (sets->now != read->now || set == NULL || !rw_readset_is_of(set, read)) {
        return false;
    }
    uint32_t moment = atomic_load_explicit(&set->moments[rw_readset_place(read)], memory_order_relaxed);
    return moment != 0 && set->base + moment > sets->since;
}

/* Holds a read whose cells have been entered: the object's own, or its key's, and of an item the item's (else NULL).
 * False: somebody has written there since, or there is no memory, or most of what is held is told in the end. Owner. */
bool rw_readset_hold(rw_thread *self, rw_readsets *sets, const rw_read *read, const rw_entered *object,
                     const rw_entered *item);

/* Tells what is held of that key of the object (RW_KEY_ALL: of all of it), but what `writer` (NULL: nobody) knows to
 * happen before, as synchronisation says or as of another epoch of its own. Called with the lock of the thread's
 * stream held. */
void rw_readset_tell_of(rw_thread *thread, rw_readsets *sets, const rw_thread *writer, uint64_t number, uint64_t key);

/* Tells everything. With the lock. */
void rw_readset_tell(rw_thread *thread, rw_readsets *sets);

/* Tells what is so old that a reader of the trace might not know of its time any more, in the part of the sets that
 * comes `from` to `to` epochs after a round of sweeping began (kept.c). Owner. */
void rw_readset_sweep(rw_thread *self, rw_readsets *sets, uint32_t from, uint32_t to);

void rw_readset_free(rw_readsets *sets);

#endif
