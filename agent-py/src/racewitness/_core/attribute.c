/* Reads and writes of an attribute by whatever means: which locations they touch.
 *
 * Follows Objects/object.c, Objects/typeobject.c (_Py_type_getattro) and Objects/moduleobject.c (_Py_module_getattro)
 * as far as they go without running program code.
 */
#include "attribute.h"

void
rw_attribute_access(rw_thread *self, enum rw_operation operation, PyObject *object, PyObject *name)
{
    rw_access_named(self, operation, (rw_target){object, rw_object_touched(self, object)}, name);
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
    PyObject *of_meta = _PyType_Lookup(meta, name);
    if (rw_attribute_hands_out_dict(meta, name)) {
        rw_attribute_dict(self, (PyObject *)owner);
    }
    if (of_meta != NULL && Py_TYPE(of_meta)->tp_descr_set != NULL) {
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
    if (PyType_Check(owner)) {
        read_class(self, (PyTypeObject *)owner, name);
        return;
    }
    PyTypeObject *holder;
    enum rw_resolution resolution = rw_attribute_resolve(Py_TYPE(owner), name, &holder);
    bool has_parts =
        holder != NULL || Py_TYPE(owner)->tp_dictoffset != 0 || _PyType_Lookup(Py_TYPE(owner), name) != NULL;
    if (has_parts) {
        rw_attribute_read_resolved(self, resolution, holder, owner, name);
    }
}

/* The dict of an object's attributes, new reference; NULL: it has none, or is a module, whose dict is a namespace. That
 * of a class is handed out behind a read-only proxy. */
static PyObject *
dict_of(PyObject *owner)
{
    if (PyType_Check(owner)) {
        return rw_type_can_change((PyTypeObject *)owner) ? PyType_GetDict((PyTypeObject *)owner) : NULL;
    }
    bool own = !PyModule_Check(owner) && Py_TYPE(owner)->tp_dictoffset != 0 && rw_attribute_is_generic(Py_TYPE(owner));
    PyObject *dict = own ? PyObject_GenericGetDict(owner, NULL) : NULL;
    PyErr_Clear();
    return dict;
}

void
rw_attribute_dict(rw_thread *self, PyObject *owner)
{
    PyObject *dict = dict_of(owner);
    if (dict != NULL && Py_REFCNT(dict) > 1) {
        rw_object_alias(dict, owner, rw_object(self, owner, rw_kind_of(owner), 0));
    }
    Py_XDECREF(dict);
}

void
rw_attribute_replace_dict(rw_thread *self, PyObject *owner, PyObject *dict)
{
    if (!PyDict_Check(dict) || dict == owner) {
        return; /* refused; or its items are its attributes anyway */
    }
    rw_access(self, RW_OP_WRITE_ALL, (rw_target){owner, rw_object(self, owner, rw_kind_of(owner), 0)}, RW_KEY_SHAPE);
    if (Py_REFCNT(dict) == 1) {
        rw_object_alias(dict, owner, rw_object(self, owner, rw_kind_of(owner), 0));
    }
    else {
        rw_object_shares(owner, dict, rw_object(self, dict, rw_kind_of(dict), 0));
    }
}

/* `cell.cell_contents` (Objects/cellobject.c) is the variable that lives there. */
static bool
is_content_of_cell(PyObject *owner, PyObject *name)
{
    return PyCell_Check(owner) && PyUnicode_EqualToUTF8(name, "cell_contents");
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
        if (rw_attribute_is_generic(type)) {
            read_class(self, (PyTypeObject *)owner, name);
        }
    }
    else if (is_content_of_cell(owner, name)) {
        rw_cell_access(self, RW_OP_READ, owner, NULL);
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
    if (PyType_Check(owner)) {
        PyObject *of_meta = _PyType_Lookup(Py_TYPE(owner), name);
        if (rw_type_can_change((PyTypeObject *)owner) && (of_meta == NULL || Py_TYPE(of_meta)->tp_descr_set == NULL)) {
            rw_attribute_access(self, operation, owner, name);
        }
    }
    else if (rw_attribute_stores_in_instance(Py_TYPE(owner), name)) {
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
    else if (is_content_of_cell(owner, name)) {
        rw_cell_access(self, operation, owner, NULL);
    }
    else if (PyModule_Check(owner)) {
        if (type->tp_setattro == PyObject_GenericSetAttr) {
            access_module(self, operation, owner, name);
        }
    }
    else if (type->tp_setattro == (PyType_Check(owner) ? PyType_Type.tp_setattro : PyObject_GenericSetAttr)) {
        rw_attribute_write_generic(self, operation, owner, name);
    }
}
