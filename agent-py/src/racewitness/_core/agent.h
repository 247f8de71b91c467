/* The parts of the core and the order in which they start; module.c calls them. Each part is one file (or a few of one
 * prefix).
 *
 *   int  rw_X_start(...)   0, or -1 with a Python exception set; called once, holding no lock, before any program code
 * runs void rw_X_stop(void)   puts back what start changed, as far as that can be done void rw_X_after_fork_child(void)
 * in the child of a fork, the only thread, before it runs Python code
 */
#ifndef RW_AGENT_H
#define RW_AGENT_H

#include <Python.h>

#include <stdbool.h>

#include "objects.h"

/* session.c, ring.c, sender.c: transport. Options come from a Python dict made by racewitness._start. */
int rw_session_start(PyObject *options);
void rw_session_end(const char *reason); /* drains, sends END, switches off; also called through Py_AtExit */
void rw_session_off(const char *why);    /* collector lost or no room: one line on stderr, the program goes on */
void rw_session_after_fork_child(void);

/* monitor.c, codeinfo.c, access_*.c: observation of instructions. */
/* floor: instructions are instrumented as ever, their callback returns at once, nothing is recorded (monitor.c). */
int rw_monitor_start(PyObject *options, bool floor);
void rw_monitor_stop(void);

/* sync_*.c: locks, threads, queues, and Python functions of the standard library that synchronise. */
int rw_sync_start(PyObject *options);

/* ending.c: what becomes of this process and its children. */
int rw_ending_start(void);

/* environment.c: the agent's variables. Last: until then the program's environment is as it was. */
int rw_environment_start(PyObject *options);
void rw_environment_after_fork_child(void);

/* shadow.c */
int rw_shadow_start(void);

#endif
