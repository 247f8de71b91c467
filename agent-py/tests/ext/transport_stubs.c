/* What the transport asks of the rest of the agent, for tests that link it alone: nothing is kept, so there is nothing
 * to tell, to reset or to free. */
#include "held.h"
#include "session.h"

void
rw_stack_reset(rw_thread *self)
{
    (void)self;
}

void
rw_stack_free(rw_thread *self)
{
    (void)self;
}

void
rw_define_reset(rw_thread *self)
{
    (void)self;
}

void
rw_define_free(rw_thread *self)
{
    (void)self;
}

void
rw_kept_tell(rw_thread *thread)
{
    (void)thread;
}

void
rw_kept_sweep(rw_thread *self)
{
    (void)self;
}

void
rw_kept_range(rw_thread *thread, const rw_range *range, uint64_t first, uint64_t keys, bool owner)
{
    (void)thread;
    (void)range;
    (void)first;
    (void)keys;
    (void)owner;
}

void
rw_kept_close(rw_thread *self)
{
    (void)self;
}

void
rw_kept_tell_everything(void)
{
}

void
rw_filter_reset(rw_thread *self)
{
    (void)self;
}

void
rw_filter_free(rw_thread *self)
{
    (void)self;
}
