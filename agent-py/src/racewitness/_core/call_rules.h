/* What methods and functions written in C do to the containers and attributes that they are given. */
#ifndef RW_CALL_RULES_H
#define RW_CALL_RULES_H

#include "container.h"

/* A call that is about to happen. */
typedef struct {
    rw_thread *self;
    PyObject *receiver;    /* method: the object; method of a class: the class; function: NULL */
    PyObject *const *args; /* positional ones, and behind them the values of `names` */
    Py_ssize_t count;      /* positional ones */
    PyObject *names;       /* tuple of the keywords, or NULL */
} rw_call;

typedef void rw_call_handler(const rw_call *);

typedef struct rw_call_rule {
    const char *owner; /* type's or module's name; "type" for a call of the type itself */
    const char *name;  /* of a method or function in C, qualified name of one in Python */
    rw_call_handler *handle;
} rw_call_rule;

/* Each ends with a row of NULLs. Methods of containers (call_methods.c), functions and types (call_functions.c),
 * functions of the standard library in Python (call_library.c). */
extern const rw_call_rule rw_method_rules[];
extern const rw_call_rule rw_function_rules[];
extern const rw_call_rule rw_library_rules[];

/* Rule of a function of the standard library in Python, by module and qualified name; NULL: none. */
const rw_call_rule *rw_library_rule(const char *module, const char *name);

/* Handler for method or function `name` in C of the type or module called `owner`; NULL: no access. */
rw_call_handler *rw_call_rule_for(const char *owner, const char *name);

#endif
