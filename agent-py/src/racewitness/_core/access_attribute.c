/* Attributes: which object holds the attribute that an instruction names.
 *
 * Follows Objects/object.c (_PyObject_GenericGetAttrWithDict), Objects/typeobject.c (_Py_type_getattro, super_getattro,
 * slot_tp_getattr_hook) and Objects/moduleobject.c
 * (_Py_module_getattro) as far as they go without running program code. The answer for an instance depends on its type
 * alone but for "does the instance have it", so it is kept for each instruction with the type's version tag, which
 * changes with anything the type inherits.
 */
#include "access.h"
#include "sync.h"

#include <internal/pycore_descrobject.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum resolution {
    NOT_AN_ACCESS,    /* a property, a Python-level hook, a built-in type's method */
    OF_THE_INSTANCE,  /* a slot, or nothing of that name in the type */
    OF_THE_CLASS,     /* a function, method or other descriptor without __set__ in `holder` */
    CLASS_OR_INSTANCE /* a plain value in `holder` that the instance may hide */
};

/* Immutable once published; older ones stay linked, for a thread may still be reading them. */
struct rw_attribute_plan {
    PyTypeObject *type; /* compared only: the version tag says whether it is still that type */
    unsigned version;
    enum resolution resolution;
    bool stored;          /* storing the name reaches the instance */
    bool handed_out;      /* the name is __dict__: the instance's attributes leave as a dict */
    PyTypeObject *holder; /* borrowed from the type's MRO, which the version tag keeps */
    struct rw_attribute_plan *older;
    unsigned age; /* how many older ones there are */
};

enum { MAX_PLANS = 8 };

static bool
dict_has(PyObject *dict, PyObject *name)
{
    PyObject *value = NULL;
    int found = dict == NULL || !PyDict_Check(dict) ? 0 : PyDict_GetItemRef(dict, name, &value);
    Py_XDECREF(value);
    if (found < 0) {
        PyErr_Clear();
    }
    return found > 0;
}

/* The class in `type`'s MRO, behind `after` (NULL: from the start), whose dict has `name`. Borrowed. */
static PyTypeObject *
holder_of(PyTypeObject *type, PyTypeObject *after, PyObject *name)
{
    PyObject *mro = type->tp_mro;
    bool past = after == NULL;
    for (Py_ssize_t i = 0; mro != NULL && i < PyTuple_GET_SIZE(mro); i++) {
        PyTypeObject *base = (PyTypeObject *)PyTuple_GET_ITEM(mro, i);
        if (past) {
            PyObject *dict = PyType_GetDict(base);
            bool found = dict_has(dict, name);
            Py_XDECREF(dict);
            if (found) {
                return base;
            }
        }
        past = past || base == after;
    }
    return NULL;
}

static bool
can_change(PyTypeObject *type)
{
    return type != NULL && !(type->tp_flags & Py_TPFLAGS_IMMUTABLETYPE);
}

/* A type with __getattr__ but without a __getattribute__ of its own looks attributes up as object does
 * (slot_tp_getattr_hook). */
static bool
looks_up_generically(PyTypeObject *type)
{
    static PyObject *getattribute; /* interned once; racing threads intern the same str */
    if (type->tp_getattro == PyObject_GenericGetAttr) {
        return true;
    }
    if (!(type->tp_flags & Py_TPFLAGS_HEAPTYPE)) {
        return false;
    }
    PyObject *name = __atomic_load_n(&getattribute, __ATOMIC_ACQUIRE);
    if (name == NULL) {
        name = PyUnicode_InternFromString("__getattribute__");
        __atomic_store_n(&getattribute, name, __ATOMIC_RELEASE);
    }
    PyObject *found = name == NULL ? NULL : _PyType_Lookup(type, name);
    return found != NULL && Py_IS_TYPE(found, &PyWrapperDescr_Type) &&
           ((PyWrapperDescrObject *)found)->d_wrapped == (void *)PyObject_GenericGetAttr;
}

static bool
is_slot(PyObject *descriptor)
{
    return Py_IS_TYPE(descriptor, &PyMemberDescr_Type) &&
           (((PyMemberDescrObject *)descriptor)->d_member->type == Py_T_OBJECT_EX);
}

/* What `name` of an instance of `type` is. */
static enum resolution
resolve(PyTypeObject *type, PyObject *name, PyTypeObject **holder)
{
    *holder = NULL;
    PyObject *found = _PyType_Lookup(type, name);
    if (found == NULL) {
        return OF_THE_INSTANCE;
    }
    if (is_slot(found)) {
        return OF_THE_INSTANCE;
    }
    if (Py_TYPE(found)->tp_descr_set != NULL) {
        return NOT_AN_ACCESS;
    }
    *holder = holder_of(type, NULL, name);
    if (!can_change(*holder)) {
        *holder = NULL;
        return NOT_AN_ACCESS;
    }
    return Py_TYPE(found)->tp_descr_get != NULL ? OF_THE_CLASS : CLASS_OR_INSTANCE;
}

/* Whether the instance's own dict or inline values have `name` (Objects/dictobject.c:
 * _PyObject_TryGetInstanceAttribute). */
static bool
instance_has(PyObject *owner, PyObject *name)
{
    PyTypeObject *type = Py_TYPE(owner);
    if (type->tp_flags & Py_TPFLAGS_INLINE_VALUES) {
        PyDictValues *values = _PyObject_InlineValues(owner);
        if (_Py_atomic_load_uint8(&values->valid)) {
            PyDictKeysObject *keys = ((PyHeapTypeObject *)type)->ht_cached_keys;
            Py_ssize_t count = keys == NULL ? 0 : _Py_atomic_load_ssize_relaxed(&keys->dk_nentries);
            for (Py_ssize_t i = 0; i < count && i < SHARED_KEYS_MAX_SIZE; i++) {
                PyObject *key = DK_UNICODE_ENTRIES(keys)[i].me_key;
                if (key == name || (key != NULL && _PyUnicode_Equal(key, name))) {
                    return _Py_atomic_load_ptr_acquire(&values->values[i]) != NULL;
                }
            }
            return false;
        }
    }
    PyObject *dict = NULL;
    if (type->tp_flags & Py_TPFLAGS_MANAGED_DICT) {
        dict = (PyObject *)_PyObject_GetManagedDict(owner);
    }
    else {
        PyObject **place = _PyObject_GetDictPtr(owner);
        dict = place == NULL ? NULL : *place;
    }
    if (dict == NULL) {
        return false;
    }
    Py_INCREF(dict);
    bool found = dict_has(dict, name);
    Py_DECREF(dict);
    return found;
}

static void
access_object(rw_thread *self, enum rw_operation operation, PyObject *object, PyObject *name)
{
    uint64_t known = rw_object_known(object);
    rw_target target = {object, known != 0 ? known : rw_object(self, object, rw_kind_of(object), 0)};
    rw_access_named(self, operation, target, name);
}

static void
read_resolved(rw_thread *self, enum resolution resolution, PyTypeObject *holder, PyObject *owner, PyObject *name)
{
    switch (resolution) {
        case NOT_AN_ACCESS: return;
        case OF_THE_CLASS:
            /* the instance's own would hide the method; that it has none is told for plain values only */
            if (instance_has(owner, name)) {
                access_object(self, RW_OP_READ, owner, name);
            }
            else {
                access_object(self, RW_OP_READ, (PyObject *)holder, name);
            }
            return;
        case CLASS_OR_INSTANCE:
            if (!instance_has(owner, name)) {
                access_object(self, RW_OP_READ, (PyObject *)holder, name);
                if (holder != Py_TYPE(owner)) {
                    access_object(self, RW_OP_READ, (PyObject *)Py_TYPE(owner), name);
                }
            }
            /* the look-up asked the instance first, and would have taken its value */
            access_object(self, RW_OP_READ, owner, name);
            return;
        case OF_THE_INSTANCE: access_object(self, RW_OP_READ, owner, name); return;
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
        (operation != RW_OP_READ || dict_has(dict, name) || fails_in_module(owner, dict, name))) {
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
    PyTypeObject *holder = holder_of(owner, NULL, name);
    if (holder == NULL && of_meta != NULL) {
        holder = holder_of(meta, NULL, name);
    }
    if (can_change(owner)) {
        access_object(self, RW_OP_READ, (PyObject *)owner, name); /* asked first, and would give its own */
    }
    if (holder != owner && can_change(holder)) {
        access_object(self, RW_OP_READ, (PyObject *)holder, name);
    }
}

void
rw_attribute_read_generic(rw_thread *self, PyObject *owner, PyObject *name)
{
    PyTypeObject *holder;
    enum resolution resolution = resolve(Py_TYPE(owner), name, &holder);
    bool has_parts =
        holder != NULL || Py_TYPE(owner)->tp_dictoffset != 0 || _PyType_Lookup(Py_TYPE(owner), name) != NULL;
    if (has_parts) {
        read_resolved(self, resolution, holder, owner, name);
    }
}

/* The `__dict__` of an instance is a getset descriptor of its class; the dict behind it is made on demand
 * (PyObject_GenericGetDict). */
static bool
hands_out_dict(PyTypeObject *type, PyObject *name)
{
    if (PyUnicode_GET_LENGTH(name) != 8 || PyUnicode_CompareWithASCIIString(name, "__dict__") != 0) {
        return false;
    }
    PyObject *found = _PyType_Lookup(type, name);
    return found != NULL && Py_IS_TYPE(found, &PyGetSetDescr_Type);
}

void
rw_attribute_dict(rw_thread *self, PyObject *owner)
{
    if (PyType_Check(owner) || (PyModule_Check(owner)) || Py_TYPE(owner)->tp_dictoffset == 0 ||
        !looks_up_generically(Py_TYPE(owner))) {
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

void
rw_attribute_read(rw_thread *self, PyObject *owner, PyObject *name)
{
    PyTypeObject *type = Py_TYPE(owner);
    if (PyType_Check(owner)) {
        read_class(self, (PyTypeObject *)owner, name);
    }
    else if (!access_module(self, RW_OP_READ, owner, name) && looks_up_generically(type)) {
        if (hands_out_dict(type, name)) {
            rw_attribute_dict(self, owner);
        }
        else {
            rw_attribute_read_generic(self, owner, name);
        }
    }
}

/* Whether storing `name` of an instance of `type` as object does reaches the instance's dict or slot. */
static bool
stores_in_instance(PyTypeObject *type, PyObject *name)
{
    PyObject *found = _PyType_Lookup(type, name);
    if (found != NULL && is_slot(found)) {
        return true;
    }
    return (found == NULL || Py_TYPE(found)->tp_descr_set == NULL) && type->tp_dictoffset != 0;
}

void
rw_attribute_write_generic(rw_thread *self, enum rw_operation operation, PyObject *owner, PyObject *name)
{
    if (stores_in_instance(Py_TYPE(owner), name)) {
        access_object(self, operation, owner, name);
    }
}

void
rw_attribute_write(rw_thread *self, enum rw_operation operation, PyObject *owner, PyObject *name)
{
    PyTypeObject *type = Py_TYPE(owner);
    if (PyType_Check(owner)) {
        PyObject *of_meta = _PyType_Lookup(type, name);
        if (type->tp_setattro == PyType_Type.tp_setattro && can_change((PyTypeObject *)owner) &&
            (of_meta == NULL || Py_TYPE(of_meta)->tp_descr_set == NULL)) {
            access_object(self, operation, owner, name);
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

/* The plan of this instruction for owners of `type`, made when there is none; NULL: look it up each time (too many
 * types meet here). */
static const struct rw_attribute_plan *
plan_for(const rw_site *site, PyTypeObject *type, PyObject *name)
{
    _Atomic(struct rw_attribute_plan *) *place = &site->info->attributes[site->instruction - site->info->instructions];
    struct rw_attribute_plan *newest = atomic_load_explicit(place, memory_order_acquire);
    unsigned version = _Py_atomic_load_uint32_relaxed(&type->tp_version_tag);
    for (const struct rw_attribute_plan *plan = newest; plan != NULL; plan = plan->older) {
        if (plan->type == type && plan->version == version && version != 0) {
            return plan;
        }
    }
    if ((newest != NULL && newest->age >= MAX_PLANS) || (version == 0 && !PyUnstable_Type_AssignVersionTag(type))) {
        return NULL;
    }
    struct rw_attribute_plan *fresh = calloc(1, sizeof(*fresh));
    if (fresh == NULL) {
        return NULL;
    }
    fresh->type = type;
    fresh->version = _Py_atomic_load_uint32_relaxed(&type->tp_version_tag);
    fresh->stored = type->tp_setattro == PyObject_GenericSetAttr && stores_in_instance(type, name);
    fresh->handed_out = hands_out_dict(type, name);
    fresh->resolution = looks_up_generically(type) ? resolve(type, name, &fresh->holder) : NOT_AN_ACCESS;
    if (fresh->resolution == OF_THE_INSTANCE && type->tp_dictoffset == 0 && _PyType_Lookup(type, name) == NULL) {
        fresh->resolution = NOT_AN_ACCESS; /* neither a dict nor a slot: built-in objects */
    }
    fresh->older = newest;
    fresh->age = newest == NULL ? 1 : newest->age + 1;
    if (!atomic_compare_exchange_strong_explicit(place, &newest, fresh, memory_order_acq_rel, memory_order_acquire)) {
        free(fresh); /* another thread was first */
        return NULL;
    }
    return fresh;
}

void
rw_on_load_attribute(const rw_site *site)
{
    PyObject *owner = site->top[-1];
    PyObject *name = PyTuple_GET_ITEM(site->code->co_names, site->instruction->arg >> 1);
    const struct rw_attribute_plan *plan =
        PyType_Check(owner) || PyModule_Check(owner) ? NULL : plan_for(site, Py_TYPE(owner), name);
    if (plan == NULL) {
        if (Py_IS_TYPE(owner, &PySuper_Type)) {
            rw_super *view = (rw_super *)owner;
            PyTypeObject *holder = view->obj_type == NULL ? NULL : holder_of(view->obj_type, view->type, name);
            if (can_change(holder)) {
                access_object(site->self, RW_OP_READ, (PyObject *)holder, name);
            }
            return;
        }
        rw_attribute_read(site->self, owner, name);
    }
    else if (plan->handed_out) {
        rw_attribute_dict(site->self, owner);
    }
    else {
        read_resolved(site->self, plan->resolution, plan->holder, owner, name);
    }
}

/* The class behind a LOAD_SUPER_ATTR's operands where the look-up goes on; NULL: not super itself. */
static PyTypeObject *
super_holder(const rw_site *site, PyObject *name)
{
    PyObject *class = site->top[-2];
    PyObject *self = site->top[-1];
    if (site->top[-3] != (PyObject *)&PySuper_Type || !PyType_Check(class)) {
        return NULL;
    }
    PyTypeObject *start = PyType_Check(self) && PyType_IsSubtype((PyTypeObject *)self, (PyTypeObject *)class)
                              ? (PyTypeObject *)self
                              : Py_TYPE(self);
    return holder_of(start, (PyTypeObject *)class, name);
}

void
rw_on_load_super_attribute(const rw_site *site)
{
    PyObject *name = PyTuple_GET_ITEM(site->code->co_names, site->instruction->arg >> 2);
    PyTypeObject *holder = super_holder(site, name);
    if (can_change(holder)) {
        access_object(site->self, RW_OP_READ, (PyObject *)holder, name);
    }
}

static enum rw_attribute_place
place_in_instance(const rw_site *site, PyObject *owner, PyObject *name)
{
    const struct rw_attribute_plan *plan = plan_for(site, Py_TYPE(owner), name);
    if (plan == NULL || plan->handed_out || plan->resolution == OF_THE_INSTANCE) {
        return RW_PLACE_OPEN;
    }
    if (plan->resolution == CLASS_OR_INSTANCE) {
        return instance_has(owner, name) ? RW_PLACE_OPEN : RW_PLACE_CONSTANT;
    }
    /* A descriptor written in Python (functools.cached_property) may put what it finds into the instance. */
    PyObject *found = _PyType_Lookup(Py_TYPE(owner), name);
    return found != NULL && (Py_TYPE(found)->tp_flags & Py_TPFLAGS_HEAPTYPE) ? RW_PLACE_OPEN : RW_PLACE_CLASS;
}

enum rw_attribute_place
rw_attribute_place(const rw_site *site)
{
    bool super = site->instruction->plan == RW_PLAN_LOAD_SUPER_ATTR;
    PyObject *owner = site->top[-1];
    PyObject *name = PyTuple_GET_ITEM(site->code->co_names, site->instruction->arg >> (super ? 2 : 1));
    bool found;
    if (super) {
        found = super_holder(site, name) != NULL;
    }
    else if (PyModule_Check(owner)) {
        found = dict_has(PyModule_GetDict(owner), name);
    }
    else if (PyType_Check(owner)) {
        found = holder_of((PyTypeObject *)owner, NULL, name) != NULL;
    }
    else {
        return place_in_instance(site, owner, name);
    }
    return found ? RW_PLACE_CLASS : RW_PLACE_OPEN;
}

void
rw_on_store_attribute(const rw_site *site)
{
    PyObject *owner = site->top[-1];
    PyObject *name = PyTuple_GET_ITEM(site->code->co_names, site->instruction->arg);
    const struct rw_attribute_plan *plan =
        PyType_Check(owner) || PyModule_Check(owner) ? NULL : plan_for(site, Py_TYPE(owner), name);
    if (plan == NULL) {
        rw_attribute_write(site->self, RW_OP_WRITE, owner, name);
    }
    else if (plan->stored) {
        access_object(site->self, RW_OP_WRITE, owner, name);
    }
}

void
rw_on_delete_attribute(const rw_site *site)
{
    rw_attribute_write(site->self, RW_OP_DELETE, site->top[-1],
                       PyTuple_GET_ITEM(site->code->co_names, site->instruction->arg));
}

void
rw_on_import_from(const rw_site *site)
{
    PyObject *name = PyTuple_GET_ITEM(site->code->co_names, site->instruction->arg);
    rw_sync_import_from(site->self, site->top[-1], name);
    rw_attribute_read(site->self, site->top[-1], name);
}
