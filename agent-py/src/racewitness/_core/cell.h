/* Cells: who has an object, or an item of a list. The cell of an object, or of each item of a list, says who has had it
 * last:
 *
 *    63     48   47  46   45    44  43   42   41        18  17    16     15     0
 *   +---------+-----+----+-----+----+----+-----+-----------+-----+-------+--------+
 *   | version |again|was |split|kept|read|owned| epoch     |items| dirty | holder |
 *   +---------+-----+----+-----+----+----+-----+-----------+-----+-------+--------+
 *
 * holder: nobody, or one thread (its slot): the last that wrote, or the first that came. read: others have read since.
 * dirty: the holder has written. epoch: of the holder, when it was there last, or wrote last. again: it has read in a
 * later epoch than it wrote in. version: raised when a thread writes that was not the holder, or what others have read.
 * items: threads other than the holder have written items of this object.
 *
 * owned, of an object's own cell: all that was ever done with the object happens before what the holder, its owner,
 * does there now. What threads do with such an object is kept back (kept.h). A thread that knows by synchronisation
 * (known.h) of the owner's last epoch there becomes the owner in turn: locks, queues, barriers and joins hand objects
 * over. read says of an owned object that it has had other owners, who may keep something of it. dirty: one of the
 * owners has written.
 *
 * A thread that does not know of the owner's last epoch, and touches just one key of the object, splits it: from then
 * on each of its keys has a cell of its own (cell_key.h) that begins as the object's was, owned by the same thread, and
 * the object's stays as it is; was: that is over. (That is what `with self.lock:` does to all that the lock guards.) In
 * any other case, and of the one key in this, the thread takes it: what all threads keep there is told, and it is
 * nobody's.
 *
 * kept, of a cell that is nobody's: threads keep back reads. Who reads what it has recorded a read of in an earlier
 * epoch, and what nobody has written since (same version), keeps that: a write that races with the later read only
 * comes after it, and takes the cell, with all reads kept there.
 */
#ifndef RW_CELL_H
#define RW_CELL_H

#include "access.h"
#include "known.h"
#include "shadow.h"

#define RW_CELL_HOLDER UINT64_C(0xFFFF) /* slot + 1 */
#define RW_CELL_DIRTY (UINT64_C(1) << 16)
#define RW_CELL_EPOCH_SHIFT 18
#define RW_CELL_EPOCH_MASK ((UINT32_C(1) << 24) - 1)
#define RW_CELL_ITEMS (UINT64_C(1) << 17)
#define RW_CELL_OWNED (UINT64_C(1) << 42)
#define RW_CELL_READ (UINT64_C(1) << 43)
#define RW_CELL_KEPT (UINT64_C(1) << 44)
#define RW_CELL_SPLIT (UINT64_C(1) << 45)
#define RW_CELL_WAS_SPLIT (UINT64_C(1) << 46)
#define RW_CELL_AGAIN (UINT64_C(1) << 47)
#define RW_CELL_VERSION_SHIFT 48

static inline uint64_t
rw_cell_version(uint64_t cell)
{
    return cell >> RW_CELL_VERSION_SHIFT;
}

typedef struct {
    rw_target target;
    uint64_t key;
    enum rw_object_kind kind;
    bool may_own;     /* the cell tells of all accesses to what is visited: not where items have cells beside it */
    bool at_key_only; /* nothing but that key is touched, and the object may be split */
    bool write, read;
} rw_visit;

/* A cell that has been entered. */
typedef struct {
    rw_cell *place;
    uint64_t value; /* as it was then */
    rw_cell *split; /* of a key's cell: its object's */
    bool quiet;     /* no other thread has written there before this access, or that is known to happen before */
} rw_entered;

/* Makes the thread the holder or a reader of the object's own cell, or the key's; the owner, where it may be. */
void rw_cell_enter_object(rw_thread *self, rw_cell *own, const rw_visit *visit, rw_entered *entered);

/* The same of the cell of an item. */
void rw_cell_enter_item(rw_thread *self, rw_cell *item, const rw_visit *visit, rw_entered *entered);

/* Whether the thread is the holder already, in its present epoch, and entering the cell would change nothing: the usual
 * case of both. */
static inline bool
rw_cell_is_entered(const rw_thread *self, rw_cell *place, bool write, rw_entered *entered)
{
    uint64_t mine = ((uint64_t)(self->epoch & RW_CELL_EPOCH_MASK) << RW_CELL_EPOCH_SHIFT) | (self->slot + UINT64_C(1));
    uint64_t cell = atomic_load_explicit(place, memory_order_acquire);
    uint64_t looked_at = (uint64_t)RW_CELL_EPOCH_MASK << RW_CELL_EPOCH_SHIFT | RW_CELL_HOLDER | RW_CELL_SPLIT;
    bool others_read = (cell & (RW_CELL_READ | RW_CELL_OWNED)) == RW_CELL_READ;
    *entered = (rw_entered){.place = place, .value = cell, .quiet = true};
    return (cell & looked_at) == mine && self->slot < RW_NAMED_SLOTS - 1 &&
           (!write || ((cell & RW_CELL_DIRTY) != 0 && !others_read));
}

/* Says that reads are kept back of what the object's own cell, or its key's, tells of, and of an item that of the item
 * (else NULL), if they still have those versions. */
bool rw_cell_keep_reads(const rw_entered *own, const rw_entered *item);

/* Whether accesses may still be kept back as when the cell was entered: nobody has taken it since. */
bool rw_cell_may_keep(const rw_entered *entered);

/* The thread writes an item of the object with that cell. Whole reads look at the object's own cell, writes of items at
 * the item's: the object's says when there are any. */
void rw_cell_item_written(rw_thread *self, rw_cell *place);

/* The object can be reached by another name from now on, which its cell does not know, or is about to end: it is
 * nobody's alone, and what is kept back of it is told. */
void rw_cell_share(PyObject *object, uint64_t number);

/* The object is ending, after rw_cell_share() where program code sees that. Nobody touches it any more. */
void rw_cell_end(PyObject *object, uint64_t number);

/* A test begins: that threads share objects in it is to be seen in the records, whatever orders them. */
void rw_cell_test_begins(void);

#endif
