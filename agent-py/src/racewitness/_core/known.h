/* What a thread knows of the others by synchronisation: for the first threads of the process, the last epoch of each
 * that happens before what the thread does now. It may know less than is true (locks are forgotten), and it decides
 * about no race: it says which accesses of others need not be looked at again, so that reads behind them can be held
 * back (filter.c). */
#ifndef RW_KNOWN_H
#define RW_KNOWN_H

#include "thread.h"

/* A SYNC record is about to be written, in the thread's present epoch. */
void rw_known_sync(rw_thread *self, enum rw_sync_kind kind, uint64_t object, uint64_t token);

/* In the child of a fork, while it is alone. */
void rw_known_after_fork_child(void);

/* Whether all that the thread in that ring slot did up to an epoch, of which the lower bits are given, happens before.
 */
static inline bool
rw_known_covers(const rw_thread *self, uint32_t slot, uint32_t epoch, uint32_t mask)
{
    return slot < RW_KNOWN_SLOTS && self->known[slot] != 0 && ((self->known[slot] - epoch) & mask) <= mask / 2;
}

#endif
