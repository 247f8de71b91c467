/* Which file of the standard library a code object comes from. */
#include "sync.h"

#include <string.h>

enum { PATH_MAX_BYTES = 4096, FILES = RW_LIBRARY_COUNT };

typedef struct {
    const char *name;          /* below the library's directory, or the whole name of a frozen module */
    char path[PATH_MAX_BYTES]; /* what co_filename says; written by rw_sync_library_start(), immutable afterwards */
    size_t length;             /* 0: unknown */
} library_file;

static library_file files[FILES] = {
    [RW_LIBRARY_THREADING] = {.name = "threading.py"},
    [RW_LIBRARY_QUEUE] = {.name = "queue.py"},
    [RW_LIBRARY_FUTURES_THREAD] = {.name = "concurrent/futures/thread.py"},
    [RW_LIBRARY_FUTURES_PROCESS] = {.name = "concurrent/futures/process.py"},
    [RW_LIBRARY_ASYNCIO_QUEUES] = {.name = "asyncio/queues.py"},
    [RW_LIBRARY_ASYNCIO_LOCKS] = {.name = "asyncio/locks.py"},
    [RW_LIBRARY_IMPORTLIB] = {.name = "importlib/__init__.py"},
    [RW_LIBRARY_IMPORTLIB_BOOTSTRAP] = {.name = "<frozen importlib._bootstrap>"},
};

int
rw_sync_library_start(void)
{
    PyObject *directory = PySys_GetObject(
        "_stdlib_dir"); /* Python/sysmodule.c: where the interpreter found its library; None when it has none */
    const char *prefix = directory != NULL && PyUnicode_Check(directory) ? PyUnicode_AsUTF8(directory) : NULL;
    PyErr_Clear();
    for (size_t i = 1; i < FILES; i++) {
        bool frozen = files[i].name[0] == '<';
        int length = frozen           ? snprintf(files[i].path, PATH_MAX_BYTES, "%s", files[i].name)
                     : prefix != NULL ? snprintf(files[i].path, PATH_MAX_BYTES, "%s/%s", prefix, files[i].name)
                                      : 0;
        files[i].length = length > 0 && length < PATH_MAX_BYTES ? (size_t)length : 0;
    }
    return 0;
}

enum rw_library_file
rw_library_file_of(PyCodeObject *code)
{
    PyObject *filename = code->co_filename;
    if (!PyUnicode_Check(filename)) {
        return RW_LIBRARY_NONE;
    }
    Py_ssize_t length = PyUnicode_GET_LENGTH(filename);
    const char *text = NULL;
    if (PyUnicode_IS_COMPACT_ASCII(filename)) {
        text = (const char *)PyUnicode_1BYTE_DATA(filename);
    }
    else {
        text = PyUnicode_AsUTF8AndSize(filename, &length); /* kept in the str, made once */
        if (text == NULL) {
            PyErr_Clear();
            return RW_LIBRARY_NONE;
        }
    }
    for (size_t i = 1; i < FILES; i++) {
        if (files[i].length == (size_t)length && length != 0 && memcmp(files[i].path, text, (size_t)length) == 0) {
            return (enum rw_library_file)i;
        }
    }
    return RW_LIBRARY_NONE;
}

bool
rw_code_is_named(PyCodeObject *code, const char *name)
{
    PyObject *qualname = code->co_qualname;
    size_t length = strlen(name);
    return PyUnicode_IS_COMPACT_ASCII(qualname) && (size_t)PyUnicode_GET_LENGTH(qualname) == length &&
           memcmp(PyUnicode_1BYTE_DATA(qualname), name, length) == 0;
}

PyObject *
rw_frame_argument(_PyInterpreterFrame *frame, int index)
{
    PyCodeObject *code = _PyFrame_GetCode(frame);
    if (index >= code->co_argcount) {
        return NULL;
    }
    PyObject *value = frame->localsplus[index];
    /* MAKE_CELL runs before the function starts: an argument that an inner function uses lies in a cell by then. */
    if (value != NULL && PyCell_Check(value) &&
        (_PyLocals_GetKind(code->co_localspluskinds, index) & CO_FAST_CELL) != 0) {
        return PyCell_GET(value);
    }
    return value;
}
