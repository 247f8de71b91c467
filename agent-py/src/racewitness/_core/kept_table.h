/* Where a thread's table (kept.h) has what it remembers: the part of kept.c that finds slots and says which gives way.
 */
#ifndef RW_KEPT_TABLE_H
#define RW_KEPT_TABLE_H

#include "kept.h"

static inline uint64_t
rw_kept_object(const rw_remembered *slot)
{
    return rw_name_object(slot->name);
}

/* The set in which an object's accesses lie. */
static inline rw_set *
rw_kept_home(const rw_kept *kept, uint64_t number)
{
    return &kept->sets[number & (kept->size / RW_WAYS - 1)];
}

static inline rw_remembered *
rw_kept_slots(const rw_kept *kept, const rw_set *set)
{
    return &kept->slots[(size_t)(set - kept->sets) * RW_WAYS];
}

static inline uint64_t
rw_kept_hash(uint64_t name, uint64_t key, uint64_t place)
{
    return (name ^ place ^ key * UINT64_C(0xFF51AFD7ED558CCD)) * UINT64_C(0x9E3779B97F4A7C15);
}

static inline uint16_t *
rw_kept_latest(const rw_kept *kept, uint64_t hash)
{
    return &kept->latest[hash >> 40 & (2 * kept->size - 1)];
}

static inline bool
rw_kept_has(const rw_remembered *slot, uint64_t name, uint64_t key, uint64_t place, uint64_t keys)
{
    return slot->name == name && slot->key == key && slot->place == place && slot->keys == keys;
}

/* The slot in which rw_kept_find() would look first, if the access is remembered there; else NULL. Owner. */
static inline rw_remembered *
rw_kept_find_latest(const rw_kept *kept, uint64_t name, uint64_t key, uint64_t place)
{
    rw_remembered *slot = &kept->slots[*rw_kept_latest(kept, rw_kept_hash(name, key, place))];
    return rw_kept_has(slot, name, key, place, 1) ? slot : NULL;
}

/* Where accesses to that key lie that have no room there. */
rw_set *rw_kept_other(const rw_kept *kept, uint64_t number, uint64_t key);

/* A slot of the object's set that may give way to the access; NULL: there is none. Owner. */
rw_remembered *rw_kept_take(const rw_kept *kept, const rw_remembered *made);

/* A slot in the other set then; what is there gives way, and may be kept. Owner, with the stream's lock. */
rw_remembered *rw_kept_take_elsewhere(rw_kept *kept, const rw_remembered *made);

#endif
