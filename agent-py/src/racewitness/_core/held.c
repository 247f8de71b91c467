#include "held.h"

#include <pthread.h>

#include "session.h"

enum { OBJECTS = 1024, SWEEP_PART = 25 /* of a second: 40 ms */ };

/* How many ranges of the objects of one hash are held back, by any thread; raised before the range is in its thread's
 * list, lowered when it has left it. */
static _Atomic uint32_t held_of[OBJECTS];

static _Atomic uint32_t *
count_of(uint64_t object)
{
    return &held_of[(object * UINT64_C(0x9E3779B97F4A7C15)) >> 54];
}

static rw_held *
held_of_thread(rw_thread *thread)
{
    return atomic_load_explicit(&thread->held, memory_order_acquire);
}

void
rw_next_epoch(rw_thread *self)
{
    rw_held_record(self);
    self->epoch++;
    if (self->slot < RW_NAMED_SLOTS) {
        atomic_store_explicit(&rw_of_slot[self->slot].epoch, self->epoch, memory_order_relaxed);
    }
    rw_kept_sweep(self);
}

void
rw_held_add(rw_thread *self, rw_range *range)
{
    rw_held *held = held_of_thread(self);
    uint32_t count = atomic_load_explicit(&held->count, memory_order_relaxed);
    if (count == RW_HELD_MAX) {
        rw_held_record(self);
        count = 0;
    }
    if (count == 0) {
        rw_thread_lock(self);
        held->since = rw_clock_ticks();
        rw_thread_unlock(self);
    }
    range->held = true;
    atomic_fetch_add_explicit(count_of(rw_name_object(range->name)), 1, memory_order_seq_cst);
    held->ranges[count] = range;
    atomic_store_explicit(&held->count, count + 1, memory_order_release);
}

/* What of the range is not recorded yet. Called with the stream's lock held, `owner`: by the thread itself; false when
 * there is no room, or the session is off. */
static bool
record(rw_thread *thread, rw_range *range, bool owner)
{
    uint32_t count = atomic_load_explicit(&range->count, memory_order_acquire);
    uint32_t done = atomic_load_explicit(&range->recorded, memory_order_relaxed);
    if (count == done) {
        return true;
    }
    uint64_t length = count - done;
    uint64_t stride = (uint64_t)(range->stride < 0 ? -(int64_t)range->stride : range->stride);
    uint64_t first = range->first + (uint64_t)(int64_t)range->stride * (range->stride < 0 ? count - 1 : done);
    uint64_t keys = length | (stride == 1 ? 0 : stride) << 32;
    if (range->moment != 0) {
        rw_kept_range(thread, range, first, keys, owner);
    }
    else {
        unsigned words = length == 1 ? 3 : 4;
        uint64_t *record =
            rw_begin_event_locked(thread, length == 1 ? RW_ACCESS : RW_ACCESS_RANGE, rw_name_operation(range->name),
                                  words, range->stack, rw_name_object(range->name));
        if (record == NULL) {
            return false;
        }
        record[2] = first;
        if (words > 3) {
            record[3] = keys;
        }
        thread->events += length;
        rw_commit_event_locked(thread, words);
    }
    atomic_store_explicit(&range->recorded, count, memory_order_release);
    return true;
}

/* Called with the stream's lock held. */
static void
record_all(rw_thread *thread, bool owner)
{
    rw_held *held = held_of_thread(thread);
    uint32_t count = atomic_load_explicit(&held->count, memory_order_acquire);
    for (uint32_t i = 0; i < count && record(thread, held->ranges[i], owner); i++) {
    }
}

void
rw_held_record(rw_thread *self)
{
    rw_held *held = held_of_thread(self);
    uint32_t count = held == NULL ? 0 : atomic_load_explicit(&held->count, memory_order_relaxed);
    if (count == 0) {
        return;
    }
    rw_thread_lock(self);
    record_all(self, true);
    atomic_store_explicit(&held->count, 0, memory_order_release);
    rw_thread_unlock(self);
    for (uint32_t i = 0; i < count; i++) {
        held->ranges[i]->held = false;
        atomic_fetch_sub_explicit(count_of(rw_name_object(held->ranges[i]->name)), 1, memory_order_release);
    }
}

void
rw_held_record_before_kept(rw_thread *self, uint64_t object)
{
    const rw_held *held = held_of_thread(self);
    uint32_t count = held == NULL ? 0 : atomic_load_explicit(&held->count, memory_order_relaxed);
    for (uint32_t i = 0; i < count; i++) {
        if (held->ranges[i]->moment == 0 || rw_name_object(held->ranges[i]->name) == object) {
            rw_held_record(self);
            return;
        }
    }
}

/* The thread is pinned. */
static void
pull(rw_thread *thread)
{
    rw_held *held = held_of_thread(thread);
    if (held != NULL && atomic_load_explicit(&held->count, memory_order_acquire) != 0) {
        rw_thread_lock(thread);
        record_all(thread, false);
        rw_thread_unlock(thread);
    }
}

void
rw_held_pull(uint32_t slot)
{
    rw_thread *thread = rw_thread_pin(slot);
    if (thread != NULL) {
        pull(thread);
        rw_thread_unpin(thread);
    }
}

static void
pull_all_but(const rw_thread *self)
{
    for (rw_thread *thread = rw_thread_pin_next(NULL); thread != NULL; thread = rw_thread_pin_next(thread)) {
        if (thread != self) {
            pull(thread);
        }
    }
}

/* Whether another thread than this one holds a range of that object back, or of one of the same hash. */
static bool
is_held_elsewhere(const rw_thread *self, uint64_t object)
{
    uint32_t all = atomic_load_explicit(count_of(object), memory_order_seq_cst);
    const rw_held *held = atomic_load_explicit(&self->held, memory_order_relaxed);
    uint32_t count = all == 0 || held == NULL ? 0 : atomic_load_explicit(&held->count, memory_order_relaxed);
    for (uint32_t i = 0; i < count; i++) {
        all -= count_of(rw_name_object(held->ranges[i]->name)) == count_of(object);
    }
    return all != 0;
}

/* Whether that key of the object (RW_KEY_ALL: any) is in the range. With the lock of its thread's stream. */
static bool
covers(const rw_range *range, uint64_t object, uint64_t key)
{
    uint64_t count = atomic_load_explicit(&range->count, memory_order_acquire);
    uint64_t last = range->first + (uint64_t)(int64_t)range->stride * (count - 1);
    return rw_name_object(range->name) == object &&
           (key == RW_KEY_ALL ||
            (range->stride < 0 ? last <= key && key <= range->first : range->first <= key && key <= last));
}

/* Records what the thread, which is pinned, holds back, if that key is in one of its ranges; then true. */
static bool
pull_if(rw_thread *thread, uint64_t object, uint64_t key)
{
    rw_held *held = held_of_thread(thread);
    bool any = false;
    if (held != NULL && atomic_load_explicit(&held->count, memory_order_acquire) != 0) {
        rw_thread_lock(thread);
        uint32_t count = atomic_load_explicit(&held->count, memory_order_acquire);
        for (uint32_t i = 0; i < count && !any; i++) {
            any = covers(held->ranges[i], object, key);
        }
        if (any) {
            record_all(thread, false);
        }
        rw_thread_unlock(thread);
    }
    return any;
}

bool
rw_held_pull_of(rw_thread *self, uint64_t object, uint64_t key)
{
    if (!is_held_elsewhere(self, object)) {
        return false;
    }
    bool any = false;
    for (rw_thread *thread = rw_thread_pin_next(NULL); thread != NULL; thread = rw_thread_pin_next(thread)) {
        any |= thread != self && pull_if(thread, object, key);
    }
    if (any) {
        rw_held_record(self);
    }
    return any;
}

void
rw_held_pull_all(rw_thread *self, uint64_t object)
{
    rw_held_record(self);
    if (atomic_load_explicit(count_of(object), memory_order_seq_cst) != 0) {
        pull_all_but(self);
    }
}

void
rw_held_pull_everything(void)
{
    pull_all_but(NULL);
}

/* Room for one record of the longest kind that is written here, and a TIME record before it. */
static bool
has_room(rw_thread *thread)
{
    uint64_t sent = atomic_load_explicit(&thread->page->sent, memory_order_acquire);
    return thread->position + 7 * RW_WORD_BYTES <= sent + thread->ring_mask + 1;
}

bool
rw_held_sweep(uint64_t now)
{
    bool any = false;
    rw_session *session = &rw_the_session;
    pthread_mutex_lock(&session->lock);
    for (rw_thread *thread = session->threads; thread != NULL; thread = thread->next) {
        rw_held *held = held_of_thread(thread);
        uint32_t count = held == NULL ? 0 : atomic_load_explicit(&held->count, memory_order_acquire);
        any |= count != 0;
        if (count == 0 || atomic_exchange_explicit(&thread->lock, true, memory_order_acquire)) {
            continue;
        }
        /* Its thread may have recorded and given up the ranges before this one had the lock. */
        count = atomic_load_explicit(&held->count, memory_order_acquire);
        if (now - held->since > session->ticks_per_second / SWEEP_PART) {
            for (uint32_t i = 0; i < count && has_room(thread); i++) {
                if (held->ranges[i]->moment == 0 && !record(thread, held->ranges[i], false)) {
                    break;
                }
            }
            held->since = now;
        }
        rw_thread_unlock(thread);
    }
    pthread_mutex_unlock(&session->lock);
    return any;
}
