/* Which names and closure variables can still be stored once there is more than one thread.
 *
 * An access to what nobody can store any more is part of no race, so the events of instructions that only read such a
 * name are switched off (monitor.c) where stores_site.c finds them bound. A name is judged whatever the object: it is
 * stored when any observed code holds an instruction that stores an attribute or global of that name
 * (stores_code.c). Code is looked through before any of its instructions run, the functions of a module when its body
 * starts; what becomes known too late (a module that is imported while threads run) switches the events on again, by
 * sys.monitoring.restart_events(). Code that can store names which it does not spell out (setattr, globals(), ...)
 * ends all of this for the process. With the filter off nothing of it happens.
 */
#ifndef RW_STORES_H
#define RW_STORES_H

#include "compat.h"

#include "access.h"

#include <stdatomic.h>

/* Bits of rw_store.state. */
enum {
    RW_STORE_POSSIBLE = 1,    /* may be stored while other threads live */
    RW_STORE_OF_MODULE = 2,   /* a module body binds it, once: not before it runs there */
    RW_STORE_OFF = 4,         /* an instruction that reads it is switched off */
    RW_STORE_OFF_BUILTIN = 8, /* the same, as long as no module body binds it */
};

/* A name, or a variable of a function that inner functions use. Bits are only ever set, by read-modify-write, by any
 * thread. Who is about to switch off sets OFF and must find POSSIBLE unset in what was there before; who sets POSSIBLE
 * and finds OFF restarts the events: one of the two sees the other. */
typedef struct {
    _Atomic uint8_t state;
} rw_store;

/* What a code object's instructions name; kept in an extra slot of the code object, immutable once it is there. */
typedef struct rw_scope {
    rw_store **names;           /* one for each of co_names; entries live for ever */
    struct rw_variable **cells; /* one for each of co_localsplusnames, NULL: no cell, or its owner is not known */
    Py_ssize_t cell_count;
} rw_scope;

/* A variable that lives in a cell: shared by the scopes of the function that makes it and of those inside. */
typedef struct rw_variable {
    rw_store store;
    _Atomic uint32_t users; /* scopes that point here; the last one frees it */
} rw_variable;

extern rw_store rw_stores_any;  /* POSSIBLE: any name may be stored, nothing is switched off any more */
extern rw_store rw_stores_ends; /* POSSIBLE: program code may see when objects end, which any use of them delays */

int rw_stores_start(void);
int rw_stores_code_start(void); /* stores_code.c */

/* The scope of observed code, made when it is not there, with the scopes of all code inside. What is
 * no application code is library code at work for the application, whose strings are taken for names. Called with the
 * lock of code.c held, by the thread that is about to run the code or has it on its stack. NULL with the filter off, or
 * without memory (then nothing is switched off any more). */
const rw_scope *rw_stores_scope(rw_thread *self, PyCodeObject *code, bool application);

/* The store of a name (exact interned str), made when it is not there; NULL without memory. */
rw_store *rw_stores_name(PyObject *name);

/* Observed code holds that constant or name: some stand for more than themselves. */
void rw_stores_mentioned(PyObject *name);

/* From now on the name may be stored. Takes effect with rw_stores_settle(). */
void rw_stores_possible(rw_store *store);

/* From now on a module body binds the name: where modules have none of it, that may change. */
void rw_stores_bound_by_module(rw_store *store);

/* Switches instructions on again that read what has become possible to store. Called by who found it out, holding no
 * lock, before any instruction runs that could store it; others that get to such an instruction wait here. */
void rw_stores_settle(void);

/* A thread is about to start while there is no other: modules that code on this thread's stack has still to import may
 * hold anything. */
void rw_stores_first_thread(void);

void rw_stores_after_fork_child(void);

static inline bool
rw_stores_never(const rw_store *store)
{
    return (atomic_load_explicit(&store->state, memory_order_relaxed) & RW_STORE_POSSIBLE) == 0;
}

/* stores_site.c: whether the instruction reads what can be stored no more: then it was noted as switched off, and its
 * event shall be. */
bool rw_stores_switch_off(const rw_site *site);

/* stores_site.c: the instruction is about to store a name or variable. */
void rw_stores_before(const rw_site *site);

#endif
