/* What the parts of the repeat filter share: filter.c, filter_range.c and filter_many.c. */
#ifndef RW_FILTER_STATE_H
#define RW_FILTER_STATE_H

#include "cell.h"
#include "filter.h"
#include "held.h"
#include "kept.h"
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
} rw_asked;

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
rw_is_fresh(const struct rw_filter *filter, const rw_asked *asked, uint32_t news)
{
    return news == filter->news || (!asked->write && !rw_lifetime_end_is_seen(asked->object));
}

static inline bool
rw_has_seen_the_same(const rw_remembered *slot, const rw_asked *asked)
{
    return rw_cell_seen(slot->cell, slot->own) == rw_cell_seen(asked->cell, asked->own);
}

/* Where the access is remembered, or NULL. */
static inline rw_remembered *
rw_remembered_of(const struct rw_filter *filter, const rw_asked *asked)
{
    return rw_kept_find(&filter->single, asked->name, asked->key, asked->place, 1);
}

/* Whether what is remembered there stands for the access: it adds nothing. */
static inline bool
rw_stands(const struct rw_filter *filter, const rw_asked *asked, const rw_remembered *slot)
{
    return slot != NULL && slot->now == asked->now && rw_has_seen_the_same(slot, asked) &&
           rw_is_fresh(filter, asked, slot->news);
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
enum rw_answer rw_range_enter(rw_thread *self, struct rw_filter *filter, const rw_asked *asked, bool keeps);

/* Whether the read is made again, in this epoch, by an instruction that reads many places. Owner. */
bool rw_is_read_of_many(struct rw_filter *filter, const rw_attempt *made, const rw_asked *asked);

/* An instruction reads a place that it has read in an earlier epoch. Owner. */
void rw_read_before(struct rw_filter *filter, const rw_asked *asked);

/* Whether a read that saw only writes that are known to happen before is held back as one of many. `object`: as the
 * object's own cell, or its key's, was entered. Owner. */
bool rw_holds_read_of_many(rw_thread *self, struct rw_filter *filter, const rw_attempt *made, const rw_asked *asked,
                           const rw_entered *object, enum rw_object_kind kind);

#endif
