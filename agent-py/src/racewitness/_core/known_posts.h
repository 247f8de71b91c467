/* What is known by posts: items put into containers that nobody has taken yet (SimpleQueue, deque). Part of known.c. */
#ifndef RW_KNOWN_POSTS_H
#define RW_KNOWN_POSTS_H

#include "thread.h"

/* The item has been put into the container: with what its thread knows, and its own epoch, or (`known` unset) with
 * nothing. Owner. */
void rw_posts_add(const rw_thread *self, uint64_t container, uint64_t item, uint32_t epoch, bool known);

/* It has been taken out, and its thread learns what came with it where `learns` says so. Owner. */
void rw_posts_take(rw_thread *self, uint64_t container, uint64_t item, bool learns);

/* The container is gone, and nobody will take what is left in it. Any thread. */
void rw_posts_end(uint64_t container);

/* In the child of a fork, while it is alone. */
void rw_posts_after_fork_child(void);

#endif
