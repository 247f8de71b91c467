/* Instructions that read many places, in no order that makes a range: their reads are held in read sets (readset.h). */
#include "filter_state.h"

enum {
    FEW_ITEMS = 32, /* of a list: read sets tell lists of so many apart, not their items */
};

void
rw_read_before(struct rw_filter *filter, const rw_asked *asked)
{
    uint8_t *places = rw_places(filter, asked->place);
    *places -= *places != 0;
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
rw_is_read_of_many(struct rw_filter *filter, const rw_attempt *made, const rw_asked *asked)
{
    if (asked->write || !rw_reads_many(filter, asked->place)) {
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
    uint8_t *places = rw_places(filter, asked->place);
    *places += *places < RW_MANY_READS;
    rw_readsets *reads = *places == RW_MANY_READS ? rw_kept_reads(self, &filter->single) : NULL;
    if (reads == NULL) {
        return false;
    }
    rw_read read = read_of(made, asked);
    rw_entered item = {.place = asked->at, .value = asked->cell};
    return rw_readset_hold(self, reads, &read, object, asked->item ? &item : NULL);
}
