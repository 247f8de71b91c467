/* The buffer file: every thread's ring of records in one mapped file, so that what a thread has recorded outlives the
 * process.
 *
 *   0              4096           8192                8192 + data
 *   +--------------+--------------+-------------------+--------------+----
 *   | file page    | slot 0: page | slot 0: ring data | slot 1: page | ...
 *   +--------------+--------------+-------------------+--------------+----
 *
 * In memory the ring data of a slot is mapped twice in a row, so that a record never wraps for its writer nor for the
 * sender. A slot is given to a thread when it attaches, comes back when the thread has ended and the sender has drained
 * it, and is then given to the next thread. Slots are never unmapped while the process lives: a thread that was in the
 * middle of a record when the session ended may finish it. Normative: docs/wire-format.md, "Buffer file".
 */
#ifndef RW_RING_H
#define RW_RING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "descriptor.h"
#include "thread.h"

/* The ring must hold two of the longest records, else a thread could wait for room that never comes. */
enum {
    RW_RING_MIN_BYTES = 64 * 1024,
    RW_RING_MAX_BYTES = 1024 * 1024 * 1024,
    RW_RING_DEFAULT_BYTES = 256 * 1024,
    RW_PAGE_BYTES = 4096
};

/* First page of the file. Written by the process alone; the collector reads it when the process is gone. */
typedef struct {
    uint64_t magic; /* "RWBUF001" */
    uint64_t session;
    _Atomic uint32_t slot_count; /* guarded by the session's lock; raised after the slot is in the file */
    uint32_t ring_bytes;
    _Atomic uint64_t
        last_word; /* enum rw_word in the low half, its number above; whoever ends the process, any thread */
} rw_file_page;

typedef struct rw_slot {
    rw_slot_page *page;        /* in the mapped file; immutable pointer */
    uint8_t *ring;             /* twice `ring_bytes`; immutable pointer */
    uint32_t index;            /* in the file; immutable */
    struct rw_slot *next;      /* made before this one; immutable, so that the sender walks the list without a lock */
    struct rw_slot *next_free; /* guarded by the session's lock */
} rw_slot;

typedef struct {
    rw_descriptor file;       /* guarded by the session's lock */
    rw_file_page *head;       /* mapped; immutable while the session runs */
    uint32_t ring_bytes;      /* a power of two; immutable */
    char name[32];            /* of the file within the run directory; immutable */
    _Atomic(rw_slot *) slots; /* newest first; written under the session's lock, release; read by the sender, acquire */
    rw_slot *free;            /* guarded by the session's lock */
} rw_buffer;

/* Creates `<directory>/<session>.rwb`. False: `error` (one line) says why, and nothing is left behind. */
bool rw_buffer_open(rw_buffer *buffer, const char *directory, uint64_t session, uint32_t ring_bytes, char *error,
                    size_t error_bytes);

/* Takes back what rw_buffer_open() made, before any slot was taken. */
void rw_buffer_discard(rw_buffer *buffer, const char *directory);

/* A slot for a new thread: an unused one, else a new one at the end of the file with its disk space allocated (a full
 * disk shows here, never as SIGBUS at a write). Its stream begins at 0 and its page names no thread yet. NULL: `error`
 * says why. Caller holds the session's lock. */
rw_slot *rw_buffer_take(rw_buffer *buffer, char *error, size_t error_bytes);

/* Gives a drained slot back. Caller is the sender and holds the session's lock. */
void rw_buffer_give(rw_buffer *buffer, rw_slot *slot);

/* In a forked child: the mappings are the parent's and were not inherited (MADV_DONTFORK); only what describes them is
 * dropped. */
void rw_buffer_forget(rw_buffer *buffer);

#endif
