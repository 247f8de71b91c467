/* What a key of the program's own kind holds, as far as its hash and comparison ask for it.
 *
 * Only the program can say whether two such keys are equal. Where it has not been asked, two of one type are taken to
 * be if the attributes that __hash__ and __eq__ name have equal values (of a tuple: its parts). Those do not change
 * while the key is in a container, others may.
 */
#include "attribute.h"
#include "describe.h"

enum { KEYS_IN_KEYS = 3, CALLS_IN_CALLS = 2 };

typedef struct {
    rw_thread *self;
    PyObject *key;
    int depth;  /* of keys in keys */
    int named;  /* attributes that were found */
    bool known; /* each of them so far has a value that can be told */
    uint64_t sum;
} content;

static uint64_t content_of(rw_thread *self, PyObject *key, int depth);

static void
add(content *all, uint64_t name, PyObject *value)
{
    bool plain = rw_key_is_plain(value);
    uint64_t part = plain ? rw_key_of_plain(all->self, value) : content_of(all->self, value, all->depth - 1);
    all->known = all->known && (plain || part != 0);
    all->named++;
    all->sum += rw_mix(part ^ name);
}

/* The function behind a method or a property of the type; borrowed, NULL: neither. */
static PyCodeObject *
code_behind(PyObject *of_type)
{
    PyObject *function = of_type;
    if (of_type != NULL && Py_IS_TYPE(of_type, &PyProperty_Type)) {
        function = *(PyObject **)((char *)of_type + sizeof(PyObject)); /* Objects/descrobject.c: prop_get comes first */
    }
    return function != NULL && PyFunction_Check(function) ? (PyCodeObject *)PyFunction_GET_CODE(function) : NULL;
}

static void
add_named(content *all, PyCodeObject *code, int depth)
{
    for (Py_ssize_t i = 0; code != NULL && depth > 0 && i < PyTuple_GET_SIZE(code->co_names); i++) {
        PyObject *name = PyTuple_GET_ITEM(code->co_names, i);
        PyObject *of_type = _PyType_Lookup(Py_TYPE(all->key), name);
        PyObject *value = rw_attribute_plain_value(all->key, name);
        if (value != NULL) {
            add(all, rw_mix(rw_text_key(name)), value);
            Py_DECREF(value);
        }
        else {
            add_named(all, code_behind(of_type), depth - 1);
        }
    }
}

/* What derives from text, a number, a container is more than its attributes. */
static bool
is_all_attributes(PyTypeObject *type)
{
    while (type->tp_flags & Py_TPFLAGS_HEAPTYPE) {
        type = type->tp_base;
    }
    return type == &PyBaseObject_Type;
}

static uint64_t
content_of(rw_thread *self, PyObject *key, int depth)
{
    PyTypeObject *type = Py_TYPE(key);
    content all = {.self = self, .key = key, .depth = depth, .known = depth > 0, .sum = rw_mix((uintptr_t)type)};
    if (PyTuple_CheckExact(key)) {
        for (Py_ssize_t i = 0; all.known && i < PyTuple_GET_SIZE(key); i++) {
            add(&all, rw_mix((uint64_t)i + 1), PyTuple_GET_ITEM(key, i));
        }
    }
    else if (all.known && is_all_attributes(type)) {
        add_named(&all, code_behind(_PyType_Lookup(type, &_Py_ID(__hash__))), CALLS_IN_CALLS);
        add_named(&all, code_behind(_PyType_Lookup(type, &_Py_ID(__eq__))), CALLS_IN_CALLS);
    }
    return all.known && all.named > 0 ? all.sum | 1 : 0;
}

uint64_t
rw_key_content(rw_thread *self, PyObject *key)
{
    return content_of(self, key, KEYS_IN_KEYS);
}
