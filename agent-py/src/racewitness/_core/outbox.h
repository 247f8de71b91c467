/* Frames on their way to the collector: several in one system call, and a way to break off in the middle.
 *
 * The sender's alone. Between rw_outbox_add() and the flush that sends it a payload must stay where it is: it lies in a
 * ring, behind the thread's `sent` position, or in static memory. */
#ifndef RW_OUTBOX_H
#define RW_OUTBOX_H

#include <stdint.h>

#include "frame.h"
#include "ring.h"

/* What the functions answer when they were broken off because the sender is to pause (sender.h): the rest is sent by
 * the next flush. Every other answer is an errno, 0 when it is done. */
enum { RW_PAUSED = -1 };

/* Forgets everything: a new connection. */
void rw_outbox_reset(void);

/* Completes and appends a frame; `header` has type, thread, sequence, records and payload_bytes. `slot` is told when
 * the frame has left, NULL for a frame of the process. Flushes when the batch is full. */
int rw_outbox_add(rw_frame_header header, const void *payload, rw_slot *slot);

/* Writes all frames to the socket, waiting while the collector does not read; then tells the threads of their new room.
 */
int rw_outbox_flush(void);

#endif
