#ifndef RW_LIFETIME_H
#define RW_LIFETIME_H

/* Begins to watch the end of objects. 0, or -1 with an exception set. */
int rw_lifetime_start(void);

#endif
