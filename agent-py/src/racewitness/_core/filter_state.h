/* What the parts of the repeat filter share: filter.c, filter_range.c and filter_many.c. */
#ifndef RW_FILTER_STATE_H
#define RW_FILTER_STATE_H

#include "cell.h"
#include "counters.h"
#include "filter.h"
#include "held.h"
#include "kept_table.h"
#include "lifetime.h"

/* What a thread remembers. Owned by it. */
struct rw_filter {
    uint32_t news;        /* accesses recorded, or kept, that were no repeats */
    uint32_t clashes;     /* of what was remembered in the present epoch, or kept, since the tables last grew */
    uint8_t in_vain[256]; /* how often in a row an access was remembered that was new, by its place */
    uint8_t places[256];  /* how many places an instruction has read, by its place: filter_many.c */
    size_t slots;         /* of `ranges`; a power of two */
    rw_range *ranges;
    rw_kept single;
    rw_held held;
};

/* An access that the filter is asked about, and the cells that it goes through as they were entered. */
typedef struct {
    PyObject *object;
    uint64_t name, key, place;
    uint64_t now;  /* epoch and disturbances of the thread */
    rw_cell *at;   /* the cell that all accesses go through that it conflicts with */
    uint64_t cell; /* its value */
    uint64_t own;  /* of an item: that of the object's own; else 0 */
    bool write;
    bool item;    /* `at` is an item's cell */
    bool entered; /* which has been entered, and */
    bool changed; /* by that: the thread had not been there like that in its epoch, or others have been there since */
    bool quiet;   /* no other thread has written there that is not known to: true where it is no item's */
    bool untold;  /* the object's OBJECT record has not been written */
    bool looked_up;
    rw_remembered *slot; /* where it is remembered, once that has been looked up */
} rw_asked;

extern _Atomic uint32_t rw_all_disturbed; /* counts rw_filter_order_all(); any thread, relaxed */

/* Epoch and disturbances of the thread: filter.h. Owner. */
static inline uint64_t
rw_now_of(const rw_thread *self)
{
    uint32_t disturbed = atomic_load_explicit(&rw_all_disturbed, memory_order_relaxed);
    if (self->slot < RW_NAMED_SLOTS - 1) {
        disturbed += atomic_load_explicit(&rw_of_slot[self->slot].disturbed, memory_order_relaxed);
    }
    return (uint64_t)self->epoch << 32 | disturbed;
}

enum { RW_MANY_READS = 16 }; /* of an instruction that are more than it makes again: then they are held in read sets */

static inline uint8_t *
rw_places(struct rw_filter *filter, uint64_t place)
{
    return &filter->places[place >> 56];
}

static inline bool
rw_reads_many(struct rw_filter *filter, uint64_t place)
{
    return *rw_places(filter, place) >= RW_MANY_READS && filter->single.reads != NULL;
}

static inline uint8_t *
rw_in_vain(struct rw_filter *filter, uint64_t place)
{
    return &filter->in_vain[place >> 56];
}

enum rw_answer { RW_RECORD, RW_RECORDED, RW_HELD };

/* What of a cell's value tells apart what was seen there: who writes changes the version; what its owners do with an
 * object does not, but then it is another one. */
static inline uint64_t
rw_cell_seen(uint64_t cell, uint64_t own)
{
    return rw_cell_version(cell) ^ rw_cell_version(own) << 24 ^ ((cell | own) & RW_CELL_OWNED) << 21;
}

/* Whether the access that made so many news still stands for one that is made now: filter.h. */
static inline bool
rw_is_fresh(const struct rw_filter *filter, PyObject *object, bool write, uint32_t news)
{
    return news == filter->news || (!write && !rw_lifetime_end_is_seen(object));
}

static inline bool
rw_has_seen_the_same(const rw_remembered *slot, const rw_asked *asked)
{
    return rw_cell_seen(slot->cell, slot->own) == rw_cell_seen(asked->cell, asked->own);
}

/* Where the access is remembered, or NULL. It is looked up once: what has been put there since, a range, is seen. */
static inline rw_remembered *
rw_remembered_of(const struct rw_filter *filter, rw_asked *asked)
{
    bool is_there = asked->slot == NULL || rw_kept_has(asked->slot, asked->name, asked->key, asked->place, 1);
    if (!asked->looked_up || !is_there) {
        asked->slot = rw_kept_find(&filter->single, asked->name, asked->key, asked->place, 1);
        asked->looked_up = true;
    }
    return asked->slot;
}

/* Whether what is remembered there stands for the access: it adds nothing. */
static inline bool
rw_stands(const struct rw_filter *filter, const rw_asked *asked, const rw_remembered *slot)
{
    return slot != NULL && slot->now == asked->now && rw_has_seen_the_same(slot, asked) &&
           rw_is_fresh(filter, asked->object, asked->write, slot->news);
}

/* Whether what is remembered there in the present epoch, while nobody has touched it, stands for the access once more;
 * a write that has news is kept as of now. Owner. */
static inline bool
rw_stands_again(rw_thread *self, struct rw_filter *filter, rw_remembered *slot, const rw_attempt *made, bool write)
{
    *rw_in_vain(filter, slot->place) = 0;
    if (rw_is_fresh(filter, made->target.object, write, slot->news)) {
        rw_count(RW_RULE_REPEAT, made->operation);
        return true;
    }
    rw_held_record_before_kept(self, rw_kept_object(slot));
    if (!rw_kept_renew(self, slot)) {
        return false;
    }
    slot->news = ++filter->news;
    rw_count(RW_RULE_KEPT, made->operation);
    return true;
}

/* The range that an instruction's access belongs to, or begins. */
static inline rw_range *
rw_range_of(const struct rw_filter *filter, const rw_asked *asked)
{
    uint64_t hash = (asked->name ^ asked->place) * UINT64_C(0x9E3779B97F4A7C15);
    return &filter->ranges[hash >> 40 & (filter->slots - 1)];
}

/* Goes on with a range that is held back, or along what has been recorded of one. RW_RECORD: neither. */
enum rw_answer rw_range_goes_on(struct rw_filter *filter, rw_range *range, const rw_asked *asked);

/* The same for an access whose cells have just been entered; a range may be held back from here on, or begin anew.
 * `keeps`: by the object's owner, who keeps it. */
enum rw_answer rw_range_enter(rw_thread *self, struct rw_filter *filter, rw_asked *asked, bool keeps);

/* Whether the read is made again, in this epoch, by an instruction that reads many places. Owner. */
bool rw_is_read_of_many(struct rw_filter *filter, const rw_attempt *made, const rw_asked *asked);

/* An instruction reads a place that it has read in an earlier epoch. Owner. */
void rw_read_before(struct rw_filter *filter, const rw_asked *asked);

/* Whether a read that saw only writes that are known to happen before is held back as one of many. `object`: as the
 * object's own cell, or its key's, was entered. Owner. */
bool rw_holds_read_of_many(rw_thread *self, struct rw_filter *filter, const rw_attempt *made, const rw_asked *asked,
                           const rw_entered *object, enum rw_object_kind kind);

#endif
