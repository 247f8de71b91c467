/* Start, end, off, fork. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "session.h"

#include "counters.h"
#include "held.h"
#include "cell_key.h"
#include "known.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "sender.h"

enum { END_PATIENCE_SECONDS = 20 };

rw_session rw_the_session = {.buffer = {.file = {.fd = -1}}, .socket = {.fd = -1}, .lock = PTHREAD_MUTEX_INITIALIZER};

/* What a forked child found at the moment of the fork. Written by its fork handler, read by
 * rw_session_after_fork_child(): one thread, the only one. */
static struct {
    bool was_running;
    rw_thread *self; /* the forking thread's state, NULL if it had none */
} forked;

void
rw_say(const char *format, ...)
{
    int saved = errno;
    char line[RW_ERROR_BYTES + 256];
    int length = snprintf(line, sizeof(line), "racewitness: ");
    va_list arguments;
    va_start(arguments, format);
    length += vsnprintf(line + length, sizeof(line) - (size_t)length - 1, format, arguments);
    va_end(arguments);
    length = length > (int)sizeof(line) - 2 ? (int)sizeof(line) - 2 : length;
    line[length++] = '\n';
    if (write(STDERR_FILENO, line, (size_t)length) < 0) {
        errno = saved; /* stderr is closed: there is nobody to tell */
    }
    errno = saved;
}

static uint64_t
random_session(void)
{
    uint64_t number = 0;
    while (number == 0) {
        if (getrandom(&number, sizeof(number), 0) != (ssize_t)sizeof(number)) {
            number = rw_clock_ticks() << 20 ^ (uint64_t)getpid(); /* no kernel of the last ten years comes here */
        }
    }
    return number;
}

static void
before_fork(void)
{
    pthread_mutex_lock(&rw_the_session.lock);
}

static void
after_fork_parent(void)
{
    pthread_mutex_unlock(&rw_the_session.lock);
}

/* In the child of any fork(), also of one that C code does behind the interpreter's back: recording stops, and the
 * parent's connection is closed, so that its end is seen at the other side. The rings are not mapped here
 * (MADV_DONTFORK). Only async-signal-safe calls. */
static void
after_fork_child(void)
{
    rw_session *session = &rw_the_session;
    atomic_store(&rw_on, false);
    forked.was_running = atomic_load(&session->phase) == RW_PHASE_RUNNING;
    forked.self = rw_thread_orphan();
    atomic_store(&session->phase, RW_PHASE_NONE);
    rw_descriptor_close(&session->socket);
    rw_descriptor_close(&session->buffer.file);
    pthread_mutex_unlock(&session->lock);
}

/* What is done once in the life of a process image. */
static bool
prepare_once(char *error, size_t error_bytes)
{
    static bool done; /* rw_session_begin() is called by one thread */
    if (done) {
        return true;
    }
    if (!rw_thread_key_create() || pthread_atfork(before_fork, after_fork_parent, after_fork_child) != 0) {
        snprintf(error, error_bytes, "no memory for the agent");
        return false;
    }
    rw_crc32c_init();
    rw_the_session.ticks_per_second = rw_clock_init();
    done = true;
    return true;
}

/* Buffer file, connection, sender, for a session whose config is set; on success recording is on. */
static bool
open_session(rw_session *session, uint64_t parent, char *error, size_t error_bytes)
{
    session->id = random_session();
    session->parent = parent;
    atomic_store(&session->last_uid, 0);
    atomic_store(&session->lost, 0);
    session->seen_by_ended = 0;
    rw_counters_reset();
    atomic_store(&session->sent_records, 0);
    atomic_store(&session->sent_bytes, 0);
    atomic_store(&session->stamps, 0);
    const rw_session_config *config = &session->config;
    if (!rw_buffer_open(&session->buffer, config->run_dir, session->id, config->ring_bytes, error, error_bytes)) {
        return false;
    }
    if (rw_handshake(session, error, error_bytes)) {
        atomic_store(&session->phase, RW_PHASE_RUNNING);
        atomic_store(&rw_on, true); /* before the sender, which takes it back where the collector refuses */
        int failure = rw_sender_start();
        if (failure == 0) {
            return true;
        }
        atomic_store(&rw_on, false);
        atomic_store(&session->phase, RW_PHASE_NONE);
        rw_descriptor_close(&session->socket);
        snprintf(error, error_bytes, "cannot start the agent's sender thread: %s", strerror(failure));
    }
    rw_buffer_discard(&session->buffer, config->run_dir);
    return false;
}

bool
rw_session_begin(const rw_session_config *config, char *error, size_t error_bytes)
{
    rw_session *session = &rw_the_session;
    if (atomic_load(&session->phase) != RW_PHASE_NONE) {
        snprintf(error, error_bytes, "the agent was started before in this process");
        return false;
    }
    if (!prepare_once(error, error_bytes)) {
        return false;
    }
    session->config = *config;
    return open_session(session, 0, error, error_bytes);
}

/* Recording stops, the sender is told to drain and to send END with `reason`. False where the session does not run. */
static bool
begin_ending(const char *reason)
{
    rw_session *session = &rw_the_session;
    atomic_store(&rw_on, false);
    rw_thread_release_waiting();
    pthread_mutex_lock(&session->lock);
    bool running = atomic_load(&session->phase) == RW_PHASE_RUNNING;
    if (running) {
        snprintf(session->reason, sizeof(session->reason), "%s", reason);
        /* Only from RUNNING: the sender may lose the connection at this very moment. */
        uint32_t expected = RW_PHASE_RUNNING;
        running = atomic_compare_exchange_strong(&session->phase, &expected, RW_PHASE_ENDING);
    }
    pthread_mutex_unlock(&session->lock);
    rw_sender_resume();
    rw_sender_wake();
    return running;
}

void
rw_session_end(const char *reason)
{
    rw_session *session = &rw_the_session;
    rw_held_pull_everything();
    begin_ending(reason);
    rw_sender_join(END_PATIENCE_SECONDS * UINT64_C(1000000000));
    if (atomic_load(&session->phase) == RW_PHASE_ENDING) {
        rw_say("the collector has not taken anything for %d s; what is left to send stays in %s/%s",
               END_PATIENCE_SECONDS, session->config.run_dir, session->buffer.name);
    }
}

void
rw_session_last_word(enum rw_word word, uint32_t number)
{
    rw_session *session = &rw_the_session;
    if (word != RW_WORD_SIGNAL) { /* after a signal to itself a process may go on */
        rw_held_pull_everything();
    }
    if (atomic_load(&session->phase) != RW_PHASE_NONE) {
        atomic_store(&session->buffer.head->last_word, (uint64_t)number << 32 | (uint64_t)word);
    }
}

void
rw_session_off(const char *why)
{
    if (begin_ending("off")) {
        rw_say("%s; the program goes on unobserved", why);
    }
}

void
rw_session_after_fork_child(void)
{
    rw_session *session = &rw_the_session;
    if (!forked.was_running) {
        return;
    }
    forked.was_running = false;
    rw_thread *self = forked.self;
    for (rw_thread *other = session->threads; other != NULL;) {
        rw_thread *next = other->next;
        if (other != self) {
            rw_thread_drop(other);
        }
        other = next;
    }
    session->threads = NULL;
    rw_thread_pin_after_fork_child();
    rw_known_after_fork_child();
    rw_cell_keys_after_fork_child();
    rw_buffer_forget(&session->buffer);
    char error[RW_ERROR_BYTES];
    if (!open_session(session, session->id, error, sizeof(error))) {
        rw_say("%s; forked process %ld goes on unobserved", error, (long)getpid());
        return; /* `self` stays: a caller further up this thread's C stack may hold it */
    }
    if (self == NULL) {
        self = rw_thread_attach(0, 0);
    }
    else {
        rw_stack_reset(self);
        rw_define_reset(self);
        rw_filter_reset(self);
        self->flags |= RW_THREAD_MAIN;
        rw_thread_begin(self, 0, 0);
    }
}
