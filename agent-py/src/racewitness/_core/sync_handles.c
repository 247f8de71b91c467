/* What is remembered of threads that can be joined: one table from handle to thread number, one set of ended threads.
 *
 * Both are guarded by `lock`, which is held for a few instructions and never while the interpreter or the agent is
 * called: it can be taken anywhere, in the middle of an object's destruction too. Memory: the handles that live, and
 * one bit for each thread number.
 */
#include "sync.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    PyObject *handle; /* NULL: free. Not a reference */
    uint32_t uid;
    bool joined;
} entry;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* Open addressing, linear probing; guarded by lock. */
static entry *entries;
static size_t capacity; /* a power of two, or 0 */
static size_t used;

/* One bit for each uid; guarded by lock. */
static uint64_t *ended;
static size_t ended_words;

static size_t
home_of(PyObject *handle)
{
    return (size_t)(((uintptr_t)handle >> 4) * UINT64_C(0x9E3779B97F4A7C15) >> 20) & (capacity - 1);
}

/* The handle's entry, or the free one where it belongs. capacity > used. */
static entry *
find(PyObject *handle)
{
    size_t slot = home_of(handle);
    while (entries[slot].handle != NULL && entries[slot].handle != handle) {
        slot = (slot + 1) & (capacity - 1);
    }
    return &entries[slot];
}

static bool
grow(void)
{
    entry *old = entries;
    size_t old_capacity = capacity;
    entry *bigger = calloc(old_capacity == 0 ? 64 : old_capacity * 2, sizeof(*bigger));
    if (bigger == NULL) {
        return false;
    }
    entries = bigger;
    capacity = old_capacity == 0 ? 64 : old_capacity * 2;
    for (size_t i = 0; i < old_capacity; i++) {
        if (old[i].handle != NULL) {
            *find(old[i].handle) = old[i];
        }
    }
    free(old);
    return true;
}

bool
rw_handle_remember(PyObject *handle, uint32_t uid)
{
    bool fresh = false;
    pthread_mutex_lock(&lock);
    if ((used + 1) * 2 <= capacity || grow()) {
        entry *place = find(handle);
        fresh = place->handle == NULL;
        if (fresh) {
            *place = (entry){handle, uid, false};
            used++;
        }
    }
    pthread_mutex_unlock(&lock);
    return fresh;
}

void
rw_handle_forget(PyObject *handle)
{
    pthread_mutex_lock(&lock);
    entry *place = capacity == 0 ? NULL : find(handle);
    if (place != NULL && place->handle != NULL) {
        used--;
        place->handle = NULL;
        /* What was probed past the freed entry moves up, so that it is found again. */
        for (size_t slot = (size_t)(place - entries + 1) & (capacity - 1); entries[slot].handle != NULL;
             slot = (slot + 1) & (capacity - 1)) {
            entry moved = entries[slot];
            entries[slot].handle = NULL;
            *find(moved.handle) = moved;
        }
    }
    pthread_mutex_unlock(&lock);
}

uint32_t
rw_handle_uid(PyObject *handle)
{
    pthread_mutex_lock(&lock);
    entry *place = capacity == 0 ? NULL : find(handle);
    uint32_t uid = place == NULL || place->handle == NULL ? 0 : place->uid;
    pthread_mutex_unlock(&lock);
    return uid;
}

bool
rw_handle_joined(PyObject *handle)
{
    bool first = false;
    pthread_mutex_lock(&lock);
    entry *place = capacity == 0 ? NULL : find(handle);
    if (place != NULL && place->handle != NULL) {
        first = !place->joined;
        place->joined = true;
    }
    pthread_mutex_unlock(&lock);
    return first;
}

void
rw_ended_remember(uint32_t uid)
{
    pthread_mutex_lock(&lock);
    size_t word = uid / 64;
    if (word >= ended_words) {
        size_t words = word + 64;
        uint64_t *bigger = realloc(ended, words * sizeof(*bigger));
        if (bigger != NULL) {
            memset(bigger + ended_words, 0, (words - ended_words) * sizeof(*bigger));
            ended = bigger;
            ended_words = words;
        }
    }
    if (word < ended_words) {
        ended[word] |= UINT64_C(1) << uid % 64;
    }
    pthread_mutex_unlock(&lock);
}

void
rw_ended_forget(uint32_t uid)
{
    pthread_mutex_lock(&lock);
    if (uid / 64 < ended_words) {
        ended[uid / 64] &= ~(UINT64_C(1) << uid % 64);
    }
    pthread_mutex_unlock(&lock);
}

uint32_t
rw_ended_next(uint32_t after)
{
    uint32_t found = 0;
    pthread_mutex_lock(&lock);
    for (uint64_t uid = (uint64_t)after + 1; uid < (uint64_t)ended_words * 64 && found == 0; uid++) {
        uint64_t rest = ended[uid / 64] >> uid % 64;
        if (rest == 0) {
            uid |= 63; /* nothing more in this word */
        }
        else if (rest & 1) {
            found = (uint32_t)uid;
        }
    }
    pthread_mutex_unlock(&lock);
    return found;
}

void
rw_handles_after_fork_child(void)
{
    pthread_mutex_init(&lock, NULL); /* another thread of the parent may have held it */
    free(entries);
    free(ended);
    entries = NULL;
    ended = NULL;
    capacity = used = ended_words = 0;
}
