/* Tables that give a number of the session to each name or type, the first time any thread meets it, and sets of
 * numbers that some thread has met. */
#ifndef RW_NUMBER_TABLE_H
#define RW_NUMBER_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint64_t hash;  /* 0 free */
    uint64_t check; /* a second hash for strings, the type's object number for types */
    uint32_t number;
} rw_numbered;

/* All fields guarded by the one lock of number_table.c. */
typedef struct {
    rw_numbered *slots;
    size_t mask;
    uint32_t count;
} rw_number_table;

/* The number for (hash, check), from 1; *fresh says that it is new. 0 without memory. Any thread; holds its lock only
 * inside and runs no Python code. */
uint32_t rw_number(rw_number_table *table, uint64_t hash, uint64_t check, bool *fresh);

/* Likewise. */
typedef struct {
    uint64_t *slots; /* 0 free */
    size_t mask;
    uint32_t count;
} rw_number_set;

/* Adds a number that is not 0 to a set of at most `most`: a full one begins anew. Whether it was not there, or there is
 * no memory. Any thread, likewise. */
bool rw_number_set_add(rw_number_set *set, uint64_t number, uint32_t most);

#endif
