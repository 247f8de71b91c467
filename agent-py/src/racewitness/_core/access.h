/* Before an instruction runs: which location will it touch, and how (access_*.c).
 *
 * The handlers run in the thread that is about to execute the instruction, with its operands still on the frame's
 * stack. They may look things up, but call nothing that could run code of the program; what would run such code (a
 * property, a Python-level __getitem__, ...) is no access, its own instructions are.
 */
#ifndef RW_ACCESS_H
#define RW_ACCESS_H

#include "code.h"
#include "define.h"
#include "objects.h"

typedef struct {
    rw_thread *self;
    rw_code *info;
    PyCodeObject *code;
    _PyInterpreterFrame *frame;
    const rw_instruction *instruction;
    PyObject **top; /* one past the topmost value: top[-1] is on top */
} rw_site;

/* What an access is made to: the object whose shadow word counts, and its number (for the __dict__ of an instance the
 * instance's). */
typedef struct {
    PyObject *object;
    uint64_t number;
} rw_target;

/* An access that is about to be made. */
typedef struct {
    enum rw_operation operation;
    rw_target target;
    uint64_t key;   /* of a range mixed with its length */
    PyObject *name; /* what a key of a name is to be described by, where there is a record; NULL: it is described */
    uint64_t place; /* rw_place() of an access that rw_filter_knows() did not know; 0: it was not asked */
    uint32_t stack; /* 0: the present one */
    bool range;
} rw_attempt;

/* Appends one ACCESS record for `key` of the target, unless the repeat filter (filter.h) knows that it adds nothing. */
void rw_access(rw_thread *self, enum rw_operation operation, rw_target target, uint64_t key);

/* The same for the key of a name (exact str), which is described only where there is a record. */
void rw_access_named(rw_thread *self, enum rw_operation operation, rw_target target, PyObject *name);
void rw_access_attempt(rw_thread *self, const rw_attempt *made);

/* The same for an access made by the instruction of an earlier rw_stack() that is still going on; 0: the present one.
 */
void rw_access_from(rw_thread *self, enum rw_operation operation, rw_target target, uint64_t key, uint32_t stack);

/* The same for `count` keys from `first` on. */
void rw_access_range(rw_thread *self, enum rw_operation operation, rw_target target, uint64_t first, uint64_t count);

/* access_attribute.c: the access of an instruction that does nothing but use an attribute of an instance. False, with
 * nothing done, where it is another one, or that is not known yet. Such an instruction is never switched off. */
bool rw_on_instance_attribute(const rw_site *site);

/* access_attribute.c: attributes of instances, classes, modules, functions. The name is an exact str. */
void rw_on_load_attribute(const rw_site *site);
void rw_on_store_attribute(const rw_site *site);
void rw_on_delete_attribute(const rw_site *site);
void rw_on_load_super_attribute(const rw_site *site);
void rw_on_import_from(const rw_site *site);
void rw_attribute_read(rw_thread *self, PyObject *owner, PyObject *name);
void rw_attribute_write(rw_thread *self, enum rw_operation operation, PyObject *owner, PyObject *name);
/* object.__getattribute__/__setattr__ and kin, called by name: the type's own hooks are not asked. */
void rw_attribute_read_generic(rw_thread *self, PyObject *owner, PyObject *name);
void rw_attribute_write_generic(rw_thread *self, enum rw_operation operation, PyObject *owner, PyObject *name);
/* Where a LOAD_ATTR or LOAD_SUPER_ATTR finds its name now: in a class or module, or in nothing that can be stored to
 * (CLASS); likewise, but an object asked first might have had it (CONSTANT); elsewhere, or nowhere yet (OPEN). */
enum rw_attribute_place { RW_PLACE_OPEN = 0, RW_PLACE_CLASS, RW_PLACE_CONSTANT };
enum rw_attribute_place rw_attribute_place(const rw_site *site);
/* The dict of `owner`'s attributes is about to be handed out: from now on its keys are the owner's attributes. */
void rw_attribute_dict(rw_thread *self, PyObject *owner);
/* `owner.__dict__ = dict`: all attributes are replaced; where others have the dict too, its keys are the attributes of
 * all of them. */
void rw_attribute_replace_dict(rw_thread *self, PyObject *owner, PyObject *dict);

/* access_name.c: globals and closure cells. */
void rw_on_load_global(const rw_site *site);
void rw_on_load_name(const rw_site *site);
void rw_on_store_global(const rw_site *site);
void rw_on_delete_global(const rw_site *site);
void rw_on_store_name(const rw_site *site);
void rw_on_delete_name(const rw_site *site);
void rw_on_load_deref(const rw_site *site);
void rw_on_store_deref(const rw_site *site);
void rw_on_delete_deref(const rw_site *site);
void rw_on_load_from_dict_or_globals(const rw_site *site);
/* The variable in a cell; `name` (exact str) or NULL, where it is not known. */
void rw_cell_access(rw_thread *self, enum rw_operation operation, PyObject *cell, PyObject *name);

/* access_container.c: subscripts, operators, iteration. */
void rw_on_load_subscript(const rw_site *site);
void rw_on_store_subscript(const rw_site *site);
void rw_on_delete_subscript(const rw_site *site);
void rw_on_contains(const rw_site *site);
void rw_on_truth(const rw_site *site);
void rw_on_read_whole(const rw_site *site);
void rw_on_show(const rw_site *site);
void rw_on_binary_op(const rw_site *site);

/* access_match.c: patterns of the match statement. */
void rw_on_length(const rw_site *site);
void rw_on_match_keys(const rw_site *site);
void rw_on_match_class(const rw_site *site);

/* access_iterate.c */
/* What the iterator's next step reads. False when it is known to be at its end. */
bool rw_iterator_step(rw_thread *self, PyObject *iterator);
/* Reads the next `count` items of an iterator over a container. False, with nothing read, where these are all that
 * there are, or nobody can say which. */
bool rw_iterator_read_next(rw_thread *self, PyObject *iterator, Py_ssize_t count);

/* call_hook.c, access_call.c: methods and functions that take containers. */
int rw_call_start(void);
void rw_call_after_fork_child(void);
/* call_getters.c: hooks the getters of module operator as soon as it is among `modules`. */
void rw_getters_look(PyObject *modules);
void rw_on_call_ex(const rw_site *site);
/* A function of the standard library in Python that has a rule is starting in `frame`. */
void rw_on_library_start(rw_thread *self, const struct rw_call_rule *rule, _PyInterpreterFrame *frame);

#endif
