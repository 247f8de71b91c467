#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "outbox.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "sender.h"
#include "session.h"

enum {
    BATCH_FRAMES = 16, /* frames in one system call */
    LOOK_MS = 10,      /* how often a sender that waits for the collector looks whether it is to pause */
};

/* Frames that are ready, and what to tell their threads when they have left. Sender only. */
typedef struct {
    rw_frame_header headers[BATCH_FRAMES];
    struct iovec parts[2 * BATCH_FRAMES];
    rw_slot *slots[BATCH_FRAMES]; /* NULL for a frame of the process */
    uint64_t sent[BATCH_FRAMES];  /* the slot's stream position behind the frame */
    uint32_t count;
    uint32_t parts_written;
} batch;

static batch ready; /* sender only; before its thread starts, whoever starts it */

void
rw_outbox_reset(void)
{
    ready.count = ready.parts_written = 0;
}

/* Waits until the socket takes more. */
static int
wait_for_collector(void)
{
    while (true) {
        if (rw_sender_pause_wanted()) {
            return RW_PAUSED;
        }
        struct pollfd socket = {.fd = rw_the_session.socket.fd, .events = POLLOUT};
        int ready_count = poll(&socket, 1, LOOK_MS);
        if (ready_count > 0) {
            return 0;
        }
        if (ready_count < 0 && errno != EINTR) {
            return errno;
        }
    }
}

/* Notes that `bytes` more bytes of the batch have been written. */
static void
advance(size_t bytes)
{
    while (bytes > 0) {
        struct iovec *part = &ready.parts[ready.parts_written];
        size_t step = bytes < part->iov_len ? bytes : part->iov_len;
        part->iov_base = (uint8_t *)part->iov_base + step;
        part->iov_len -= step;
        bytes -= step;
        if (part->iov_len == 0) {
            ready.parts_written++;
        }
    }
}

/* Writes the batch to the socket; waits while the collector does not read. */
static int
write_all(void)
{
    rw_session *session = &rw_the_session;
    while (ready.parts_written < 2 * ready.count) {
        if (!rw_descriptor_valid(&session->socket)) {
            return EBADF;
        }
        struct msghdr message = {.msg_iov = &ready.parts[ready.parts_written],
                                 .msg_iovlen = 2 * ready.count - ready.parts_written};
        ssize_t written = sendmsg(session->socket.fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (written >= 0) {
            atomic_fetch_add_explicit(&session->sent_bytes, (uint64_t)written, memory_order_relaxed);
            advance((size_t)written);
        }
        else if (errno == EAGAIN) {
            int error = wait_for_collector();
            if (error != 0) {
                return error;
            }
        }
        else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

int
rw_outbox_flush(void)
{
    int error = write_all();
    if (error == RW_PAUSED || ready.count == 0) {
        return error;
    }
    for (uint32_t i = 0; error == 0 && i < ready.count; i++) {
        rw_slot *slot = ready.slots[i];
        if (slot != NULL) {
            atomic_store_explicit(&slot->page->sent, ready.sent[i], memory_order_release);
            atomic_fetch_add_explicit(&rw_the_session.sent_records, ready.headers[i].records, memory_order_relaxed);
        }
    }
    rw_thread_release_waiting();
    ready.count = ready.parts_written = 0;
    return error;
}

int
rw_outbox_add(rw_frame_header header, const void *payload, rw_slot *slot)
{
    uint32_t at = ready.count++;
    header.session = rw_the_session.id;
    header.time = rw_clock_ticks();
    rw_frame_seal(&header, payload);
    ready.headers[at] = header;
    ready.slots[at] = slot;
    ready.sent[at] = header.sequence + header.payload_bytes;
    ready.parts[2 * at] = (struct iovec){.iov_base = &ready.headers[at], .iov_len = sizeof(header)};
    ready.parts[2 * at + 1] = (struct iovec){.iov_base = (void *)(uintptr_t)payload, .iov_len = header.payload_bytes};
    return ready.count == BATCH_FRAMES ? rw_outbox_flush() : 0;
}
