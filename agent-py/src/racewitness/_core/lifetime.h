#ifndef RW_LIFETIME_H
#define RW_LIFETIME_H

#include <Python.h>
#include <stdbool.h>

/* Begins to watch the end of objects. 0, or -1 with an exception set. */
int rw_lifetime_start(void);

/* Whether the tracer is still in its place; and puts it back in front of whoever took it. The calling thread is
 * attached. */
bool rw_lifetime_kept(void);
void rw_lifetime_keep(void);

/* Whether the end of the object, were it now, would be seen by program code: it has a __del__, or is weakly referenced.
 * Any thread. */
bool rw_lifetime_end_is_seen(PyObject *object);

#endif
