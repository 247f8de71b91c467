/* What str.format, str.format_map and `text % values` read: of each field the value that it names, and what that holds;
 * and str.translate of its table.
 *
 * Fields are those of Objects/stringlib/unicode_format.h (MarkupIterator, FieldNameIterator) and of
 * Objects/unicodeobject.c (unicode_format_arg_parse). A text that they would refuse is told as far as it is understood.
 */
#include "attribute.h"
#include "call_rules.h"
#include "container.h"

enum { NESTED_FIELDS = 2 }; /* a field, and those within its specification */

typedef struct {
    const rw_call *call;
    PyObject *mapping; /* of format_map(), else NULL */
    PyObject *text;
    Py_ssize_t automatic; /* number of the next field without a name */
} format;

static Py_UCS4
at(const format *f, Py_ssize_t place)
{
    return PyUnicode_READ_CHAR(f->text, place);
}

/* The first place in [from, end) that holds one of the two characters; `end`: none. */
static Py_ssize_t
find(const format *f, Py_ssize_t from, Py_ssize_t end, Py_UCS4 one, Py_UCS4 other)
{
    while (from < end && at(f, from) != one && at(f, from) != other) {
        from++;
    }
    return from;
}

/* The number that the characters spell, -1 when they do not. */
static Py_ssize_t
index_in(const format *f, Py_ssize_t from, Py_ssize_t end)
{
    Py_ssize_t number = from == end ? -1 : 0;
    for (; from < end && number >= 0; from++) {
        int digit = Py_UNICODE_TODECIMAL(at(f, from));
        number = digit < 0 || number > 1000000 ? -1 : number * 10 + digit;
    }
    return number;
}

static PyObject *
item_at(PyObject *container, PyObject *key)
{
    PyObject *value = NULL;
    if (PyList_CheckExact(container) && PyLong_CheckExact(key)) {
        value = PyList_GetItemRef(container, PyLong_AsSsize_t(key));
    }
    else if (PyTuple_CheckExact(container) && PyLong_CheckExact(key)) {
        value = Py_XNewRef(PyTuple_GetItem(container, PyLong_AsSsize_t(key)));
    }
    else if (PyDict_CheckExact(container)) {
        value = rw_container_value(container, key);
    }
    PyErr_Clear();
    return value;
}

/* What the field's first part names, new reference; NULL: nothing. */
static PyObject *
value_of_field(format *f, Py_ssize_t from, Py_ssize_t end)
{
    const rw_call *call = f->call;
    Py_ssize_t index = from == end ? f->automatic++ : index_in(f, from, end);
    if (index >= 0 && f->mapping == NULL) {
        return index < call->count ? Py_NewRef(call->args[index]) : NULL;
    }
    PyObject *name = PyUnicode_Substring(f->text, from, end);
    PyObject *value = NULL;
    if (name != NULL && f->mapping != NULL) {
        rw_container_load(call->self, f->mapping, name);
        value = item_at(f->mapping, name);
    }
    for (Py_ssize_t i = 0; name != NULL && call->names != NULL && i < PyTuple_GET_SIZE(call->names); i++) {
        if (PyUnicode_Compare(PyTuple_GET_ITEM(call->names, i), name) == 0) {
            value = Py_NewRef(call->args[call->count + i]);
        }
    }
    Py_XDECREF(name);
    PyErr_Clear();
    return value;
}

/* `.name` or `[key]`: reads it of `object`, which is let go; what it is as far as no program code has to run. */
static PyObject *
follow(format *f, PyObject *object, Py_ssize_t from, Py_ssize_t end)
{
    bool attribute = at(f, from) == '.';
    Py_ssize_t stop = attribute || end <= from + 1 ? end : end - 1; /* the bracket */
    Py_ssize_t index = attribute ? -1 : index_in(f, from + 1, stop);
    PyObject *name = index >= 0 ? PyLong_FromSsize_t(index) : PyUnicode_Substring(f->text, from + 1, stop);
    PyObject *value = NULL;
    if (name != NULL && attribute) {
        PyUnicode_InternInPlace(&name);
        rw_attribute_read(f->call->self, object, name);
        value = rw_attribute_plain_value(object, name);
    }
    else if (name != NULL) {
        rw_container_load(f->call->self, object, name);
        value = item_at(object, name);
    }
    PyErr_Clear();
    Py_XDECREF(name);
    Py_DECREF(object);
    return value;
}

/* The field name [from, end): `first.name[key]...` */
static void
read_field(format *f, Py_ssize_t from, Py_ssize_t end)
{
    Py_ssize_t part = find(f, from, end, '.', '[');
    PyObject *value = value_of_field(f, from, part);
    while (value != NULL && part < end) {
        Py_ssize_t next = at(f, part) == '[' ? find(f, part, end, ']', ']') + 1 : find(f, part + 1, end, '.', '[');
        next = next > end ? end : next;
        value = follow(f, value, part, next);
        part = next;
    }
    if (value != NULL) {
        rw_container_read_shown(f->call->self, value);
        Py_DECREF(value);
    }
}

static void
read_fields(format *f, Py_ssize_t from, Py_ssize_t end, int nested)
{
    while (nested > 0 && (from = find(f, from, end, '{', '{')) < end) {
        from++;
        if (from < end && at(f, from) == '{') {
            from++;
            continue;
        }
        Py_ssize_t close = from;
        for (int open = 1; close < end; close++) {
            open += at(f, close) == '{' ? 1 : at(f, close) == '}' ? -1 : 0;
            if (open == 0) {
                break;
            }
        }
        Py_ssize_t bracket = find(f, from, close, '[', '[');
        Py_ssize_t name_end = find(f, from, close, '!', ':');
        if (bracket < name_end) { /* a key may hold either */
            name_end = find(f, find(f, bracket, close, ']', ']'), close, '!', ':');
        }
        read_field(f, from, name_end);
        read_fields(f, name_end, close, nested - 1);
        from = close;
    }
}

void
rw_on_format(const rw_call *call)
{
    PyObject *text = call->receiver;
    if (text != NULL && PyUnicode_Check(text)) {
        format f = {.call = call, .text = text};
        read_fields(&f, 0, PyUnicode_GET_LENGTH(text), NESTED_FIELDS);
    }
}

void
rw_on_format_map(const rw_call *call)
{
    PyObject *text = call->receiver;
    if (text != NULL && PyUnicode_Check(text) && call->count == 1) {
        format f = {.call = call, .mapping = call->args[0], .text = text};
        read_fields(&f, 0, PyUnicode_GET_LENGTH(text), NESTED_FIELDS);
    }
}

/* `text % values`: with names in parentheses the items of a mapping, else the values as a whole. */
void
rw_format_percent(rw_thread *self, PyObject *text, PyObject *values)
{
    rw_call call = {.self = self};
    format f = {.call = &call, .mapping = values, .text = text};
    Py_ssize_t end = PyUnicode_GET_LENGTH(text);
    bool named = false;
    for (Py_ssize_t from = 0; PyDict_Check(values) && (from = find(&f, from, end, '%', '%')) + 1 < end; from += 2) {
        Py_ssize_t close = find(&f, from + 2, end, ')', ')');
        if (at(&f, from + 1) == '(' && close < end) {
            PyObject *value = value_of_field(&f, from + 2, close);
            if (value != NULL) {
                rw_container_read_shown(self, value);
                Py_DECREF(value);
            }
            named = true;
        }
    }
    if (!named) {
        rw_container_read_shown(self, values);
    }
}

/* text.translate(table): the table's item of each character. */
void
rw_on_translate(const rw_call *call)
{
    PyObject *text = call->receiver;
    PyObject *table = call->count == 1 ? call->args[0] : NULL;
    if (text == NULL || table == NULL || !PyUnicode_Check(text) || rw_container_kind(table) == RW_NO_CONTAINER) {
        return;
    }
    bool met[256] = {false};
    for (Py_ssize_t i = 0; i < PyUnicode_GET_LENGTH(text); i++) {
        Py_UCS4 character = PyUnicode_READ_CHAR(text, i);
        bool again = character < Py_ARRAY_LENGTH(met) && met[character];
        PyObject *key = again ? NULL : PyLong_FromUnsignedLong(character);
        if (key != NULL) {
            rw_container_load(call->self, table, key);
            Py_DECREF(key);
        }
        if (character < Py_ARRAY_LENGTH(met)) {
            met[character] = true;
        }
    }
    PyErr_Clear();
}
