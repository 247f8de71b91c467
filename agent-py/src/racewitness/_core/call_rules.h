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
    const char *name;  /* of a method or function in C, qualified name of one in Python; NULL: any other */
    rw_call_handler *handle;
} rw_call_rule;

/* Each ends with a row of NULLs. Methods of containers (call_methods.c), those behind operators with the functions of
 * module operator (access_operator.c; owner "container": any of them), functions and types (call_functions.c), users of
 * buffers (call_buffers.c), functions of the standard library in Python (call_library.c). */
extern const rw_call_rule rw_method_rules[];
extern const rw_call_rule rw_operator_rules[];
extern const rw_call_rule rw_function_rules[];
extern const rw_call_rule rw_buffer_rules[];
extern const rw_call_rule rw_library_rules[];

/* call_format.c */
rw_call_handler rw_on_format, rw_on_format_map, rw_on_translate;

/* The value of a keyword argument, borrowed; NULL: not given. */
PyObject *rw_call_keyword(const rw_call *call, const char *name);

/* What an iterable or an iterator has still to give, as a list of the agent's own; NULL where that cannot be said
 * without running code of the program, or is too much. Never leaves an exception. */
PyObject *rw_call_items(PyObject *iterable);

/* Whether code of the standard library is observed on behalf of the line that calls it. */
bool rw_library_is_transparent(const char *module, const char *name);

/* Rule of a function of the standard library in Python, by module and qualified name; NULL: none. */
const rw_call_rule *rw_library_rule(const char *module, const char *name);

/* Whether what the function does is told whoever called it, on behalf of the innermost observed frame. */
bool rw_library_rule_is_indirect(const rw_call_rule *rule);

/* Before the first rw_call_rule_for(); -1: an exception is set. */
int rw_call_rules_start(void);

/* Handler for method or function `name` in C of the type or module called `owner`; NULL: no access. */
rw_call_handler *rw_call_rule_for(const char *owner, const char *name);

#endif
