#ifndef RW_FORK_H
#define RW_FORK_H

#include <Python.h>

/* Puts wrappers behind os.fork and os.forkpty that keep the sender from being counted as a thread of the program. 0, or
 * -1 with an exception set. */
int rw_fork_start(void);

#endif
