/* Calls: which callable written in C is about to run, and on what.
 *
 * A callable is recognised by its PyMethodDef, slot wrapper or type; its rule (call_rules.c) is kept in a small table
 * that any thread reads without a lock.
 */
#include "call_rules.h"

#include <internal/pycore_descrobject.h>
#include <internal/pycore_runtime.h>
#include <stdatomic.h>
#include <string.h>

/* Type of a slot wrapper bound to its object, which the interpreter does not export; set by rw_call_start(), immutable
 * afterwards. */
static PyTypeObject *method_wrapper_type;

int
rw_call_start(void)
{
    PyObject *bound = PyObject_GetAttrString(Py_None, "__repr__");
    if (bound == NULL) {
        return -1;
    }
    method_wrapper_type = Py_TYPE(bound);
    Py_DECREF(bound);
    return 0;
}

/* Callables met so far and their handlers (NULL: no access). Any thread reads and adds; an entry is written once:
 * `callable` is claimed by compare-and-swap, then `handle` is published by `ready`. PyMethodDef and slot structures are
 * static data of their modules, types are built in: they do not move or die. */
enum { MET_SLOTS = 4096, MET_PROBES = 8 };
static struct {
    _Atomic(const void *) callable;
    rw_call_handler *handle;
    _Atomic bool ready;
} met[MET_SLOTS];

static rw_call_handler *
handler_for(const void *callable, const char *owner, const char *name)
{
    size_t start = (((uintptr_t)callable >> 4) * UINT64_C(0x9E3779B97F4A7C15)) >> 52;
    for (size_t i = 0; i < MET_PROBES; i++) {
        size_t place = (start + i) % MET_SLOTS;
        const void *known = atomic_load_explicit(&met[place].callable, memory_order_acquire);
        if (known == NULL && atomic_compare_exchange_strong_explicit(&met[place].callable, &known, callable,
                                                                     memory_order_acq_rel, memory_order_acquire)) {
            met[place].handle = rw_call_rule_for(owner, name);
            atomic_store_explicit(&met[place].ready, true, memory_order_release);
            return met[place].handle;
        }
        if (known == callable) {
            return atomic_load_explicit(&met[place].ready, memory_order_acquire) ? met[place].handle
                                                                                 : rw_call_rule_for(owner, name);
        }
    }
    return rw_call_rule_for(owner, name);
}

/* The module that a built-in function belongs to, as text; "" for none. */
static const char *
module_of(PyCFunctionObject *function)
{
    if (function->m_module != NULL && PyUnicode_Check(function->m_module)) {
        const char *name = PyUnicode_AsUTF8(function->m_module);
        PyErr_Clear();
        return name == NULL ? "" : name;
    }
    return "";
}

static void
run(rw_call_handler *handle, const rw_site *site, PyObject *receiver, PyObject **args, Py_ssize_t count)
{
    if (handle != NULL) {
        rw_call c = {site->self, receiver, args, count, site};
        handle(&c);
    }
}

/* A method descriptor or slot wrapper called with its object as first argument. */
static void
on_descriptor(const rw_site *site, const void *identity, PyTypeObject *owner, const char *name, PyObject **args,
              Py_ssize_t count)
{
    rw_call_handler *handle = handler_for(identity, owner->tp_name, name);
    if (handle != NULL && count >= 1 && PyObject_TypeCheck(args[0], owner)) {
        run(handle, site, args[0], args + 1, count - 1);
    }
}

/* Python code: its own instructions are seen, but for the standard library's. */
static void
on_function(const rw_site *site, PyObject *callable, PyObject *receiver, PyObject **args, Py_ssize_t count)
{
    if (PyFunction_Check(callable)) {
        PyFunctionObject *function = (PyFunctionObject *)callable;
        rw_code *info = rw_code_of(site->self, (PyCodeObject *)function->func_code, function->func_globals);
        if (info != NULL && info->library != NULL) {
            run(info->library->handle, site, receiver, args, count);
        }
    }
}

/* A class written in Python is what its __init__ does. */
static void
on_type(const rw_site *site, PyTypeObject *type, PyObject **args, Py_ssize_t count)
{
    if ((type->tp_flags & (Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_HEAPTYPE)) != Py_TPFLAGS_HEAPTYPE) {
        run(handler_for(type, "type", type->tp_name), site, NULL, args, count);
    }
    else if (count > 0) {
        PyObject *init = _PyType_Lookup(type, &_Py_ID(__init__));
        if (init != NULL) {
            on_function(site, init, (PyObject *)type, args, count);
        }
    }
}

static void
on_callable(const rw_site *site, PyObject *callable, PyObject **args, Py_ssize_t count)
{
    PyTypeObject *type = Py_TYPE(callable);
    if (type == &PyFunction_Type) {
        on_function(site, callable, NULL, args, count);
    }
    else if (type == &PyMethod_Type) {
        on_function(site, PyMethod_GET_FUNCTION(callable), PyMethod_GET_SELF(callable), args, count);
    }
    else if (type == &PyMethodDescr_Type) {
        PyMethodDescrObject *method = (PyMethodDescrObject *)callable;
        on_descriptor(site, method->d_method, PyDescr_TYPE(method), method->d_method->ml_name, args, count);
    }
    else if (type == &PyCFunction_Type) {
        PyCFunctionObject *function = (PyCFunctionObject *)callable;
        PyObject *owner = function->m_self;
        if (owner == NULL || PyModule_Check(owner)) {
            run(handler_for(function->m_ml, module_of(function), function->m_ml->ml_name), site, NULL, args, count);
        }
        else if (PyType_Check(owner)) {
            run(handler_for(function->m_ml, "class", function->m_ml->ml_name), site, NULL, args, count);
        }
        else {
            PyTypeObject *holder = Py_TYPE(owner);
            while (holder->tp_base != NULL && (holder->tp_flags & Py_TPFLAGS_HEAPTYPE) &&
                   !(holder->tp_flags & Py_TPFLAGS_IMMUTABLETYPE)) {
                holder = holder->tp_base;
            }
            run(handler_for(function->m_ml, holder->tp_name, function->m_ml->ml_name), site, owner, args, count);
        }
    }
    else if (type == &PyWrapperDescr_Type) {
        PyWrapperDescrObject *wrapper = (PyWrapperDescrObject *)callable;
        on_descriptor(site, wrapper, PyDescr_TYPE(wrapper), wrapper->d_base->name, args, count);
    }
    else if (type == method_wrapper_type) {
        rw_method_wrapper *bound = (rw_method_wrapper *)callable;
        run(handler_for(bound->descr, PyDescr_TYPE(bound->descr)->tp_name, bound->descr->d_base->name), site,
            bound->self, args, count);
    }
    else if (PyType_Check(callable)) {
        on_type(site, (PyTypeObject *)callable, args, count);
    }
}

/* [callable, self or NULL, args...] */
static void
on_vectorcall(const rw_site *site, PyObject **base, Py_ssize_t count)
{
    PyObject *callable = base[0];
    if (base[1] != NULL) {
        on_callable(site, callable, base + 1, count + 1);
    }
    else {
        on_callable(site, callable, base + 2, count);
    }
}

void
rw_on_call(const rw_site *site)
{
    Py_ssize_t count = (Py_ssize_t)site->instruction->arg;
    on_vectorcall(site, site->top - count - 2, count);
}

/* The names of keyword arguments lie on top; only the positional ones are looked at. */
void
rw_on_call_kw(const rw_site *site)
{
    Py_ssize_t count = (Py_ssize_t)site->instruction->arg;
    PyObject *names = site->top[-1];
    PyObject **base = site->top - count - 3;
    Py_ssize_t keywords = PyTuple_CheckExact(names) ? PyTuple_GET_SIZE(names) : 0;
    if (keywords <= count) {
        on_vectorcall(site, base, count - keywords);
    }
    if (Py_IS_TYPE(base[0], &PyMethodDescr_Type) && base[1] != NULL && PyDict_Check(base[1]) &&
        strcmp(((PyMethodDescrObject *)base[0])->d_method->ml_name, "update") == 0) {
        for (Py_ssize_t i = 0; i < keywords; i++) {
            rw_container_store_key(site->self, base[1], PyTuple_GET_ITEM(names, i));
        }
    }
}

/* CALL_FUNCTION_EX: callable, NULL, arguments, and with the low bit of the oparg a dict of keywords. */
void
rw_on_call_ex(const rw_site *site)
{
    PyObject **base = site->top - 3 - (site->instruction->arg & 1);
    PyObject *arguments = base[2];
    rw_container_read_whole(site->self, arguments);
    if (PyTuple_CheckExact(arguments)) {
        on_callable(site, base[0], &PyTuple_GET_ITEM(arguments, 0), PyTuple_GET_SIZE(arguments));
    }
}
