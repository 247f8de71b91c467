/* Cells: who has an object, or an item of a list. The cell of an object, or of each item of a list, says who has had it
 * last:
 *
 *    63          44  43   42  41       18  17    16     15     0
 *   +--------------+----+-----+-----------+-----+-------+--------+
 *   | version      |read|owned| epoch     |items| dirty | holder |
 *   +--------------+----+-----+-----------+-----+-------+--------+
 *
 * holder: nobody, or one thread (its slot): the last that wrote, or the first that came. read: others have read since.
 * dirty: the holder has written. epoch: of the holder, when it was there last. version: raised when a thread writes that
 * was not the holder, or what others have read. items: threads other than the holder have written items of this object.
 *
 * owned, of an object's own cell: all that was ever done with the object happens before what the holder, its owner, does
 * there now. What threads do with such an object is kept back (kept.h). A thread that knows by synchronisation (known.h)
 * of the owner's last epoch there becomes the owner in turn: locks, queues, barriers and joins hand objects over. A
 * thread that does not know it takes the object: what all threads keep of it is told, and nothing is kept again. read
 * says of an owned object that it has had other owners, who may keep something of it. dirty: one of the owners has
 * written.
 */
#ifndef RW_CELL_H
#define RW_CELL_H

#include "access.h"
#include "shadow.h"

#define RW_CELL_HOLDER UINT64_C(0xFFFF) /* slot + 1 */
#define RW_CELL_ITEMS (UINT64_C(1) << 17)
#define RW_CELL_OWNED (UINT64_C(1) << 42)
#define RW_CELL_READ (UINT64_C(1) << 43)

static inline uint64_t
rw_cell_version(uint64_t cell)
{
    return cell >> 44;
}

typedef struct {
    rw_target target;
    enum rw_object_kind kind;
    bool may_own; /* of the object's own cell */
    bool write, read;
} rw_visit;

/* Makes the thread the holder or a reader of the cell; the owner of its object, where it may be. *quiet: no other thread
 * has written there before this access, or that is known to happen before. Returns the cell as it is then. */
uint64_t rw_cell_enter(rw_thread *self, rw_cell *place, rw_visit visit, bool *quiet);

/* The thread writes an item of the object with that cell. Whole reads look at the object's own cell, writes of items at
 * the item's: the object's says when there are any. */
void rw_cell_item_written(rw_thread *self, rw_cell *place);

/* The object can be reached by another name from now on, which its cell does not know, or is about to end: it is
 * nobody's alone, and what is kept back of it is told. */
void rw_cell_share(PyObject *object, uint64_t number);

/* A test begins: that threads share objects in it is to be seen in the records, whatever orders them. */
void rw_cell_test_begins(void);

#endif
