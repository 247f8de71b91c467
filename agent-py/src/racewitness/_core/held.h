/* Ranges: accesses of one instruction to items at a constant distance, one after the other.
 *
 * The first few are recorded as they come. Once an instruction is seen to go on like that, its accesses are held back
 * and become one ACCESS_RANGE record. They are recorded before anything that could tell the difference: before the
 * thread's next release, acquire, write or read of what another thread has written; when another thread reaches such an
 * item (it records the range in the holder's stream, under that stream's lock); and before they are a tenth of a second
 * old, by the sender. A range in an object that the thread owns is kept instead (kept.h).
 */
#ifndef RW_HELD_H
#define RW_HELD_H

#include "known.h"

/* One instruction's way through one container. Owned by one thread; while it is in the thread's list of held ranges
 * only `count` changes, and what none but the owner reads: own, cell, news (owner); `recorded` (whoever holds the
 * stream's lock); others may read the rest. */
typedef struct {
    /* What each access looks at: one cache line. */
    _Alignas(64) uint64_t name; /* rw_name(); 0 free */
    uint64_t place;             /* instruction and callers, mixed */
    uint64_t now;               /* epoch and disturbances of the thread */
    uint64_t own, cell;         /* the object's own cell and the last item's, as they were entered */
    uint64_t first;             /* key of the first item */
    _Atomic uint32_t count;
    _Atomic uint32_t recorded; /* of `count`; all of it, where the range is not held back */
    int32_t stride;            /* 0 until there are two items */
    uint32_t news;
    /* Of one that is held back. */
    uint64_t moment; /* of a range in an object that the thread owns: when the part that is not recorded began; it is
                        kept, or told, as of then (kept.h). 0: any other. Written by the owner, with the stream's
                        lock; others read it with that */
    void *object;    /* its address; it may be gone */
    uint32_t type;   /* number of the object's type, where its OBJECT record is not written */
    uint32_t stack;
    bool held;
} rw_range;

enum { RW_HELD_MAX = 256 };

/* What a thread holds back. */
typedef struct rw_held {
    rw_range *ranges[RW_HELD_MAX]; /* written by the owner before `count` is raised (release) */
    _Atomic uint32_t count;        /* owner */
    uint64_t since;                /* ticks, of the first one; guarded by the stream's lock */
} rw_held;

/* kept.c: keeps what is not recorded of a range in an object that the thread owned when it began, or tells it: when
 * another thread asks, or the thread is the owner no more. With the stream's lock. */
void rw_kept_range(rw_thread *thread, const rw_range *range, uint64_t first, uint64_t keys, bool owner);

/* Holds the range back from now on. Owner. */
void rw_held_add(rw_thread *self, rw_range *range);

/* Records all that the thread holds back. Owner. */
void rw_held_record(rw_thread *self);

/* The same before a write to that object is kept, if it must come before that: ranges in other objects that are kept,
 * too, may go on, and are told as of their beginning. Owner. */
void rw_held_record_before_kept(rw_thread *self, uint64_t object);

/* Records what the thread in ring slot `slot` holds back, if there is one; by another thread. */
void rw_held_pull(uint32_t slot);

/* Records what other threads hold back of which one range has that key of the object (RW_KEY_ALL: any), and then what
 * this one does; false: there is none. Owner. */
bool rw_held_pull_of(rw_thread *self, uint64_t object, uint64_t key);

/* Records what all threads hold back: this one, and the others if any of them holds a range of that object back. Owner.
 */
void rw_held_pull_all(rw_thread *self, uint64_t object);

/* The sender: records what has been held back for long, where the ring has room and nobody is writing. Whether anything
 * is held back. */
bool rw_held_sweep(uint64_t now);

/* Records everything that threads hold back; at the end of the process. */
void rw_held_pull_everything(void);

#endif
