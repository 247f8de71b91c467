/* The repeat filter: an access that adds nothing to what the thread has already recorded is not recorded again.
 *
 * A thread remembers its last accesses: same operation, object, key, instruction (and the two calls that led there),
 * and the epoch, which changes with each release or acquire of the thread. Within one epoch a repeat meets the same
 * other accesses as the first one did, so no race is lost. What could be lost is order, and that is kept:
 *
 *   - an access is recorded again when the object was written meanwhile by another thread (its version less the
 *     thread's own writes has changed): a read may see another write now, and orders its thread after that one; a write
 *     is what others see from now on;
 *   - a repeated write is recorded again when the thread has recorded anything new since (its news counter has
 *     changed): who reads the value now comes after that as well;
 *   - any access is recorded again when another thread may have read what the thread has written: that thread comes
 *     after the first occurrence now, but not after the repeat. Writers are told apart by class (a few of them); who
 *     records a read of an object that others have written since it last looked raises the counters of its writers;
 *   - the same holds for any access to an object whose end program code will see (__del__, weakref callbacks): what
 *     comes before its last use comes before its end.
 *
 * All of it belongs to one thread, but for version and writer classes in the object's shadow word and the counters of
 * the classes.
 */
#ifndef RW_FILTER_H
#define RW_FILTER_H

#include "access.h"

/* Set by start() in module.c before any thread records, immutable afterwards. */
extern bool rw_filter_wanted;

/* Whether the access may be left out; if not, it is remembered as recorded now. */
bool rw_filter_repeats(rw_thread *self, enum rw_operation operation, rw_target target, uint64_t key);

/* Threads that are not told have just been ordered before this one (the end of an object): their repeats count anew. */
void rw_filter_order_all(void);

void rw_filter_reset(rw_thread *self);
void rw_filter_free(rw_thread *self);

#endif
