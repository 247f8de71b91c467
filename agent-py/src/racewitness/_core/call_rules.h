/* What methods and functions written in C do to the containers and attributes that they are given. */
#ifndef RW_CALL_RULES_H
#define RW_CALL_RULES_H

#include "container.h"

/* A call that is about to happen, positional arguments only. */
typedef struct {
    rw_thread *self;
    PyObject *receiver; /* method: the object; function: NULL */
    PyObject **args;
    Py_ssize_t count;
    const rw_site *site;
} rw_call;

typedef void rw_call_handler(const rw_call *);

/* Handler for method or function `name` of the type or module called `owner` ("type" for a call of a type), NULL: no
 * access. */
rw_call_handler *rw_call_rule(const char *owner, const char *name);

#endif
