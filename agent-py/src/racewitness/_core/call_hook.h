/* Callables in C that have a rule (call_rules.h), hooked where they are called.
 *
 * Nothing is asked of sys.monitoring for a call: what the interpreter calls for such a callable is replaced in the
 * callable itself, so that a call of anything else costs nothing.
 *
 *   method descriptor    its vectorcall; classes that inherit the method share the descriptor
 *   bound method         vectorcall of the object that the descriptor's tp_descr_get has just made
 *   module function      vectorcall of the one object
 *   type                 its tp_vectorcall, which no class inherits (Objects/typeobject.c: inherit_slots)
 *   slot wrapper         tp_call of the type of slot wrappers, and of those bound to their object
 *
 * Hooks are put in at start, into what is there, and into each module in C when it has been executed and nobody has
 * used it yet (call_hook.c). They stay: while the agent is off they only call what they stand in front of.
 */
#ifndef RW_CALL_HOOK_H
#define RW_CALL_HOOK_H

#include "call_rules.h"

/* Callables that call each other, or that an instruction calls bound: what has been told is not told again. */
enum rw_call_role { RW_CALL_PLAIN = 0, RW_CALL_SORTED, RW_CALL_SORT, RW_CALL_REVERSED, RW_CALL_MISSING };

/* What is known of a hooked callable. Never removed: PyMethodDef and slot wrappers of built-in types live as long as
 * the process, and so do the types. All fields are written before `identity` is published, immutable afterwards. */
typedef struct {
    _Atomic(const void *) identity; /* PyMethodDef, slot wrapper or type; release-stored last; NULL: free */
    rw_call_handler *handle;
    vectorcallfunc unbound; /* method descriptor: what is behind the hook */
    vectorcallfunc called;  /* module function, bound method, type: likewise; NULL: its type's tp_call */
    bool special;           /* __getitem__ and kin: instructions lead there as well, and tell by themselves */
    enum rw_call_role role;
} rw_hooked;

enum { RW_HOOKED_SLOTS = 4096, RW_HOOKED_MAX = RW_HOOKED_SLOTS / 2 };

/* Open addressing, linear probing; added to under a lock of call_hook.c, read by any thread without one. */
extern rw_hooked rw_hooked_table[RW_HOOKED_SLOTS];

static inline size_t
rw_hooked_start(const void *identity)
{
    return (size_t)((((uintptr_t)identity >> 3) * UINT64_C(0x9E3779B97F4A7C15)) >> 52);
}

/* NULL: it has no rule. */
static inline const rw_hooked *
rw_hooked_of(const void *identity)
{
    for (size_t place = rw_hooked_start(identity);; place = (place + 1) % RW_HOOKED_SLOTS) {
        const rw_hooked *entry = &rw_hooked_table[place];
        const void *known = atomic_load_explicit(&entry->identity, memory_order_acquire);
        if (known == identity || known == NULL) {
            return known == NULL ? NULL : entry;
        }
    }
}

/* What hooked callables call instead (access_call.c). */
PyObject *rw_call_method(PyObject *descriptor, PyObject *const *args, size_t nargsf, PyObject *names);
PyObject *rw_call_function(PyObject *function, PyObject *const *args, size_t nargsf, PyObject *names);
PyObject *rw_call_type(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *names);
PyObject *rw_call_slot_wrapper(PyObject *wrapper, PyObject *args, PyObject *keywords);
PyObject *rw_call_bound_slot_wrapper(PyObject *wrapper, PyObject *args, PyObject *keywords);

/* The calling thread, where its innermost frame is observed; NULL: nothing is to be recorded. */
rw_thread *rw_call_observed(void);

/* Puts `hook` where calls of the type's objects lead (tp_call, and its slot wrapper); `original` is set before. */
void rw_call_replace_call(PyTypeObject *type, ternaryfunc hook, ternaryfunc *original);

/* What these two stand in front of; set by rw_call_start() before the hooks can be called, immutable afterwards. */
extern ternaryfunc rw_slot_wrapper_called, rw_bound_slot_wrapper_called;

#endif
