/* The repeat filter: an access that adds nothing to what the thread has already recorded is not recorded again, and
 * accesses to one item after the other become one record.
 *
 * A thread remembers its last accesses: same operation, object, key, instruction (and the two calls that led there),
 * and the epoch, which changes with each release or acquire of the thread. Within one epoch a repeat meets the same
 * other accesses as the first one did, so no race is lost. What could be lost is order, and that is kept by cells
 * (cell.h). What an object's owner does is kept back (kept.h).
 *
 *   - an access is a repeat only while the thread is the holder, or a reader of what has not been written since (same
 *     version): a read may see another write now, and orders its thread after that one; a write is what others see from
 *     now on;
 *   - a repeated write is recorded again when the thread has recorded anything new since (its news counter has
 *     changed): who reads the value now comes after that as well;
 *   - any access is recorded again when another thread has read what this one wrote in its present epoch: that thread
 *     comes after the first occurrence now, but not after the repeat (`disturbed`);
 *   - the same holds for any access to an object whose end program code will see (__del__, weakref callbacks): what
 *     comes before its last use comes before its end.
 *
 * Two threads that meet in one cell within an epoch of the first have raced; all of the above is about what such a race
 * orders, and costs nothing where there is none. Ranges: held.h.
 */
#ifndef RW_FILTER_H
#define RW_FILTER_H

#include "access.h"

/* Set by start() in module.c before any thread records, immutable afterwards. */
extern bool rw_filter_wanted;

/* Whether an access to an attribute of an object that is no class may be left out because the thread has made it
 * before: what most accesses come to, told without a look at anything else. Its place is given, its target's number is
 * not asked for. False: rw_filter_repeats() is to be asked. */
bool rw_filter_knows(rw_thread *self, const rw_attempt *attempt);

/* Whether the access may be left out, for now (it is held back, or kept) or for good; if not, it is remembered as
 * recorded now. */
bool rw_filter_repeats(rw_thread *self, const rw_attempt *attempt);

/* Threads that are not told have just been ordered before this one (the end of an object): their repeats count anew. */
void rw_filter_order_all(void);

void rw_filter_reset(rw_thread *self);
void rw_filter_free(rw_thread *self);

#endif
