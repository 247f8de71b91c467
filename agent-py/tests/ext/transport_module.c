/* The transport without the rest of the agent, for tests: an extension module `_transport` that records what the test
 * asks for.
 *
 * It is linked with the transport's own files and with nothing else of the core. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <pthread.h>

#include "agent.h"
#include "crc32c.h"
#include "session.h"

static unsigned long long
emit_events(unsigned long long first, unsigned long long count)
{
    unsigned long long done = 0;
    for (; done < count; done++) {
        rw_thread *self = rw_thread_self();
        uint64_t *record = self == NULL ? NULL : rw_begin_event(self, RW_ACCESS, RW_OP_WRITE, 3, 0, 1);
        if (record == NULL) {
            break;
        }
        record[2] = rw_key(RW_KEY_INDEX, first + done);
        rw_commit_event(self, 3);
    }
    return done;
}

static PyObject *
start(PyObject *module, PyObject *options)
{
    (void)module;
    if (rw_session_start(options) != 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
end(PyObject *module, PyObject *reason)
{
    (void)module;
    const char *text = PyUnicode_AsUTF8(reason);
    if (text == NULL) {
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS rw_session_end(text);
    Py_END_ALLOW_THREADS Py_RETURN_NONE;
}

static PyObject *
off(PyObject *module, PyObject *why)
{
    (void)module;
    const char *text = PyUnicode_AsUTF8(why);
    if (text == NULL) {
        return NULL;
    }
    rw_session_off(text);
    Py_RETURN_NONE;
}

static PyObject *
active(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    return PyBool_FromLong(atomic_load(&rw_on));
}

/* emit(first, count) -> how many writes of items first, first + 1, ... of object 1 were recorded */
static PyObject *
emit(PyObject *module, PyObject *arguments)
{
    (void)module;
    unsigned long long first, count;
    if (!PyArg_ParseTuple(arguments, "KK", &first, &count)) {
        return NULL;
    }
    return PyLong_FromUnsignedLongLong(emit_events(first, count));
}

/* emit_note(words): a NOTE record of so many words */
static PyObject *
emit_note(PyObject *module, PyObject *argument)
{
    (void)module;
    unsigned words = (unsigned)PyLong_AsUnsignedLong(argument);
    rw_thread *self = rw_thread_self();
    uint64_t *record = self == NULL ? NULL : rw_reserve(self, words);
    if (record == NULL) {
        Py_RETURN_FALSE;
    }
    uint32_t length = (words - 1) * RW_WORD_BYTES;
    memset(record, 'n', (size_t)words * RW_WORD_BYTES);
    record[0] = rw_record_head(RW_NOTE, RW_NOTE_AGENT, words, length);
    rw_commit(self, words);
    Py_RETURN_TRUE;
}

static PyObject *
emit_sync(PyObject *module, PyObject *arguments)
{
    (void)module;
    int kind;
    unsigned long long object, token;
    if (!PyArg_ParseTuple(arguments, "iKK", &kind, &object, &token)) {
        return NULL;
    }
    rw_thread *self = rw_thread_self();
    if (self != NULL) {
        rw_sync(self, (enum rw_sync_kind)kind, object, token, 0);
    }
    Py_RETURN_NONE;
}

static PyObject *
name(PyObject *module, PyObject *arguments)
{
    (void)module;
    const char *text;
    Py_ssize_t bytes;
    unsigned flags;
    if (!PyArg_ParseTuple(arguments, "s#I", &text, &bytes, &flags)) {
        return NULL;
    }
    rw_thread *self = rw_thread_self();
    if (self != NULL) {
        rw_thread_name(self, text, (size_t)bytes, flags);
    }
    Py_RETURN_NONE;
}

static PyObject *
uid(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    rw_thread *self = rw_thread_self();
    return PyLong_FromUnsignedLong(self == NULL ? 0 : self->uid);
}

typedef struct {
    unsigned long long first, count;
} job;

static void *
emit_in_thread(void *argument)
{
    job *mine = argument;
    emit_events(mine->first, mine->count);
    return NULL;
}

/* native_threads(together, rounds, count): `rounds` times `together` threads at once, each of which records `count`
 * writes */
static PyObject *
native_threads(PyObject *module, PyObject *arguments)
{
    (void)module;
    unsigned together, rounds;
    unsigned long long count;
    if (!PyArg_ParseTuple(arguments, "IIK", &together, &rounds, &count)) {
        return NULL;
    }
    pthread_t *threads = calloc(together, sizeof(*threads));
    job *jobs = calloc(together, sizeof(*jobs));
    if (threads == NULL || jobs == NULL) {
        free(threads);
        free(jobs);
        return PyErr_NoMemory();
    }
    int error = 0;
    Py_BEGIN_ALLOW_THREADS for (unsigned round = 0; round < rounds && error == 0; round++)
    {
        unsigned started = 0;
        for (; started < together && error == 0; started++) {
            jobs[started] = (job){.first = (unsigned long long)started * count, .count = count};
            error = pthread_create(&threads[started], NULL, emit_in_thread, &jobs[started]);
        }
        started -= error != 0;
        for (unsigned i = 0; i < started; i++) {
            pthread_join(threads[i], NULL);
        }
    }
    Py_END_ALLOW_THREADS free(threads);
    free(jobs);
    if (error != 0) {
        errno = error;
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    Py_RETURN_NONE;
}

static PyObject *
crash(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    *(volatile int *)NULL = 1;
    Py_RETURN_NONE;
}

static PyObject *
descriptors(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    return Py_BuildValue("ii", rw_the_session.socket.fd, rw_the_session.buffer.file.fd);
}

static PyObject *
after_fork_in_child(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    rw_session_after_fork_child();
    Py_RETURN_NONE;
}

/* fork as C code does it, without the interpreter's hooks; the child records `count` writes, if it can, and leaves with
 * how many it could */
static PyObject *
fork_in_c(PyObject *module, PyObject *count)
{
    (void)module;
    unsigned long long wanted = PyLong_AsUnsignedLongLong(count);
    pid_t child = fork();
    if (child == 0) {
        _exit((int)emit_events(0, wanted));
    }
    return PyLong_FromLong(child);
}

/* crc32c(bytes) -> by whatever the processor offers, by tables */
static PyObject *
crc(PyObject *module, PyObject *argument)
{
    (void)module;
    char *data;
    Py_ssize_t bytes;
    if (PyBytes_AsStringAndSize(argument, &data, &bytes) != 0) {
        return NULL;
    }
    rw_crc32c_init();
    return Py_BuildValue("II", rw_crc32c(0, data, (size_t)bytes), rw_crc32c_by_table(0, data, (size_t)bytes));
}

/* seal(type, session, thread, sequence, time, records, payload) -> the header of that frame */
static PyObject *
seal(PyObject *module, PyObject *arguments)
{
    (void)module;
    rw_frame_header header = {0};
    unsigned long long session, sequence, time;
    const char *payload;
    Py_ssize_t bytes;
    if (!PyArg_ParseTuple(arguments, "bKIKKIy#", &header.type, &session, &header.thread, &sequence, &time,
                          &header.records, &payload, &bytes)) {
        return NULL;
    }
    rw_crc32c_init();
    header.session = session;
    header.sequence = sequence;
    header.time = time;
    header.payload_bytes = (uint32_t)bytes;
    rw_frame_seal(&header, payload);
    return PyBytes_FromStringAndSize((const char *)&header, sizeof(header));
}

/* record_head(tag, op, words, arg) -> first word of that record */
static PyObject *
record_head(PyObject *module, PyObject *arguments)
{
    (void)module;
    int tag;
    unsigned op, words, arg;
    if (!PyArg_ParseTuple(arguments, "iIII", &tag, &op, &words, &arg)) {
        return NULL;
    }
    return PyLong_FromUnsignedLongLong(rw_record_head((enum rw_tag)tag, op, words, arg));
}

/* pairs({text: text}) -> their bytes */
static PyObject *
pairs(PyObject *module, PyObject *texts)
{
    (void)module;
    rw_pairs made = {0};
    Py_ssize_t at = 0;
    PyObject *key, *value;
    while (PyDict_Next(texts, &at, &key, &value)) {
        Py_ssize_t bytes;
        const char *text = PyUnicode_AsUTF8AndSize(value, &bytes);
        if (text == NULL || !rw_pairs_add(&made, PyUnicode_AsUTF8(key), text, (size_t)bytes)) {
            rw_pairs_free(&made);
            return PyErr_Occurred() ? NULL : PyErr_NoMemory();
        }
    }
    PyObject *result = PyBytes_FromStringAndSize((const char *)made.bytes, (Py_ssize_t)made.length);
    rw_pairs_free(&made);
    return result;
}

static PyMethodDef functions[] = {
    {"start", start, METH_O, NULL},
    {"end", end, METH_O, NULL},
    {"off", off, METH_O, NULL},
    {"active", active, METH_NOARGS, NULL},
    {"emit", emit, METH_VARARGS, NULL},
    {"emit_note", emit_note, METH_O, NULL},
    {"emit_sync", emit_sync, METH_VARARGS, NULL},
    {"name", name, METH_VARARGS, NULL},
    {"uid", uid, METH_NOARGS, NULL},
    {"native_threads", native_threads, METH_VARARGS, NULL},
    {"crash", crash, METH_NOARGS, NULL},
    {"descriptors", descriptors, METH_NOARGS, NULL},
    {"after_fork_in_child", after_fork_in_child, METH_NOARGS, NULL},
    {"fork_in_c", fork_in_c, METH_O, NULL},
    {"crc32c", crc, METH_O, NULL},
    {"seal", seal, METH_VARARGS, NULL},
    {"record_head", record_head, METH_VARARGS, NULL},
    {"pairs", pairs, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {{Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};

static PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT, .m_name = "_transport", .m_methods = functions, .m_slots = slots};

PyMODINIT_FUNC
PyInit__transport(void)
{
    return PyModuleDef_Init(&definition);
}
