#include "counters.h"

#ifdef RW_COUNTERS

#include <stdatomic.h>
#include <stdio.h>

enum { OPERATIONS = RW_OP_EXTEND + 1, KEY_BYTES = 40 };

static const char *const rule_names[RW_RULE_COUNT] = {
    [RW_RULE_ALONE] = "alone", [RW_RULE_REPEAT] = "repeat", [RW_RULE_RANGE] = "range",       [RW_RULE_KEPT] = "kept",
    [RW_RULE_ALIAS] = "alias", [RW_RULE_WHOLE] = "whole",   [RW_RULE_RECORDED] = "recorded",
};

/* Relaxed: nothing is read from them but sums, by the sender when all threads are done. */
static _Atomic uint64_t counts[RW_RULE_COUNT][OPERATIONS];

void
rw_count(enum rw_rule rule, enum rw_operation operation)
{
    atomic_fetch_add_explicit(&counts[rule][operation], 1, memory_order_relaxed);
}

bool
rw_counters_add(rw_pairs *pairs)
{
    for (unsigned rule = 0; rule < RW_RULE_COUNT; rule++) {
        for (unsigned operation = 0; operation < OPERATIONS; operation++) {
            uint64_t count = atomic_load_explicit(&counts[rule][operation], memory_order_relaxed);
            char key[KEY_BYTES];
            snprintf(key, sizeof(key), "rule.%s.%u", rule_names[rule], operation);
            if (count != 0 && !rw_pairs_add_number(pairs, key, count)) {
                return false;
            }
        }
    }
    return true;
}

void
rw_counters_reset(void)
{
    for (unsigned rule = 0; rule < RW_RULE_COUNT; rule++) {
        for (unsigned operation = 0; operation < OPERATIONS; operation++) {
            atomic_store_explicit(&counts[rule][operation], 0, memory_order_relaxed);
        }
    }
}

#endif
