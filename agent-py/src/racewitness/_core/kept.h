/* What a thread does with an object, or a key, that it owns (cell.h) is kept back: of each access that the repeat
 * filter tells apart the latest, in the filter's own table. It is told in ACCESS_LATE records, as of the moment at
 * which it was made (docs/wire-format.md), when a thread comes to the object that does not know by synchronisation of
 * all that was done there, before the object's end where program code sees that, before a NOTE and the thread's END,
 * and when the table needs its place or it is old. What is never told nobody could race with: each owner knew of the
 * one before, until the object's end. An access that a later one of the same thread at the same place has replaced
 * races with nothing that the later one does not race with.
 *
 * Whoever takes a cell from its owner clears OWNED in it, and tells then what all its owners keep, each under the lock
 * of its stream; an owner keeps something only under that lock, after it has seen the bit. So either the other thread
 * tells it, or the owner records it at once. Reads that are kept of a cell that is nobody's go the same way, with KEPT.
 *
 * An object whose OBJECT record has not been written yet (RW_SHADOW_UNTOLD) gets it with the first record that names
 * it.
 */
#ifndef RW_KEPT_H
#define RW_KEPT_H

#include "cell.h"
#include "held.h"
#include "readset.h"

/* An access that a thread has recorded, or keeps back. Owned by the thread; of a kept one others read all and write
 * `kept`, with the stream's lock. Both change a kept one with that lock only. */
typedef struct {
    /* What a repeat is compared with: */
    uint64_t name;  /* rw_name(); 0 free */
    uint64_t key;   /* location key; of a range mixed with its length */
    uint64_t place; /* instruction and callers, mixed */
    uint64_t keys;  /* 1, or of a range how many and their distance, as in its record */
    uint64_t now;   /* epoch and disturbances of the thread */
    rw_cell *at;    /* the cell that was entered; NULL: to be entered again, whatever it says */
    uint64_t cell;  /* its value then */
    uint32_t news;
    uint32_t stack; /* of a kept one only, like moment, object and type */
    uint64_t own;   /* of an item the object's own cell's value, else 0 */
    uint64_t moment;
    PyObject *object;  /* an address: the object may be gone */
    uint32_t type;     /* number of the object's type, where its OBJECT record is not written */
    _Atomic bool kept; /* release and acquire: when the owner finds nothing kept, those who have told it are done */
} rw_remembered;

/* What a thread remembers, in sets of RW_WAYS: an object's accesses lie in the set that its number gives, so that they
 * are found together, or, when there are more, each in the set that number and key give. The table is the owner's;
 * moments, what is kept and a change of the table are guarded by the stream's lock. */
enum { RW_WAYS = 8 };

typedef struct {
    uint16_t tags[RW_WAYS]; /* of the slots; owner */
    uint64_t busy;          /* `now` + 1 when the thread last found no free slot; owner */
    uint8_t turn;           /* slot that gives way next; owner */
    bool full;              /* accesses of its objects lie elsewhere, too; owner, with the stream's lock */
    _Atomic uint8_t kept;   /* slots that keep something; changed with the stream's lock, the owner looks without */
} rw_set;

typedef struct rw_kept {
    rw_remembered *slots;
    rw_set *sets;
    uint16_t *latest; /* where an access was found or put latest, by its hash: likely the slot of one that comes now,
                         which is to be compared; 2 * size; owner */
    size_t size;      /* slots; a power of two, at most 2^16 */
    uint32_t count;   /* kept accesses */
    uint32_t turn;    /* place of the last kept one behind event number `after` */
    uint64_t after;
    uint32_t made;      /* accesses kept, and */
    uint32_t lost;      /* told, since it was last asked whether keeping pays; with the stream's lock */
    uint32_t pause;     /* accesses that are not to be kept, for it does not; owner */
    uint32_t swept;     /* epoch in which what is kept was last looked through, in part; owner */
    bool closed;        /* nothing is kept any more: the thread has told its end */
    rw_readsets *reads; /* NULL: none yet; set by the owner with the stream's lock */
} rw_kept;

/* Where that access (name to keys of rw_remembered) is remembered, or NULL; the slot that it is to have then, in which
 * something else may be kept. Owner. */
rw_remembered *rw_kept_find(const rw_kept *kept, uint64_t name, uint64_t key, uint64_t place, uint64_t keys);
rw_remembered *rw_kept_place(rw_thread *self, rw_kept *kept, const rw_remembered *made);

/* Gives the thread a table of so many slots with what it keeps. Owner. False without memory: it has what it had. */
bool rw_kept_resize(rw_thread *self, rw_kept *kept, size_t size);

/* What has been kept for so many epochs is told; in so many all of what a thread keeps is looked through. A reader
 * knows the last 65,536 changes. */
enum { RW_KEPT_OLD = 16384, RW_KEPT_SWEEP_EPOCHS = 8192 };

/* Whether what the thread did at that `now` is to be told for its age. Owner. */
static inline bool
rw_kept_is_old(const rw_thread *self, uint64_t now)
{
    return self->epoch - (uint32_t)(now >> 32) >= RW_KEPT_OLD;
}

static inline bool
rw_kept_is(const rw_remembered *slot)
{
    return atomic_load_explicit(&slot->kept, memory_order_acquire);
}

/* Whether what is remembered may be asked for again: false for what is kept of an object that is gone. */
bool rw_kept_is_of_use(const rw_remembered *slot);

/* The moment of an access that is being kept: the next place behind the thread's latest event. Owner, with the stream's
 * lock. */
uint64_t rw_kept_moment(rw_thread *self);

/* The same of a read that changes nothing: all of them that come before the next access that is kept have the same
 * place, which that one has, too. Told in one go they are told first. */
uint64_t rw_kept_moment_of_read(rw_thread *self);

/* Whether to keep an access that may be kept: where most of what is kept is told in the end, it is cheaper to record it
 * at once, for a while. Owner. */
bool rw_kept_pays(rw_kept *kept);

/* Whether an access to the object may still be kept as when its cell, and of an item that of the item (else NULL), were
 * entered: nobody has taken it since, and it has no other name. */
bool rw_kept_may(const PyObject *object, const rw_entered *own, const rw_entered *item);

/* Keeps the access, all of it filled in but its moment, in that slot, if that may still be done (rw_kept_may()).
 * False: record it. Owner. */
bool rw_kept_keep(rw_thread *self, const rw_entered *entered, const rw_entered *item, rw_remembered *slot,
                  const rw_remembered *made);

/* What the slot keeps has been done once more, in the same epoch: it is kept as of now. False: nothing is kept there.
 * Owner. */
bool rw_kept_renew(rw_thread *self, rw_remembered *slot);

/* The thread's read sets; NULL without memory, and where nothing is kept any more. Owner. */
rw_readsets *rw_kept_reads(rw_thread *self, rw_kept *kept);

/* The access is about to be recorded and remembered in that slot. What is kept there is told, unless it is an earlier
 * occurrence of the same: that races with nothing that the later one does not race with. Owner. */
void rw_kept_evict(rw_thread *self, rw_remembered *slot, const rw_remembered *made);

/* Whether that is the number of the object, which lives then; its OBJECT record is written if that was still to be
 * done: number of its type, and stack where it was seen first. With the stream's lock. */
bool rw_kept_tell_object(rw_thread *thread, PyObject *object, uint64_t number, uint32_t type, uint32_t stack);

/* Tells what is kept of that key of the object (RW_KEY_ALL: of all of it), by the thread in a ring slot, if there is
 * one, or by all; of read sets not what `writer` (NULL: nobody) knows to happen before what it is about to write there:
 * who races with that races with the write. Any thread; the writer itself. */
void rw_kept_tell_of_slot(uint32_t slot, uint64_t number, uint64_t key);
void rw_kept_tell_of_all(const rw_thread *writer, uint64_t number, uint64_t key);

#endif
