/* What the agent keeps for one thread of the program, and how that thread writes its records.
 *
 * A thread writes only to its own ring, without a lock and without touching a cache line that another program thread
 * writes; the sender (sender.c) is the only reader. Layout of the ring and its page: docs/wire-format.md, "Buffer
 * file".
 */
#ifndef RW_THREAD_H
#define RW_THREAD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clock.h"
#include "wire.h"

/* The shared page in front of a ring. Written by the owner thread: uid, committed, busy; by the sender: sent. */
typedef struct {
    _Atomic uint64_t uid; /* 0: free; owner: set at attach; sender: cleared when an ended thread's ring is drained */
    _Atomic uint64_t committed; /* owner: release-store after the records are written */
    _Atomic uint64_t sent;      /* sender: release-store after the bytes have left */
    _Atomic uint64_t ended;     /* owner: 1 when it will write no more */
    _Atomic uint64_t busy; /* owner: not later than the record being made, 0 between records; bounds the watermark */
} rw_slot_page;

enum { RW_KNOWN_SLOTS = 64 };

struct rw_stack_cache;
struct rw_key_cache;
struct rw_filter;
struct rw_held;
struct rw_kept;

typedef struct rw_thread {
    /* All fields belong to the owner thread alone unless they say otherwise. What says how far the stream is (position,
     * room, last_time, records, events) and `busy` of the page is guarded by `lock`, for others write into the stream,
     * too: ranges that this thread holds back (held.c). */
    _Atomic bool lock;
    uint32_t uid;
    uint32_t parent;
    bool inside;          /* the agent itself is at work in this thread: nothing is recorded */
    uint8_t *ring;        /* mapped twice in a row, so that a record never wraps for its writer */
    uint64_t ring_mask;   /* data bytes - 1 */
    uint64_t position;    /* stream position behind the last committed record */
    uint64_t room;        /* stream position up to which the ring is known to be free */
    uint64_t last_time;   /* time of the last event, in ticks; the next delta counts from it */
    uint64_t records;     /* records written */
    uint64_t events;      /* of these: ACCESS, ACCESS_RANGE for each key, SYNC, STEP */
    uint64_t next_object; /* object numbers reserved for this thread: next_object .. end_object - 1 */
    uint64_t end_object;
    rw_slot_page *page; /* shared with the sender, see above */
    uint32_t slot;
    struct rw_stack_cache *stacks;  /* stack.c */
    struct rw_key_cache *keys;      /* define.c */
    struct rw_filter *filter;       /* filter.c */
    _Atomic(struct rw_held *) held; /* filter's: ranges held back (held.h); set by the owner (release), others have the
                                       thread pinned */
    _Atomic(struct rw_kept *) kept; /* filter's: accesses kept back (kept.h); likewise */
    _Atomic uint64_t seen; /* INSTRUCTION events of floor mode (monitor.c); owner writes, END's writer reads, relaxed */
    uint32_t first_epoch;  /* the first of this thread: earlier ones belong to former threads of its slot */
    uint32_t former_floor; /* of its slot, before this thread had it (known.h) */
    uint32_t epoch;        /* raised at each release and acquire of this thread: what the repeat filter compares */
    uint32_t known[RW_KNOWN_SLOTS]; /* known.h */
    uint32_t shared_in_test;        /* the latest test in which it was seen to share an object (cell.c) */
    char *name;                     /* as last told, malloc; NULL: none yet */
    uint32_t flags;                 /* enum rw_thread_flag */
    struct rw_thread *next;         /* registry, guarded by the session's lock (session.h) */
    _Atomic uint32_t pins; /* others that are at work in this state, which stays until they are done, where its slot has
                              no state of its own (thread_pin.c): raised under the session's lock */
} rw_thread;

enum rw_thread_flag { RW_THREAD_MAIN = 1, RW_THREAD_DAEMON = 2 };

extern _Thread_local rw_thread *rw_tls __attribute__((tls_model("initial-exec")));
extern _Atomic bool rw_thread_of_c_code; /* a thread has attached that the agent did not see start; set for good by it,
                                            but in a forked child; relaxed */
extern _Atomic bool rw_on; /* the agent records; set by session start, cleared by session end and by a lost collector */

extern bool rw_floor_mode; /* nothing is recorded; set by rw_monitor_start(), immutable afterwards */

/* Gives the calling thread its rw_thread, ring and number. uid 0: take the next one; parent 0: unknown. Never fails
 * while the agent is on: when no ring can be had (full disk, no memory) the session is switched off with one line on
 * stderr, and NULL is returned. */
rw_thread *rw_thread_attach(uint32_t uid, uint32_t parent);

/* The same of a thread that nobody was seen to start, as it comes to Python code for the first time: C code has made
 * it.
 */
rw_thread *rw_thread_found(void);

/* Says in a THREAD record what the thread is called now (UTF-8, cut at 4 KiB) and its flags (enum rw_thread_flag);
 * nothing where that has not changed. */
void rw_thread_name(rw_thread *self, const char *utf8, size_t bytes, uint32_t flags);

/* The thread in that ring slot, which will not go away before rw_thread_unpin(); NULL: there is none. Whoever waits for
 * a thread's lock, or for room in its ring, has it pinned and holds nothing else: the sender needs the session's lock
 * to make room. */
rw_thread *rw_thread_pin(uint32_t slot);

void rw_thread_unpin(rw_thread *thread);

/* The first thread, or the one behind `thread`, which is unpinned; NULL at the end. Threads that attach meanwhile may
 * be left out. */
rw_thread *rw_thread_pin_next(rw_thread *thread);

/* For thread.c, with the session's lock: the thread may be pinned from here on, or no more by others; whether anybody
 * still has it pinned, then. In the child of a fork, while it is alone: nobody may be pinned. */
void rw_thread_show(rw_thread *self);
void rw_thread_hide(rw_thread *self);
bool rw_thread_is_pinned(rw_thread *self);
void rw_thread_pin_after_fork_child(void);

/* Slow path of rw_thread_lock(): until whoever writes into the thread's stream is done. */
void rw_thread_wait_for_lock(rw_thread *self);

/* Reserves the next thread number for a thread about to be started. */
uint32_t rw_thread_reserve_uid(void);

/* The calling thread's state, or NULL when nothing is to be recorded (agent off, or the agent is itself at work). */
static inline rw_thread *
rw_thread_self(void)
{
    rw_thread *self = rw_tls;
    if (__builtin_expect(self == NULL, 0)) {
        return atomic_load_explicit(&rw_on, memory_order_relaxed) ? rw_thread_found() : NULL;
    }
    if (self->inside || !atomic_load_explicit(&rw_on, memory_order_relaxed)) {
        return NULL;
    }
    return self;
}

static inline void
rw_thread_lock(rw_thread *self)
{
    if (__builtin_expect(atomic_exchange_explicit(&self->lock, true, memory_order_acquire), 0)) {
        rw_thread_wait_for_lock(self);
    }
}

static inline void
rw_thread_unlock(rw_thread *self)
{
    atomic_store_explicit(&self->lock, false, memory_order_release);
}

/* Waits until the ring has room for `bytes` behind `position` (back-pressure), or the session is switched off: then
 * false. Slow path of rw_reserve_locked. Called with the lock held: whoever else wants to write waits as well. */
bool rw_thread_wait_for_room(rw_thread *self, uint64_t bytes);

/* Room for a record of `words` words (at most RW_RECORD_MAX_WORDS); NULL when the session was switched off meanwhile.
 */
static inline uint64_t *
rw_reserve_locked(rw_thread *self, unsigned words)
{
    uint64_t end = self->position + (uint64_t)words * RW_WORD_BYTES;
    if (__builtin_expect(end > self->room, 0) && !rw_thread_wait_for_room(self, (uint64_t)words * RW_WORD_BYTES)) {
        return NULL;
    }
    return (uint64_t *)(void *)(self->ring + (self->position & self->ring_mask));
}

/* Publishes the record that was written at the reserved place. */
static inline void
rw_commit_locked(rw_thread *self, unsigned words)
{
    self->position += (uint64_t)words * RW_WORD_BYTES;
    self->records++;
    atomic_store_explicit(&self->page->committed, self->position, memory_order_release);
}

/* The same for a record on its own: the lock is held from a reservation that succeeds to its commit, and nothing else
 * may be recorded in between. */
static inline uint64_t *
rw_reserve(rw_thread *self, unsigned words)
{
    rw_thread_lock(self);
    uint64_t *record = rw_reserve_locked(self, words);
    if (__builtin_expect(record == NULL, 0)) {
        rw_thread_unlock(self);
    }
    return record;
}

static inline void
rw_commit(rw_thread *self, unsigned words)
{
    rw_commit_locked(self, words);
    rw_thread_unlock(self);
}

/* Writes a TIME record: the next delta counts from `time`. Called with the lock held. */
bool rw_write_time(rw_thread *self, uint64_t time);

/* Begins an event record: head and second word are written, the caller fills words 2.. and calls
 * rw_commit_event_locked(). NULL: switched off. page->busy holds the event's time from here to the commit, so that the
 * sender's watermark does not pass it. */
static inline uint64_t *
rw_begin_event_locked(rw_thread *self, enum rw_tag tag, unsigned op, unsigned words, uint32_t arg, uint64_t object)
{
    atomic_store_explicit(&self->page->busy, self->last_time, memory_order_release);
    uint64_t now = rw_clock_ticks();
    uint64_t delta = now - self->last_time;
    if (__builtin_expect(delta > RW_TIME_DELTA_MAX, 0)) {
        if ((int64_t)delta < 0) {
            now = self->last_time; /* counters of two cores may be a few ticks apart */
        }
        else if (!rw_write_time(self, now)) {
            return NULL;
        }
        delta = 0;
    }
    uint64_t *record = rw_reserve_locked(self, words);
    if (__builtin_expect(record == NULL, 0)) {
        return NULL;
    }
    self->last_time = now;
    record[0] = rw_record_head(tag, op, words, arg);
    record[1] = object | delta << RW_OBJECT_BITS;
    return record;
}

static inline void
rw_commit_event_locked(rw_thread *self, unsigned words)
{
    rw_commit_locked(self, words);
    /* Not before `committed`: the sender reads them in this order. */
    atomic_store_explicit(&self->page->busy, 0, memory_order_release);
}

/* An ACCESS_LATE record: `keys` holds their number and stride, `moment` is one of rw_kept_moment(). Called with the
 * lock held. False: switched off. */
bool rw_write_late(rw_thread *self, uint64_t name, uint64_t key, uint64_t keys, uint32_t stack, uint64_t moment);

/* The same for an event on its own, locked like rw_reserve(). */
static inline uint64_t *
rw_begin_event(rw_thread *self, enum rw_tag tag, unsigned op, unsigned words, uint32_t arg, uint64_t object)
{
    rw_thread_lock(self);
    uint64_t *record = rw_begin_event_locked(self, tag, op, words, arg, object);
    if (__builtin_expect(record == NULL, 0)) {
        rw_thread_unlock(self);
    }
    return record;
}

static inline void
rw_commit_event(rw_thread *self, unsigned words)
{
    rw_commit_event_locked(self, words);
    rw_thread_unlock(self);
}

/* One SYNC record with the next stamp of the process, and the thread's next epoch (rw_next_epoch()). Call it before the
 * release itself, after the acquire itself. */
void rw_sync(rw_thread *self, enum rw_sync_kind kind, uint64_t object, uint64_t token, uint32_t stack);

/* held.c: the thread's next epoch begins, after a release or acquire: the repeat filter starts over, and what is held
 * back is recorded first. */
void rw_next_epoch(rw_thread *self);

/* The thread will record no more (pthread key destructor). Frees `self` and its caches. */
void rw_thread_detach(rw_thread *self);

/* kept.c: tells what the thread keeps back. Owner, or the thread is pinned. sweep: what it has not touched for long, as
 * an epoch begins; owner. close: it keeps nothing any more, its end is told next; owner. everything: of all threads. */
void rw_kept_tell(rw_thread *thread);
void rw_kept_sweep(rw_thread *self);
void rw_kept_close(rw_thread *self);
void rw_kept_tell_everything(void);

/* What other parts keep for a thread (stack.c, define.c, filter.c). reset: a forked child's thread begins a new stream,
 * nothing it has said so far is known there; free: the thread is gone. Called by the thread itself, or in a forked
 * child for threads that exist only in the parent. */
void rw_stack_reset(rw_thread *self);
void rw_stack_free(rw_thread *self);
void rw_define_reset(rw_thread *self);
void rw_define_free(rw_thread *self);
void rw_filter_reset(rw_thread *self);
void rw_filter_free(rw_thread *self);

/* sync_*.c: what it keeps for the process (threads that can be joined) belongs to the parent. */
void rw_sync_after_fork_child(void);

#endif
