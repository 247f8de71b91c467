/* A lock for a few instructions, of which whoever has it waits for nothing else. In the child of a fork a lock may be
 * held by a thread that does not exist there: what it guards says how that is mended. */
#ifndef RW_SPIN_H
#define RW_SPIN_H

#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>

enum { RW_SPIN_TURNS = 64 /* after which the processor is offered to another thread */ };

static inline void
rw_spin_lock(_Atomic bool *busy)
{
    for (unsigned turns = 1; atomic_exchange_explicit(busy, true, memory_order_acquire); turns++) {
        if (turns % RW_SPIN_TURNS == 0) {
            sched_yield();
        }
    }
}

static inline void
rw_spin_unlock(_Atomic bool *busy)
{
    atomic_store_explicit(busy, false, memory_order_release);
}

#endif
