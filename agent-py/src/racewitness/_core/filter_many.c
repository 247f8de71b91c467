/* Instructions that read many places in one epoch, in no order that makes a range: their reads are held in read sets
 * (readset.h). */
#include "filter_state.h"

enum {
    MANY = 16,      /* reads of an instruction in an epoch, above which they are held */
    FEW_ITEMS = 32, /* of a list: read sets tell lists of so many apart, not their items */
};

static rw_bulk *
bulk_of(rw_thread *self, struct rw_filter *filter, const rw_asked *asked)
{
    rw_bulk *bulk = &filter->bulk[asked->place >> 56];
    if (bulk->epoch != self->epoch) {
        *bulk = (rw_bulk){.epoch = self->epoch, .many = bulk->count >= MANY};
    }
    return bulk;
}

static rw_read
read_of(const rw_attempt *made, const rw_asked *asked)
{
    bool few = !asked->item || PyList_GET_SIZE(asked->object) <= FEW_ITEMS;
    return (rw_read){.object = asked->object,
                     .name = asked->name,
                     .key = asked->key,
                     .place = asked->place,
                     .now = asked->now,
                     .text = made->name,
                     .untold = asked->untold,
                     .small = few};
}

bool
rw_is_read_of_many(rw_thread *self, struct rw_filter *filter, const rw_attempt *made, const rw_asked *asked)
{
    if (asked->write || filter->single.reads == NULL) {
        return false;
    }
    const rw_bulk *bulk = bulk_of(self, filter, asked);
    if (!bulk->many && bulk->count < MANY) {
        return false;
    }
    rw_read read = read_of(made, asked);
    return rw_readset_has(filter->single.reads, &read);
}

bool
rw_holds_read_of_many(rw_thread *self, struct rw_filter *filter, const rw_attempt *made, const rw_asked *asked,
                      const rw_entered *object, enum rw_object_kind kind)
{
    bool may_be = made->operation == RW_OP_READ
                      ? asked->item || kind <= RW_KIND_MODULE
                      : made->operation == RW_OP_SHAPE_READ || made->operation == RW_OP_ITERATE ||
                            (made->operation == RW_OP_ITERATE_STEP && asked->item);
    if (!may_be || made->range || made->stack != 0 || kind == RW_KIND_DEQUE) {
        return false;
    }
    rw_bulk *bulk = bulk_of(self, filter, asked);
    bulk->count += bulk->count < UINT16_MAX;
    rw_readsets *reads = bulk->many || bulk->count >= MANY ? rw_kept_reads(self, &filter->single) : NULL;
    if (reads == NULL) {
        return false;
    }
    rw_read read = read_of(made, asked);
    rw_entered item = {.place = asked->at, .value = asked->cell};
    return rw_readset_hold(self, reads, &read, object, asked->item ? &item : NULL);
}
