/* The session's side towards the interpreter: options and exit. */
#include "compat.h"

#include <internal/pycore_ceval.h>
#include <string.h>

#include "agent.h"
#include "fork.h"
#include "session.h"

/* Borrowed value of a key that must be there. */
static PyObject *
option(PyObject *options, const char *key)
{
    PyObject *value = PyDict_GetItemString(options, key);
    if (value == NULL && !PyErr_Occurred()) {
        PyErr_Format(PyExc_KeyError, "the agent was started without the option %s", key);
    }
    return value;
}

static int
copy_text(PyObject *options, const char *key, char *to, size_t bytes)
{
    PyObject *value = option(options, key);
    PyObject *encoded = NULL;
    if (value == NULL || !PyUnicode_FSConverter(value, &encoded)) {
        return -1;
    }
    int result = 0;
    if ((size_t)PyBytes_GET_SIZE(encoded) >= bytes) {
        PyErr_Format(PyExc_ValueError, "%s is longer than %zu bytes", key, bytes - 1);
        result = -1;
    }
    else {
        memcpy(to, PyBytes_AS_STRING(encoded), (size_t)PyBytes_GET_SIZE(encoded) + 1);
    }
    Py_DECREF(encoded);
    return result;
}

static int
copy_token(PyObject *options, rw_session_config *config)
{
    PyObject *value = option(options, "token");
    if (value == NULL) {
        return -1;
    }
    if (!PyBytes_Check(value) || PyBytes_GET_SIZE(value) != RW_TOKEN_BYTES) {
        PyErr_Format(PyExc_ValueError, "the session token must have %d bytes", RW_TOKEN_BYTES);
        return -1;
    }
    memcpy(config->token, PyBytes_AS_STRING(value), RW_TOKEN_BYTES);
    return 0;
}

static int
copy_ring_bytes(PyObject *options, rw_session_config *config)
{
    PyObject *value = option(options, "buffer_bytes");
    if (value == NULL) {
        return -1;
    }
    unsigned long long bytes = PyLong_AsUnsignedLongLong(value);
    if (bytes == (unsigned long long)-1 && PyErr_Occurred()) {
        return -1;
    }
    if (bytes < RW_RING_MIN_BYTES || bytes > RW_RING_MAX_BYTES || (bytes & (bytes - 1)) != 0) {
        PyErr_Format(PyExc_ValueError, "the buffer of a thread must be a power of two from %d to %d bytes, not %llu",
                     RW_RING_MIN_BYTES, RW_RING_MAX_BYTES, bytes);
        return -1;
    }
    config->ring_bytes = (uint32_t)bytes;
    return 0;
}

/* Text of the wire format: a lone surrogate as its backslash escape. New reference. */
static PyObject *
wire_text(PyObject *value)
{
    if (!PyUnicode_Check(value)) {
        PyErr_SetString(PyExc_TypeError, "pairs must be texts");
        return NULL;
    }
    return PyUnicode_AsEncodedString(value, "utf-8", "backslashreplace");
}

static int
copy_pairs(PyObject *options, rw_session_config *config)
{
    PyObject *pairs = option(options, "pairs");
    if (pairs == NULL) {
        return -1;
    }
    if (!PyDict_Check(pairs)) {
        PyErr_SetString(PyExc_TypeError, "pairs must be a dict");
        return -1;
    }
    Py_ssize_t at = 0;
    PyObject *key, *value;
    while (PyDict_Next(pairs, &at, &key, &value)) {
        PyObject *name = wire_text(key);
        PyObject *text = name == NULL ? NULL : wire_text(value);
        bool added = text != NULL && rw_pairs_add(&config->hello, PyBytes_AS_STRING(name), PyBytes_AS_STRING(text),
                                                  (size_t)PyBytes_GET_SIZE(text));
        if (text != NULL && !added) {
            PyErr_NoMemory();
        }
        Py_XDECREF(name);
        Py_XDECREF(text);
        if (!added) {
            return -1;
        }
    }
    return 0;
}

/* The interpreter is being taken down: the last moment at which it can say whether the GIL is on. Registered by
 * PyUnstable_AtExit(). */
static void
note_gil(void *unused)
{
    (void)unused;
    atomic_store(&rw_the_session.gil_enabled, _PyEval_IsGILEnabled(_PyThreadState_GET()));
}

/* Registered by Py_AtExit(): Python/pylifecycle.c calls it when nothing of the interpreter is left, so that what
 * finalisers do is recorded too. */
static void
at_exit(void)
{
    rw_session_end("exit");
}

int
rw_session_start(PyObject *options)
{
    rw_session_config config = {.ring_bytes = RW_RING_DEFAULT_BYTES};
    char error[RW_ERROR_BYTES];
    if (copy_text(options, "endpoint", config.endpoint, sizeof(config.endpoint)) != 0 ||
        copy_text(options, "run_dir", config.run_dir, sizeof(config.run_dir)) != 0 ||
        copy_token(options, &config) != 0 || copy_ring_bytes(options, &config) != 0 ||
        copy_pairs(options, &config) != 0) {
        rw_pairs_free(&config.hello);
        return -1;
    }
    if (rw_fork_start() != 0 || PyUnstable_AtExit(PyInterpreterState_Get(), note_gil, NULL) != 0) {
        rw_pairs_free(&config.hello);
        return -1;
    }
    bool begun;
    Py_BEGIN_ALLOW_THREADS begun = rw_session_begin(&config, error, sizeof(error));
    Py_END_ALLOW_THREADS if (!begun)
    {
        rw_pairs_free(&config.hello);
        PyErr_SetString(PyExc_ConnectionError, error);
        return -1;
    }
    if (Py_AtExit(at_exit) != 0) {
        rw_session_off("no room for another exit function in this interpreter");
        PyErr_SetString(PyExc_RuntimeError, "no room for another exit function in this interpreter");
        return -1;
    }
    rw_thread *self = rw_thread_attach(0, 0);
    if (self == NULL) {
        return 0; /* the session is off already, refused for instance, and has said why */
    }
    rw_thread_name(self, "MainThread", strlen("MainThread"), RW_THREAD_MAIN);
    return 0;
}
