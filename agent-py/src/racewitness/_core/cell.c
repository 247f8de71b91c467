#include "cell.h"

#include "held.h"
#include "kept.h"
#include "known.h"

#define HOLDER_NAMELESS ((uint64_t)RW_NAMED_SLOTS) /* a thread whose slot does not fit */
#define DIRTY (UINT64_C(1) << 16)
#define EPOCH_SHIFT 18
#define EPOCH_MASK ((UINT32_C(1) << 24) - 1)
#define VERSION_ONE (UINT64_C(1) << 44)

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
    return (uint32_t)(cell >> EPOCH_SHIFT) & EPOCH_MASK;
}

/* Another thread is about to touch what `cell` says `holder` has: a race, if that happened in its present epoch. Its
 * ranges come first, and its repeats count anew when it is now ordered before a reader. */
static void
meet_holder(uint64_t cell, uint64_t holder, bool reads)
{
    uint32_t slot = (uint32_t)holder - 1;
    if (epoch_of(cell) != (atomic_load_explicit(&rw_of_slot[slot].epoch, memory_order_relaxed) & EPOCH_MASK)) {
        return;
    }
    rw_held_pull(slot);
    if (reads && (cell & DIRTY) != 0) {
        atomic_fetch_add_explicit(&rw_of_slot[slot].disturbed, 1, memory_order_relaxed);
    }
}

/* Whether the thread itself is the holder, and not one that had its slot before. */
static bool
is_mine(const rw_thread *self, uint64_t cell)
{
    uint64_t me = holder_of(self);
    uint32_t since = epoch_of(cell) - self->first_epoch;
    return (cell & RW_CELL_HOLDER) == me && me != HOLDER_NAMELESS && (since & EPOCH_MASK) <= EPOCH_MASK / 2;
}

/* Whether what the holder has done there happens before what this thread does. */
static bool
is_known(const rw_thread *self, uint64_t cell)
{
    return rw_known_covers(self, (uint32_t)(cell & RW_CELL_HOLDER) - 1, epoch_of(cell), EPOCH_MASK);
}

/* Whether the thread may become the owner without a record. In each test it first takes one object that others have had,
 * which says that the test shares objects; modules, classes, functions and cells do not say that. */
static bool
may_go_unseen(rw_thread *self, enum rw_object_kind kind)
{
    uint32_t test = atomic_load_explicit(&tests, memory_order_relaxed);
    if (self->shared_in_test == test) {
        return true;
    }
    if (kind < RW_KIND_CLASS || kind > RW_KIND_CELL) {
        self->shared_in_test = test;
    }
    return false;
}

static uint64_t
enter_owned(const rw_thread *self, uint64_t cell, rw_visit visit)
{
    uint64_t others = is_mine(self, cell) ? 0 : RW_CELL_READ | (visit.kind == RW_KIND_LIST ? RW_CELL_ITEMS : 0);
    uint64_t stays = cell & ~(RW_CELL_HOLDER | (uint64_t)EPOCH_MASK << EPOCH_SHIFT);
    return stays | others | holder_of(self) | (visit.write ? DIRTY : 0) |
           (uint64_t)(self->epoch & EPOCH_MASK) << EPOCH_SHIFT;
}

uint64_t
rw_cell_enter(rw_thread *self, rw_cell *place, rw_visit visit, bool *quiet)
{
    uint64_t me = holder_of(self);
    uint64_t epoch = (uint64_t)(self->epoch & EPOCH_MASK) << EPOCH_SHIFT;
    uint64_t cell = atomic_load_explicit(place, memory_order_acquire);
    for (;;) {
        uint64_t holder = cell & RW_CELL_HOLDER;
        uint64_t stays = cell & (RW_CELL_ITEMS | ~(VERSION_ONE - 1));
        uint64_t next;
        bool owned = (cell & RW_CELL_OWNED) != 0;
        bool mine = is_mine(self, cell);
        bool over_others = visit.write && !owned && (cell & RW_CELL_READ) != 0;
        *quiet = true;
        if (owned && !mine && !(is_known(self, cell) && may_go_unseen(self, visit.kind))) {
            rw_held_record(self);
            rw_held_pull((uint32_t)holder - 1);
            rw_kept_take(place, visit.target.number);
            cell = atomic_load_explicit(place, memory_order_acquire);
            continue;
        }
        if (owned) {
            next = enter_owned(self, cell, visit);
        }
        else if (mine && !over_others) {
            next = stays | (cell & (RW_CELL_READ | DIRTY)) | me | (visit.write ? DIRTY : 0) | epoch;
        }
        else if (holder == 0) {
            next = stays | (visit.may_own && me != HOLDER_NAMELESS ? RW_CELL_OWNED : 0) | me |
                   (visit.write ? DIRTY : 0) | epoch;
        }
        else if (!visit.write) {
            next = cell | RW_CELL_READ;
            *quiet = (cell & DIRTY) == 0 || is_known(self, cell);
        }
        else {
            next = (stays + VERSION_ONE) | me | DIRTY | epoch;
        }
        if (next == cell) {
            return cell;
        }
        if (atomic_compare_exchange_weak_explicit(place, &cell, next, memory_order_seq_cst, memory_order_acquire)) {
            if (over_others && rw_held_elsewhere(self, visit.target.number)) {
                *quiet = false;
                rw_held_pull_all(self, visit.target.number);
            }
            else if (!owned && !mine && holder != 0 && holder != HOLDER_NAMELESS &&
                     (visit.write || (cell & DIRTY) != 0)) {
                meet_holder(cell, holder, visit.read);
            }
            return next;
        }
    }
}

void
rw_cell_item_written(rw_thread *self, rw_cell *place)
{
    uint64_t cell = atomic_load_explicit(place, memory_order_acquire);
    while ((cell & RW_CELL_ITEMS) == 0 && !is_mine(self, cell)) {
        uint64_t next = (cell & RW_CELL_HOLDER) == 0 ? cell | holder_of(self) | DIRTY : cell | RW_CELL_ITEMS;
        if (atomic_compare_exchange_weak_explicit(place, &cell, next, memory_order_seq_cst, memory_order_acquire)) {
            return;
        }
    }
}

void
rw_cell_share(PyObject *object, uint64_t number)
{
    rw_cell *own = rw_sparse_find(&rw_cells, object, RW_CELL_GRANULE_BITS);
    if (own != NULL && (atomic_load_explicit(own, memory_order_seq_cst) & RW_CELL_OWNED) != 0) {
        rw_kept_take(own, number);
    }
}
