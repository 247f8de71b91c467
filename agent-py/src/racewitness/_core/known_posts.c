#include "known_posts.h"

#include "known.h"
#include "spin.h"

#include <stdlib.h>
#include <string.h>

enum {
    BUCKETS = 16384,   /* a power of two */
    COUNTS = 4096,     /* likewise */
    MOST = 1 << 17,    /* items that are told apart, in all containers */
    MOST_ALIKE = 1024, /* posts of one item into one container: as many as the analyzer tells apart */
};

/* What is known by all posts of one item into one container that have not been taken. A taker gets what was posted
 * first: only what all of them know is known to it for sure. */
typedef struct post {
    struct post *next;
    uint64_t container, item;
    uint32_t waiting; /* posts */
    uint32_t slots;   /* of `known`; of others nothing is known */
    bool lossy;       /* there were too many: nothing is known by those that are left */
    uint32_t known[];
} post;

/* All is guarded by `busy`; whoever has it waits for nobody else. Who looks for what is left of a container reads
 * `first` without, relaxed: it has no post that another thread could be adding. */
static struct {
    _Atomic bool busy;
    bool lossy; /* there was no room for an item: nothing is known by any in this bucket from here on */
    post *_Atomic first;
} buckets[BUCKETS];

static _Atomic uint32_t count;           /* of posts in all buckets; relaxed: a bound */
static _Atomic uint32_t left_in[COUNTS]; /* of these, by container, of which several share one; relaxed: a container's
                                            end comes after all that was put there */

static size_t
hash_of(uint64_t container, uint64_t item)
{
    uint64_t hash = (container ^ item * UINT64_C(0xFF51AFD7ED558CCD)) * UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)(hash >> 40);
}

static _Atomic uint32_t *
left_in_container(uint64_t container)
{
    return &left_in[hash_of(container, 0) % COUNTS];
}

static post *
first_of(size_t bucket)
{
    return atomic_load_explicit(&buckets[bucket].first, memory_order_relaxed);
}

/* With the bucket's lock. NULL: there is none; `before`: the one in front of it, or NULL. */
static post *
find(size_t bucket, uint64_t container, uint64_t item, post **before)
{
    post *found = first_of(bucket);
    *before = NULL;
    while (found != NULL && (found->container != container || found->item != item)) {
        *before = found;
        found = found->next;
    }
    return found;
}

/* With the bucket's lock. The caller frees it. */
static void
take_out(size_t bucket, post *gone, post *before)
{
    if (before == NULL) {
        atomic_store_explicit(&buckets[bucket].first, gone->next, memory_order_relaxed);
    }
    else {
        before->next = gone->next;
    }
    atomic_fetch_sub_explicit(&count, 1, memory_order_relaxed);
    atomic_fetch_sub_explicit(left_in_container(gone->container), 1, memory_order_relaxed);
}

static post *
make(const rw_thread *self, uint64_t container, uint64_t item, uint32_t epoch, bool known)
{
    uint32_t slots = (uint32_t)rw_known_slots(self);
    post *made = atomic_load_explicit(&count, memory_order_relaxed) >= MOST
                     ? NULL
                     : malloc(sizeof(*made) + slots * sizeof(made->known[0]));
    if (made != NULL) {
        *made = (post){.container = container, .item = item, .waiting = 1, .slots = slots};
        for (uint32_t slot = 0; slot < slots; slot++) {
            made->known[slot] = !known ? 0 : slot == self->slot ? epoch : self->known[slot];
        }
    }
    return made;
}

void
rw_posts_add(const rw_thread *self, uint64_t container, uint64_t item, uint32_t epoch, bool known)
{
    size_t bucket = hash_of(container, item) % BUCKETS;
    post *made = make(self, container, item, epoch, known);
    rw_spin_lock(&buckets[bucket].busy);
    post *before, *found = find(bucket, container, item, &before);
    if (made == NULL) {
        buckets[bucket].lossy = true;
    }
    else if (found == NULL) {
        made->next = first_of(bucket);
        atomic_store_explicit(&buckets[bucket].first, made, memory_order_relaxed);
        atomic_fetch_add_explicit(&count, 1, memory_order_relaxed);
        atomic_fetch_add_explicit(left_in_container(container), 1, memory_order_relaxed);
        made = NULL;
    }
    else if (found->waiting == MOST_ALIKE) {
        found->lossy = true;
    }
    else {
        found->waiting++;
        found->slots = made->slots < found->slots ? made->slots : found->slots;
        for (uint32_t slot = 0; slot < found->slots; slot++) {
            found->known[slot] = made->known[slot] < found->known[slot] ? made->known[slot] : found->known[slot];
        }
    }
    rw_spin_unlock(&buckets[bucket].busy);
    free(made);
}

void
rw_posts_take(rw_thread *self, uint64_t container, uint64_t item, bool learns)
{
    size_t bucket = hash_of(container, item) % BUCKETS;
    rw_spin_lock(&buckets[bucket].busy);
    post *before, *found = find(bucket, container, item, &before);
    if (found != NULL && learns && !found->lossy && !buckets[bucket].lossy) {
        rw_known_add(self->known, found->known, (int)found->slots);
    }
    /* with posts that were not counted, the rest may be more: what is left says that nothing is known, for good */
    bool last = found != NULL && !found->lossy && --found->waiting == 0;
    if (last) {
        take_out(bucket, found, before);
    }
    rw_spin_unlock(&buckets[bucket].busy);
    if (last) {
        free(found);
    }
}

static void
end_in(size_t bucket, uint64_t container)
{
    rw_spin_lock(&buckets[bucket].busy);
    for (post *found = first_of(bucket), *before = NULL, *next; found != NULL; found = next) {
        next = found->next;
        if (found->container == container) {
            take_out(bucket, found, before);
            free(found);
        }
        else {
            before = found;
        }
    }
    rw_spin_unlock(&buckets[bucket].busy);
}

void
rw_posts_end(uint64_t container)
{
    if (atomic_load_explicit(left_in_container(container), memory_order_relaxed) == 0) {
        return;
    }
    for (size_t bucket = 0; bucket < BUCKETS; bucket++) {
        if (first_of(bucket) != NULL) {
            end_in(bucket, container);
        }
    }
}

void
rw_posts_after_fork_child(void)
{
    for (size_t bucket = 0; bucket < BUCKETS; bucket++) {
        if (atomic_load_explicit(&buckets[bucket].busy, memory_order_relaxed)) {
            buckets[bucket].lossy = true; /* its thread does not exist here */
            atomic_store_explicit(&buckets[bucket].first, NULL, memory_order_relaxed);
            atomic_store_explicit(&buckets[bucket].busy, false, memory_order_relaxed);
        }
    }
}
