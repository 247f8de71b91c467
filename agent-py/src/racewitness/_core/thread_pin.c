/* Finding a thread by its ring slot, and keeping its state while others are at work in it: without a lock, for a thread
 * that comes to what others keep back asks all of them.
 *
 * Who pins raises the slot's `pins` and looks for its thread then; a thread that ends takes itself out and looks at
 * `pins` then, until there are none. Of the two one sees the other (all four sequentially consistent). The state of a
 * slot stays for the life of the process, so that a thread may be gone when it is pinned in vain.
 */
#include "known.h"
#include "session.h"
#include "thread.h"

/* One more than the highest slot of a thread that has not ended, of those that rw_of_slot has. Changed with the
 * session's lock, read without; sequentially consistent, like the threads of the slots. */
static _Atomic uint32_t slots_in_use;

/* Threads whose slots are beyond those; likewise. They are pinned in their own state, under the session's lock. */
static _Atomic uint32_t without_state;

static bool
has_state(uint32_t slot)
{
    return slot < RW_NAMED_SLOTS;
}

static _Atomic uint32_t *
pins_of(rw_thread *thread)
{
    return has_state(thread->slot) ? &rw_of_slot[thread->slot].pins : &thread->pins;
}

void
rw_thread_show(rw_thread *self)
{
    if (!has_state(self->slot)) {
        atomic_fetch_add(&without_state, 1);
        return;
    }
    if (atomic_load(&slots_in_use) <= self->slot) {
        atomic_store(&slots_in_use, self->slot + 1);
    }
    atomic_store(&rw_of_slot[self->slot].thread, self);
}

void
rw_thread_hide(rw_thread *self)
{
    if (!has_state(self->slot)) {
        atomic_fetch_sub(&without_state, 1);
        return;
    }
    atomic_store(&rw_of_slot[self->slot].thread, NULL);
    uint32_t slots = atomic_load(&slots_in_use);
    while (slots != 0 && atomic_load(&rw_of_slot[slots - 1].thread) == NULL) {
        slots--;
    }
    atomic_store(&slots_in_use, slots);
}

bool
rw_thread_is_pinned(rw_thread *self)
{
    return atomic_load(pins_of(self)) != 0;
}

rw_thread *
rw_thread_pin(uint32_t slot)
{
    if (!has_state(slot)) {
        return NULL;
    }
    atomic_fetch_add(&rw_of_slot[slot].pins, 1);
    rw_thread *thread = atomic_load(&rw_of_slot[slot].thread);
    if (thread == NULL) {
        atomic_fetch_sub_explicit(&rw_of_slot[slot].pins, 1, memory_order_release);
    }
    return thread;
}

void
rw_thread_unpin(rw_thread *thread)
{
    atomic_fetch_sub_explicit(pins_of(thread), 1, memory_order_release);
}

/* Of the threads without a state of their slot the one with the lowest slot from that one on. */
static rw_thread *
pin_without_state(uint32_t slot)
{
    if (atomic_load(&without_state) == 0) {
        return NULL;
    }
    rw_session *session = &rw_the_session;
    rw_thread *found = NULL;
    pthread_mutex_lock(&session->lock);
    for (rw_thread *thread = session->threads; thread != NULL; thread = thread->next) {
        if (!has_state(thread->slot) && thread->slot >= slot && (found == NULL || thread->slot < found->slot)) {
            found = thread;
        }
    }
    if (found != NULL) {
        atomic_fetch_add(&found->pins, 1);
    }
    pthread_mutex_unlock(&session->lock);
    return found;
}

rw_thread *
rw_thread_pin_next(rw_thread *thread)
{
    uint32_t slot = 0;
    if (thread != NULL) {
        slot = thread->slot + 1;
        rw_thread_unpin(thread);
    }
    for (; slot < atomic_load(&slots_in_use); slot++) {
        /* not raised in vain where there is nobody */
        rw_thread *found = atomic_load(&rw_of_slot[slot].thread) == NULL ? NULL : rw_thread_pin(slot);
        if (found != NULL) {
            return found;
        }
    }
    return pin_without_state(slot);
}

void
rw_thread_pin_after_fork_child(void)
{
    for (uint32_t slot = 0; slot < atomic_load(&slots_in_use); slot++) {
        atomic_store(&rw_of_slot[slot].thread, NULL);
        atomic_store(&rw_of_slot[slot].pins, 0);
    }
    atomic_store(&slots_in_use, 0);
    atomic_store(&without_state, 0);
}
