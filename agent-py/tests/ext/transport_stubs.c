/* What the transport asks of the rest of the agent, for tests that link it alone: nothing is kept, so there is nothing
 * to tell, to reset or to free. */
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
rw_kept_tell(rw_thread *thread, uint32_t epochs)
{
    (void)thread;
    (void)epochs;
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
