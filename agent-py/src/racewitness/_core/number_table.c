#include "number_table.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Taken only when a thread meets a name, type or key that it does not remember; held across a fork, so that the child
 * finds whole tables. */
static pthread_mutex_t tables_lock = PTHREAD_MUTEX_INITIALIZER;

static void
lock_tables(void)
{
    pthread_mutex_lock(&tables_lock);
}

static void
unlock_tables(void)
{
    pthread_mutex_unlock(&tables_lock);
}

__attribute__((constructor)) static void
keep_tables_whole_across_fork(void)
{
    pthread_atfork(lock_tables, unlock_tables, unlock_tables);
}

static bool
table_grow(rw_number_table *table)
{
    size_t mask = table->slots == NULL ? 1023 : table->mask * 2 + 1;
    rw_numbered *slots = calloc(mask + 1, sizeof(*slots));
    if (slots == NULL) {
        return false;
    }
    for (size_t i = 0; table->slots != NULL && i <= table->mask; i++) {
        if (table->slots[i].hash != 0) {
            size_t place = table->slots[i].hash & mask;
            while (slots[place].hash != 0) {
                place = (place + 1) & mask;
            }
            slots[place] = table->slots[i];
        }
    }
    free(table->slots);
    table->slots = slots;
    table->mask = mask;
    return true;
}

uint32_t
rw_number(rw_number_table *table, uint64_t hash, uint64_t check, bool *fresh)
{
    uint32_t number = 0;
    hash |= 1;
    *fresh = false;
    lock_tables();
    if ((table->slots != NULL && (size_t)table->count * 2 <= table->mask) || table_grow(table)) {
        size_t place = hash & table->mask;
        while (table->slots[place].hash != 0 &&
               (table->slots[place].hash != hash || table->slots[place].check != check)) {
            place = (place + 1) & table->mask;
        }
        if (table->slots[place].hash == 0) {
            table->slots[place] = (rw_numbered){hash, check, ++table->count};
            *fresh = true;
        }
        number = table->slots[place].number;
    }
    unlock_tables();
    return number;
}

/* Where the number lies, or is to lie. */
static uint64_t *
place_in(const rw_number_set *set, uint64_t number)
{
    uint64_t hash = (number ^ number >> 32) * UINT64_C(0x9E3779B97F4A7C15) >> 32;
    size_t place = hash & set->mask;
    while (set->slots[place] != 0 && set->slots[place] != number) {
        place = (place + 1) & set->mask;
    }
    return &set->slots[place];
}

static bool
set_grow(rw_number_set *set)
{
    rw_number_set next = {.mask = set->slots == NULL ? 1023 : set->mask * 2 + 1, .count = set->count};
    next.slots = calloc(next.mask + 1, sizeof(*next.slots));
    if (next.slots == NULL) {
        return false;
    }
    for (size_t i = 0; set->slots != NULL && i <= set->mask; i++) {
        if (set->slots[i] != 0) {
            *place_in(&next, set->slots[i]) = set->slots[i];
        }
    }
    free(set->slots);
    *set = next;
    return true;
}

bool
rw_number_set_add(rw_number_set *set, uint64_t number, uint32_t most)
{
    bool fresh = true;
    lock_tables();
    if (set->count == most) {
        memset(set->slots, 0, (set->mask + 1) * sizeof(*set->slots));
        set->count = 0;
    }
    if ((set->slots != NULL && (size_t)set->count * 2 <= set->mask) || set_grow(set)) {
        uint64_t *place = place_in(set, number);
        fresh = *place == 0;
        set->count += fresh;
        *place = number;
    }
    unlock_tables();
    return fresh;
}
