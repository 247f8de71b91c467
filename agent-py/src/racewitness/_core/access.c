#include "access.h"

#include "stack.h"

void
rw_access(rw_thread *self, enum rw_operation operation, uint64_t object, uint64_t key)
{
    uint32_t stack = rw_stack(self);
    uint64_t *record = object == 0 ? NULL : rw_begin_event(self, RW_ACCESS, operation, 3, stack, object);
    if (record != NULL) {
        record[2] = key;
        rw_commit_event(self, 3);
    }
}

void
rw_access_range(rw_thread *self, enum rw_operation operation, uint64_t object, uint64_t first, uint64_t count)
{
    if (count == 0) {
        return;
    }
    uint32_t stack = rw_stack(self);
    uint64_t *record = object == 0 ? NULL : rw_begin_event(self, RW_ACCESS_RANGE, operation, 4, stack, object);
    if (record != NULL) {
        record[2] = first;
        record[3] = count;
        rw_commit_event(self, 4);
    }
}
