/* The sender: a native thread, unknown to the interpreter, that drains the rings into frames and writes them to the
 * collector.
 *
 * It needs neither the interpreter nor any lock that is held while the interpreter is waited for, so a program thread
 * that waits for room is always served as long as the collector reads.
 */
#ifndef RW_SENDER_H
#define RW_SENDER_H

#include <stdbool.h>
#include <stdint.h>

/* Starts the thread for rw_the_session, whose socket it then owns. Returns an errno. */
int rw_sender_start(void);

/* Makes it look at the rings now. Any thread; keeps errno. */
void rw_sender_wake(void);

/* A thread has ended: wakes the sender when several rings wait to be drained for the last time, so that thousands of
 * short threads one after another share a few. */
void rw_sender_thread_ended(void);

/* How many threads have ended whose rings are not drained yet. */
uint32_t rw_sender_threads_ended(void);

/* Ends the sender's thread, between two bytes if need be, and waits until the kernel does not count it any more; what
 * it has not sent waits. Nothing happens when the session does not run. Keeps errno. */
void rw_sender_pause(void);

/* os.fork warns when the kernel counts more than one thread in the process: pauses where the sender is all that keeps
 * the calling thread from being the only one. */
void rw_sender_pause_if_alone(void);

/* Starts the thread again if it was paused; any thread, keeps errno. Also done for a thread that waits for room and by
 * the end of the session. */
void rw_sender_resume(void);

/* The sender's own question. */
bool rw_sender_pause_wanted(void);

/* Waits until the session has left RW_PHASE_ENDING, or nothing has been sent for `patience_ns`. */
void rw_sender_join(uint64_t patience_ns);

#endif
