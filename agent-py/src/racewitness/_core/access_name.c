/* Globals and closure cells. A global and an attribute of its module are one location: key `name` of the namespace
 * dict. */
#include "container.h"
#include "stores.h"

static PyObject *
name_of(const rw_site *site, uint32_t index)
{
    return PyTuple_GET_ITEM(site->code->co_names, index);
}

/* Names in code objects are exact str, and namespaces of modules are dicts whose look-up by str runs no program code.
 */
static bool
holds(PyObject *dict, PyObject *name)
{
    PyObject *value = NULL;
    int found = PyDict_GetItemRef(dict, name, &value);
    Py_XDECREF(value);
    if (found < 0) {
        PyErr_Clear();
    }
    return found > 0;
}

/* A name that only the builtins have is no global: reading it is no access. A look-up that fails reads the global. */
static void
read_global(const rw_site *site, PyObject *name)
{
    PyObject *globals = site->frame->f_globals;
    PyObject *builtins = site->frame->f_builtins;
    if (PyDict_CheckExact(globals) &&
        (holds(globals, name) || (PyDict_CheckExact(builtins) && !holds(builtins, name)))) {
        rw_access_named(site->self, RW_OP_READ, (rw_target){globals, rw_namespace(site->self, globals)}, name);
    }
}

/* A new name is a new key of the namespace for whoever looks at that as a dict. */
static void
write_global(const rw_site *site, enum rw_operation operation, PyObject *name)
{
    PyObject *globals = site->frame->f_globals;
    if (PyDict_CheckExact(globals)) {
        operation = operation == RW_OP_WRITE && !holds(globals, name) ? RW_OP_INSERT : operation;
        rw_access_named(site->self, operation, (rw_target){globals, rw_namespace(site->self, globals)}, name);
    }
}

void
rw_on_load_global(const rw_site *site)
{
    read_global(site, name_of(site, site->instruction->arg >> 1));
}

/* The dict that exec() or eval() was given for the names of the code, where it is not that of the globals. A class body
 * has such a dict too, which nobody else knows yet. */
static PyObject *
given_locals(const rw_site *site)
{
    PyObject *locals = site->frame->f_locals;
    bool given = site->info->module_body && locals != site->frame->f_globals && locals != NULL;
    return given && PyDict_CheckExact(locals) ? locals : NULL;
}

/* At module level names are globals; in a class body they are the class's, unless only the globals have them. */
void
rw_on_load_name(const rw_site *site)
{
    PyObject *name = name_of(site, site->instruction->arg);
    PyObject *locals = site->frame->f_locals;
    PyObject *given = given_locals(site);
    if (given != NULL && holds(given, name)) {
        rw_container_load(site->self, given, name);
    }
    if (locals != site->frame->f_globals && (locals == NULL || !PyDict_CheckExact(locals) || holds(locals, name))) {
        return;
    }
    read_global(site, name);
}

void
rw_on_load_from_dict_or_globals(const rw_site *site)
{
    PyObject *name = name_of(site, site->instruction->arg);
    PyObject *dict = site->top[-1];
    if (PyDict_CheckExact(dict) && !holds(dict, name)) {
        read_global(site, name);
    }
}

void
rw_on_store_global(const rw_site *site)
{
    write_global(site, RW_OP_WRITE, name_of(site, site->instruction->arg));
}

void
rw_on_delete_global(const rw_site *site)
{
    write_global(site, RW_OP_DELETE, name_of(site, site->instruction->arg));
}

void
rw_on_store_name(const rw_site *site)
{
    rw_stores_before(site);
    PyObject *name = name_of(site, site->instruction->arg);
    PyObject *given = given_locals(site);
    if (site->frame->f_locals == site->frame->f_globals) {
        write_global(site, RW_OP_WRITE, name);
    }
    else if (given != NULL) {
        rw_container_store(site->self, given, name, Py_None);
    }
}

void
rw_on_delete_name(const rw_site *site)
{
    PyObject *name = name_of(site, site->instruction->arg);
    PyObject *given = given_locals(site);
    if (site->frame->f_locals == site->frame->f_globals) {
        write_global(site, RW_OP_DELETE, name);
    }
    else if (given != NULL) {
        rw_container_delete(site->self, given, name);
    }
}

void
rw_cell_access(rw_thread *self, enum rw_operation operation, PyObject *cell, PyObject *name)
{
    uint64_t number = rw_object_known(cell);
    if (number == 0) {
        number = rw_object(self, cell, RW_KIND_CELL, name == NULL ? 0 : rw_string_of_name(self, name));
    }
    rw_access(self, operation, (rw_target){cell, number}, RW_KEY_CELL);
}

static void
access_cell(const rw_site *site, enum rw_operation operation)
{
    uint32_t index = site->instruction->arg;
    PyObject *cell = site->frame->localsplus[index];
    if (cell != NULL && PyCell_Check(cell)) {
        rw_cell_access(site->self, operation, cell, PyTuple_GET_ITEM(site->code->co_localsplusnames, index));
    }
}

void
rw_on_load_deref(const rw_site *site)
{
    access_cell(site, RW_OP_READ);
}

void
rw_on_store_deref(const rw_site *site)
{
    rw_stores_before(site);
    access_cell(site, RW_OP_WRITE);
}

void
rw_on_delete_deref(const rw_site *site)
{
    access_cell(site, RW_OP_DELETE);
}
