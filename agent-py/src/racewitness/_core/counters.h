/* How often each rule of the filter answered, by operation. Compiled in with -DRW_COUNTERS alone (the set-up scripts
 * build the package so for RACEWITNESS_COUNTERS=on); otherwise nothing of it is there. Sent in the END frame, shown by
 * `run --stats`. */
#ifndef RW_COUNTERS_H
#define RW_COUNTERS_H

#include "pairs.h"
#include "wire.h"

enum rw_rule {
    RW_RULE_ALONE,    /* only one thread has run: left out */
    RW_RULE_REPEAT,   /* the same was recorded in this epoch: left out */
    RW_RULE_RANGE,    /* goes on with a range of items: held back */
    RW_RULE_KEPT,     /* an object of this thread alone: kept back */
    RW_RULE_ALIAS,    /* the object has no cell of its own: recorded */
    RW_RULE_WHOLE,    /* a whole container of which items have cells: recorded */
    RW_RULE_RECORDED, /* new: recorded */
    RW_RULE_COUNT,
};

#ifdef RW_COUNTERS

/* Called by any thread. The counters are shared: a build that counts is not one to measure time with. */
void rw_count(enum rw_rule rule, enum rw_operation operation);

/* Adds a pair `rule.NAME.OPERATION` for each that is not 0. False without memory. */
bool rw_counters_add(rw_pairs *pairs);

/* In the child of a fork. */
void rw_counters_reset(void);

#else

static inline void
rw_count(enum rw_rule rule, enum rw_operation operation)
{
    (void)rule;
    (void)operation;
}

static inline bool
rw_counters_add(rw_pairs *pairs)
{
    (void)pairs;
    return true;
}

static inline void
rw_counters_reset(void)
{
}

#endif

#endif
