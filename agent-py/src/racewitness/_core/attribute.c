/* Reads and writes of an attribute by whatever means: which locations they touch.
 *
 * Follows Objects/object.c, Objects/typeobject.c (_Py_type_getattro) and Objects/moduleobject.c (_Py_module_getattro)
 * as far as they go without running program code.
 */
#include "attribute.h"

void
rw_attribute_access(rw_thread *self, enum rw_operation operation, PyObject *object, PyObject *name)
{
    uint64_t known = rw_object_known(object);
    rw_target target = {object, known != 0 ? known : rw_object(self, object, rw_kind_of(object), 0)};
    rw_access_named(self, operation, target, name);
}

void
rw_attribute_read_resolved(rw_thread *self, enum rw_resolution resolution, PyTypeObject *holder, PyObject *owner,
                           PyObject *name)
{
    switch (resolution) {
        case RW_NOT_AN_ACCESS: return;
        case RW_OF_THE_CLASS:
            /* the instance's own would hide the method; that it has none is told for plain values only */
            if (rw_instance_has(owner, name)) {
                rw_attribute_access(self, RW_OP_READ, owner, name);
            }
            else {
                rw_attribute_access(self, RW_OP_READ, (PyObject *)holder, name);
            }
            return;
        case RW_CLASS_OR_INSTANCE:
            if (!rw_instance_has(owner, name)) {
                rw_attribute_access(self, RW_OP_READ, (PyObject *)holder, name);
                if (holder != Py_TYPE(owner)) {
                    rw_attribute_access(self, RW_OP_READ, (PyObject *)Py_TYPE(owner), name);
                }
            }
            /* the look-up asked the instance first, and would have taken its value */
            rw_attribute_access(self, RW_OP_READ, owner, name);
            return;
        case RW_OF_THE_INSTANCE: rw_attribute_access(self, RW_OP_READ, owner, name); return;
    }
}

/* Whether a look-up of `name` that the module's dict does not answer ends there: no descriptor of the module's type, no
 * __getattr__ of its own (PEP 562), which is a call. */
static bool
fails_in_module(PyObject *module, PyObject *dict, PyObject *name)
{
    PyObject *hook = NULL;
    int hooked = _PyType_Lookup(Py_TYPE(module), name) != NULL || PyDict_GetItemStringRef(dict, "__getattr__", &hook);
    Py_XDECREF(hook);
    PyErr_Clear();
    return !hooked;
}

/* A module's attribute is its global. */
static bool
access_module(rw_thread *self, enum rw_operation operation, PyObject *owner, PyObject *name)
{
    if (!PyModule_Check(owner)) {
        return false;
    }
    PyObject *dict = PyModule_GetDict(owner);
    if (Py_TYPE(owner)->tp_getattro == PyModule_Type.tp_getattro && dict != NULL && PyDict_CheckExact(dict) &&
        (operation != RW_OP_READ || rw_dict_has(dict, name) || fails_in_module(owner, dict, name))) {
        rw_access_named(self, operation, (rw_target){dict, rw_namespace(self, dict)}, name);
    }
    return true;
}

/* Attributes of a class, looked up on the class itself: descriptors of the metaclass come first. */
static void
read_class(rw_thread *self, PyTypeObject *owner, PyObject *name)
{
    PyTypeObject *meta = Py_TYPE(owner);
    PyObject *of_meta = meta->tp_getattro != PyType_Type.tp_getattro ? Py_None : _PyType_Lookup(meta, name);
    if (of_meta == Py_None || (of_meta != NULL && Py_TYPE(of_meta)->tp_descr_set != NULL)) {
        return;
    }
    PyTypeObject *holder = rw_attribute_holder(owner, NULL, name);
    if (holder == NULL && of_meta != NULL) {
        holder = rw_attribute_holder(meta, NULL, name);
    }
    if (rw_type_can_change(owner)) {
        rw_attribute_access(self, RW_OP_READ, (PyObject *)owner, name); /* asked first, and would give its own */
    }
    if (holder != owner && rw_type_can_change(holder)) {
        rw_attribute_access(self, RW_OP_READ, (PyObject *)holder, name);
    }
}

void
rw_attribute_read_generic(rw_thread *self, PyObject *owner, PyObject *name)
{
    PyTypeObject *holder;
    enum rw_resolution resolution = rw_attribute_resolve(Py_TYPE(owner), name, &holder);
    bool has_parts =
        holder != NULL || Py_TYPE(owner)->tp_dictoffset != 0 || _PyType_Lookup(Py_TYPE(owner), name) != NULL;
    if (has_parts) {
        rw_attribute_read_resolved(self, resolution, holder, owner, name);
    }
}

void
rw_attribute_dict(rw_thread *self, PyObject *owner)
{
    if (PyType_Check(owner) || (PyModule_Check(owner)) || Py_TYPE(owner)->tp_dictoffset == 0 ||
        !rw_attribute_is_generic(Py_TYPE(owner))) {
        return; /* a class hands out a read-only proxy, a module its namespace */
    }
    PyObject *dict = PyObject_GenericGetDict(owner, NULL);
    if (dict == NULL) {
        PyErr_Clear();
        return;
    }
    if (Py_REFCNT(dict) > 1) {
        rw_object_alias(dict, owner, rw_object(self, owner, rw_kind_of(owner), 0));
    }
    Py_DECREF(dict);
}

/* weakref.proxy(x).name is x.name (Objects/weakrefobject.c: proxy_getattr). New reference; NULL: x is gone. */
static PyObject *
behind_proxy(PyObject *proxy)
{
    PyObject *object = NULL;
    PyWeakref_GetRef(proxy, &object);
    PyErr_Clear();
    return object;
}

void
rw_attribute_read(rw_thread *self, PyObject *owner, PyObject *name)
{
    PyTypeObject *type = Py_TYPE(owner);
    if (PyWeakref_CheckProxy(owner)) {
        PyObject *object = behind_proxy(owner);
        if (object != NULL) {
            rw_attribute_read(self, object, name);
            Py_DECREF(object);
        }
    }
    else if (PyType_Check(owner)) {
        read_class(self, (PyTypeObject *)owner, name);
    }
    else if (!access_module(self, RW_OP_READ, owner, name) && rw_attribute_is_generic(type)) {
        if (rw_attribute_hands_out_dict(type, name)) {
            rw_attribute_dict(self, owner);
        }
        else {
            rw_attribute_read_generic(self, owner, name);
        }
    }
}

void
rw_attribute_write_generic(rw_thread *self, enum rw_operation operation, PyObject *owner, PyObject *name)
{
    if (rw_attribute_stores_in_instance(Py_TYPE(owner), name)) {
        rw_attribute_access(self, operation, owner, name);
    }
}

void
rw_attribute_write(rw_thread *self, enum rw_operation operation, PyObject *owner, PyObject *name)
{
    PyTypeObject *type = Py_TYPE(owner);
    if (PyWeakref_CheckProxy(owner)) {
        PyObject *object = behind_proxy(owner);
        if (object != NULL) {
            rw_attribute_write(self, operation, object, name);
            Py_DECREF(object);
        }
    }
    else if (PyType_Check(owner)) {
        PyObject *of_meta = _PyType_Lookup(type, name);
        if (type->tp_setattro == PyType_Type.tp_setattro && rw_type_can_change((PyTypeObject *)owner) &&
            (of_meta == NULL || Py_TYPE(of_meta)->tp_descr_set == NULL)) {
            rw_attribute_access(self, operation, owner, name);
        }
    }
    else if (PyModule_Check(owner)) {
        if (type->tp_setattro == PyObject_GenericSetAttr) {
            access_module(self, operation, owner, name);
        }
    }
    else if (type->tp_setattro == PyObject_GenericSetAttr) {
        rw_attribute_write_generic(self, operation, owner, name);
    }
}
