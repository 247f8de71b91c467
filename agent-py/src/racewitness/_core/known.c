#include "known.h"

#include <sched.h>
#include <string.h>

enum { PLACES = 1024, TURNS = 64 };

/* What was known at the latest release of a lock, at the start and end of a thread, and by all that was put into a
 * queue or signalled; where two of them meet in one place the later stays. Guarded by `busy`; a writer of the place
 * waits for nobody else. */
static struct place {
    _Atomic bool busy;
    uint64_t name, token;
    uint32_t known[RW_KNOWN_SLOTS];
} places[PLACES];

/* Names of what is no object. */
#define FORKED (UINT64_C(1) << 62)
#define ENDED (UINT64_C(1) << 63)

/* Slots of `known` that are in use, of any thread: raised before the first one of a slot is left anywhere; relaxed. */
static _Atomic int used_slots;

static int
slots_with(uint32_t slot)
{
    int used = atomic_load_explicit(&used_slots, memory_order_relaxed);
    while (slot < RW_KNOWN_SLOTS && used <= (int)slot &&
           !atomic_compare_exchange_weak_explicit(&used_slots, &used, (int)slot + 1, memory_order_relaxed,
                                                  memory_order_relaxed)) {
    }
    return slot < RW_KNOWN_SLOTS && used <= (int)slot ? (int)slot + 1 : used;
}

static void
add(uint32_t *into, const uint32_t *from, int slots)
{
    for (int slot = 0; slot < slots; slot++) {
        into[slot] = from[slot] > into[slot] ? from[slot] : into[slot];
    }
}

static struct place *
lock_place(uint64_t name, uint64_t token)
{
    uint64_t hash = (name ^ token * UINT64_C(0xFF51AFD7ED558CCD)) * UINT64_C(0x9E3779B97F4A7C15);
    struct place *place = &places[hash >> 54];
    for (unsigned turns = 1; atomic_exchange_explicit(&place->busy, true, memory_order_acquire); turns++) {
        if (turns % TURNS == 0) {
            sched_yield();
        }
    }
    return place;
}

static void
unlock_place(struct place *place)
{
    atomic_store_explicit(&place->busy, false, memory_order_release);
}

static void
leave(const rw_thread *self, uint64_t name, uint64_t token)
{
    struct place *place = lock_place(name, token);
    if (place->name != name || place->token != token) {
        place->name = name;
        place->token = token;
        memset(place->known, 0, sizeof(place->known));
    }
    add(place->known, self->known, slots_with(self->slot));
    if (self->slot < RW_KNOWN_SLOTS) {
        place->known[self->slot] = self->epoch;
    }
    unlock_place(place);
}

static void
learn(rw_thread *self, uint64_t name, uint64_t token)
{
    struct place *place = lock_place(name, token);
    if (place->name == name && place->token == token) {
        add(self->known, place->known, slots_with(self->slot));
    }
    unlock_place(place);
}

void
rw_known_sync(rw_thread *self, enum rw_sync_kind kind, uint64_t object, uint64_t token)
{
    switch (kind) {
        case RW_SYNC_ACQUIRE: learn(self, object, 0); break;
        case RW_SYNC_RELEASE: leave(self, object, 0); break;
        case RW_SYNC_FORK: leave(self, FORKED, token); break;
        case RW_SYNC_BEGIN: learn(self, FORKED, self->uid); break;
        case RW_SYNC_END: leave(self, ENDED, self->uid); break;
        case RW_SYNC_JOIN: learn(self, ENDED, token); break;
        case RW_SYNC_POST:
        case RW_SYNC_SIGNAL: leave(self, object, token + 1); break;
        case RW_SYNC_TAKE:
        case RW_SYNC_OBSERVE: learn(self, object, token + 1); break;
        default: break;
    }
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
}
