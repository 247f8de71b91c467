/* Complete stacks, numbered: each node is (parent, code object, instruction). */
#ifndef RW_STACK_H
#define RW_STACK_H

#include "thread.h"

/* Forgets the thread's stack numbers (a forked child begins a new stream). */
void rw_stack_reset(rw_thread *self);

/* Frees what the thread keeps. */
void rw_stack_free(rw_thread *self);

/* A code object has died: remembered frames that point into it may no longer be believed. Any thread. */
void rw_stack_code_died(void);

#endif
