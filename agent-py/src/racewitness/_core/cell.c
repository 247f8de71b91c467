#include "cell.h"

#include "cell_key.h"
#include "filter.h"
#include "held.h"
#include "kept.h"

#define HOLDER_NAMELESS ((uint64_t)RW_NAMED_SLOTS) /* a thread whose slot does not fit */
#define VERSION_ONE (UINT64_C(1) << RW_CELL_VERSION_SHIFT)

static _Atomic uint32_t tests; /* begun; raised by any thread, relaxed: threads that it starts see it */

void
rw_cell_test_begins(void)
{
    atomic_fetch_add_explicit(&tests, 1, memory_order_relaxed);
}

static inline uint64_t
holder_of(const rw_thread *thread)
{
    return thread->slot < RW_NAMED_SLOTS - 1 ? thread->slot + 1 : HOLDER_NAMELESS;
}

static inline uint32_t
epoch_of(uint64_t cell)
{
    return (uint32_t)(cell >> RW_CELL_EPOCH_SHIFT) & RW_CELL_EPOCH_MASK;
}

/* Another thread is about to touch what `cell` says `holder` has: a race, if that happened in its present epoch. Its
 * ranges come first, and its repeats count anew when it is now ordered before a reader. */
static void
meet_holder(uint64_t cell, uint64_t holder, bool reads)
{
    uint32_t slot = (uint32_t)holder - 1;
    if (epoch_of(cell) != (atomic_load_explicit(&rw_of_slot[slot].epoch, memory_order_relaxed) & RW_CELL_EPOCH_MASK)) {
        return;
    }
    rw_held_pull(slot);
    if (reads && (cell & RW_CELL_DIRTY) != 0) {
        atomic_fetch_add_explicit(&rw_of_slot[slot].disturbed, 1, memory_order_relaxed);
    }
}

/* Whether the thread itself is the holder, and not one that had its slot before. */
static bool
is_mine(const rw_thread *self, uint64_t cell)
{
    uint64_t me = holder_of(self);
    uint32_t since = epoch_of(cell) - self->first_epoch;
    return (cell & RW_CELL_HOLDER) == me && me != HOLDER_NAMELESS &&
           (since & RW_CELL_EPOCH_MASK) <= RW_CELL_EPOCH_MASK / 2;
}

/* Holder and epoch of a cell in which the thread is now. */
static uint64_t
mark_of(const rw_thread *self)
{
    return holder_of(self) | (uint64_t)(self->epoch & RW_CELL_EPOCH_MASK) << RW_CELL_EPOCH_SHIFT;
}

/* Whether what the holder has done there happens before what this thread does. */
static bool
is_known(const rw_thread *self, uint64_t cell)
{
    return rw_known_covers(self, (uint32_t)(cell & RW_CELL_HOLDER) - 1, epoch_of(cell), RW_CELL_EPOCH_MASK);
}

/* Whether the thread may become the owner without a record: in each test it first takes what others have had, which
 * says that the test shares objects. */
static bool
may_go_unseen(const rw_thread *self)
{
    return self->shared_in_test == atomic_load_explicit(&tests, memory_order_relaxed);
}

/* It has taken an object; modules, classes, functions and cells do not say that a test shares any. */
static void
was_seen(rw_thread *self, enum rw_object_kind kind)
{
    if (kind < RW_KIND_CLASS || kind > RW_KIND_CELL) {
        self->shared_in_test = atomic_load_explicit(&tests, memory_order_relaxed);
    }
}

static uint64_t
enter_owned(const rw_thread *self, uint64_t cell, const rw_visit *visit)
{
    uint64_t others = is_mine(self, cell) ? 0 : RW_CELL_READ | (visit->kind == RW_KIND_LIST ? RW_CELL_ITEMS : 0);
    uint64_t stays = cell & ~(RW_CELL_HOLDER | (uint64_t)RW_CELL_EPOCH_MASK << RW_CELL_EPOCH_SHIFT);
    return stays | others | mark_of(self) | (visit->write ? RW_CELL_DIRTY : 0);
}

/* The cell, of that key (RW_KEY_ALL: of all of the object), is nobody's from here on, and what is kept there is told.
 */
static void
take(rw_cell *place, uint64_t number, uint64_t key)
{
    uint64_t cell = atomic_load_explicit(place, memory_order_acquire);
    uint64_t next;
    do {
        if ((cell & (RW_CELL_OWNED | RW_CELL_KEPT | RW_CELL_SPLIT)) == 0) {
            return;
        }
        next = cell & ~(RW_CELL_OWNED | RW_CELL_READ | RW_CELL_KEPT | RW_CELL_SPLIT);
        next |= (cell & RW_CELL_SPLIT) != 0 ? RW_CELL_WAS_SPLIT : 0;
    } while (!atomic_compare_exchange_weak_explicit(place, &cell, next, memory_order_seq_cst, memory_order_acquire));
    if ((cell & (RW_CELL_READ | RW_CELL_KEPT | RW_CELL_SPLIT)) == 0) {
        rw_kept_tell_of_slot((uint32_t)(cell & RW_CELL_HOLDER) - 1, number, key);
    }
    else {
        rw_kept_tell_of_all(NULL, number, key);
    }
    if ((cell & RW_CELL_SPLIT) != 0) {
        rw_filter_order_all(); /* what is remembered was compared with the cells of keys */
    }
}

/* What becomes of a cell that is nobody's, or nobody has touched yet. */
static uint64_t
enter_shared(const rw_thread *self, uint64_t cell, const rw_visit *visit)
{
    uint64_t me = mark_of(self);
    uint64_t stays = cell & (RW_CELL_ITEMS | RW_CELL_WAS_SPLIT | ~(VERSION_ONE - 1));
    if (is_mine(self, cell) && !(visit->write && (cell & RW_CELL_READ) != 0)) {
        if (!visit->write && (cell & RW_CELL_DIRTY) != 0 && epoch_of(cell) != epoch_of(me)) {
            return cell | RW_CELL_AGAIN; /* that it wrote is known to whoever knows of that epoch */
        }
        return stays | (cell & (RW_CELL_KEPT | RW_CELL_READ | RW_CELL_DIRTY)) | me | (visit->write ? RW_CELL_DIRTY : 0);
    }
    if ((cell & RW_CELL_HOLDER) == 0) {
        bool owns = visit->may_own && holder_of(self) != HOLDER_NAMELESS;
        return stays | (owns ? RW_CELL_OWNED : 0) | me | (visit->write ? RW_CELL_DIRTY : 0);
    }
    return visit->write ? (stays + VERSION_ONE) | me | RW_CELL_DIRTY : cell | RW_CELL_READ;
}

/* After a cell that was nobody's has been entered. Whether no other thread has written there, or that is known. */
static bool
meet_others(rw_thread *self, uint64_t cell, uint64_t next, const rw_visit *visit, uint64_t key)
{
    uint64_t holder = cell & RW_CELL_HOLDER;
    bool others = holder != 0 && !is_mine(self, cell);
    bool over_others = visit->write && ((cell & RW_CELL_READ) != 0 || (others && (cell & RW_CELL_AGAIN) != 0));
    if (rw_cell_version(next) == 0 && rw_cell_version(cell) != 0) {
        rw_filter_order_all(); /* versions count from the beginning again */
    }
    if (over_others && (cell & RW_CELL_KEPT) != 0) {
        rw_kept_tell_of_all(self, visit->target.number, key);
    }
    if (over_others && rw_held_pull_of(self, visit->target.number, key)) {
        return false;
    }
    if (others && holder != HOLDER_NAMELESS && (visit->write || (cell & RW_CELL_DIRTY) != 0)) {
        meet_holder(cell, holder, visit->read);
    }
    return visit->write || !others || (cell & RW_CELL_DIRTY) == 0 || is_known(self, cell);
}

/* Enters the cell, of that key (RW_KEY_ALL: of all of the object), if it is not split, and not in the hands of another
 * thread of which this one does not know: then false. */
static bool
enter(rw_thread *self, const rw_visit *visit, uint64_t key, rw_entered *entered)
{
    uint64_t cell = atomic_load_explicit(entered->place, memory_order_acquire);
    for (;;) {
        bool owned = (cell & RW_CELL_OWNED) != 0;
        entered->value = cell;
        entered->quiet = true;
        if ((cell & RW_CELL_SPLIT) != 0 ||
            (owned && !is_mine(self, cell) && !(is_known(self, cell) && may_go_unseen(self)))) {
            return false;
        }
        uint64_t next = owned ? enter_owned(self, cell, visit) : enter_shared(self, cell, visit);
        if (next == cell || atomic_compare_exchange_weak_explicit(entered->place, &cell, next, memory_order_seq_cst,
                                                                  memory_order_acquire)) {
            entered->value = next;
            entered->quiet = owned || meet_others(self, cell, next, visit, key);
            return true;
        }
    }
}

/* Takes what another thread has. */
static void
take_from(rw_thread *self, const rw_entered *entered, const rw_visit *visit, uint64_t key)
{
    rw_held_record(self);
    rw_held_pull((uint32_t)(entered->value & RW_CELL_HOLDER) - 1);
    take(entered->place, visit->target.number, key);
    was_seen(self, visit->kind);
}

/* The cell of a key of an object that is split; false: there is no room for it. */
static bool
enter_key(rw_thread *self, const rw_visit *visit, rw_entered *entered)
{
    uint64_t fresh = (entered->value & ~(RW_CELL_SPLIT | RW_CELL_KEPT)) | RW_CELL_OWNED | RW_CELL_READ;
    rw_entered key = {.place = rw_cell_of_key(visit->target.number, visit->key, fresh), .split = entered->place};
    if (key.place == NULL) {
        return false;
    }
    while (!enter(self, visit, visit->key, &key)) {
        take_from(self, &key, visit, visit->key);
    }
    *entered = key;
    return true;
}

void
rw_cell_enter_object(rw_thread *self, rw_cell *own, const rw_visit *visit, rw_entered *entered)
{
    *entered = (rw_entered){.place = own};
    while (!enter(self, visit, RW_KEY_ALL, entered)) {
        bool split = (entered->value & RW_CELL_SPLIT) != 0;
        if (split && visit->at_key_only && enter_key(self, visit, entered)) {
            return;
        }
        if (!split && visit->at_key_only && may_go_unseen(self)) {
            uint64_t cell = entered->value;
            atomic_compare_exchange_strong_explicit(own, &cell, (cell & ~RW_CELL_OWNED) | RW_CELL_SPLIT,
                                                    memory_order_seq_cst, memory_order_relaxed);
            continue;
        }
        take_from(self, entered, visit, RW_KEY_ALL);
    }
}

void
rw_cell_enter_item(rw_thread *self, rw_cell *item, const rw_visit *visit, rw_entered *entered)
{
    *entered = (rw_entered){.place = item};
    while (!enter(self, visit, visit->key, entered)) {
        take_from(self, entered, visit, visit->key); /* the memory was an object's */
    }
}

static bool
keep_reads(const rw_entered *entered)
{
    uint64_t cell = atomic_load_explicit(entered->place, memory_order_acquire);
    do {
        if (rw_cell_version(cell) != rw_cell_version(entered->value) || (cell & RW_CELL_OWNED) != 0) {
            return false;
        }
    } while ((cell & RW_CELL_KEPT) == 0 &&
             !atomic_compare_exchange_weak_explicit(entered->place, &cell, cell | RW_CELL_KEPT | RW_CELL_READ,
                                                    memory_order_seq_cst, memory_order_acquire));
    return true;
}

bool
rw_cell_keep_reads(const rw_entered *own, const rw_entered *item)
{
    return keep_reads(own) && (item == NULL || keep_reads(item));
}

bool
rw_cell_may_keep(const rw_entered *entered)
{
    uint64_t cell = atomic_load_explicit(entered->place, memory_order_seq_cst);
    if (entered->split != NULL && (atomic_load_explicit(entered->split, memory_order_seq_cst) & RW_CELL_SPLIT) == 0) {
        return false;
    }
    return (entered->value & RW_CELL_OWNED) != 0
               ? (cell & RW_CELL_OWNED) != 0
               : (cell & RW_CELL_KEPT) != 0 && rw_cell_version(cell) == rw_cell_version(entered->value);
}

void
rw_cell_item_written(rw_thread *self, rw_cell *place)
{
    uint64_t cell = atomic_load_explicit(place, memory_order_acquire);
    while ((cell & RW_CELL_ITEMS) == 0 && !is_mine(self, cell)) {
        uint64_t next = (cell & RW_CELL_HOLDER) == 0 ? cell | holder_of(self) | RW_CELL_DIRTY : cell | RW_CELL_ITEMS;
        if (atomic_compare_exchange_weak_explicit(place, &cell, next, memory_order_seq_cst, memory_order_acquire)) {
            return;
        }
    }
}

void
rw_cell_share(PyObject *object, uint64_t number)
{
    rw_cell *own = rw_sparse_find(&rw_cells, object, RW_CELL_GRANULE_BITS);
    if (own != NULL && rw_tls != NULL) {
        rw_held_pull_all(rw_tls, number);
        take(own, number, RW_KEY_ALL);
    }
}

void
rw_cell_end(PyObject *object, uint64_t number)
{
    rw_cell *own = rw_sparse_find(&rw_cells, object, RW_CELL_GRANULE_BITS);
    if (own != NULL) {
        uint64_t cell = atomic_load_explicit(own, memory_order_relaxed);
        atomic_store_explicit(own, 0, memory_order_relaxed); /* what is made here next is nobody's yet */
        if ((cell & (RW_CELL_SPLIT | RW_CELL_WAS_SPLIT)) != 0) {
            rw_cell_keys_end(number);
        }
    }
}
