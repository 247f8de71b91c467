#include "cell_key.h"

#include "spin.h"

enum { GROUPS = 8192, ROOM = 16 };

/* `number` and `key` are written under `busy`, `number` last (release), 0: free. An entry stays what it is as long as
 * its object lives: who touches the object may use what it has found. */
static struct group {
    _Atomic bool busy;
    struct entry {
        _Atomic uint64_t number;
        _Atomic uint64_t key;
        rw_cell cell;
    } entries[ROOM];
} groups[GROUPS];

static struct group *
group_of(uint64_t number)
{
    return &groups[(number * UINT64_C(0x9E3779B97F4A7C15)) >> 51];
}

static struct entry *
find(struct group *group, uint64_t number, uint64_t key)
{
    for (int i = 0; i < ROOM; i++) {
        struct entry *entry = &group->entries[i];
        if (atomic_load_explicit(&entry->number, memory_order_acquire) == number &&
            atomic_load_explicit(&entry->key, memory_order_relaxed) == key) {
            return entry;
        }
    }
    return NULL;
}

rw_cell *
rw_cell_of_key(uint64_t number, uint64_t key, uint64_t fresh)
{
    struct group *group = group_of(number);
    struct entry *found = find(group, number, key);
    if (found != NULL) {
        return &found->cell;
    }
    rw_spin_lock(&group->busy);
    found = find(group, number, key);
    for (int i = 0; i < ROOM && found == NULL; i++) {
        struct entry *entry = &group->entries[i];
        if (atomic_load_explicit(&entry->number, memory_order_relaxed) == 0) {
            atomic_store_explicit(&entry->key, key, memory_order_relaxed);
            atomic_store_explicit(&entry->cell, fresh, memory_order_relaxed);
            atomic_store_explicit(&entry->number, number, memory_order_release);
            found = entry;
        }
    }
    rw_spin_unlock(&group->busy);
    return found == NULL ? NULL : &found->cell;
}

void
rw_cell_keys_end(uint64_t number)
{
    struct group *group = group_of(number);
    rw_spin_lock(&group->busy);
    for (int i = 0; i < ROOM; i++) {
        struct entry *entry = &group->entries[i];
        if (atomic_load_explicit(&entry->number, memory_order_relaxed) == number) {
            atomic_store_explicit(&entry->number, 0, memory_order_relaxed);
        }
    }
    rw_spin_unlock(&group->busy);
}

void
rw_cell_keys_after_fork_child(void)
{
    for (int i = 0; i < GROUPS; i++) {
        if (atomic_load_explicit(&groups[i].busy, memory_order_relaxed)) {
            atomic_store_explicit(&groups[i].busy, false, memory_order_relaxed); /* its thread does not exist here */
        }
    }
}
