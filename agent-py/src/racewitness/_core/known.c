#include "known.h"

#include "known_posts.h"
#include "spin.h"

#include <string.h>

enum { PLACES = 4096 };

/* What was known at the latest release of a lock, at the start and end of a thread, and by all that was signalled;
 * where two of them meet in one place the later stays. All but `busy` is guarded by `busy`; who has it waits for nobody
 * else. */
static struct place {
    _Atomic bool busy;
    uint64_t name, token;
    uint32_t known[RW_KNOWN_SLOTS];
} places[PLACES];

/* Names of what is no object. */
#define FORKED (UINT64_C(1) << 62)
#define ENDED (UINT64_C(1) << 63)

struct rw_slot_state rw_of_slot[RW_NAMED_SLOTS];

/* Slots of `known` that are in use, of any thread: raised before the first one of a slot is left anywhere; relaxed. */
static _Atomic int used_slots;

int
rw_known_slots(const rw_thread *self)
{
    uint32_t slot = self->slot;
    int used = atomic_load_explicit(&used_slots, memory_order_relaxed);
    while (slot < RW_KNOWN_SLOTS && used <= (int)slot &&
           !atomic_compare_exchange_weak_explicit(&used_slots, &used, (int)slot + 1, memory_order_relaxed,
                                                  memory_order_relaxed)) {
    }
    return slot < RW_KNOWN_SLOTS && used <= (int)slot ? (int)slot + 1 : used;
}

void
rw_known_add(uint32_t *into, const uint32_t *from, int slots)
{
    for (int slot = 0; slot < slots; slot++) {
        into[slot] = from[slot] > into[slot] ? from[slot] : into[slot];
    }
}

static size_t
hash_of(uint64_t name, uint64_t token)
{
    uint64_t hash = (name ^ token * UINT64_C(0xFF51AFD7ED558CCD)) * UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)(hash >> 40);
}

/* ---- locks, threads, signals ---- */

static void
leave(const rw_thread *self, uint64_t name, uint64_t token, uint32_t epoch, bool gathers)
{
    struct place *place = &places[hash_of(name, token) % PLACES];
    int slots = rw_known_slots(self);
    rw_spin_lock(&place->busy);
    bool goes_on = gathers && place->name == name && place->token == token;
    if (!goes_on) {
        place->name = name;
        place->token = token;
        memset(place->known, 0, sizeof(place->known));
    }
    rw_known_add(place->known, self->known, slots);
    if (self->slot < RW_KNOWN_SLOTS) {
        place->known[self->slot] = epoch;
    }
    rw_spin_unlock(&place->busy);
}

static void
learn(rw_thread *self, uint64_t name, uint64_t token)
{
    struct place *place = &places[hash_of(name, token) % PLACES];
    rw_spin_lock(&place->busy);
    if (place->name == name && place->token == token) {
        rw_known_add(self->known, place->known, rw_known_slots(self));
    }
    rw_spin_unlock(&place->busy);
}

/* ---- all ---- */

void
rw_known_learn(rw_thread *self, enum rw_sync_kind kind, uint64_t object, uint64_t token)
{
    switch (kind) {
        case RW_SYNC_ACQUIRE: learn(self, object, 0); break;
        case RW_SYNC_BEGIN: learn(self, FORKED, self->uid); break;
        case RW_SYNC_JOIN: learn(self, ENDED, token); break;
        case RW_SYNC_OBSERVE: learn(self, object, token + 1); break;
        case RW_SYNC_TAKE: rw_posts_take(self, object, token, true); break;
        case RW_SYNC_DROP:
        case RW_SYNC_EVICT: rw_posts_take(self, object, token, false); break;
        default: break;
    }
    struct rw_slot_state *own = self->slot < RW_KNOWN_SLOTS ? &rw_of_slot[self->slot] : NULL;
    if (kind == RW_SYNC_BEGIN && own != NULL && self->known[self->slot] >= self->first_epoch - 1) {
        atomic_store_explicit(&own->floor, self->former_floor, memory_order_relaxed);
    }
}

void
rw_known_leave(rw_thread *self, enum rw_sync_kind kind, uint64_t object, uint64_t token, uint32_t epoch)
{
    switch (kind) {
        case RW_SYNC_RELEASE: leave(self, object, 0, epoch, false); break;
        case RW_SYNC_FORK: leave(self, FORKED, token, epoch, false); break;
        case RW_SYNC_END: leave(self, ENDED, self->uid, self->epoch, false); break;
        case RW_SYNC_SIGNAL: leave(self, object, token + 1, epoch, true); break;
        case RW_SYNC_POST: rw_posts_add(self, object, token, epoch, true); break;
        case RW_SYNC_PLACE: rw_posts_add(self, object, token, epoch, false); break;
        default: break;
    }
}

void
rw_known_begin(rw_thread *self)
{
    if (self->slot < RW_NAMED_SLOTS) {
        struct rw_slot_state *own = &rw_of_slot[self->slot];
        self->epoch = atomic_load_explicit(&own->epoch, memory_order_relaxed) + 1;
        self->former_floor = atomic_load_explicit(&own->floor, memory_order_relaxed);
        atomic_store_explicit(&own->floor, self->epoch, memory_order_relaxed);
        atomic_store_explicit(&own->epoch, self->epoch, memory_order_relaxed);
    }
    self->first_epoch = self->epoch;
}

void
rw_known_after_fork_child(void)
{
    for (int i = 0; i < PLACES; i++) {
        if (atomic_load_explicit(&places[i].busy, memory_order_relaxed)) {
            places[i].name = 0; /* its thread does not exist here */
            atomic_store_explicit(&places[i].busy, false, memory_order_relaxed);
        }
    }
    rw_posts_after_fork_child();
}
