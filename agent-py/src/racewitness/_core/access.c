#include "access.h"

#include "filter.h"
#include "stack.h"

static void
append(rw_thread *self, enum rw_operation operation, rw_target target, uint64_t key, uint32_t stack)
{
    uint64_t *record = rw_begin_event(self, RW_ACCESS, operation, 3, stack, target.number);
    if (record != NULL) {
        record[2] = key;
        self->events++;
        rw_commit_event(self, 3);
    }
}

void
rw_access(rw_thread *self, enum rw_operation operation, rw_target target, uint64_t key)
{
    rw_access_from(self, operation, target, key, 0);
}

void
rw_access_from(rw_thread *self, enum rw_operation operation, rw_target target, uint64_t key, uint32_t stack)
{
    const rw_attempt attempt = {operation, target, key, NULL, 0, stack, false};
    if (target.number != 0 && !rw_filter_repeats(self, &attempt)) {
        append(self, operation, target, key, stack != 0 ? stack : rw_stack(self));
    }
}

void
rw_access_named(rw_thread *self, enum rw_operation operation, rw_target target, PyObject *name)
{
    const rw_attempt made = {operation, target, rw_text_key(name), name, 0, 0, false};
    rw_access_attempt(self, &made);
}

void
rw_access_attempt(rw_thread *self, const rw_attempt *made)
{
    if (made->target.number != 0 && !rw_filter_repeats(self, made)) {
        append(self, made->operation, made->target, rw_key_of_text(self, made->name), rw_stack(self));
    }
}

void
rw_access_range(rw_thread *self, enum rw_operation operation, rw_target target, uint64_t first, uint64_t count)
{
    /* asked for the version and the news that it makes: a range of other length is another access */
    const rw_attempt attempt = {operation, target, first ^ count << 40, NULL, 0, 0, true};
    if (target.number == 0 || count == 0 || rw_filter_repeats(self, &attempt)) {
        return;
    }
    uint32_t stack = rw_stack(self);
    uint64_t *record = rw_begin_event(self, RW_ACCESS_RANGE, operation, 4, stack, target.number);
    if (record != NULL) {
        record[2] = first;
        record[3] = count;
        self->events += count;
        rw_commit_event(self, 4);
    }
}
