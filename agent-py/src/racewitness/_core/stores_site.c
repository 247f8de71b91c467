/* Whether the instruction that is about to run reads what can be stored no more. */
#include "stores.h"
#include "sync.h"

/* Notes that an instruction which depends on `store` is switched off; false: it must stay on. */
static bool
switch_off(rw_store *store, uint8_t bit)
{
    return (atomic_fetch_or_explicit(&store->state, bit, memory_order_acq_rel) & RW_STORE_POSSIBLE) == 0;
}

static bool
has(PyObject *dict, PyObject *name)
{
    PyObject *value = NULL;
    int found = PyDict_CheckExact(dict) ? PyDict_GetItemRef(dict, name, &value) : 0;
    Py_XDECREF(value);
    if (found < 0) {
        PyErr_Clear();
    }
    return found > 0;
}

/* A name that is bound has been bound for the last time; one that only the builtins have, no module body must bind. */
static bool
global_is_final(const rw_site *site, uint32_t index)
{
    rw_store *store = site->info->scope->names[index];
    PyObject *name = PyTuple_GET_ITEM(site->code->co_names, index);
    if (!rw_stores_never(store)) {
        return false;
    }
    if (has(site->frame->f_globals, name)) {
        return switch_off(store, RW_STORE_OFF);
    }
    uint8_t bits = RW_STORE_OFF_BUILTIN;
    return has(site->frame->f_builtins, name) &&
           (atomic_load_explicit(&store->state, memory_order_relaxed) & RW_STORE_OF_MODULE) == 0 &&
           (atomic_fetch_or_explicit(&store->state, bits, memory_order_acq_rel) &
            (RW_STORE_POSSIBLE | RW_STORE_OF_MODULE)) == 0;
}

static bool
attribute_is_final(const rw_site *site, uint32_t index)
{
    rw_store *store = site->info->scope->names[index];
    if (!rw_stores_never(store)) {
        return false;
    }
    switch (rw_attribute_place(site)) {
        case RW_PLACE_CLASS: return switch_off(store, RW_STORE_OFF);
        case RW_PLACE_CONSTANT:
            return rw_stores_never(&rw_stores_ends) && switch_off(&rw_stores_ends, RW_STORE_OFF) &&
                   switch_off(store, RW_STORE_OFF);
        default: return false;
    }
}

static bool
cell_is_final(const rw_site *site)
{
    uint32_t index = site->instruction->arg;
    rw_variable *variable = site->info->scope->cells[index];
    if (variable == NULL || !rw_stores_never(&variable->store)) {
        return false;
    }
    PyObject *cell = site->frame->localsplus[index];
    return cell != NULL && PyCell_Check(cell) && _Py_atomic_load_ptr_relaxed(&((PyCellObject *)cell)->ob_ref) != NULL &&
           switch_off(&variable->store, RW_STORE_OFF);
}

static bool
is_final(const rw_site *site)
{
    uint32_t arg = site->instruction->arg;
    switch (site->instruction->plan) {
        case RW_PLAN_LOAD_GLOBAL: return global_is_final(site, arg >> 1);
        case RW_PLAN_LOAD_NAME: return site->frame->f_locals == site->frame->f_globals && global_is_final(site, arg);
        case RW_PLAN_LOAD_ATTR: return attribute_is_final(site, arg >> 1);
        case RW_PLAN_LOAD_SUPER_ATTR: return attribute_is_final(site, arg >> 2);
        case RW_PLAN_LOAD_DEREF: return cell_is_final(site);
        default: return false;
    }
}

bool
rw_stores_switch_off(const rw_site *site)
{
    return site->info->scope != NULL && site->instruction->after == RW_AFTER_NONE && rw_stores_never(&rw_stores_any) &&
           is_final(site) && switch_off(&rw_stores_any, RW_STORE_OFF);
}

void
rw_stores_before(const rw_site *site)
{
    const rw_scope *scope = site->info->scope;
    rw_store *store = NULL;
    if (scope == NULL || rw_sync_all_joined(site->self)) {
        return;
    }
    if (site->instruction->plan == RW_PLAN_STORE_NAME && site->frame->f_locals == site->frame->f_globals) {
        store = scope->names[site->instruction->arg];
    }
    else if (site->instruction->plan == RW_PLAN_STORE_DEREF && scope->cells[site->instruction->arg] != NULL) {
        store = &scope->cells[site->instruction->arg]->store;
    }
    if (store != NULL && rw_stores_never(store)) {
        rw_stores_possible(store);
        rw_stores_settle();
    }
}
