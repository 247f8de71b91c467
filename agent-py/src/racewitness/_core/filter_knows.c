/* What most accesses come to: an attribute that the thread has used before in its epoch, there, and nobody has touched
 * since. The same is_made_again() in filter.c says of any access, after all that leads there has been looked up. */
#include "filter.h"

#include "filter_state.h"
#include "kept_table.h"

bool
rw_filter_knows(rw_thread *self, const rw_attempt *made)
{
    struct rw_filter *filter = self->filter;
    rw_shadow *word = rw_shadow_find(made->target.object);
    if (filter == NULL || word == NULL) {
        return false;
    }
    uint64_t shadow = atomic_load_explicit(word, memory_order_acquire);
    if ((shadow & (RW_SHADOW_ALIAS | RW_SHADOW_ALIASED)) != 0) {
        return false;
    }
    uint64_t name = rw_name(shadow & RW_SHADOW_NUMBER, made->operation);
    uint64_t now = rw_now_of(self);
    bool write = made->operation == RW_OP_WRITE;
    if (!write && rw_reads_many(filter, made->place)) {
        rw_read read = {.name = name, .key = made->key, .place = made->place, .now = now, .small = true};
        if (rw_readset_has(filter->single.reads, &read)) {
            rw_count(RW_RULE_REPEAT, RW_OP_READ);
            return true;
        }
    }
    rw_remembered *slot = rw_kept_find_latest(&filter->single, name, made->key, made->place);
    return slot != NULL && slot->now == now && slot->at != NULL &&
           atomic_load_explicit(slot->at, memory_order_acquire) == slot->cell &&
           rw_stands_again(self, filter, slot, made, write);
}
