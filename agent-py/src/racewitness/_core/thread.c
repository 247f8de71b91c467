#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "thread.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "futex.h"
#include "held.h"
#include "known.h"
#include "sender.h"
#include "session.h"

_Thread_local rw_thread *rw_tls __attribute__((tls_model("initial-exec")));
_Atomic bool rw_on;
bool rw_floor_mode;
_Atomic bool rw_thread_of_c_code;

enum {
    CACHE_LINE = 64,
    ROOM_WAIT_NS = 10 * 1000 * 1000,
    ROOM_STEPS = 4,
    LOCK_SPINS = 64,
    LOCK_YIELDS = 16,
    LOCK_PAUSE_NS = 100 * 1000,
    ENDED_MOST = 64, /* ended threads whose rings may wait for the sender while others begin */
};

static pthread_key_t ending; /* set once by rw_thread_key_create() before any thread attaches */

static _Atomic uint32_t room_turn;    /* raised when rings have got room: what waiting threads sleep on (futex) */
static _Atomic uint32_t room_waiting; /* threads in rw_thread_wait_for_room() */

/* What a thread waits for is short, unless it is for room in a ring. */
static void
wait_a_turn(unsigned turns)
{
    if (turns > LOCK_YIELDS * LOCK_SPINS) {
        struct timespec pause = {.tv_nsec = LOCK_PAUSE_NS};
        nanosleep(&pause, NULL);
    }
    else if (turns % LOCK_SPINS == LOCK_SPINS - 1) {
        sched_yield();
    }
}

static void
at_thread_end(void *state)
{
    rw_thread_detach(state);
}

bool
rw_thread_key_create(void)
{
    return pthread_key_create(&ending, at_thread_end) == 0;
}

uint32_t
rw_thread_reserve_uid(void)
{
    return atomic_fetch_add_explicit(&rw_the_session.last_uid, 1, memory_order_relaxed) + 1;
}

static bool
running(void)
{
    return atomic_load_explicit(&rw_on, memory_order_relaxed);
}

/* The THREAD record, with the name it has by now. */
static void
write_thread(rw_thread *self)
{
    size_t length = self->name == NULL ? 0 : strlen(self->name);
    unsigned words = 3 + (unsigned)((length + RW_WORD_BYTES - 1) / RW_WORD_BYTES);
    uint64_t *record = rw_reserve(self, words);
    if (record == NULL) {
        return;
    }
    record[words - 1] = 0;
    record[0] = rw_record_head(RW_THREAD, 0, words, (uint32_t)length);
    /* Python/thread_pthread.h: the identifier that threading.get_ident() answers. */
    record[1] = (uint64_t)(uintptr_t)pthread_self();
    record[2] = rw_pair((uint32_t)syscall(SYS_gettid), self->flags);
    if (length > 0) {
        memcpy(&record[3], self->name, length);
    }
    rw_commit(self, words);
}

/* Threads that come and go faster than the sender drains what they leave wait for it, so that their number does not
 * make the buffer file grow. */
static void
wait_for_ended(void)
{
    atomic_fetch_add_explicit(&room_waiting, 1, memory_order_seq_cst);
    while (running() && rw_sender_threads_ended() > ENDED_MOST) {
        uint32_t turn = atomic_load_explicit(&room_turn, memory_order_seq_cst);
        rw_sender_resume();
        rw_sender_wake();
        rw_futex_wait(&room_turn, turn, ROOM_WAIT_NS);
    }
    atomic_fetch_sub_explicit(&room_waiting, 1, memory_order_seq_cst);
}

bool
rw_thread_begin(rw_thread *self, uint32_t uid, uint32_t parent)
{
    rw_session *session = &rw_the_session;
    char error[RW_ERROR_BYTES];
    pthread_mutex_lock(&session->lock);
    rw_slot *slot = rw_buffer_take(&session->buffer, error, sizeof(error));
    if (slot != NULL) {
        /* All that others look at once it is in the registry. */
        self->ring = slot->ring;
        self->ring_mask = session->buffer.ring_bytes - 1;
        self->page = slot->page;
        self->slot = slot->index;
        atomic_store_explicit(&self->lock, false, memory_order_relaxed);
        atomic_store_explicit(&self->pins, 0, memory_order_relaxed);
        self->position = self->room = self->records = self->events = 0;
        atomic_store_explicit(&self->seen, 0, memory_order_relaxed);
        rw_known_begin(self);
        self->next = session->threads;
        session->threads = self;
        rw_thread_show(self);
    }
    pthread_mutex_unlock(&session->lock);
    if (slot == NULL) {
        rw_session_off(error);
        return false;
    }
    self->uid = uid != 0 ? uid : rw_thread_reserve_uid();
    if (uid == 0 && self->uid != 1) {
        atomic_store_explicit(&rw_thread_of_c_code, true, memory_order_relaxed);
    }
    self->parent = parent;
    /* A watermark of 1 holds the sender's back until the time below has been taken and written, however long this
     * thread is interrupted here. */
    atomic_store_explicit(&self->page->busy, 1, memory_order_relaxed);
    atomic_store_explicit(&self->page->uid, self->uid, memory_order_seq_cst);
    rw_tls = self;
    pthread_setspecific(ending, self);
    rw_thread_lock(self);
    rw_write_time(self, rw_clock_ticks());
    rw_thread_unlock(self);
    write_thread(self);
    atomic_store_explicit(&self->page->busy, 0, memory_order_release);
    return true;
}

rw_thread *
rw_thread_attach(uint32_t uid, uint32_t parent)
{
    if (rw_tls != NULL || !running()) {
        return rw_tls;
    }
    int saved = errno;
    wait_for_ended();
    rw_thread *self = aligned_alloc(CACHE_LINE, (sizeof(rw_thread) + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE);
    if (self == NULL) {
        rw_session_off("no memory for the state of another thread");
    }
    else {
        memset(self, 0, sizeof(*self));
        if (!rw_thread_begin(self, uid, parent)) {
            free(self);
            self = NULL;
        }
    }
    errno = saved;
    return self;
}

rw_thread *
rw_thread_found(void)
{
    rw_thread *self = rw_thread_attach(0, 0);
    if (self != NULL && !rw_floor_mode) {
        rw_kept_tell_everything(); /* its beginning comes after all that the others have done */
        rw_sync(self, RW_SYNC_BEGIN, 0, 0, 0);
    }
    return self;
}

void
rw_thread_name(rw_thread *self, const char *utf8, size_t bytes, uint32_t flags)
{
    size_t length = rw_text_cut(utf8, bytes, RW_TEXT_MAX_BYTES);
    char *name = malloc(length + 1);
    if (name == NULL) {
        return;
    }
    memcpy(name, utf8, length);
    name[length] = '\0';
    bool same = self->name != NULL && self->flags == flags && strcmp(self->name, name) == 0;
    if (same) {
        free(name);
        return;
    }
    free(self->name);
    self->name = name;
    self->flags = flags;
    write_thread(self);
}

/* Frees the state; its caches first. */
static void
release(rw_thread *self)
{
    rw_stack_free(self);
    rw_define_free(self);
    rw_filter_free(self);
    free(self->name);
    free(self);
}

void
rw_thread_drop(rw_thread *other)
{
    release(other);
}

rw_thread *
rw_thread_orphan(void)
{
    rw_thread *self = rw_tls;
    rw_tls = NULL;
    pthread_setspecific(ending, NULL);
    return self;
}

void
rw_thread_detach(rw_thread *self)
{
    int saved = errno;
    rw_session *session = &rw_the_session;
    rw_held_record(self);
    rw_kept_tell(self);
    pthread_mutex_lock(&session->lock);
    for (rw_thread **link = &session->threads; *link != NULL; link = &(*link)->next) {
        if (*link == self) {
            *link = self->next;
            rw_thread_hide(self);
            break;
        }
    }
    session->seen_by_ended += atomic_load_explicit(&self->seen, memory_order_relaxed);
    pthread_mutex_unlock(&session->lock);
    for (unsigned turns = 0; rw_thread_is_pinned(self); turns++) {
        wait_a_turn(turns);
    }
    rw_tls = NULL;
    pthread_setspecific(ending, NULL);
    atomic_store_explicit(&self->page->busy, 0, memory_order_release);
    atomic_store_explicit(&self->page->ended, 1, memory_order_release);
    release(self);
    rw_sender_thread_ended();
    errno = saved;
}

void
rw_thread_wait_for_lock(rw_thread *self)
{
    for (unsigned turns = 0; atomic_exchange_explicit(&self->lock, true, memory_order_acquire); turns++) {
        wait_a_turn(turns);
    }
}

/* Room is handed out in quarters of the ring, so that this slow path sees how full it is getting, and rings the
 * sender's bell at half. */
static bool
extend_room(rw_thread *self, uint64_t end)
{
    uint64_t size = self->ring_mask + 1;
    uint64_t sent = atomic_load_explicit(&self->page->sent, memory_order_acquire);
    if (self->position - sent >= size / 2) {
        rw_sender_wake();
    }
    if (end - sent > size) {
        return false;
    }
    uint64_t step = self->position + size / ROOM_STEPS;
    uint64_t limit = step > end ? step : end;
    self->room = limit < sent + size ? limit : sent + size;
    return true;
}

/* The thread stays attached to the interpreter: it may be in the middle of anything, an object's destruction included.
 * So a stop-the-world pause waits with it, for as long as the collector takes to read; the sender itself never waits
 * for the interpreter. */
bool
rw_thread_wait_for_room(rw_thread *self, uint64_t bytes)
{
    uint64_t end = self->position + bytes;
    if (running() && extend_room(self, end)) {
        return true;
    }
    int saved = errno;
    bool found = false;
    atomic_fetch_add_explicit(&room_waiting, 1, memory_order_seq_cst);
    while (running() && !found) {
        uint32_t turn = atomic_load_explicit(&room_turn, memory_order_seq_cst);
        found = extend_room(self, end);
        if (!found) {
            rw_sender_resume();
            rw_futex_wait(&room_turn, turn, ROOM_WAIT_NS);
        }
    }
    atomic_fetch_sub_explicit(&room_waiting, 1, memory_order_seq_cst);
    if (!found) {
        atomic_fetch_add_explicit(&rw_the_session.lost, 1, memory_order_relaxed);
    }
    errno = saved;
    return found;
}

void
rw_thread_release_waiting(void)
{
    atomic_fetch_add_explicit(&room_turn, 1, memory_order_seq_cst);
    if (atomic_load_explicit(&room_waiting, memory_order_seq_cst) != 0) {
        rw_futex_wake_all(&room_turn);
    }
}

bool
rw_write_time(rw_thread *self, uint64_t time)
{
    uint64_t *record = rw_reserve_locked(self, 2);
    if (record == NULL) {
        return false;
    }
    record[0] = rw_record_head(RW_TIME, 0, 2, 0);
    record[1] = time;
    self->last_time = time;
    rw_commit_locked(self, 2);
    return true;
}

bool
rw_write_late(rw_thread *self, uint64_t name, uint64_t key, uint64_t keys, uint32_t stack, uint64_t moment)
{
    uint64_t *record =
        rw_begin_event_locked(self, RW_ACCESS_LATE, rw_name_operation(name), 5, stack, rw_name_object(name));
    if (record == NULL) {
        return false;
    }
    record[2] = key;
    record[3] = keys;
    record[4] = self->events * RW_MOMENTS - moment;
    rw_commit_event_locked(self, 5);
    return true;
}

void
rw_sync(rw_thread *self, enum rw_sync_kind kind, uint64_t object, uint64_t token, uint32_t stack)
{
    uint32_t epoch = self->epoch;
    rw_known_learn(self, kind, object, token);
    rw_next_epoch(self); /* what the thread holds back comes before */
    if (kind == RW_SYNC_END) {
        rw_kept_close(self);
    }
    uint64_t *record = rw_begin_event(self, RW_SYNC, kind, 4, stack, object);
    if (record == NULL) {
        return;
    }
    /* Drawn when nothing can fail any more, so that stamps have no gaps; sequentially consistent, so that they order
     * what the caller does before and after. */
    record[2] = atomic_fetch_add_explicit(&rw_the_session.stamps, 1, memory_order_seq_cst) + 1;
    record[3] = token;
    self->events++;
    rw_commit_event(self, 4);
    rw_known_leave(self, kind, object, token, epoch);
}
