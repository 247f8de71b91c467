/* What an attribute's name leads to. Other threads may change what is looked at; nothing here
 * runs code of the program, and no exception is left. */
#ifndef RW_ATTRIBUTE_H
#define RW_ATTRIBUTE_H

#include "access.h"

enum rw_resolution {
    RW_NOT_AN_ACCESS,    /* a property, a Python-level hook, a built-in type's method */
    RW_OF_THE_INSTANCE,  /* a slot, or nothing of that name in the type */
    RW_OF_THE_CLASS,     /* a function, method or other descriptor without __set__ in `holder` */
    RW_CLASS_OR_INSTANCE /* a plain value in `holder` that the instance may hide */
};

/* ---- attribute_find.c ---- */

bool rw_dict_has(PyObject *dict, PyObject *name);

/* The class in `type`'s MRO, behind `after` (NULL: from the start), whose dict has `name`. Borrowed. */
PyTypeObject *rw_attribute_holder(PyTypeObject *type, PyTypeObject *after, PyObject *name);

/* Whether the program can store attributes of the type; false for NULL. */
bool rw_type_can_change(PyTypeObject *type);

/* Whether instances look attributes up as object does, or as type where they are classes. */
bool rw_attribute_is_generic(PyTypeObject *type);

/* What `name` of an instance of `type` is; the class that has it, where it is one's. */
enum rw_resolution rw_attribute_resolve(PyTypeObject *type, PyObject *name, PyTypeObject **holder);

bool rw_instance_has(PyObject *owner, PyObject *name);

/* Whether `name` is `__dict__`, and answered by the instance's own. */
bool rw_attribute_hands_out_dict(PyTypeObject *type, PyObject *name);

bool rw_attribute_stores_in_instance(PyTypeObject *type, PyObject *name);

/* The value of a slot, or of what the instance's dict or its class has, where no descriptor answers; new reference,
 * NULL: none, or only program code could tell. */
PyObject *rw_attribute_plain_value(PyObject *object, PyObject *name);

/* ---- attribute.c ---- */

void rw_attribute_access(rw_thread *self, enum rw_operation operation, PyObject *object, PyObject *name);
void rw_attribute_read_resolved(rw_thread *self, enum rw_resolution resolution, PyTypeObject *holder, PyObject *owner,
                                PyObject *name);

#endif
