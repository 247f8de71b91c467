/* Cells of single keys: of an object whose attributes or items are in the hands of different threads (SPLIT, cell.h).
 * The cells of one object lie together, at most as many as fit into one group; they go with the object. */
#ifndef RW_CELL_KEY_H
#define RW_CELL_KEY_H

#include "shadow.h"

/* The cell of that key of the object, made with the value `fresh` when there is none; NULL: no room. Any thread that is
 * about to touch the object. */
rw_cell *rw_cell_of_key(uint64_t number, uint64_t key, uint64_t fresh);

/* The object is ending: nobody touches it any more. */
void rw_cell_keys_end(uint64_t number);

/* In the child of a fork, while it is alone. */
void rw_cell_keys_after_fork_child(void);

#endif
