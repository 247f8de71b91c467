/* Read sets: what one instruction reads of many places close to each other, items of one list or the same key of
 * objects numbered in a row, is kept back (kept.h) as a bit for each, in place of an entry for each.
 *
 * A set belongs to one thread and one instruction (with the calls that led there), and holds the reads of one epoch, as
 * of its first one; the few former sets of the same places stay until the thread has read all of theirs again. Only
 * reads are held there that saw no write but such as are known to happen before. Each cell that they went through says
 * so (OWNED or KEPT, cell.h): whoever takes an object from its owner tells what was read of it, whoever writes to one
 * that is nobody's alone the reads that it does not know to happen before, and takes them out of their sets. So a read
 * whose bit is set in a set of the present epoch is a repeat.
 */
#ifndef RW_READSET_H
#define RW_READSET_H

#include "cell.h"
#include "thread.h"

enum {
    RW_READSET_BITS = 8, /* of the keys, or object numbers, that one set tells apart */
    RW_READSET_PLACES = 1 << RW_READSET_BITS,
    RW_READSET_WORDS = RW_READSET_PLACES / 64,
    RW_READSET_EPOCHS = 4, /* that reads of the same places are held of */
};

/* A read that may be held. */
typedef struct {
    PyObject *object;
    uint64_t name, key, place, now; /* as of rw_remembered */
    PyObject *text;                 /* what the key is to be described by, or NULL */
    bool untold;                    /* the object's OBJECT record has not been written */
    bool small;                     /* key and object: it lies with those of other objects, not of other keys */
} rw_read;

/* All fields are written by the owner, with the stream's lock; `bits` are set by the owner without, and cleared with
 * it, or by the owner. */
typedef struct {
    uint64_t now;    /* of all its reads */
    uint64_t moment; /* of the first (kept.h) */
    uint32_t stack;
    _Atomic uint64_t bits[RW_READSET_WORDS];
} rw_readset;

/* The sets of one instruction for the same places. Written by the owner, with the stream's lock; others read with it.
 */
typedef struct rw_readset_group {
    uint64_t name, key, place; /* name and key without the bits that a place is told apart by */
    bool small;
    uint32_t newest;
    uint32_t type;       /* number of the type of objects that have no OBJECT record yet */
    const void *of_type; /* that type's address */
    rw_readset sets[RW_READSET_EPOCHS];
    struct rw_readset_group *next; /* of the same block */
} rw_readset_group;

struct rw_readset_block;

enum { RW_READSET_BUCKETS = 512, RW_READSET_FRONT = 1024 };

/* What a thread holds in read sets. */
typedef struct rw_readsets {
    rw_readset_group *front[RW_READSET_FRONT];            /* where a group was found last; owner */
    struct rw_readset_block *buckets[RW_READSET_BUCKETS]; /* owner with the stream's lock; others read with it */
    size_t room;      /* that groups and blocks take, in groups; owner with the stream's lock; others read with it */
    size_t lists;     /* blocks of items; owner with the stream's lock; others read with it */
    uint32_t evicted; /* bucket where room was last made; owner */
    uint32_t held;    /* reads, */
    uint32_t made;    /* groups, and, */
    _Atomic uint32_t told; /* since it was last asked whether holding pays; with the stream's lock, owner reads */
    uint32_t pause;        /* reads that are not to be held, for it does not; owner */
    uint16_t vain[256];    /* how much of what an instruction reads was held in vain of late; owner */
} rw_readsets;

static inline uint64_t
rw_readset_mask(void)
{
    return RW_READSET_PLACES - 1;
}

/* Where the group of the read was found last. */
static inline rw_readset_group **
rw_readset_front(rw_readsets *sets, const rw_read *read)
{
    uint64_t block = read->small ? read->name & ~rw_readset_mask() : read->key & ~rw_readset_mask();
    uint64_t other = read->small ? read->key : read->name;
    uint64_t hash = (block ^ read->place ^ other * UINT64_C(0xFF51AFD7ED558CCD)) * UINT64_C(0x9E3779B97F4A7C15);
    return &sets->front[hash >> 54];
}

static inline bool
rw_readset_is_of(const rw_readset_group *group, const rw_read *read)
{
    uint64_t of_name = read->small ? ~rw_readset_mask() : ~UINT64_C(0);
    uint64_t of_key = read->small ? ~UINT64_C(0) : ~rw_readset_mask();
    return group->place == read->place && group->name == (read->name & of_name) && group->key == (read->key & of_key) &&
           group->small == read->small;
}

/* Its bit in a set: word and mask. */
static inline size_t
rw_readset_bit(const rw_read *read, uint64_t *mask)
{
    uint64_t bit = (read->small ? read->name : read->key) & rw_readset_mask();
    *mask = UINT64_C(1) << (bit & 63);
    return (size_t)(bit >> 6);
}

/* Whether the thread has made the read before in this epoch, and nobody has written there since. Owner. */
static inline bool
rw_readset_has(rw_readsets *sets, const rw_read *read)
{
    const rw_readset_group *group = *rw_readset_front(sets, read);
    if (group == NULL || !rw_readset_is_of(group, read)) {
        return false;
    }
    uint64_t mask;
    size_t word = rw_readset_bit(read, &mask);
    const rw_readset *set = &group->sets[group->newest];
    return set->now == read->now && (atomic_load_explicit(&set->bits[word], memory_order_relaxed) & mask) != 0;
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
