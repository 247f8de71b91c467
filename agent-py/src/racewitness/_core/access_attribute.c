/* Instructions that name an attribute.
 *
 * What a name of an instance is depends on its type alone but for "does the instance have it", so the answer is kept
 * for each instruction with the type's version tag, which changes with anything the type inherits.
 */
#include "attribute.h"
#include "filter.h"
#include "sync.h"

#include <stdatomic.h>
#include <stdlib.h>

/* Immutable once published; older ones stay linked, for a thread may still be reading them. */
struct rw_attribute_plan {
    PyTypeObject *type; /* compared only: the version tag says whether it is still that type */
    unsigned version;
    enum rw_resolution resolution;
    bool loaded;          /* loading the name reads the instance's, and nothing else */
    bool stored;          /* storing the name reaches the instance */
    bool handed_out;      /* the name is __dict__: the instance's attributes leave as a dict */
    PyTypeObject *holder; /* borrowed from the type's MRO, which the version tag keeps */
    struct rw_attribute_plan *older;
    unsigned age; /* how many older ones there are */
};

enum { MAX_PLANS = 8 };

/* Neither a class nor a module, nor a cell or what stands for another object. */
static bool
is_instance(PyObject *owner)
{
    return !PyType_Check(owner) && !PyModule_Check(owner) && !PyWeakref_CheckProxy(owner) && !PyCell_Check(owner);
}

static inline _Atomic(struct rw_attribute_plan *) *
plans_of(const rw_site *site)
{
    return &site->info->attributes[site->instruction - site->info->instructions];
}

/* The plan of this instruction for owners of that type, from `newest` on; NULL: there is none yet. */
static inline const struct rw_attribute_plan *
plan_among(const struct rw_attribute_plan *newest, const PyTypeObject *type)
{
    unsigned version = _Py_atomic_load_uint32_relaxed(&type->tp_version_tag);
    const struct rw_attribute_plan *plan = newest;
    while (plan != NULL && (plan->type != type || plan->version != version || version == 0)) {
        plan = plan->older;
    }
    return plan;
}

/* The same, made when there is none; NULL: look it up each time (it is no instance, which its type says, or too many
 * types meet here). */
static const struct rw_attribute_plan *
plan_for(const rw_site *site, PyObject *owner, PyObject *name)
{
    PyTypeObject *type = Py_TYPE(owner);
    _Atomic(struct rw_attribute_plan *) *place = plans_of(site);
    struct rw_attribute_plan *newest = atomic_load_explicit(place, memory_order_acquire);
    const struct rw_attribute_plan *known = plan_among(newest, type);
    if (known != NULL) {
        return known;
    }
    unsigned version = _Py_atomic_load_uint32_relaxed(&type->tp_version_tag);
    if (!is_instance(owner) || (newest != NULL && newest->age >= MAX_PLANS) ||
        (version == 0 && !PyUnstable_Type_AssignVersionTag(type))) {
        return NULL;
    }
    struct rw_attribute_plan *fresh = calloc(1, sizeof(*fresh));
    if (fresh == NULL) {
        return NULL;
    }
    fresh->type = type;
    fresh->version = _Py_atomic_load_uint32_relaxed(&type->tp_version_tag);
    fresh->stored = type->tp_setattro == PyObject_GenericSetAttr && rw_attribute_stores_in_instance(type, name);
    fresh->handed_out = rw_attribute_hands_out_dict(type, name);
    fresh->resolution =
        rw_attribute_is_generic(type) ? rw_attribute_resolve(type, name, &fresh->holder) : RW_NOT_AN_ACCESS;
    if (fresh->resolution == RW_OF_THE_INSTANCE && type->tp_dictoffset == 0 && _PyType_Lookup(type, name) == NULL) {
        fresh->resolution = RW_NOT_AN_ACCESS; /* neither a dict nor a slot: built-in objects */
    }
    fresh->loaded = fresh->resolution == RW_OF_THE_INSTANCE && !fresh->handed_out;
    fresh->older = newest;
    fresh->age = newest == NULL ? 1 : newest->age + 1;
    if (!atomic_compare_exchange_strong_explicit(place, &newest, fresh, memory_order_acq_rel, memory_order_acquire)) {
        free(fresh); /* another thread was first */
        return NULL;
    }
    return fresh;
}

bool
rw_on_instance_attribute(const rw_site *site)
{
    enum rw_plan kind = (enum rw_plan)site->instruction->plan;
    if (kind != RW_PLAN_LOAD_ATTR && kind != RW_PLAN_STORE_ATTR) {
        return false;
    }
    bool loads = kind == RW_PLAN_LOAD_ATTR;
    PyObject *owner = site->top[-1];
    const struct rw_attribute_plan *plan =
        plan_among(atomic_load_explicit(plans_of(site), memory_order_acquire), Py_TYPE(owner));
    if (plan == NULL || !(loads ? plan->loaded : plan->stored)) {
        return false;
    }
    PyObject *name = PyTuple_GET_ITEM(site->code->co_names, site->instruction->arg >> loads);
    rw_attempt made = {.operation = loads ? RW_OP_READ : RW_OP_WRITE,
                       .target = {owner, 0},
                       .key = rw_text_key(name),
                       .name = name,
                       .place = rw_place(site->frame)};
    if (!rw_filter_knows(site->self, &made)) {
        made.target.number = rw_object_touched(site->self, owner);
        rw_access_attempt(site->self, &made);
    }
    return true;
}

void
rw_on_load_attribute(const rw_site *site)
{
    PyObject *owner = site->top[-1];
    PyObject *name = PyTuple_GET_ITEM(site->code->co_names, site->instruction->arg >> 1);
    const struct rw_attribute_plan *plan = plan_for(site, owner, name);
    if (plan == NULL) {
        if (Py_IS_TYPE(owner, &PySuper_Type)) {
            rw_super *view = (rw_super *)owner;
            PyTypeObject *holder =
                view->obj_type == NULL ? NULL : rw_attribute_holder(view->obj_type, view->type, name);
            if (rw_type_can_change(holder)) {
                rw_attribute_access(site->self, RW_OP_READ, (PyObject *)holder, name);
            }
            return;
        }
        rw_attribute_read(site->self, owner, name);
    }
    else if (plan->handed_out) {
        rw_attribute_dict(site->self, owner);
    }
    else {
        rw_attribute_read_resolved(site->self, plan->resolution, plan->holder, owner, name);
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
    return rw_attribute_holder(start, (PyTypeObject *)class, name);
}

void
rw_on_load_super_attribute(const rw_site *site)
{
    PyObject *name = PyTuple_GET_ITEM(site->code->co_names, site->instruction->arg >> 2);
    PyTypeObject *holder = super_holder(site, name);
    if (rw_type_can_change(holder)) {
        rw_attribute_access(site->self, RW_OP_READ, (PyObject *)holder, name);
    }
}

static enum rw_attribute_place
place_in_instance(const rw_site *site, PyObject *owner, PyObject *name)
{
    const struct rw_attribute_plan *plan = plan_for(site, owner, name);
    if (plan == NULL || plan->handed_out || plan->resolution == RW_OF_THE_INSTANCE) {
        return RW_PLACE_OPEN;
    }
    if (plan->resolution == RW_CLASS_OR_INSTANCE) {
        return rw_instance_has(owner, name) ? RW_PLACE_OPEN : RW_PLACE_CONSTANT;
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
        found = rw_dict_has(PyModule_GetDict(owner), name);
    }
    else if (PyType_Check(owner)) {
        found = rw_attribute_holder((PyTypeObject *)owner, NULL, name) != NULL;
    }
    else {
        return !is_instance(owner) ? RW_PLACE_OPEN : place_in_instance(site, owner, name);
    }
    return found ? RW_PLACE_CLASS : RW_PLACE_OPEN;
}

void
rw_on_store_attribute(const rw_site *site)
{
    PyObject *owner = site->top[-1];
    PyObject *name = PyTuple_GET_ITEM(site->code->co_names, site->instruction->arg);
    const struct rw_attribute_plan *plan = plan_for(site, owner, name);
    if (plan == NULL) {
        rw_attribute_write(site->self, RW_OP_WRITE, owner, name);
    }
    else if (plan->stored) {
        rw_attribute_access(site->self, RW_OP_WRITE, owner, name);
    }
    else if (plan->handed_out) {
        rw_attribute_replace_dict(site->self, owner, site->top[-2]);
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
