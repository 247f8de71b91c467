/* Puts the hooks of calls into the callables that have a rule. */
#include "call_hook.h"

#include "sync.h"

#include <string.h>

rw_hooked rw_hooked_table[RW_HOOKED_SLOTS];

static PyMutex hooking;     /* held while callables are hooked; detaches when it waits */
static size_t hooked_count; /* guarded by `hooking` */

ternaryfunc rw_slot_wrapper_called, rw_bound_slot_wrapper_called;

/* See rw_call_start(): what the hooks stand in front of, immutable once it has run. */
static descrgetfunc method_bound, class_method_bound;
static PyCFunction builtin_executed, dynamic_executed;

void
rw_call_after_fork_child(void)
{
    memset(&hooking, 0, sizeof(hooking)); /* whoever held it is not here */
}

/* ---- one callable ---- */

/* The entry, made when there is none; false: no room. Fields but for `identity` are taken from `entry`. */
static bool
add(const void *identity, rw_hooked entry)
{
    if (rw_hooked_of(identity) != NULL) {
        return true; /* another object made from the same PyMethodDef: a module that was imported anew */
    }
    if (hooked_count == RW_HOOKED_MAX) {
        return false;
    }
    size_t place = rw_hooked_start(identity);
    while (atomic_load_explicit(&rw_hooked_table[place].identity, memory_order_relaxed) != NULL) {
        place = (place + 1) % RW_HOOKED_SLOTS;
    }
    rw_hooked *slot = &rw_hooked_table[place];
    slot->handle = entry.handle;
    slot->unbound = entry.unbound;
    slot->called = entry.called;
    slot->special = entry.special;
    slot->role = entry.role;
    atomic_store_explicit(&slot->identity, identity, memory_order_release);
    hooked_count++;
    return true;
}

static void
store(vectorcallfunc *place, vectorcallfunc hook)
{
    __atomic_store_n(place, hook, __ATOMIC_RELEASE); /* who calls it finds the entry */
}

/* What a function or bound method made from the definition calls: it depends on the calling convention alone
 * (Objects/methodobject.c: PyCMethod_New). */
static vectorcallfunc
called_when_bound(PyMethodDef *definition, PyTypeObject *type)
{
    PyObject *sample = PyCMethod_New(definition, Py_None, NULL, definition->ml_flags & METH_METHOD ? type : NULL);
    vectorcallfunc called = sample == NULL ? NULL : ((PyCFunctionObject *)sample)->vectorcall;
    PyErr_Clear();
    Py_XDECREF(sample);
    return called;
}

static enum rw_call_role
role_of(const char *owner, const char *name)
{
    static const struct {
        const char *owner, *name;
        enum rw_call_role role;
    } roles[] = {
        {"builtins", "sorted", RW_CALL_SORTED},
        {"list", "sort", RW_CALL_SORT},
        {"list", "__reversed__", RW_CALL_REVERSED},
        {"collections.defaultdict", "__missing__", RW_CALL_MISSING},
    };
    for (size_t i = 0; i < Py_ARRAY_LENGTH(roles); i++) {
        if (strcmp(roles[i].owner, owner) == 0 && strcmp(roles[i].name, name) == 0) {
            return roles[i].role;
        }
    }
    return RW_CALL_PLAIN;
}

static void
hook_method(PyTypeObject *type, PyMethodDescrObject *descriptor)
{
    PyMethodDef *definition = descriptor->d_method;
    rw_call_handler *handle = rw_call_rule_for(type->tp_name, definition->ml_name);
    if (handle == NULL || descriptor->vectorcall == rw_call_method) {
        return;
    }
    rw_hooked entry = {.handle = handle,
                       .unbound = descriptor->vectorcall,
                       .called = called_when_bound(definition, type),
                       .special = strncmp(definition->ml_name, "__", 2) == 0,
                       .role = role_of(type->tp_name, definition->ml_name)};
    if (add(definition, entry)) {
        store(&descriptor->vectorcall, rw_call_method);
    }
}

static void
hook_class_method(PyTypeObject *type, PyMethodDescrObject *descriptor)
{
    PyMethodDef *definition = descriptor->d_method;
    rw_call_handler *handle = rw_call_rule_for("class", definition->ml_name);
    if (handle != NULL) {
        add(definition, (rw_hooked){.handle = handle, .called = called_when_bound(definition, type)});
    }
}

static void
hook_slot_wrapper(PyTypeObject *type, PyWrapperDescrObject *wrapper)
{
    rw_call_handler *handle = rw_call_rule_for(type->tp_name, wrapper->d_base->name);
    if (handle != NULL) {
        add(wrapper, (rw_hooked){.handle = handle, .special = true});
    }
}

static void
hook_function(const char *module, PyCFunctionObject *function)
{
    rw_call_handler *handle = rw_call_rule_for(module, function->m_ml->ml_name);
    if (handle == NULL || function->vectorcall == rw_call_function) {
        return;
    }
    rw_hooked entry = {
        .handle = handle, .called = function->vectorcall, .role = role_of(module, function->m_ml->ml_name)};
    if (add(function->m_ml, entry)) {
        store(&function->vectorcall, rw_call_function);
    }
}

/* ---- types ---- */

/* Types in C that no program can change; their names are those of the rules. */
static bool
is_built_in(PyTypeObject *type)
{
    return (type->tp_flags & (Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_HEAPTYPE)) != Py_TPFLAGS_HEAPTYPE;
}

static void
hook_static_method(PyTypeObject *type, PyObject *method)
{
    PyObject *function = PyObject_GetAttrString(method, "__func__");
    if (function != NULL && PyCFunction_Check(function)) {
        hook_function(type->tp_name, (PyCFunctionObject *)function);
    }
    PyErr_Clear();
    Py_XDECREF(function);
}

static void
hook_members(PyTypeObject *type)
{
    PyObject *dict = PyType_GetDict(type);
    PyObject *value;
    Py_ssize_t position = 0;
    while (dict != NULL && PyDict_Next(dict, &position, NULL, &value)) { /* of a type that does not change */
        PyTypeObject *kind = Py_TYPE(value);
        if (kind == &PyStaticMethod_Type) {
            hook_static_method(type, value);
            continue;
        }
        if ((kind != &PyMethodDescr_Type && kind != &PyClassMethodDescr_Type && kind != &PyWrapperDescr_Type) ||
            PyDescr_TYPE(value) != type) {
            continue;
        }
        if (kind == &PyMethodDescr_Type) {
            hook_method(type, (PyMethodDescrObject *)value);
        }
        else if (kind == &PyClassMethodDescr_Type) {
            hook_class_method(type, (PyMethodDescrObject *)value);
        }
        else {
            hook_slot_wrapper(type, (PyWrapperDescrObject *)value);
        }
    }
    Py_XDECREF(dict);
}

static void
hook_type(PyTypeObject *type)
{
    if (!is_built_in(type)) {
        return;
    }
    hook_members(type);
    rw_call_handler *handle = rw_call_rule_for("type", type->tp_name);
    if (handle != NULL && type->tp_vectorcall != rw_call_type &&
        add(type, (rw_hooked){.handle = handle, .called = type->tp_vectorcall})) {
        store(&type->tp_vectorcall, rw_call_type);
    }
}

enum { CLASS_DEPTH = 16 };

static void
hook_types_below(PyTypeObject *type, int depth)
{
    PyObject *classes = depth > 0 ? PyObject_CallMethod((PyObject *)&PyType_Type, "__subclasses__", "O", type) : NULL;
    for (Py_ssize_t i = 0; classes != NULL && i < PyList_GET_SIZE(classes); i++) {
        PyTypeObject *class = (PyTypeObject *)PyList_GET_ITEM(classes, i);
        if (is_built_in(class)) {
            hook_type(class);
            hook_types_below(class, depth - 1);
        }
    }
    PyErr_Clear();
    Py_XDECREF(classes);
}

/* ---- modules ---- */

static void
hook_module(PyObject *module)
{
    PyObject *dict = PyModule_GetDict(module);
    PyObject *value;
    Py_ssize_t position = 0;
    while (PyDict_Next(dict, &position, NULL, &value)) {
        if (PyType_Check(value)) {
            hook_type((PyTypeObject *)value);
        }
        else if (PyCFunction_Check(value) && PyCFunction_GET_SELF(value) == module) {
            PyObject *name = ((PyCFunctionObject *)value)->m_module;
            const char *owner = name != NULL && PyUnicode_Check(name) ? PyUnicode_AsUTF8(name) : NULL;
            if (owner != NULL) {
                hook_function(owner, (PyCFunctionObject *)value);
            }
            PyErr_Clear();
        }
    }
}

static PyObject *
executed(PyObject *result, PyObject *module)
{
    if (result != NULL && PyModule_Check(module)) {
        PyMutex_Lock(&hooking);
        hook_module(module);
        PyMutex_Unlock(&hooking);
    }
    return result;
}

/* importlib calls these for each module in C, under the module's import lock. */
static PyObject *
on_exec_builtin(PyObject *imp, PyObject *module)
{
    return executed(builtin_executed(imp, module), module);
}

static PyObject *
on_exec_dynamic(PyObject *imp, PyObject *module)
{
    return executed(dynamic_executed(imp, module), module);
}

static int
watch_modules(void)
{
    static const rw_patch patches[] = {
        {"exec_builtin", METH_O, on_exec_builtin, &builtin_executed},
        {"exec_dynamic", METH_O, on_exec_dynamic, &dynamic_executed},
    };
    PyObject *imp = PyImport_ImportModule("_imp");
    int status = imp == NULL ? -1 : rw_patch_functions(PyModule_GetDict(imp), patches, Py_ARRAY_LENGTH(patches));
    Py_XDECREF(imp);
    return status;
}

/* ---- bound methods ---- */

static PyObject *
on_bind_method(PyObject *descriptor, PyObject *object, PyObject *type)
{
    PyObject *bound = method_bound(descriptor, object, type);
    if (((PyMethodDescrObject *)descriptor)->vectorcall == rw_call_method && bound != NULL && bound != descriptor) {
        ((PyCFunctionObject *)bound)->vectorcall = rw_call_function;
    }
    return bound;
}

static PyObject *
on_bind_class_method(PyObject *descriptor, PyObject *object, PyObject *type)
{
    PyObject *bound = class_method_bound(descriptor, object, type);
    if (bound != NULL && rw_hooked_of(((PyMethodDescrObject *)descriptor)->d_method) != NULL) {
        ((PyCFunctionObject *)bound)->vectorcall = rw_call_function;
    }
    return bound;
}

/* The type's slot, and the slot wrapper by which a program calls it. */
#define REPLACE(type, slot, name, hook, original)                                                                      \
    do {                                                                                                               \
        (original) = (type)->slot;                                                                                     \
        __atomic_store_n(&(type)->slot, (hook), __ATOMIC_RELEASE);                                                     \
        replace_wrapped((type), (name), (void *)(original), (void *)(hook));                                           \
    } while (0)

static void
replace_wrapped(PyTypeObject *type, const char *name, void *original, void *hook)
{
    PyObject *dict = PyType_GetDict(type);
    PyObject *wrapper = dict == NULL ? NULL : PyDict_GetItemString(dict, name);
    if (wrapper != NULL && Py_IS_TYPE(wrapper, &PyWrapperDescr_Type) &&
        ((PyWrapperDescrObject *)wrapper)->d_wrapped == original) {
        __atomic_store_n(&((PyWrapperDescrObject *)wrapper)->d_wrapped, hook, __ATOMIC_RELEASE);
    }
    PyErr_Clear();
    Py_XDECREF(dict);
}

void
rw_call_replace_call(PyTypeObject *type, ternaryfunc hook, ternaryfunc *original)
{
    REPLACE(type, tp_call, "__call__", hook, *original);
}

/* ---- start ---- */

static void
hook_what_is_there(PyObject *modules)
{
    PyObject *module;
    Py_ssize_t position = 0;
    hook_type(&PyBaseObject_Type);
    hook_types_below(&PyBaseObject_Type, CLASS_DEPTH);
    while (PyDict_Next(modules, &position, NULL, &module)) {
        if (PyModule_Check(module) && PyModule_GetDef(module) != NULL) {
            hook_module(module);
        }
    }
    PyErr_Clear();
}

int
rw_call_start(void)
{
    PyObject *bound = PyObject_GetAttrString(Py_None, "__repr__"); /* its type is not exported */
    PyObject *modules = PySys_GetObject("modules");
    if (bound == NULL || modules == NULL || !PyDict_CheckExact(modules) || rw_call_rules_start() < 0 ||
        watch_modules() < 0) {
        Py_XDECREF(bound);
        return -1;
    }
    REPLACE(&PyMethodDescr_Type, tp_descr_get, "__get__", on_bind_method, method_bound);
    REPLACE(&PyClassMethodDescr_Type, tp_descr_get, "__get__", on_bind_class_method, class_method_bound);
    rw_call_replace_call(&PyWrapperDescr_Type, rw_call_slot_wrapper, &rw_slot_wrapper_called);
    rw_call_replace_call(Py_TYPE(bound), rw_call_bound_slot_wrapper, &rw_bound_slot_wrapper_called);
    Py_DECREF(bound);
    PyMutex_Lock(&hooking);
    hook_what_is_there(modules);
    PyMutex_Unlock(&hooking);
    return 0;
}
