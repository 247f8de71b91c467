#include "kept_table.h"

bool
rw_kept_is_of_use(const rw_remembered *slot)
{
    return slot->name != 0 && (!rw_kept_is(slot) || rw_object_known(slot->object) == rw_kept_object(slot));
}

static rw_remembered *
at_turn(const rw_kept *kept, const rw_set *set)
{
    return rw_kept_slots(kept, set) + set->turn;
}

static bool
is_unused(const rw_remembered *slot, uint64_t now)
{
    return slot->name == 0 || (!rw_kept_is(slot) && slot->now != now);
}

/* Turns the set to a slot that may give way: nothing is kept there, nor was recorded in this epoch; of the next one
 * also where the object is gone. False: there is none. */
static bool
turn_to_free(const rw_kept *kept, rw_set *set, uint64_t now)
{
    if (is_unused(at_turn(kept, set), now) || !rw_kept_is_of_use(at_turn(kept, set))) {
        return true;
    }
    if (set->busy == now + 1) {
        return false; /* what has been put there since is of the same epoch */
    }
    for (int i = 0; i < RW_WAYS; i++) {
        set->turn = (set->turn + 1) % RW_WAYS;
        if (is_unused(at_turn(kept, set), now)) {
            return true;
        }
    }
    set->busy = now + 1;
    return false;
}

static uint16_t
tag_of(uint64_t hash)
{
    return (uint16_t)(hash >> 48) | 1;
}

static rw_remembered *
take_next(const rw_kept *kept, rw_set *set, const rw_remembered *made)
{
    rw_remembered *slot = at_turn(kept, set);
    uint64_t hash = rw_kept_hash(made->name, made->key, made->place);
    set->tags[set->turn] = tag_of(hash);
    set->turn = (set->turn + 1) % RW_WAYS;
    *rw_kept_latest(kept, hash) = (uint16_t)(slot - kept->slots);
    return slot;
}

rw_set *
rw_kept_other(const rw_kept *kept, uint64_t number, uint64_t key)
{
    uint64_t hash = (number ^ key * UINT64_C(0xFF51AFD7ED558CCD)) * UINT64_C(0x9E3779B97F4A7C15);
    return &kept->sets[hash >> 20 & (kept->size / RW_WAYS - 1)];
}

rw_remembered *
rw_kept_find(const rw_kept *kept, uint64_t name, uint64_t key, uint64_t place, uint64_t keys)
{
    uint64_t hash = rw_kept_hash(name, key, place);
    uint16_t *latest = rw_kept_latest(kept, hash);
    if (rw_kept_has(&kept->slots[*latest], name, key, place, keys)) {
        return &kept->slots[*latest];
    }
    uint16_t tag = tag_of(hash);
    const rw_set *home = rw_kept_home(kept, rw_name_object(name)), *set = home;
    do {
        rw_remembered *slots = rw_kept_slots(kept, set);
        for (int i = 0; i < RW_WAYS; i++) {
            if (set->tags[i] == tag && rw_kept_has(&slots[i], name, key, place, keys)) {
                *latest = (uint16_t)(&slots[i] - kept->slots);
                return &slots[i];
            }
        }
        set = set == home && home->full ? rw_kept_other(kept, rw_name_object(name), key) : home;
    } while (set != home);
    return NULL;
}

rw_remembered *
rw_kept_take(const rw_kept *kept, const rw_remembered *made)
{
    rw_set *home = rw_kept_home(kept, rw_kept_object(made));
    return turn_to_free(kept, home, made->now) ? take_next(kept, home, made) : NULL;
}

rw_remembered *
rw_kept_take_elsewhere(rw_kept *kept, const rw_remembered *made)
{
    uint64_t number = rw_kept_object(made);
    rw_kept_home(kept, number)->full = true;
    rw_set *other = rw_kept_other(kept, number, made->key);
    turn_to_free(kept, other, made->now);
    return take_next(kept, other, made);
}
