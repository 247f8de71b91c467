/* The agent's file descriptors: out of the program's way, and never used once the program has taken their number for
 * something else. */
#ifndef RW_DESCRIPTOR_H
#define RW_DESCRIPTOR_H

#include <stdbool.h>
#include <sys/types.h>

typedef struct {
    int fd; /* -1: none */
    dev_t device;
    ino_t inode;
} rw_descriptor;

#define RW_DESCRIPTOR_NONE ((rw_descriptor){.fd = -1})

/* Takes ownership of `fd` and moves it to a number that the program does not get: from its limit (RLIMIT_NOFILE) up, at
 * least 900; where the hard limit does not permit that, to the highest below it. So the program's own descriptors get
 * the numbers that they have without the agent, also where a limit is low and all below it are taken. Close-on-exec.
 * Keeps the low number where no other is to be had. */
rw_descriptor rw_descriptor_own(int fd);

/* Whether the number still stands for what was opened: the program may have closed it, and may have reused it. */
bool rw_descriptor_valid(const rw_descriptor *descriptor);

/* Closes it if it is still ours. */
void rw_descriptor_close(rw_descriptor *descriptor);

#endif
