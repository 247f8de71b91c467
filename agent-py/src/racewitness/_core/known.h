/* What a thread knows of the others by synchronisation: for the first ring slots of the process, the last epoch of each
 * that happens before what the thread does now. It may know less than is true (places are few, and some orders are not
 * followed), never more than the analyzer will find in the SYNC records: it decides which accesses of others need not
 * be told again (cell.c).
 */
#ifndef RW_KNOWN_H
#define RW_KNOWN_H

#include "thread.h"

/* By ring slot: what other threads want to know of the thread that has it. A new thread of the slot goes on counting
 * epochs where the last one ended. */
enum { RW_NAMED_SLOTS = 0xFFFE };
extern struct rw_slot_state {
    _Alignas(64) _Atomic uint32_t epoch; /* the thread's; written by it, relaxed */
    _Atomic uint32_t floor;     /* whoever knows of the slot's epoch N knows of all from `floor` to N; written likewise:
                                   raised as a thread gets the slot, unless it began after the last one's end */
    _Atomic uint32_t disturbed; /* raised by whoever has read what the thread wrote in its present epoch; relaxed */
    _Atomic uint32_t pins;      /* thread_pin.c: others that are at work in the thread's state, or look for it */
    _Atomic(struct rw_thread *) thread; /* thread_pin.c: NULL, none that may be pinned; changed by itself */
} rw_of_slot[RW_NAMED_SLOTS];

/* The thread has got its ring slot: its first epoch. Owner. */
void rw_known_begin(rw_thread *self);

/* Around the drawing of a SYNC record's stamp: what the thread learns before it, and leaves for others behind it as
 * known up to `epoch`, so that nobody knows of an order that the stamps deny. Owner. */
void rw_known_learn(rw_thread *self, enum rw_sync_kind kind, uint64_t object, uint64_t token);
void rw_known_leave(rw_thread *self, enum rw_sync_kind kind, uint64_t object, uint64_t token, uint32_t epoch);

/* For known_posts.c: how many slots of `known` are in use, of any thread, with this one's; `from` is known, too. Owner.
 */
int rw_known_slots(const rw_thread *self);
void rw_known_add(uint32_t *into, const uint32_t *from, int slots);

/* In the child of a fork, while it is alone. */
void rw_known_after_fork_child(void);

/* Whether all that the slot's threads did up to an epoch, of which the lower bits are given, happens before what this
 * thread does now. Epochs of which those bits are not enough (2^24 ago and more) are taken for later ones, and from
 * 2^31 on for unknown. Owner. */
static inline bool
rw_known_covers(const rw_thread *self, uint32_t slot, uint32_t epoch, uint32_t mask)
{
    if (slot >= RW_KNOWN_SLOTS) {
        return false;
    }
    uint32_t latest = atomic_load_explicit(&rw_of_slot[slot].epoch, memory_order_relaxed);
    uint32_t meant = latest - ((latest - epoch) & mask);
    return latest < UINT32_MAX / 2 && meant <= self->known[slot] &&
           meant >= atomic_load_explicit(&rw_of_slot[slot].floor, memory_order_relaxed);
}

/* Whether a thread that is about to write knows that what `other` did in the epoch of that `now` (filter.h) happens
 * before, as synchronisation says; of its own, whether there is any between. NULL knows nothing. Owner of `writer`. */
static inline bool
rw_known_to_writer(const rw_thread *writer, const rw_thread *other, uint64_t now)
{
    uint32_t epoch = (uint32_t)(now >> 32);
    if (writer == other) {
        return epoch != other->epoch;
    }
    return writer != NULL && rw_known_covers(writer, other->slot, epoch, UINT32_MAX);
}

#endif
