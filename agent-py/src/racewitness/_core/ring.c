#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "ring.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const char FILE_MAGIC[8] = "RWBUF001";

/* Adds disk blocks for bytes offset .. offset + length - 1. Returns an errno. */
static int
allocate(int fd, off_t offset, off_t length)
{
    int error;
    do {
        error = posix_fallocate(fd, offset, length);
    } while (error == EINTR);
    return error;
}

/* A mapping of the file that no forked child inherits. MAP_FAILED with errno. */
static void *
map_file(int fd, void *at, size_t bytes, off_t offset)
{
    void *mapped = mmap(at, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | (at == NULL ? 0 : MAP_FIXED), fd, offset);
    if (mapped != MAP_FAILED) {
        madvise(mapped, bytes, MADV_DONTFORK);
    }
    return mapped;
}

bool
rw_buffer_open(rw_buffer *buffer, const char *directory, uint64_t session, uint32_t ring_bytes, char *error,
               size_t error_bytes)
{
    memset(buffer, 0, sizeof(*buffer));
    buffer->file = RW_DESCRIPTOR_NONE;
    buffer->ring_bytes = ring_bytes;
    if (sysconf(_SC_PAGESIZE) != RW_PAGE_BYTES) {
        snprintf(error, error_bytes, "memory pages of %ld bytes are not supported, only %d", sysconf(_SC_PAGESIZE),
                 RW_PAGE_BYTES);
        return false;
    }
    char path[PATH_MAX];
    snprintf(buffer->name, sizeof(buffer->name), "%016" PRIx64 ".rwb", session);
    if (snprintf(path, sizeof(path), "%s/%s", directory, buffer->name) >= (int)sizeof(path)) {
        snprintf(error, error_bytes, "the path of the run directory is too long");
        return false;
    }
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        snprintf(error, error_bytes, "cannot create the buffer file %s: %s", path, strerror(errno));
        return false;
    }
    int failure = allocate(fd, 0, RW_PAGE_BYTES);
    void *head = MAP_FAILED;
    if (failure == 0) {
        head = map_file(fd, NULL, RW_PAGE_BYTES, 0);
        failure = head == MAP_FAILED ? errno : 0;
    }
    if (failure != 0) {
        snprintf(error, error_bytes, "no room for the buffer file %s: %s", path, strerror(failure));
        close(fd);
        unlink(path);
        return false;
    }
    buffer->file = rw_descriptor_own(fd);
    buffer->head = head;
    memcpy(&buffer->head->magic, FILE_MAGIC, sizeof(FILE_MAGIC));
    buffer->head->session = session;
    buffer->head->ring_bytes = ring_bytes;
    return true;
}

void
rw_buffer_discard(rw_buffer *buffer, const char *directory)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof(path), "%s/%s", directory, buffer->name) < (int)sizeof(path)) {
        unlink(path);
    }
    munmap(buffer->head, RW_PAGE_BYTES);
    rw_buffer_forget(buffer);
}

/* Maps slot `index`: its page, its ring, and the ring once more behind it. NULL with errno. */
static uint8_t *
map_slot(const rw_buffer *buffer, uint32_t index)
{
    size_t data = buffer->ring_bytes;
    off_t offset = RW_PAGE_BYTES + (off_t)index * (off_t)(RW_PAGE_BYTES + data);
    int failure = allocate(buffer->file.fd, offset, (off_t)(RW_PAGE_BYTES + data));
    if (failure != 0) {
        errno = failure;
        return NULL;
    }
    size_t whole = RW_PAGE_BYTES + 2 * data;
    uint8_t *base = mmap(NULL, whole, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED) {
        return NULL;
    }
    if (map_file(buffer->file.fd, base, RW_PAGE_BYTES + data, offset) == MAP_FAILED ||
        map_file(buffer->file.fd, base + RW_PAGE_BYTES + data, data, offset + RW_PAGE_BYTES) == MAP_FAILED) {
        failure = errno;
        munmap(base, whole);
        errno = failure;
        return NULL;
    }
    return base;
}

static rw_slot *
make_slot(rw_buffer *buffer, char *error, size_t error_bytes)
{
    if (!rw_descriptor_valid(&buffer->file)) {
        snprintf(error, error_bytes, "the program has closed the agent's buffer file");
        return NULL;
    }
    uint32_t index = atomic_load_explicit(&buffer->head->slot_count, memory_order_relaxed);
    rw_slot *slot = calloc(1, sizeof(*slot));
    uint8_t *base = slot == NULL ? NULL : map_slot(buffer, index);
    if (base == NULL) {
        int failure = slot == NULL ? ENOMEM : errno;
        free(slot);
        snprintf(error, error_bytes, "no room for the buffer of another thread (%u bytes in the run directory): %s",
                 RW_PAGE_BYTES + buffer->ring_bytes, strerror(failure));
        return NULL;
    }
    slot->page = (rw_slot_page *)(void *)base;
    slot->ring = base + RW_PAGE_BYTES;
    slot->index = index;
    slot->next = atomic_load_explicit(&buffer->slots, memory_order_relaxed);
    atomic_store_explicit(&buffer->head->slot_count, index + 1, memory_order_release);
    atomic_store_explicit(&buffer->slots, slot, memory_order_release);
    return slot;
}

rw_slot *
rw_buffer_take(rw_buffer *buffer, char *error, size_t error_bytes)
{
    rw_slot *slot = buffer->free;
    if (slot == NULL) {
        return make_slot(buffer, error, error_bytes);
    }
    buffer->free = slot->next_free;
    slot->next_free = NULL;
    atomic_store_explicit(&slot->page->committed, 0, memory_order_relaxed);
    atomic_store_explicit(&slot->page->sent, 0, memory_order_relaxed);
    atomic_store_explicit(&slot->page->ended, 0, memory_order_relaxed);
    atomic_store_explicit(&slot->page->busy, 0, memory_order_relaxed);
    return slot;
}

void
rw_buffer_give(rw_buffer *buffer, rw_slot *slot)
{
    slot->next_free = buffer->free;
    buffer->free = slot;
}

void
rw_buffer_forget(rw_buffer *buffer)
{
    rw_descriptor_close(&buffer->file);
    for (rw_slot *slot = atomic_load_explicit(&buffer->slots, memory_order_relaxed); slot != NULL;) {
        rw_slot *older = slot->next;
        free(slot);
        slot = older;
    }
    memset(buffer, 0, sizeof(*buffer));
    buffer->file = RW_DESCRIPTOR_NONE;
}
