/* NOTE records: docs/wire-format.md, "Definitions". */
#include "describe.h"

#include "cell.h"
#include "note.h"

#include <string.h>

static void
write_note(rw_thread *self, enum rw_note_kind kind, const char *text, size_t bytes)
{
    bytes = rw_text_bounded(text, bytes, RW_TEXT_MAX_BYTES);
    unsigned words = 1 + rw_text_words(bytes);
    uint64_t *record = rw_reserve(self, words);
    if (record != NULL) {
        record[0] = rw_record_head(RW_NOTE, kind, words, (uint32_t)bytes);
        rw_text_put(record + 1, text, bytes);
        rw_commit(self, words);
    }
}

void
rw_note(rw_thread *self, enum rw_note_kind kind, const char *text)
{
    write_note(self, kind, text, strlen(text));
}

/* A note that holds for what the thread does next: an access that repeats one from before it is told again. */
static void
note_from_here(rw_thread *self, enum rw_note_kind kind, PyObject *text)
{
    PyObject *bytes = text == NULL ? NULL : rw_text_of(text);
    rw_next_epoch(self);
    if (kind == RW_NOTE_TEST_BEGIN || kind == RW_NOTE_TEST_END) {
        rw_cell_test_begins();
        rw_kept_tell_everything(); /* the others work for the next test from here on */
    }
    else {
        rw_kept_tell(self);
    }
    write_note(self, kind, bytes == NULL ? "" : PyBytes_AS_STRING(bytes),
               bytes == NULL ? 0 : (size_t)PyBytes_GET_SIZE(bytes));
    Py_XDECREF(bytes);
}

PyObject *
rw_note_written(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    (void)module;
    if (nargs != 2 || !PyLong_Check(args[0]) || !PyUnicode_Check(args[1])) {
        PyErr_SetString(PyExc_TypeError, "racewitness: note() takes a kind and a text");
        return NULL;
    }
    long kind = PyLong_AsLong(args[0]);
    if (kind != RW_NOTE_TEST_BEGIN && kind != RW_NOTE_TEST_END) {
        PyErr_Clear();
        PyErr_Format(PyExc_ValueError, "racewitness: note() takes kind %d or %d, not %ld", RW_NOTE_TEST_BEGIN,
                     RW_NOTE_TEST_END, kind);
        return NULL;
    }
    rw_thread *self = rw_thread_self();
    if (self != NULL) {
        /* Other threads work for the test from this time on; `busy` keeps the sender's watermark below it. */
        atomic_store_explicit(&self->page->busy, self->last_time, memory_order_release);
        if (rw_write_time(self, rw_clock_ticks())) {
            note_from_here(self, (enum rw_note_kind)kind, args[1]);
        }
        atomic_store_explicit(&self->page->busy, 0, memory_order_release);
    }
    Py_RETURN_NONE;
}

PyObject *
rw_note_benign_begin(PyObject *module, PyObject *why)
{
    (void)module;
    rw_thread *self = rw_thread_self();
    if (self != NULL && PyUnicode_Check(why)) {
        note_from_here(self, RW_NOTE_BENIGN_BEGIN, why);
    }
    Py_RETURN_NONE;
}

PyObject *
rw_note_benign_end(PyObject *module, PyObject *ignored)
{
    (void)module;
    (void)ignored;
    rw_thread *self = rw_thread_self();
    if (self != NULL) {
        note_from_here(self, RW_NOTE_BENIGN_END, NULL);
    }
    Py_RETURN_NONE;
}
