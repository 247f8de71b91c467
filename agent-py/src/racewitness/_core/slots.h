/* Type slots of the built-in containers and their iterators: what an instruction does to a container is seen where the
 * interpreter reaches the container itself (slots.c). */
#ifndef RW_SLOTS_H
#define RW_SLOTS_H

#include "compat.h"

#include "code.h"

/* Hooks the slots of the types that the interpreter exports. Called once, by rw_monitor_start(). */
int rw_slots_start(void);

/* The same for types of C modules (collections.deque, array.array), as soon as they are among `modules`. */
void rw_slots_look(PyObject *modules);

#endif
