/* The session: one process's connection to its collector, and what its parts share. Python-free but for options.c.
 *
 *   options.c    Python dict -> rw_session_config; interpreter exit
 *   session.c    start, end, off, fork
 *   handshake.c  connection, HELLO, answer
 *   thread.c     attach, detach, room, sync records
 *   sender.c     rings -> frames -> socket
 *   ring.c       the buffer file
 */
#ifndef RW_SESSION_H
#define RW_SESSION_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "descriptor.h"
#include "frame.h"
#include "pairs.h"
#include "ring.h"
#include "thread.h"

enum rw_phase {
    RW_PHASE_NONE = 0,    /* not started, or a forked child that has no session of its own yet */
    RW_PHASE_RUNNING = 1, /* threads record, the sender sends */
    RW_PHASE_ENDING = 2,  /* nothing is recorded any more; the sender drains the rings and sends END */
    RW_PHASE_ENDED = 3,   /* END was sent */
    RW_PHASE_LOST = 4,    /* the connection broke: what the rings hold is left to recovery */
};

enum { RW_REASON_BYTES = 16, RW_ENDPOINT_BYTES = 512, RW_DIRECTORY_BYTES = 4096 };

/* What a session is started with. Immutable from rw_session_begin() on; a forked child starts its own session with the
 * same. */
typedef struct {
    char endpoint[RW_ENDPOINT_BYTES]; /* unix:/path or tcp:host:port */
    uint8_t token[RW_TOKEN_BYTES];
    char run_dir[RW_DIRECTORY_BYTES];
    uint32_t ring_bytes;
    rw_pairs hello;
} rw_session_config;

typedef struct {
    /* Written before the first thread attaches, or in a forked child while it is alone; immutable in between. */
    rw_session_config config;
    uint64_t id;
    uint64_t parent; /* session of the forking process, 0 for none */
    uint64_t ticks_per_second;
    rw_buffer buffer; /* fields say for themselves */

    rw_descriptor socket;         /* sender only, once it runs */
    uint64_t process_frames;      /* sequence of the next frame of the process; handshake, then the sender only */
    char reason[RW_REASON_BYTES]; /* why it ends: written before phase becomes ENDING, read by the sender after */

    pthread_mutex_t lock; /* guards `threads`, the buffer's slots and file; never held while anything but the kernel is
                             called; held across fork */
    rw_thread *threads;   /* guarded by `lock` */
    uint64_t seen_by_ended; /* sum of `seen` of the threads that have ended; guarded by `lock` */

    _Atomic uint32_t phase; /* enum rw_phase; a futex: who waits for the end sleeps on it */
    _Atomic uint32_t last_uid;
    _Atomic uint64_t lost;                /* records that found no room because the session went off meanwhile */
    _Atomic uint64_t sent_records;        /* sender; others read it for messages */
    _Atomic uint64_t sent_bytes;          /* sender; who waits for the end sees by it that there is progress */
    _Atomic bool gil_enabled;             /* latest known state, for END */
    _Alignas(64) _Atomic uint64_t stamps; /* the last stamp drawn; alone in its cache line */
} rw_session;

extern rw_session rw_the_session;

enum { RW_ERROR_BYTES = 1024 };

/* Connects and starts the sender. `config` is copied, its pairs are taken over. False: `error` (one line) says why and
 * nothing was started. */
bool rw_session_begin(const rw_session_config *config, char *error, size_t error_bytes);

/* Declared for the whole agent in agent.h, which needs the interpreter's headers. */
void rw_session_end(const char *reason);
void rw_session_off(const char *why);
void rw_session_after_fork_child(void);

/* What the process says of its end, if it says anything: what becomes of it, and the number that goes with it. */
enum rw_word { RW_WORD_NONE = 0, RW_WORD_EXIT = 1 /* status */, RW_WORD_EXEC = 2, RW_WORD_SIGNAL = 3 /* number */ };

/* Leaves the word in the buffer file, in place of an earlier one; the process is about to end in that way. Any thread;
 * nothing happens in a process without a session of its own. */
void rw_session_last_word(enum rw_word word, uint32_t number);

/* One line on stderr, "racewitness: " in front: a single write, so that lines of several threads do not mix. Keeps
 * errno. */
void rw_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* handshake.c: connects session->socket and sends HELLO (frame 0 of the process). False: `error` says why, the socket
 * is closed. */
bool rw_handshake(rw_session *session, char *error, size_t error_bytes);

/* handshake.c: waits for the answer, which the program does not: it may come late, from a collector that is itself just
 * starting. The sender, before anything else. 0, RW_PAUSED (outbox.h: call it again), EACCES where it refuses this
 * process, or ECONNRESET: `error` says why. */
int rw_handshake_answer(rw_session *session, char *error, size_t error_bytes);

/* thread.c: the key whose destructor detaches a thread that ends. Once per process image. */
bool rw_thread_key_create(void);

/* thread.c: in the child of a fork, from the fork handler itself: the calling thread is no longer attached. Returns its
 * state, NULL if it had none. */
rw_thread *rw_thread_orphan(void);

/* thread.c: gives `self` (a forked child's only thread, or a new state) a ring and a number, and makes it the calling
 * thread's. */
bool rw_thread_begin(rw_thread *self, uint32_t uid, uint32_t parent);

/* thread.c: frees what belongs to a thread that does not exist in this process. */
void rw_thread_drop(rw_thread *other);

/* thread.c: threads that wait for room look again. */
void rw_thread_release_waiting(void);

#endif
