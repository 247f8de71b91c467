#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "sender.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "counters.h"
#include "futex.h"
#include "held.h"
#include "outbox.h"
#include "session.h"

enum {
    PAUSE_TRIES = 10000, /* looks whether the kernel has forgotten the thread */
    LOOK_MS = 10,        /* how often a sender that waits for the collector looks whether it is to pause */
    STACK_BYTES = 128 * 1024,
    WATERMARK_MARGIN_US = 100,   /* more than a store takes to be seen by another core, and than two clocks differ */
    ACTIVE_NS = 5 * 1000 * 1000, /* sleep between rounds while there is something to send */
    IDLE_NS = 160 * 1000 * 1000, /* the longest sleep of an idle program */
    HELD_NS = 20 * 1000 * 1000,  /* and of one that holds ranges back */
    ENDED_MANY = 8,              /* rings of ended threads worth waking up for */
};

static uint64_t last_mark;         /* sender only: the last watermark that was sent; payload of its frame */
static rw_pairs last_words;        /* sender only: payload of END */
static uint64_t last_records;      /* sender only: time of the last RECORDS frame */
static _Atomic uint32_t bell;      /* raised by whoever wants the sender; the sender sleeps on it (futex) */
static _Atomic bool sleeping;      /* sender: it is about to sleep or sleeps; others read it to spare the system call */
static _Atomic uint32_t ended;     /* threads that have ended and whose slots the sender has not given back yet; both */
static bool accepted;              /* sender only: the collector has answered */
static _Atomic uint32_t thread_id; /* of the sender, to the kernel; sender */

/* Who changes it: RUNNING to PAUSING who wants the pause, to PAUSED or OVER the sender as its last act, to RUNNING who
 * resumes it. A futex. */
enum { LIFE_RUNNING, LIFE_PAUSING, LIFE_PAUSED, LIFE_OVER };
static _Atomic uint32_t life;

/* An ending session is not paused any more: its end is waited for. */
bool
rw_sender_pause_wanted(void)
{
    return atomic_load_explicit(&life, memory_order_acquire) == LIFE_PAUSING &&
           atomic_load_explicit(&rw_the_session.phase, memory_order_acquire) == RW_PHASE_RUNNING;
}

void
rw_sender_wake(void)
{
    atomic_fetch_add_explicit(&bell, 1, memory_order_seq_cst);
    if (atomic_load_explicit(&sleeping, memory_order_seq_cst)) {
        int saved = errno;
        rw_futex_wake_all(&bell);
        errno = saved;
    }
}

void
rw_sender_thread_ended(void)
{
    if (atomic_fetch_add_explicit(&ended, 1, memory_order_relaxed) + 1 >= ENDED_MANY) {
        rw_sender_wake();
    }
}

uint32_t
rw_sender_threads_ended(void)
{
    return atomic_load_explicit(&ended, memory_order_relaxed);
}

static void
sleep_for(uint64_t ns, uint32_t rung)
{
    atomic_store_explicit(&sleeping, true, memory_order_seq_cst);
    rw_futex_wait(&bell, rung, ns);
    atomic_store_explicit(&sleeping, false, memory_order_seq_cst);
}

/* A frame of the process, with a payload in static memory, leaves at once. */
static int
send_process_frame(enum rw_frame_type type, const void *payload, size_t bytes)
{
    rw_frame_header header = {
        .type = type, .payload_bytes = (uint32_t)bytes, .sequence = rw_the_session.process_frames++};
    int error = rw_outbox_add(header, payload, NULL);
    return error != 0 ? error : rw_outbox_flush();
}

/* Whole records from `start`, at most one payload of them and none behind `end`. Returns how many bytes, *records how
 * many records; 0 where the ring holds no record. */
static uint32_t
whole_records(const rw_slot *slot, uint64_t mask, uint64_t start, uint64_t end, uint32_t *records)
{
    uint64_t at = start;
    *records = 0;
    while (at < end) {
        const uint64_t *head = (const uint64_t *)(const void *)(slot->ring + (at & mask));
        uint64_t bytes = (*head >> 16 & 0xFFFF) * RW_WORD_BYTES;
        if (bytes == 0 || bytes > RW_RECORD_MAX_WORDS * RW_WORD_BYTES || at + bytes > end) {
            return 0;
        }
        if (at + bytes - start > RW_FRAME_PAYLOAD_BYTES) {
            break;
        }
        at += bytes;
        ++*records;
    }
    return (uint32_t)(at - start);
}

/* Frames of everything that the slot's thread had committed when this was called. */
static int
drain_slot(rw_slot *slot, uint32_t thread)
{
    rw_session *session = &rw_the_session;
    uint64_t committed = atomic_load_explicit(&slot->page->committed, memory_order_acquire);
    uint64_t at = atomic_load_explicit(&slot->page->sent, memory_order_relaxed);
    int error = 0;
    if (committed - at > session->buffer.ring_bytes) {
        return EBADMSG;
    }
    while (error == 0 && at < committed) {
        rw_frame_header header = {.type = RW_FRAME_RECORDS, .thread = thread, .sequence = at};
        header.payload_bytes = whole_records(slot, session->buffer.ring_bytes - 1, at, committed, &header.records);
        if (header.payload_bytes == 0) {
            return EBADMSG;
        }
        last_records = rw_clock_ticks();
        error = rw_outbox_add(header, slot->ring + (at & (session->buffer.ring_bytes - 1)), slot);
        at += header.payload_bytes;
    }
    return error;
}

typedef struct {
    uint64_t watermark; /* every record up to this time has been sent when the round is over */
    bool sent_any;
    bool ended_any; /* some thread has ended: its slot may be free after the round */
} round_result;

/* Drains every ring once. */
static int
drain_round(round_result *result)
{
    rw_session *session = &rw_the_session;
    uint64_t margin = session->ticks_per_second / 1000000 * WATERMARK_MARGIN_US;
    *result = (round_result){.watermark = rw_clock_ticks() - margin};
    uint64_t sent_before = atomic_load_explicit(&session->sent_bytes, memory_order_relaxed);
    for (rw_slot *slot = atomic_load_explicit(&session->buffer.slots, memory_order_seq_cst); slot != NULL;
         slot = slot->next) {
        uint64_t thread = atomic_load_explicit(&slot->page->uid, memory_order_acquire);
        if (thread == 0) {
            continue;
        }
        /* `busy` before `committed`: a record that is no longer busy is committed. */
        uint64_t busy = atomic_load_explicit(&slot->page->busy, memory_order_acquire);
        if (busy != 0 && busy - 1 < result->watermark) {
            result->watermark = busy - 1;
        }
        result->ended_any |= atomic_load_explicit(&slot->page->ended, memory_order_acquire) != 0;
        int error = drain_slot(slot, (uint32_t)thread);
        if (error != 0) {
            return error;
        }
    }
    int error = rw_outbox_flush();
    result->sent_any = atomic_load_explicit(&session->sent_bytes, memory_order_relaxed) != sent_before;
    return error;
}

/* Slots of threads that have ended and whose last record has left go to the next threads. */
static void
release_ended(void)
{
    rw_session *session = &rw_the_session;
    for (rw_slot *slot = atomic_load_explicit(&session->buffer.slots, memory_order_acquire); slot != NULL;
         slot = slot->next) {
        rw_slot_page *page = slot->page;
        if (atomic_load_explicit(&page->uid, memory_order_relaxed) == 0 ||
            atomic_load_explicit(&page->ended, memory_order_acquire) == 0 ||
            atomic_load_explicit(&page->committed, memory_order_acquire) !=
                atomic_load_explicit(&page->sent, memory_order_relaxed)) {
            continue;
        }
        atomic_store_explicit(&page->uid, 0, memory_order_release);
        pthread_mutex_lock(&session->lock);
        rw_buffer_give(&session->buffer, slot);
        pthread_mutex_unlock(&session->lock);
        atomic_fetch_sub_explicit(&ended, 1, memory_order_relaxed);
    }
}

static int
send_mark(uint64_t watermark)
{
    last_mark = watermark;
    return send_process_frame(RW_FRAME_MARK, &last_mark, sizeof(last_mark));
}

/* INSTRUCTION events of floor mode, by all threads; 0 in any other. */
static uint64_t
events_seen(void)
{
    rw_session *session = &rw_the_session;
    pthread_mutex_lock(&session->lock);
    uint64_t seen = session->seen_by_ended;
    for (rw_thread *thread = session->threads; thread != NULL; thread = thread->next) {
        seen += atomic_load_explicit(&thread->seen, memory_order_relaxed);
    }
    pthread_mutex_unlock(&session->lock);
    return seen;
}

static int
send_end(void)
{
    rw_session *session = &rw_the_session;
    rw_pairs_free(&last_words);
    bool made = rw_pairs_add(&last_words, "reason", session->reason, strlen(session->reason)) &&
                rw_pairs_add_number(&last_words, "records", atomic_load(&session->sent_records)) &&
                rw_pairs_add_number(&last_words, "lost", atomic_load(&session->lost)) &&
                rw_pairs_add_number(&last_words, "gilEnabled", atomic_load(&session->gil_enabled)) &&
                rw_pairs_add_number(&last_words, "threads", atomic_load(&session->last_uid));
    uint64_t seen = events_seen();
    made = made && (seen == 0 || rw_pairs_add_number(&last_words, "seen", seen)) && rw_counters_add(&last_words);
    return made ? send_process_frame(RW_FRAME_END, last_words.bytes, last_words.length) : ENOMEM;
}

static void
tell_lost(int error)
{
    unsigned long long records = atomic_load(&rw_the_session.sent_records);
    if (error == EBADF) {
        rw_say("the program has closed the connection to the collector after %llu records; it goes on unobserved",
               records);
    }
    else if (error == EBADMSG) {
        rw_say("the program has overwritten the agent's buffers after %llu records; it goes on unobserved", records);
    }
    else {
        rw_say("collector lost after %llu records (%s); the program goes on unobserved", records, strerror(error));
    }
}

/* The collector's answer to HELLO. A process that is refused goes on, and leaves no buffer file. */
static int
await_answer(void)
{
    char why[RW_ERROR_BYTES], path[RW_DIRECTORY_BYTES + 64];
    int error = accepted ? 0 : rw_handshake_answer(&rw_the_session, why, sizeof(why));
    accepted = error == 0;
    if (error > 0) {
        atomic_store(&rw_on, false);
        rw_say("%s; process %ld goes on unobserved", why, (long)getpid());
    }
    if (error == EACCES) {
        snprintf(path, sizeof(path), "%s/%s", rw_the_session.config.run_dir, rw_the_session.buffer.name);
        unlink(path);
    }
    return error;
}

/* Until the session ends, the connection breaks, or a pause is wanted. */
static int
send_rounds(void)
{
    uint64_t pause = ACTIVE_NS;
    int error = await_answer();
    error = error == 0 ? rw_outbox_flush() : error; /* what a pause has left */
    while (error == 0) {
        uint32_t rung = atomic_load_explicit(&bell, memory_order_seq_cst);
        bool ending = atomic_load_explicit(&rw_the_session.phase, memory_order_acquire) == RW_PHASE_ENDING;
        if (rw_sender_pause_wanted()) {
            return RW_PAUSED;
        }
        bool held = rw_held_sweep(rw_clock_ticks());
        round_result result;
        error = drain_round(&result);
        if (error == 0 && result.ended_any) {
            release_ended();
            rw_thread_release_waiting();
        }
        bool unmarked = last_mark <= last_records;
        if (error == 0 && unmarked && result.watermark > last_mark) {
            error = send_mark(result.watermark);
        }
        if (error == 0 && ending && !result.sent_any) {
            return send_end();
        }
        if (error == 0 && !ending) {
            uint64_t longest = held ? HELD_NS : IDLE_NS;
            pause = result.sent_any || unmarked ? ACTIVE_NS : pause * 2 > longest ? longest : pause * 2;
            sleep_for(pause, rung);
        }
    }
    return error;
}

static void *
run(void *unused)
{
    (void)unused;
    rw_session *session = &rw_the_session;
    pthread_setname_np(pthread_self(), "racewitness");
    atomic_store(&thread_id, (uint32_t)syscall(SYS_gettid));
    int error = send_rounds();
    if (error == RW_PAUSED) {
        atomic_store_explicit(&life, LIFE_PAUSED, memory_order_release);
        rw_futex_wake_all(&life);
        return NULL;
    }
    if (error != 0) {
        atomic_store(&rw_on, false);
        if (accepted) {
            tell_lost(error);
        }
    }
    rw_descriptor_close(&session->socket);
    atomic_store(&life, LIFE_OVER);
    rw_futex_wake_all(&life);
    atomic_store_explicit(&session->phase, error == 0 ? RW_PHASE_ENDED : RW_PHASE_LOST, memory_order_release);
    rw_futex_wake_all(&session->phase);
    rw_thread_release_waiting();
    return NULL;
}

/* Returns an errno. */
static int
start_thread(void)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_attr_t attributes;
    pthread_t thread;
    int error = pthread_attr_init(&attributes);
    if (error != 0) {
        return error;
    }
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_sigmask(SIG_SETMASK, &all, &before); /* signals of the process are for the program's threads */
    error = pthread_create(&thread, &attributes, run, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return error;
}

int
rw_sender_start(void)
{
    rw_outbox_reset();
    accepted = false;
    last_mark = last_records = 0;
    atomic_store(&sleeping, false);
    atomic_store(&ended, 0);
    atomic_store(&life, LIFE_RUNNING);
    return start_thread();
}

/* How many threads the kernel counts in this process; 0 where it does not say. Linux, fs/proc/base.c: a link for each
 * task, and two. */
static unsigned long
threads_of_process(void)
{
    struct stat status;
    return stat("/proc/self/task", &status) == 0 && status.st_nlink > 2 ? (unsigned long)status.st_nlink - 2 : 0;
}

void
rw_sender_pause_if_alone(void)
{
    if (threads_of_process() == 2) {
        rw_sender_pause();
    }
}

void
rw_sender_pause(void)
{
    uint32_t expected = LIFE_RUNNING;
    if (atomic_load(&rw_the_session.phase) != RW_PHASE_RUNNING ||
        !atomic_compare_exchange_strong(&life, &expected, LIFE_PAUSING)) {
        return;
    }
    int saved = errno;
    rw_sender_wake();
    while (atomic_load_explicit(&life, memory_order_acquire) == LIFE_PAUSING) {
        rw_futex_wait(&life, LIFE_PAUSING, LOOK_MS * 1000 * 1000);
    }
    /* The thread has said its last word, but the kernel still counts it for a few microseconds. */
    for (int tries = 0; tries < PAUSE_TRIES && syscall(SYS_tgkill, getpid(), atomic_load(&thread_id), 0) == 0;
         tries++) {
        sched_yield();
    }
    errno = saved;
}

void
rw_sender_resume(void)
{
    uint32_t phase = atomic_load(&rw_the_session.phase);
    uint32_t expected = LIFE_PAUSED;
    if ((phase != RW_PHASE_RUNNING && phase != RW_PHASE_ENDING) ||
        !atomic_compare_exchange_strong(&life, &expected, LIFE_RUNNING)) {
        return;
    }
    int saved = errno;
    int error = start_thread();
    if (error != 0) {
        atomic_store(&life, LIFE_OVER);
        atomic_store(&rw_on, false);
        tell_lost(error);
        atomic_store(&rw_the_session.phase, RW_PHASE_LOST);
        rw_thread_release_waiting();
    }
    errno = saved;
}

void
rw_sender_join(uint64_t patience_ns)
{
    rw_session *session = &rw_the_session;
    const uint64_t step_ns = 10 * 1000 * 1000;
    uint64_t seen = 0, quiet_ns = 0;
    while (atomic_load_explicit(&session->phase, memory_order_acquire) == RW_PHASE_ENDING && quiet_ns < patience_ns) {
        rw_sender_wake();
        rw_futex_wait(&session->phase, RW_PHASE_ENDING, step_ns);
        uint64_t sent = atomic_load_explicit(&session->sent_bytes, memory_order_relaxed);
        quiet_ns = sent == seen ? quiet_ns + step_ns : 0;
        seen = sent;
    }
}
